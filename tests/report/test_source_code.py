"""The source code on the page: whole, each file once, highlighted, and safe."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from bench.records.model import Record
from bench.report import page
from bench.report.source_code import Source, highlighted, sources
from tests.conftest import REPOSITORY
from tests.report import samples
from tests.report.contrast import contrast
from tests.report.document import parse
from tests.report.samples import cell

IMPLEMENTATIONS = sorted(
    path
    for form in ("scratch", "high_level")
    for path in (REPOSITORY / "implementations").glob(f"*/{form}.py")
)
MODULE = "implementations.numpy.scratch"


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def measured(text: str, **fields: object) -> Record:
    """Return a run of one cell that ran this text."""
    return samples.record(replace(cell(), source=MODULE), sources={MODULE: text}, **fields)


def of(*records: Record) -> list[Source]:
    return list(sources(records).values())


@pytest.mark.parametrize("path", IMPLEMENTATIONS, ids=lambda path: "-".join(path.parts[-2:]))
def test_no_character_of_a_file_is_lost(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text_of("".join(f"{line}\n" for line in highlighted(text))) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 0), ("x", 1), ("x\n", 1), ("\n\nx\n\n", 4), ("x\r\ny", 2), ("'''a\nb'''\n", 2)],
)
def test_lines_are_counted_as_an_editor_counts_them(text: str, lines: int) -> None:
    assert len(highlighted(text)) == lines


def test_no_element_reaches_into_the_next_line() -> None:
    for line in highlighted('"""A text\nof three\nlines."""\n'):
        assert line.count("<span") == line.count("</span>") == 1


def test_words_of_the_language_are_told_apart() -> None:
    [line] = highlighted("def f(x): return 'a' if x in (1, None) else g(x)  # so")
    for expected in (
        '<span class="hk">def</span>',
        '<span class="hd">f</span>',
        '<span class="hs">&#39;a&#39;</span>',
        '<span class="hn">1</span>',
        '<span class="hk">None</span>',
        '<span class="hc"># so</span>',
    ):
        assert expected in line
    # Plain names are most of a file, and stand as they are.
    assert " g(x)" in line


def test_what_is_no_python_is_shown_all_the_same() -> None:
    assert text_of("\n".join(highlighted("£$ ?? )) def\n"))) == "£$ ?? )) def"


def test_markup_in_a_source_stays_text() -> None:
    text = '</code></pre><script>alert("x")</script>\n# </span><img src=x onerror=alert(1)>\n'
    html = page.render([measured(text)])
    document = parse(html)
    assert not document.all("img")
    assert "alert" not in "".join(re.findall(r"<script.*?</script>", html, re.DOTALL))
    shown = html.partition('id="source-numpy-scratch"')[2].partition("</pre>")[0]
    assert text_of(shown.partition("<code>")[2]) == text


def test_control_characters_are_replaced() -> None:
    assert highlighted("x = '\x00\x1b[31m\ud800'")[0] == (
        'x = <span class="hs">&#39;\ufffd\ufffd&#39;</span>'
    )


def test_a_file_that_many_cells_ran_stands_on_the_page_once() -> None:
    sizes = tuple(replace(samples.FASHION, batch_size=size) for size in (64, 256))
    record = samples.record(
        *(replace(cell(info=info), source=MODULE) for info in sizes),
        sources={MODULE: "unmistakable = 1\n"},
        workloads=sizes,
    )
    assert page.render([record, record]).count("unmistakable") == 1


def test_a_source_is_called_by_the_cells_that_ran_it() -> None:
    [source] = of(measured("x = 1\n"))
    assert (source.key, source.module, source.title) == (
        "numpy-scratch",
        MODULE,
        "NumPy from scratch",
    )


def test_texts_of_one_module_are_told_apart_by_their_runs() -> None:
    found = of(measured("x = 1\n", run_id="first"), measured("x = 2\n", run_id="second"))
    assert [(one.key, one.title) for one in found] == [
        ("numpy-scratch", "NumPy from scratch, run first"),
        ("numpy-scratch-2", "NumPy from scratch, run second"),
    ]


def test_keys_are_unique_and_fit_for_an_address() -> None:
    names = [
        "implementations.a_b",
        "implementations.a-b",
        "plugin.é/\"'",
        "...",
        "implementations.",
    ]
    record = samples.record(
        *(replace(cell(f"f{n}"), source=name) for n, name in enumerate(names)),
        sources=dict.fromkeys(names, "x = 1\n"),
    )
    keys = [one.key for one in of(record)]
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in keys)


def test_a_source_that_no_cell_ran_is_left_out() -> None:
    assert of(samples.record(cell(), sources={MODULE: "x = 1\n"})) == []


def test_two_can_be_chosen_to_be_compared(eventful_html: str) -> None:
    chooser = eventful_html.partition('id="compare"')[2].partition("</p>")[0]
    first, second = (
        re.findall(r'<option value="([^"]*)">([^<]*)<', part)
        for part in chooser.split("</select>")[:2]
    )
    assert first == second
    assert ("jax-scratch", "JAX from scratch") in first


def test_one_source_has_nothing_to_be_compared_with() -> None:
    html = page.render([measured("x = 1\n")])
    assert 'id="source-numpy-scratch"' in html
    assert 'id="compare"' not in html


def test_all_implementations_take_little_of_the_page() -> None:
    texts = {path.parts[-2] + path.stem: path.read_text() for path in IMPLEMENTATIONS}
    record = samples.record(*(replace(cell(name), source=name) for name in texts), sources=texts)
    html = page.render([record])
    start = html.index('id="source-code"')
    assert html.index("</section>", start) - start < 125_000


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_code_can_be_read_on_every_background(scheme: int) -> None:
    css = (page.TEMPLATES / "cells.css").read_text()
    general = (page.TEMPLATES / "style.css").read_text()
    names = ("keyword", "string", "number", "definition", "comment")

    def colour(name: str, sheet: str) -> str:
        return re.findall(rf"--{name}: (#[0-9a-f]{{6}})", sheet)[scheme]

    inks = [*(colour(f"code-{name}", css) for name in names), colour("ink", general)]
    backgrounds = [colour("surface", general), colour("differing", css)]
    for ink, background in itertools.product(inks, backgrounds):
        assert contrast(ink, background) >= 4.5
    assert contrast(colour("muted", general), colour("surface", general)) >= 4.5
