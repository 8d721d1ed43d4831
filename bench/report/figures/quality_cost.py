"""The figure of quality against cost: how good the model is after how many seconds of training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from bench.analysis.ranking import Ranked
from bench.records.model import Cell
from bench.report.figures import curves, legend, rows, scale, slanted_labels
from bench.report.figures.listed_epochs import listed_epochs
from bench.report.figures.plate import Column, Drawing, Plate, Size, Table
from bench.report.figures.slanted_labels import End
from bench.report.figures.subject import Subject
from bench.report.palette import Look
from bench.report.wording import count, duration, quality, share

KEY = "quality-cost"
# Points: of the plot, and around it.
HEIGHT, LEFT, RIGHT = 250, 74, 20


@dataclass(frozen=True)
class Course:
    """How a cell's model became better.

    Attributes
    ----------
    first_epoch_seconds, epoch_seconds : float
        Of the first epoch, and of each later one: medians over trials.
    quality : tuple of float
        Test accuracy, or mean squared error, after every epoch: medians over trials; NaN where not
        finite.
    """

    label: str
    look: Look
    first_epoch_seconds: float
    epoch_seconds: float
    quality: tuple[float, ...]

    @property
    def seconds(self) -> tuple[float, ...]:
        """Seconds of training up to the end of every epoch."""
        return tuple(
            self.first_epoch_seconds + number * self.epoch_seconds
            for number in range(len(self.quality))
        )


@dataclass(frozen=True)
class Courses:
    """The cells of one batch size, which train the same model.

    Attributes
    ----------
    circumstances : str
        What tells them from those of other batch sizes; empty where there are none.
    regression : bool
        Whether the quality is an error, the smaller the better.
    """

    cells: tuple[Course, ...]
    circumstances: str
    regression: bool

    @property
    def labelled(self) -> bool:
        """Whether each curve is labelled; many, or those of small drawings, have a legend."""
        return len(self.cells) <= legend.NAMED_CELLS and not self.circumstances

    @property
    def reach(self) -> tuple[float, float]:
        """The seconds at which the first curve begins and the last one ends."""
        ends = [one.seconds[place] for one in self.cells for place in (0, -1)]
        return min(ends), max(ends)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked."""
    found = courses(subject)
    if not found:
        return ()
    identities = [entry.cell.identity for entry in subject.ranked]
    what = "mean squared error" if found[0].regression else "accuracy"
    reach = (min(one.reach[0] for one in found), max(one.reach[1] for one in found))
    plate = Plate(
        KEY,
        "Quality against cost",
        ()
        if found[0].labelled
        else legend.cell_entries(identities, subject.labels, subject.titles, subject.looks),
        tuple(
            Drawing(
                "-".join((KEY, *one.circumstances.replace(",", "").split())),
                f"Test {what} against seconds of training"
                + (f", {one.circumstances}" if one.circumstances else ""),
                describe(one),
                partial(draw, one, reach),
                sizes=("wide",) if one.circumstances else ("wide", "narrow"),
            )
            for one in found
        ),
        caption(found),
        table(found),
    )
    return (plate,)


def caption(drawn: Sequence[Courses]) -> str:
    """Return in words what is drawn, and why the curves look alike."""
    what = "mean squared error" if drawn[0].regression else "accuracy"
    sentences = [
        f"Test {what} after every epoch, against the seconds of training up to then: the first "
        "epoch with any compilation, then one median epoch after the other. Import and set-up are "
        "not counted. The large marker is the last epoch."
    ]
    if any(len(one.cells) > 1 for one in drawn):
        who = "All cells of one batch size" if len(drawn) > 1 else "All cells"
        sentences.append(
            f"{who} train the same model, so their curves reach the same heights and differ in "
            "time only."
        )
    return " ".join(sentences)


def courses(subject: Subject) -> tuple[Courses, ...]:
    """Return the courses of the ranked cells, fastest first, by their batch size."""
    several = len(subject.infos) > 1
    found = (
        Courses(
            tuple(
                _course(subject, entry)
                for entry in subject.ranked
                if entry.cell.identity.batch_size == info.batch_size
            ),
            f"batches of {info.batch_size:,}" if several else "",
            info.task == "regression",
        )
        for info in subject.infos
    )
    return tuple(one for one in found if one.cells)


def _course(subject: Subject, entry: Ranked) -> Course:
    identity = entry.cell.identity
    return Course(
        subject.labels[identity],
        subject.looks[identity],
        entry.summary.first_epoch_seconds,
        entry.summary.epoch_seconds.median,
        _quality(entry.cell),
    )


def _quality(cell: Cell) -> tuple[float, ...]:
    """Return the median over trials after every epoch."""
    series = [trial.test_accuracy or trial.test_mean_squared_error for trial in cell.trials]
    known = [[math.nan if value is None else value for value in one] for one in series]
    return tuple(float(np.median(values)) for values in zip(*known))


def describe(drawn: Courses) -> str:
    """Return in words which cell ends first and which last."""
    ordered = sorted(drawn.cells, key=lambda one: one.seconds[-1])
    epochs = len(ordered[0].quality)
    sentences = [
        f"{one.label} ends {place}, after {duration(one.seconds[-1])}."
        for one, place in ((ordered[0], "first"), (ordered[-1], "last"))
    ]
    return " ".join((f"{count(epochs, 'epoch')} of training.", *sentences[: len(ordered)]))


def table(drawn: Sequence[Courses]) -> Table:
    """Return the times, and the quality by epoch, the middle of many epochs left out."""
    cells = [one for same in drawn for one in same.cells]
    epochs = max(len(one.quality) for one in cells)
    listed = listed_epochs(epochs)
    written = quality if drawn[0].regression else share

    def words(value: float) -> str:
        return written(value) if math.isfinite(value) else quality(None)

    return Table(
        (
            Column("Cell", numeric=False),
            *map(Column, ("First epoch", "Each later epoch", f"All {epochs:,}")),
            *(Column(f"After epoch {number + 1:,}") for number in listed.numbers),
        ),
        tuple(
            (
                one.label,
                duration(one.first_epoch_seconds),
                duration(one.epoch_seconds),
                duration(one.seconds[-1]),
                *(
                    words(one.quality[number]) if number < len(one.quality) else ""
                    for number in listed.numbers
                ),
            )
            for one in cells
        ),
        listed.note,
    )


def draw(drawn: Courses, reach: tuple[float, float], size: Size) -> Figure:
    """Return the figure; labels stand aslant above the ends of their curves.

    Parameters
    ----------
    reach : tuple of float
        Seconds from which and up to which curves reach, in all drawings that are compared.
    """
    if drawn.circumstances:
        figure, axes = curves.panel()
        axes.set_title(drawn.circumstances)
    else:
        figure, axes = _wide_axes(drawn, size)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    for one in drawn.cells:
        _draw_course(axes, one, dotted=drawn.labelled)
    _prepare_axes(axes, drawn, reach)
    if drawn.labelled:
        slanted_labels.write(axes, _ends(axes, drawn.cells), size)
    return figure


def _wide_axes(drawn: Courses, size: Size) -> tuple[Figure, Axes]:
    width = rows.WIDTHS[size]
    headroom = 14.0
    if drawn.labelled:
        headroom = slanted_labels.headroom([one.label for one in drawn.cells], size)
    height = HEIGHT + headroom
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes(
        (
            LEFT / width,
            rows.BELOW / height,
            1 - (LEFT + RIGHT) / width,
            1 - (rows.BELOW + headroom) / height,
        )
    )
    return figure, axes


def _prepare_axes(axes: Axes, drawn: Courses, reach: tuple[float, float]) -> None:
    logarithmic = scale.spans_decades(reach)
    scale.show_seconds(axes, "x", reach, logarithmic=logarithmic)
    axes.set_xlabel("time of training" + (", logarithmic" if logarithmic else ""))
    if not drawn.regression:
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 2.5, 5, 10)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.3g} %"))
        axes.set_ylabel("test accuracy")
        return
    if scale.spans_decades(value for one in drawn.cells for value in one.quality):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(scale.decade_ticks(axes, "y"))
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axes.set_ylabel("test mean squared error")


def _draw_course(axes: Axes, one: Course, *, dotted: bool) -> None:
    axes.plot(
        one.seconds,
        one.quality,
        color=one.look.colour,
        linewidth=1.4,
        marker="o" if dotted else None,
        markersize=3,
        markeredgewidth=0,
    )
    axes.plot(
        [one.seconds[-1]],
        [one.quality[-1]],
        one.look.marker,
        markersize=8,
        markerfacecolor=one.look.face,
        markeredgecolor=one.look.colour,
        markeredgewidth=1.6,
    )


def _ends(axes: Axes, cells: Sequence[Course]) -> list[End]:
    """Return the ends of the curves; one that is not finite lies at the edge."""
    _, edge = axes.get_ylim()
    return [
        End(one.label, one.seconds[-1], one.quality[-1] if math.isfinite(one.quality[-1]) else edge)
        for one in cells
    ]
