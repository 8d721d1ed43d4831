"""The figure of epoch times: a dot for each trial, the median and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.ranking import Ranked
from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Estimate, Identity
from bench.report.figures import legend, rows, scale
from bench.report.figures.plate import Column, Drawing, Plate, Size, Table
from bench.report.figures.rows import Rows
from bench.report.figures.subject import Subject
from bench.report.palette import Look
from bench.report.wording import count, duration

NOTHING = "\N{EN DASH}"
KEY = "epoch-time"
_CAPTION = (
    "A pale dot is one trial, the median of its steady epochs. The large marker is the median over "
    "trials, which the number repeats, and the bar its 95 % interval."
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked."""
    ranked, labels = subject.ranked, subject.labels
    if not ranked:
        return ()
    drawing = Drawing(
        KEY,
        "Time of an epoch by cell",
        describe(ranked, labels),
        partial(draw, ranked, labels, subject.looks),
    )
    entries = legend.key_entries([entry.cell.identity for entry in ranked])
    return (Plate(KEY, "Time of an epoch", entries, (drawing,), _CAPTION, table(ranked, labels)),)


def describe(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return in words which cell is fastest and which is slowest."""
    ends = [
        f"{labels[entry.cell.identity]}: {duration(entry.summary.epoch_seconds.median)}"
        for entry in (ranked[0], ranked[-1])
    ]
    return f"{count(len(ranked), 'cell')}, fastest first. {'; '.join(ends[: len(ranked)])}."


def table(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> Table:
    """Return every number that is drawn."""
    columns = (
        Column("Cell", numeric=False),
        *map(Column, ("Median", "Low", "High")),
        Column("Trials", numeric=False),
    )
    return Table(
        columns,
        tuple(
            (
                labels[entry.cell.identity],
                duration(entry.summary.epoch_seconds.median),
                *_ends(entry.summary.epoch_seconds),
                ", ".join(duration(steady_epoch_seconds(trial)) for trial in entry.cell.trials),
            )
            for entry in ranked
        ),
    )


def _ends(estimate: Estimate) -> tuple[str, str]:
    """Return the ends of an interval; dashes where there is none."""
    if estimate.low is None or estimate.high is None:
        return NOTHING, NOTHING
    return duration(estimate.low), duration(estimate.high)


def draw(
    ranked: Sequence[Ranked],
    labels: Mapping[Identity, str],
    looks: Mapping[Identity, Look],
    size: Size,
) -> Figure:
    """Return the figure, fastest cell on top."""
    layout = Rows(
        tuple(labels[entry.cell.identity] for entry in ranked),
        tuple(duration(entry.summary.epoch_seconds.median) for entry in ranked),
        size,
    )
    figure, axes = rows.begin(layout)
    logarithmic = scale.epochs_span_decades(ranked)
    scale.show_seconds(axes, "x", _reach(ranked), logarithmic=logarithmic)
    axes.set_xlabel("time of an epoch" + (", logarithmic" if logarithmic else ""))
    axes.grid(axis="x")
    alike: dict[Look, list[tuple[int, Ranked]]] = {}
    for place, entry in enumerate(ranked):
        alike.setdefault(looks[entry.cell.identity], []).append((place, entry))
    for look, placed in alike.items():
        _draw_cells(axes, placed, look)
    return figure


def _reach(ranked: Sequence[Ranked]) -> tuple[float, float]:
    """Return the shortest and the longest time that is drawn."""
    drawn = [
        seconds
        for entry in ranked
        for seconds in (
            *entry.summary.epoch_seconds.ends,
            *map(steady_epoch_seconds, entry.cell.trials),
        )
    ]
    return min(drawn), max(drawn)


def _draw_cells(axes: Axes, placed: Sequence[tuple[int, Ranked]], look: Look) -> None:
    """Draw the cells of one look in their rows."""
    places = [place for place, _ in placed]
    estimates = [entry.summary.epoch_seconds for _, entry in placed]
    axes.hlines(
        places,
        [estimate.ends[0] for estimate in estimates],
        [estimate.ends[1] for estimate in estimates],
        color=look.colour,
        linewidth=2.5,
    )
    dots = [
        (steady_epoch_seconds(trial), place)
        for place, entry in placed
        for trial in entry.cell.trials
    ]
    axes.plot(*zip(*dots), "o", color=look.colour, markersize=5.5, markeredgewidth=0, alpha=0.45)
    rows.mark(axes, [estimate.median for estimate in estimates], places, look)
