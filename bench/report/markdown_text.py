"""Text from a record made fit for Markdown as GitHub reads it: it stays text, and calls nobody."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

from bench.records.printable import printable
from bench.report.plain_tables import PlainTable

_SPECIAL = re.compile(r"[\\`*_\[\]~]")
# What begins a heading, a list or a rule, but only at the beginning of a line.
_BEGINS_A_BLOCK = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#+=-]))(.)(?=[\s#=-]|$)")
# GitHub makes links of people, issues and addresses, and notifies people, after the text is
# parsed: no escape keeps it from doing so, but a space of no width does.
_CALLS = re.compile(r"[@#](?=\w)|\bGH-(?=\d)|\bwww(?=\.)|:(?=//)", re.IGNORECASE)
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"
_BACKTICKS = re.compile("`+")
# So that a wide table is scrolled rather than its numbers torn from their units and exponents.
_UNBROKEN = str.maketrans(
    {
        " ": "\N{NO-BREAK SPACE}",
        "-": "-\N{WORD JOINER}",
        "\N{EN DASH}": "\N{EN DASH}\N{WORD JOINER}",
    }
)


def escape(text: str) -> Markup:
    """Return a text on one line with everything escaped that Markdown would take for more."""
    escaped = _SPECIAL.sub(r"\\\g<0>", in_html(text)).replace("|", "&#124;")
    return Markup(_BEGINS_A_BLOCK.sub(r"\1\\\2", escaped))


def in_html(text: str) -> Markup:
    """Return a text on one line for within an element of HTML, where Markdown means nothing."""
    line = _CALLS.sub(rf"\g<0>{_NO_WIDTH}", " ".join(printable(text).split()))
    escaped = html.escape(line, quote=False).replace(_NO_WIDTH, "&#8203;")
    # GitHub's own way to keep dollars from enclosing a formula.
    return Markup(escaped.replace("$", "<span>$</span>"))


def fenced(text: str) -> Markup:
    """Return a text as a block of code, whatever it holds."""
    longest = max((len(found) for found in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}text\n{printable(text)}\n{fence}")


def pipe_table(table: PlainTable) -> Markup:
    """Return a table as one of GitHub's, with numbers on the right."""
    columns = [
        (
            escape(column.heading),
            "---:" if column.numeric else "---",
            *(_entry(text, column.numeric) for text in column.entries),
        )
        for column in table.columns
    ]
    return Markup("\n".join(f"| {' | '.join(line)} |" for line in zip(*columns)))


def _entry(text: str, numeric: bool) -> str:
    entry = "<br>".join(map(escape, text.split("\n")))
    return entry.translate(_UNBROKEN) if numeric else entry
