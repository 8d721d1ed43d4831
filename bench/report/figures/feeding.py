"""The figure of the inputs: what it costs to feed the data while the model is trained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bench.analysis.pairing import alike, pair
from bench.report.figures import legend, ratios
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.ratios import Labelled
from bench.report.figures.subject import Subject
from bench.report.wording import duration

KEY = "feeding"
HEADING = "What feeding costs"
TIME = ratios.time("the loader is faster")
_CAPTION = (
    "Each row is a cell that the framework's own loader feeds while the clock runs: the one that "
    "is equal in all else and whose data lie on the device before always stands at 1, the fed one "
    "as a multiple of it, paired by block and drawn with its 95 % interval."
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked with both inputs."""
    found = pairs(subject)
    if not found:
        return ()
    drawing = Drawing(
        KEY,
        f"{HEADING}: time of an epoch",
        ratios.describe(found, "the fed cell"),
        partial(ratios.draw, found, subject.looks, TIME),
    )
    entries = legend.key_entries(ratios.identities(found))
    return (Plate(KEY, HEADING, entries, (drawing,), _CAPTION, table(found)),)


def pairs(subject: Subject) -> tuple[Labelled, ...]:
    """Return each fed cell with the one that is not, the pair in which feeding costs least on top.

    However many workers a loader has, a cell without one has none.
    """
    found = []
    for cells in alike(subject.ranked, "input", "loader_workers").values():
        preloaded = [entry for entry in cells if entry.cell.identity.input == "preloaded"]
        fed = [entry for entry in cells if entry.cell.identity.input == "loader"]
        found += [
            Labelled(subject.label(entry.cell.identity, "input"), pair(preloaded[0], entry))
            for entry in fed
            if preloaded
        ]
    return tuple(sorted(found, key=lambda one: one.pair.ratio))


def table(drawn: Sequence[Labelled]) -> Table:
    """Return every number that is drawn."""
    names = ("Preloaded", "Loader", "Times as long", "95 % interval")
    return Table(
        (Column("Cell", numeric=False), *map(Column, names), Column("Verdict", numeric=False)),
        tuple(
            (
                one.label,
                duration(one.pair.first.summary.epoch_seconds.median),
                duration(one.pair.other.summary.epoch_seconds.median),
                ratios.number(one.pair.ratio),
                ratios.interval_words(one.pair),
                ratios.verdict_words(one.pair, "the loader"),
            )
            for one in drawn
        ),
    )
