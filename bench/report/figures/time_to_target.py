"""The figure of time to target: after how many seconds a cell has learned enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter, MaxNLocator

from bench.analysis.ranking import Ranked
from bench.analysis.target import epochs_to_target
from bench.records.model import Cell, WorkloadInfo
from bench.report.figures import stacked
from bench.report.figures.listed_epochs import listed_epochs
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.stacked import Bar, Part, Stack
from bench.report.figures.subject import Subject
from bench.report.wording import count, duration, listing, quality, share

KEY = "time-to-target"
HEADING = "Time to target"
TRAINING = Part("training up to the target", 0, *stacked.RISING)
START = Part("import and set-up", 1, *stacked.PLAIN)
ORDER = (TRAINING, START)
NEVER = "not reached"
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Learner:
    """A cell on its way to the target.

    Attributes
    ----------
    seconds, seconds_from_cold : float or None
        Of training until the target, without import and set-up and with them; None where some
        trial never reached it.
    epochs : tuple of int
        After how many epochs the trials reached it, those that did.
    quality : tuple of float
        Test accuracy, or mean squared error, after every epoch: medians over trials; NaN where not
        finite.
    """

    label: str
    seconds: float | None
    seconds_from_cold: float | None
    epochs: tuple[int, ...]
    first_epoch_seconds: float
    epoch_seconds: float
    quality: tuple[float, ...]


@dataclass(frozen=True)
class Learners:
    """The cells of one batch size, soonest first; those that never reached the target are last."""

    info: WorkloadInfo
    target: float
    cells: tuple[Learner, ...]

    @property
    def target_words(self) -> str:
        """The target as it is written."""
        if self.info.task == "regression":
            return f"a test mean squared error of {quality(self.target)}"
        return f"a test accuracy of {share(self.target)}"

    @property
    def arrived(self) -> tuple[Learner, ...]:
        """The cells that reached it."""
        return tuple(cell for cell in self.cells if cell.seconds is not None)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked or the record has no target."""
    found = learners(subject)
    if not found:
        return ()
    several = len(subject.infos) > 1
    drawings = tuple(_drawing(one, several) for one in found if one.arrived)
    legend = ORDER if drawings else ()
    return (Plate(KEY, HEADING, legend, drawings, caption(found, several), table(found)),)


def _drawing(one: Learners, several: bool) -> Drawing:
    batches = f"batches of {one.info.batch_size:,}" if several else ""
    stack = Stack(tuple(map(bar, one.cells)), "time until the target", duration, _prepare)
    return Drawing(
        "-".join((KEY, *batches.replace(",", "").split())),
        f"Seconds of training until {one.target_words}" + (f", {batches}" if several else ""),
        describe(one),
        partial(stacked.draw, stack),
    )


def learners(subject: Subject) -> tuple[Learners, ...]:
    """Return the ranked cells by batch size, as far as these have a target."""
    found = (
        Learners(info, info.target, _cells(subject, info))
        for info in subject.infos
        if info.target is not None
    )
    return tuple(one for one in found if one.cells)


def _cells(subject: Subject, info: WorkloadInfo) -> tuple[Learner, ...]:
    own = [entry for entry in subject.ranked if entry.cell.identity.batch_size == info.batch_size]
    cells = [_learner(subject, entry, info) for entry in own]
    return tuple(sorted(cells, key=lambda one: math.inf if one.seconds is None else one.seconds))


def _learner(subject: Subject, entry: Ranked, info: WorkloadInfo) -> Learner:
    summary = entry.summary
    reached = [epochs_to_target(trial, info) for trial in entry.cell.trials]
    return Learner(
        subject.labels[entry.cell.identity],
        summary.seconds_to_target,
        summary.seconds_to_target_from_cold,
        tuple(sorted(epochs for epochs in reached if epochs is not None)),
        summary.first_epoch_seconds,
        summary.epoch_seconds.median,
        _quality(entry.cell),
    )


def _quality(cell: Cell) -> tuple[float, ...]:
    """Return the median over trials after every epoch."""
    series = [trial.test_accuracy or trial.test_mean_squared_error for trial in cell.trials]
    known = [[math.nan if value is None else value for value in one] for one in series]
    return tuple(float(np.median(values)) for values in zip(*known))


def bar(one: Learner) -> Bar:
    """Return the parts of a cell's way to the target; none where it never arrived."""
    if one.seconds is None or one.seconds_from_cold is None:
        return Bar(one.label, (), NEVER)
    start = max(0.0, one.seconds_from_cold - one.seconds)
    number = f"{duration(one.seconds)}, cold {duration(one.seconds_from_cold)}"
    return Bar(one.label, ((TRAINING, one.seconds), (START, start)), number)


def caption(drawn: Sequence[Learners], several: bool) -> str:
    """Return in words what is drawn, and who never reached the target."""
    targets = listing(
        [
            one.target_words + (f" with batches of {one.info.batch_size:,}" if several else "")
            for one in drawn
        ]
    )
    late = [cell.label for one in drawn for cell in one.cells if cell.seconds is None]
    sentences = [
        f"Seconds of training until {targets}, the share of the reference's final result that the "
        "plan asks for. The first epoch, with any compilation, is part of the training; evaluating "
        "the model is not. The second part of a bar is import and set-up; the numbers are without "
        "and with it, medians over trials.",
        f"Not reached within the epochs of the run: {listing(late)}." if late else "",
    ]
    return " ".join(filter(None, sentences))


def describe(drawn: Learners) -> str:
    """Return in words which cell is there first and which last."""
    first, last = drawn.arrived[0], drawn.arrived[-1]
    sentences = [f"{first.label} is there first, after {duration(first.seconds or 0.0)}."]
    if last is not first:
        sentences.append(f"{last.label} is there last, after {duration(last.seconds or 0.0)}.")
    late = len(drawn.cells) - len(drawn.arrived)
    if late:
        sentences.append(f"{count(late, 'cell')} never reached it.")
    return " ".join(sentences)


def table(drawn: Sequence[Learners]) -> Table:
    """Return the times, and the quality by epoch, the middle of many epochs left out."""
    cells = [one for same in drawn for one in same.cells]
    listed = listed_epochs(max(len(one.quality) for one in cells))
    written = quality if drawn[0].info.task == "regression" else share

    def words(value: float) -> str:
        return written(value) if math.isfinite(value) else quality(None)

    columns = ("Training", "From a cold start", "Epochs", "First epoch", "Each later epoch")
    return Table(
        (
            Column("Cell", numeric=False),
            *map(Column, columns),
            *(Column(f"After epoch {number + 1:,}") for number in listed.numbers),
        ),
        tuple(
            (
                one.label,
                NEVER if one.seconds is None else duration(one.seconds),
                NOTHING if one.seconds_from_cold is None else duration(one.seconds_from_cold),
                _epochs(one.epochs),
                duration(one.first_epoch_seconds),
                duration(one.epoch_seconds),
                *(
                    words(one.quality[number]) if number < len(one.quality) else ""
                    for number in listed.numbers
                ),
            )
            for one in cells
        ),
        listed.note,
    )


def _epochs(epochs: Sequence[int]) -> str:
    """Return after how many epochs trials reached the target."""
    if not epochs:
        return NOTHING
    first, last = epochs[0], epochs[-1]
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"


def _prepare(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.grid(axis="x")
