"""The page opens without a network, from a disk or a server, and asks for nothing but itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.opening import Opener, open_details


class Server(ThreadingHTTPServer):
    """Serves a folder, and remembers what it was asked for."""

    def __init__(self, folder: Path):
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder)))


class Handler(SimpleHTTPRequestHandler):
    """Answers with files."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(published_file: Path) -> Iterator[Server]:
    with Server(published_file.parent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_opens_from_a_disk_without_a_network(open_page: Opener, published_file: Path) -> None:
    page = open_page(published_file, offline=True)
    assert page.locator(".verdict").first.is_visible()
    assert open_page.requests == []


def test_it_asks_a_server_for_nothing_but_itself(open_page: Opener, server: Server) -> None:
    page = open_page(f"http://127.0.0.1:{server.server_port}/index.html")
    open_details(page)
    page.wait_for_load_state("networkidle")
    assert server.asked == ["/index.html"]


# What hostile markup would try, had it got into the page.
ATTEMPTS = (
    "fetch('https://example.org/').catch(() => {})",
    "navigator.sendBeacon('https://example.org/')",
    "new WebSocket('wss://example.org/')",
    "document.body.append(Object.assign(new Image(), {src: 'https://example.org/a.png'}))",
    "document.body.append(Object.assign(document.createElement('script'), {text: 'hacked = 1'}))",
    "put('<iframe src=//example.org></iframe>')",
    "put('<base href=//example.org>')",
    "put('<link rel=stylesheet href=//example.org/a.css>')",
    "put('<a onclick=hacked=1>a</a>').click()",
    "put('<a href=javascript:hacked=1>a</a>').click()",
    "put('<form action=//example.org></form>').submit()",
)
PUT = """window.put = markup => {
  document.body.insertAdjacentHTML("beforeend", markup);
  return document.body.lastElementChild;
}"""


def test_what_got_into_the_page_could_neither_run_nor_reach_out(
    open_page: Opener, published_file: Path
) -> None:
    page = open_page(published_file)
    page.evaluate(PUT)
    for attempt in ATTEMPTS:
        with page.expect_console_message(lambda one: "Content Security Policy" in one.text):
            page.evaluate(f"() => {{ try {{ {attempt} }} catch {{}} }}")
        assert page.evaluate("typeof hacked") == "undefined", attempt
        assert open_page.requests == [], attempt
    open_page.complaints.clear()
