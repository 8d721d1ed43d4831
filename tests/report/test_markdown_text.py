"""Text in Markdown: whatever it holds, a reader sees it as it is, and nobody is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bench.records.printable import printable
from bench.report.markdown_text import escape, fenced, in_html, pipe_table
from bench.report.plain_tables import Column, PlainTable
from tests.report.document import Document, parse

# GitHub's reader of Markdown is CommonMark with tables and strikethrough.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What Markdown, HTML and GitHub make more of than text, beside letters.
lively = st.text(st.sampled_from(" \n\\`*_~[](){}<>#+-=.!|$&@:/;'\"1aAwW"), max_size=30)
texts = lively | st.text(max_size=30)


def read(markdown: str) -> Document:
    return parse(READER.render(markdown))


def seen(document: Document) -> str:
    """Return what a reader sees, without spaces that have no width."""
    text = "".join(document.words).replace("\N{ZERO WIDTH SPACE}", "")
    return " ".join(text.replace("\N{WORD JOINER}", "").split())


def as_text(text: str) -> str:
    """Return a text as it should be seen."""
    return " ".join(printable(text).replace("\N{ZERO WIDTH SPACE}", "").split())


@given(texts)
@example("# a heading")
@example("1. a list")
@example("- a list")
@example("```\ncode")
@example("<details>")
@example("[a](b) ![c](d)")
@example("~~a~~ *b* __c__ `d`")
@example("a\\|b|c")
@example("&lt; &amp;")
def test_a_text_is_seen_as_it_is(text: str) -> None:
    document = read(escape(text))
    assert seen(document) == as_text(text)
    assert {element.tag for element in document.elements} <= {"p", "span"}


@given(texts)
def test_a_text_after_another_is_seen_as_it_is(text: str) -> None:
    document = read(f"- **before** {escape(text)} *after*")
    assert seen(document) == " ".join(f"before {as_text(text)} after".split())
    assert {element.tag for element in document.elements} <= {"ul", "li", "strong", "em", "span"}


@given(texts)
def test_a_text_within_html_is_seen_as_it_is(text: str) -> None:
    document = read(f"<details><summary>{in_html(text)}</summary>\n\n*inside*\n\n</details>")
    assert seen(document).removesuffix("inside").strip() == as_text(text)
    assert {element.tag for element in document.elements} <= {
        *("details", "summary", "p", "em", "span")
    }


@pytest.mark.parametrize(
    "call",
    ["@octocat", "(@octocat)", "#12", "octocat/project#12", "GH-12", "a@b.org", "@org/team"],
)
def test_nobody_is_notified_and_nothing_is_linked(call: str) -> None:
    for text in (read(escape(call)).text, read(f"<p>{in_html(call)}</p>").text):
        assert not re.search(r"[@#]\w|GH-\d", text)


@pytest.mark.parametrize(
    "address", ["https://example.org", "HTTP://example.org", "www.example.org"]
)
def test_no_address_becomes_a_link(address: str) -> None:
    assert not re.search(r"://|www\.", read(escape(address)).text, re.IGNORECASE)


def test_dollars_enclose_no_formula() -> None:
    assert escape("$x$") == "<span>$</span>x<span>$</span>"


@given(texts)
@example("```\n# a heading\n````\n")
@example("</details>")
def test_a_log_is_one_block_of_code(log: str) -> None:
    document = read(f"<details>\n\n{fenced(log)}\n\n</details>")
    assert [element.tag for element in document.elements] == ["details", "pre", "code"]


def test_a_log_keeps_its_lines() -> None:
    assert "line 1\n  line 2" in "".join(read(fenced("line 1\n  line 2")).words)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_a_table_has_its_entries_and_no_others(rows: list[tuple[str, str]]) -> None:
    one, other = (tuple(" ".join(text.split()) for text in column) for column in zip(*rows))
    table = PlainTable((Column("Text", one, numeric=False), Column("Number", other)))
    document = read(pipe_table(table))
    assert len(document.all("td")) == 2 * len(rows)
    assert len(document.all("table")) == 1
    expected = " ".join(f"{as_text(a)} {as_text(b)}" for a, b in zip(one, other))
    assert "".join(seen(document).removeprefix("Text Number").split()) == "".join(expected.split())


def test_numbers_stand_on_the_right() -> None:
    table = PlainTable((Column("Cell", ("a",), numeric=False), Column("Epoch", ("1 ms",))))
    headings = read(pipe_table(table)).all("th")
    assert [heading.attributes.get("style") for heading in headings] == [None, "text-align:right"]


def test_a_number_is_not_torn_from_its_unit() -> None:
    table = PlainTable((Column("Epoch", ("1.5 ms", "1e-6", "1\N{EN DASH}2 ms")),))
    text = pipe_table(table)
    assert "1.5\N{NO-BREAK SPACE}ms" in text
    assert "1e-\N{WORD JOINER}6" in text
    assert "1\N{EN DASH}\N{WORD JOINER}2\N{NO-BREAK SPACE}ms" in text


def test_an_entry_of_two_lines_is_broken() -> None:
    table = PlainTable((Column("Cell", ("a|b\nc",), numeric=False),))
    assert "| a&#124;b<br>c |" in pipe_table(table)
