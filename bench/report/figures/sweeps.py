"""The figures of sweeps: how the time of an epoch changes with the batch size and the threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.pairing import alike
from bench.analysis.ranking import Ranked
from bench.records.axes import BY_FIELD, Titles, without
from bench.records.model import Estimate, Identity
from bench.report.figures import curves, scale
from bench.report.figures.curves import Style
from bench.report.figures.legend import SEEN, CellEntry, Entry, LineEntry
from bench.report.figures.plate import Column, Drawing, Plate, Size, Table
from bench.report.figures.strokes import linestyle
from bench.report.figures.subject import Subject
from bench.report.palette import MUTED
from bench.report.wording import count, duration, duration_interval

Swept = Literal["batch_size", "threads"]
IDEAL = LineEntry("twice the threads, half the time", MUTED, 1.2, (5, 3))


@dataclass(frozen=True)
class Sweep:
    """A part of a cell's identity that is varied."""

    swept: Swept
    other: Swept
    key: str
    heading: str
    axis: str
    caption: str


BATCH_SIZE = Sweep(
    "batch_size",
    "threads",
    "epoch-time-by-batch-size",
    "Epoch time by batch size",
    "examples in a batch",
    "Every epoch sees the same examples, in fewer steps the larger the batches are.",
)
THREADS = Sweep(
    "threads",
    "batch_size",
    "epoch-time-by-threads",
    "Epoch time by threads",
    "threads",
    "The dashed line is what the fastest cell would take if twice the threads took half the time.",
)
SWEEPS = (BATCH_SIZE, THREADS)


@dataclass(frozen=True)
class Series:
    """A cell in every value that was measured.

    Attributes
    ----------
    identity : Identity
        Of one of its cells; the others differ in what is varied only.
    twin : int
        Its place, from 0, among those that differ in nothing that a marker shows.
    estimates : dict of int to Estimate
        Time of an epoch by the value, in ascending order.
    """

    identity: Identity
    twin: int
    estimates: Mapping[int, Estimate]


@dataclass(frozen=True)
class Panel:
    """The series that ran on one device, and have the same of what else can be swept.

    Attributes
    ----------
    circumstances : str
        What tells it from other panels; empty where there are none.
    """

    sweep: Sweep
    circumstances: str
    series: tuple[Series, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """The values that were measured, in ascending order."""
        return tuple(sorted({value for one in self.series for value in one.estimates}))

    @property
    def reach(self) -> tuple[float, float]:
        """The shortest and the longest time that is drawn."""
        estimates = [one for series in self.series for one in series.estimates.values()]
        ideal = _ideal(self).values() if self.sweep is THREADS else ()
        lows, highs = zip(*(one.ends for one in estimates))
        return min(*ideal, *lows), max(highs)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return a figure for each of batch size and threads that the record varies."""
    found = ((sweep, panels(subject.ranked, sweep)) for sweep in SWEEPS)
    return tuple(_plate(subject, sweep, drawn) for sweep, drawn in found if drawn)


def panels(ranked: Sequence[Ranked], sweep: Sweep) -> tuple[Panel, ...]:
    """Return the panels of a sweep; none where no cell was measured with two values."""
    shared = ("device", sweep.other)
    together: dict[tuple[object, ...], list[Series]] = {}
    twins: dict[tuple[object, ...], dict[Identity, int]] = {}
    for cells in alike(ranked, sweep.swept).values():
        if len(cells) > 1:
            identity = cells[0].cell.identity
            seen = twins.setdefault(tuple(getattr(identity, field) for field in SEEN), {})
            twin = seen.setdefault(without(identity, sweep.swept, *shared), len(seen))
            place = tuple(getattr(identity, field) for field in shared)
            series = Series(identity, twin, _estimates(cells, sweep))
            together.setdefault(place, []).append(series)
    places = sorted(together)
    differing = [field for field, values in zip(shared, zip(*places)) if len(set(values)) > 1]
    return tuple(
        Panel(
            sweep,
            ", ".join(
                BY_FIELD[field].words(together[place][0].identity, Titles()) for field in differing
            ),
            tuple(together[place]),
        )
        for place in places
    )


def _estimates(cells: Sequence[Ranked], sweep: Sweep) -> dict[int, Estimate]:
    """Return the time of an epoch by the value that is varied, in ascending order."""
    found = {
        getattr(entry.cell.identity, sweep.swept): entry.summary.epoch_seconds for entry in cells
    }
    return dict(sorted(found.items()))


def _plate(subject: Subject, sweep: Sweep, drawn: Sequence[Panel]) -> Plate:
    reach = (min(panel.reach[0] for panel in drawn), max(panel.reach[1] for panel in drawn))
    return Plate(
        sweep.key,
        sweep.heading,
        _legend(subject, sweep, drawn),
        tuple(
            Drawing(
                "-".join((sweep.key, *panel.circumstances.lower().replace(",", "").split())),
                ", ".join(filter(None, (sweep.heading, panel.circumstances))),
                describe(panel, subject),
                partial(draw, panel, subject, reach),
                sizes=("wide",),
            )
            for panel in drawn
        ),
        f"The median of an epoch with its 95 % interval. {sweep.caption}",
        table(drawn, subject),
    )


def name(series: Series, panel: Panel, subject: Subject) -> str:
    """Return what a series is called, without what the panel and the axis tell."""
    return subject.label(series.identity, "device", panel.sweep.swept, panel.sweep.other)


def _style(series: Series, panel: Panel, subject: Subject) -> Style:
    """Return how a series is drawn; those that look the same differ in their dashes."""
    return Style(subject.looks[series.identity], series.twin, len(panel.series))


def _legend(subject: Subject, sweep: Sweep, drawn: Sequence[Panel]) -> tuple[Entry, ...]:
    """Return an entry for every series; those of several panels have the same."""
    entries: dict[Entry, None] = {}
    for panel in drawn:
        for series in panel.series:
            style = _style(series, panel, subject)
            called = name(series, panel, subject)
            entries[CellEntry(called, style.look, style.dash)] = None
    return (*entries, *([IDEAL] if sweep is THREADS else []))


def describe(panel: Panel, subject: Subject) -> str:
    """Return in words how each series begins and ends."""
    sentences = []
    for series in panel.series:
        (first, begins), *_, (last, ends) = series.estimates.items()
        sentences.append(
            f"{name(series, panel, subject)}: {duration(begins.median)} at {first:,}, "
            f"{duration(ends.median)} at {last:,}."
        )
    return " ".join(sentences)


def table(drawn: Sequence[Panel], subject: Subject) -> Table:
    """Return every number that is drawn."""
    values = sorted({value for panel in drawn for value in panel.values})
    several = len(drawn) > 1
    return Table(
        (
            Column("Cell", numeric=False),
            *([Column("With", numeric=False)] if several else []),
            *(Column(_heading(drawn[0].sweep, value)) for value in values),
        ),
        tuple(
            (
                name(series, panel, subject),
                *([panel.circumstances] if several else []),
                *(_words(series.estimates.get(value)) for value in values),
            )
            for panel in drawn
            for series in panel.series
        ),
    )


def _heading(sweep: Sweep, value: int) -> str:
    return f"Batches of {value:,}" if sweep is BATCH_SIZE else count(value, "thread").capitalize()


def _words(estimate: Estimate | None) -> str:
    if estimate is None:
        return "\N{EN DASH}"
    if estimate.low is None or estimate.high is None:
        return duration(estimate.median)
    return f"{duration(estimate.median)} ({duration_interval(estimate.low, estimate.high)})"


def draw(panel: Panel, subject: Subject, reach: tuple[float, float], _: Size) -> Figure:
    """Return the figure: a line for each series, with the interval of every median.

    Parameters
    ----------
    reach : tuple of float
        The shortest and the longest time in all drawings that are compared.
    """
    figure, axes = curves.panel()
    logarithmic = scale.spans_decades(reach)
    scale.show_counts(axes, "x", panel.values)
    scale.show_seconds(axes, "y", reach, logarithmic=logarithmic)
    axes.set_xlabel(panel.sweep.axis)
    axes.set_ylabel("time of an epoch" + (", logarithmic" if logarithmic else ""))
    axes.set_title(panel.circumstances)
    if panel.sweep is THREADS:
        ideal = _ideal(panel)
        axes.plot(
            list(ideal),
            list(ideal.values()),
            color=IDEAL.colour,
            linewidth=IDEAL.width,
            linestyle=linestyle(IDEAL.dash),
        )
    for series in panel.series:
        _draw_series(axes, series, _style(series, panel, subject))
    return figure


def _ideal(panel: Panel) -> dict[float, float]:
    """Return what the fastest cell of the fewest threads would take with perfect scaling."""
    fewest = panel.values[0]
    start = min(
        series.estimates[fewest].median for series in panel.series if fewest in series.estimates
    )
    # Enough points for a curve where the axis is linear.
    points = np.geomspace(fewest, panel.values[-1], 17)
    return {float(threads): start * fewest / float(threads) for threads in points}


def _draw_series(axes: Axes, series: Series, style: Style) -> None:
    values = list(series.estimates)
    axes.vlines(
        values,
        [one.ends[0] for one in series.estimates.values()],
        [one.ends[1] for one in series.estimates.values()],
        color=style.look.colour,
        linewidth=2.2,
    )
    curves.draw(axes, values, [one.median for one in series.estimates.values()], style)
