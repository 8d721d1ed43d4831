"""What the other tests rest on: a page that reaches out, or fails, is noticed."""

from __future__ import annotations

from pathlib import Path

from tests.browser.opening import Opener

FAULTY = """<!doctype html><title>Faulty</title>
<img src="https://example.org/remote.png" alt=""><img src="neighbour.png" alt="">
<img src="data:," alt="">
<script>
fetch("/etc/passwd").catch(() => {});
console.error("a message");
throw new Error("an error");
</script>"""


def test_a_page_that_reaches_out_or_fails_is_noticed(open_page: Opener, tmp_path: Path) -> None:
    (tmp_path / "neighbour.png").write_bytes(b"")
    (tmp_path / "faulty.html").write_text(FAULTY)
    page = open_page(tmp_path / "faulty.html")
    page.evaluate("alert('a dialog')")
    assert sorted(open_page.requests) == [
        "file:///etc/passwd",
        (tmp_path / "neighbour.png").as_uri(),
        "https://example.org/remote.png",
    ]
    assert {"a message", "an error", "alert: a dialog"} <= set(open_page.complaints)
    open_page.requests.clear()
    open_page.complaints.clear()


def test_another_policy_than_the_page_allows_is_noticed(open_page: Opener, tmp_path: Path) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    (tmp_path / "styled.html").write_text(f"{policy}<p style='color: red'>Red</p>")
    open_page(tmp_path / "styled.html")
    assert any("Content Security Policy" in complaint for complaint in open_page.complaints)
    open_page.complaints.clear()
