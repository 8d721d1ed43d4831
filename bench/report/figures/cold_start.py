"""The figure of the cold start: import, set-up and first epoch, stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter, MaxNLocator

from bench.analysis.ranking import Ranked
from bench.records.model import Identity, Summary
from bench.report.figures import stacked
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.stacked import Bar, Part, Stack
from bench.report.figures.subject import Subject
from bench.report.wording import duration

KEY = "cold-start"
IMPORT = Part("import", 0, *stacked.RISING)
SET_UP = Part("set-up", 1, *stacked.PLAIN)
FIRST_EPOCH = Part("first epoch", 2, *stacked.LYING)
ORDER = (IMPORT, SET_UP, FIRST_EPOCH)
_CAPTION = (
    "What passes before the second epoch: importing the framework, setting up (configuring it, "
    "copying the data, building the model), and the first epoch with any compilation. Each part is "
    "its own median over trials; the number is the median of their sum, and can differ a little "
    "from the length of the bar."
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked."""
    ranked, labels = subject.ranked, subject.labels
    if not ranked:
        return ()
    bars = tuple(bar(labels[entry.cell.identity], entry.summary) for entry in ranked)
    stack = Stack(bars, "time of the cold start", duration, _prepare)
    drawing = Drawing(
        KEY, "Cold start by cell", describe(ranked, labels), partial(stacked.draw, stack)
    )
    return (Plate(KEY, "Cold start", ORDER, (drawing,), _CAPTION, table(ranked, labels)),)


def bar(label: str, summary: Summary) -> Bar:
    """Return a cell's cold start in its parts."""
    return Bar(
        label,
        (
            (IMPORT, summary.import_seconds),
            (SET_UP, summary.setup_seconds),
            (FIRST_EPOCH, summary.first_epoch_seconds),
        ),
        duration(summary.cold_start_seconds),
    )


def describe(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return in words which cell is ready first and which last."""
    ordered = sorted(ranked, key=lambda entry: entry.summary.cold_start_seconds)
    sentences = [
        f"{labels[entry.cell.identity]} takes {what}, {duration(entry.summary.cold_start_seconds)}."
        for entry, what in ((ordered[0], "least"), (ordered[-1], "most"))
    ]
    return " ".join(sentences[: len(ordered)])


def table(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> Table:
    """Return every number that is drawn."""
    return Table(
        (
            Column("Cell", numeric=False),
            *map(Column, ("Import", "Set-up", "First epoch", "Cold start")),
        ),
        tuple(
            (
                labels[entry.cell.identity],
                duration(entry.summary.import_seconds),
                duration(entry.summary.setup_seconds),
                duration(entry.summary.first_epoch_seconds),
                duration(entry.summary.cold_start_seconds),
            )
            for entry in ranked
        ),
    )


def _prepare(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.grid(axis="x")
