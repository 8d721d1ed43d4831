"""The figure of the lanes: what compiling brings, what it costs, and when it has paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bench.analysis.compiling import Compiled, compiled
from bench.report.figures import legend, ratios
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.ratios import Labelled
from bench.report.figures.subject import Subject
from bench.report.wording import count, duration

KEY = "compiling"
HEADING = "What compiling brings"
TIME = ratios.time("compiled is faster")
_CAPTION = (
    "Each row is a compiled cell: the eager one that is equal in all else always stands at 1, the "
    "compiled one as a multiple of it, paired by block and drawn with its 95 % interval. What "
    "compiling costs is by how much the first epoch takes longer than the eager one's: import and "
    "set-up are those of the same framework. It has paid for itself after the epoch in which all "
    "training up to then, the first epoch included, takes no longer than eager."
)


@dataclass(frozen=True)
class Row:
    """A compiled cell beside its eager one, and what it is called."""

    label: str
    compiled: Compiled


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no framework is ranked both eager and compiled."""
    found = rows(subject)
    if not found:
        return ()
    pairs = [Labelled(row.label, row.compiled.pair) for row in found]
    drawing = Drawing(
        KEY,
        f"{HEADING}: time of an epoch",
        ratios.describe(pairs, "the compiled cell"),
        partial(ratios.draw, pairs, subject.looks, TIME),
    )
    entries = legend.key_entries(ratios.identities(pairs))
    return (Plate(KEY, HEADING, entries, (drawing,), _CAPTION, table(found), table_open=True),)


def rows(subject: Subject) -> tuple[Row, ...]:
    """Return every compiled cell that has an eager one, those that gain most on top."""
    found = [one for lanes in compiled(subject.ranked) for one in lanes]
    return tuple(Row(subject.labels[one.pair.other.cell.identity], one) for one in found)


def table(drawn: Sequence[Row]) -> Table:
    """Return every number that is drawn, what compiling costs, and when it has paid."""
    names = (
        *("Eager", "Compiled", "Times as long", "95 % interval"),
        *("Compiling costs", "Paid after"),
    )
    return Table((Column("Cell", numeric=False), *map(Column, names)), tuple(map(_row, drawn)))


def _row(row: Row) -> tuple[str, ...]:
    pair = row.compiled.pair
    return (
        row.label,
        duration(pair.first.summary.epoch_seconds.median),
        duration(pair.other.summary.epoch_seconds.median),
        ratios.number(pair.ratio),
        ratios.interval_words(pair),
        cost_words(row.compiled),
        paid_words(row.compiled),
    )


def cost_words(one: Compiled) -> str:
    """Return what compiling costs; nothing where the first epoch takes no longer than eager."""
    return duration(one.cost_seconds) if one.cost_seconds else "nothing"


def paid_words(one: Compiled) -> str:
    """Return after how many epochs compiling has paid for itself."""
    if one.epochs_to_pay is not None:
        return count(one.epochs_to_pay, "epoch")
    return "not told apart" if one.pair.time.verdict == "inconclusive" else "never"
