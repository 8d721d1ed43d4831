"""The source code that was measured: each distinct file once, highlighted in few bytes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from bench.records import axes
from bench.records.axes import Titles
from bench.records.model import Cell, Record
from bench.records.printable import printable
from bench.report.naming import titles
from bench.report.wording import listing

# Classes that cells.css gives a colour. Plain names, operators and brackets have none, which
# saves most of the page that highlighting takes.
_CLASSES: Mapping[_TokenType, str] = {
    Comment: "hc",
    Keyword: "hk",
    Name.Class: "hd",
    Name.Decorator: "hd",
    Name.Function: "hd",
    Number: "hn",
    Operator.Word: "hk",
    String: "hs",
    String.Doc: "hc",
}
_IMPLEMENTATIONS = "implementations."


@dataclass(frozen=True)
class Source:
    """One file.

    Attributes
    ----------
    key : str
        Short and unique on the page, made of letters, digits and hyphens.
    module : str
        Its name to Python.
    title : str
        The framework and form whose cells it trains.
    lines : tuple of Markup
        Without ends of lines; no element reaches from one line into the next.
    """

    key: str
    module: str
    title: str
    lines: tuple[Markup, ...]

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return f"source-{self.key}"


# By module and text: two runs can have measured different texts of one module.
Sources = Mapping[tuple[str, str], Source]


def sources(records: Sequence[Record]) -> Sources:
    """Return every source that a cell of these records used, once, in the order of the cells."""
    called = titles(records)
    users: dict[tuple[str, str], list[tuple[Record, Cell]]] = {}
    for record in records:
        for cell in record.cells:
            if place := _place(record, cell):
                users.setdefault(place, []).append((record, cell))
    keys = _keys([module for module, _ in users])
    texts: dict[str, set[str]] = {}
    for module, text in users:
        texts.setdefault(module, set()).add(text)
    return {
        (module, text): Source(
            key, module, _title(found, called, len(texts[module]) > 1), highlighted(text)
        )
        for key, ((module, text), found) in zip(keys, users.items())
    }


def source_of(record: Record, cell: Cell, known: Sources) -> Source | None:
    """Return the source of a cell; None where the record does not hold it."""
    place = _place(record, cell)
    return known[place] if place else None


def _place(record: Record, cell: Cell) -> tuple[str, str] | None:
    if cell.source is None or cell.source not in record.sources:
        return None
    return cell.source, record.sources[cell.source]


def _keys(modules: Sequence[str]) -> list[str]:
    """Return a key for each module: its name without what all share, numbered where it repeats."""
    taken: set[str] = set()
    keys = []
    for module in modules:
        short = re.sub(r"[^a-z0-9]+", "-", module.removeprefix(_IMPLEMENTATIONS).lower())
        stem = short.strip("-") or "source"
        names = itertools.chain((stem,), (f"{stem}-{number}" for number in itertools.count(2)))
        key = next(name for name in names if name not in taken)
        taken.add(key)
        keys.append(key)
    return keys


def _title(users: Iterable[tuple[Record, Cell]], called: Titles, names_run: bool) -> str:
    users = tuple(users)
    cells = dict.fromkeys(axes.name(cell.identity, called) for _, cell in users)
    runs = dict.fromkeys(record.run_id for record, _ in users)
    return listing([*cells]) + (f", run {listing([*runs])}" if names_run else "")


def highlighted(text: str) -> tuple[Markup, ...]:
    """Return the lines of a Python file with its tokens in `span` elements."""
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    tokens = ((_class(kind), value) for kind, value in lexer.get_tokens(printable(text)))
    lines = [Markup()]
    for name, run in itertools.groupby(tokens, key=lambda token: token[0]):
        first, *others = "".join(value for _, value in run).split("\n")
        lines[-1] += _span(name, first)
        lines.extend(_span(name, other) for other in others)
    # What follows the last line's end is no line.
    return tuple(lines if lines[-1] else lines[:-1])


def _class(kind: _TokenType) -> str:
    """Return the class of a token, or of the narrowest of its kinds that has one."""
    return next((_CLASSES[one] for one in reversed(kind.split()) if one in _CLASSES), "")


def _span(name: str, text: str) -> Markup:
    if not name or not text.strip():
        return escape(text)
    return Markup('<span class="{}">{}</span>').format(name, text)
