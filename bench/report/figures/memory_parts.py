"""The figure of memory: what import, set-up and training take of the peak, stacked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from bench.analysis.ranking import Ranked
from bench.records.model import Identity, Resident, Trial
from bench.report.figures import stacked
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.stacked import Bar, Part, Stack
from bench.report.figures.subject import Subject
from bench.report.wording import memory

KEY = "memory"
IMPORT = Part("interpreter and framework", 0, *stacked.RISING)
SET_UP = Part("data and set-up", 1, *stacked.PLAIN)
TRAINING = Part("training", 2, *stacked.LYING)
ORDER = (IMPORT, SET_UP, TRAINING)
MOST_TICKS = 5
_CAPTION = (
    "A bar ends at the most memory that the process held during a training epoch, which the number "
    "repeats. The first part was held once the framework was imported, the second came with the "
    "data and the set-up, the third with training. All are medians over trials. What was held "
    "before and given back by then is in the table only, as is how much was pages of files, such "
    "as libraries: of those the system maps more than a process needs, as its page cache has it."
)


@dataclass(frozen=True)
class Held:
    """Memory of a cell's process, medians over its trials.

    Attributes
    ----------
    imported_bytes, baseline_bytes, peak_bytes : int
        After the import, before the first epoch, and at most during an epoch.
    device_peak_bytes : int or None
        Of the device's own allocator.
    imported_file_bytes, trained_file_bytes : int or None
        Pages of files after the import and at the end of training; None where some trial does not
        tell.
    """

    label: str
    imported_bytes: int
    baseline_bytes: int
    peak_bytes: int
    device_peak_bytes: int | None
    imported_file_bytes: int | None = None
    trained_file_bytes: int | None = None


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no cell is ranked."""
    cells = held(subject.ranked, subject.labels)
    if not cells:
        return ()
    stack = Stack(tuple(map(bar, cells)), "memory of the process", _words, _prepare)
    drawing = Drawing(KEY, "Peak memory by cell", describe(cells), partial(stacked.draw, stack))
    return (Plate(KEY, "Memory", ORDER, (drawing,), _CAPTION, table(cells)),)


def held(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> tuple[Held, ...]:
    """Return what the ranked cells held, fastest first."""
    return tuple(_held(labels[entry.cell.identity], entry.cell.trials) for entry in ranked)


def _held(label: str, trials: Sequence[Trial]) -> Held:
    device = [trial.memory.device_peak_bytes for trial in trials]
    known = [size for size in device if size is not None]
    return Held(
        label,
        _median([trial.memory.imported_bytes for trial in trials]),
        _median([trial.memory.baseline_bytes for trial in trials]),
        _median([trial.memory.peak_bytes for trial in trials]),
        _median(known) if known else None,
        _file_bytes([trial.memory.imported for trial in trials]),
        _file_bytes([trial.memory.trained for trial in trials]),
    )


def _file_bytes(found: Sequence[Resident | None]) -> int | None:
    known = [one.file_bytes for one in found if one is not None]
    return _median(known) if known and len(known) == len(found) else None


def _median(sizes: Sequence[int]) -> int:
    return int(np.median(sizes))


def bar(one: Held) -> Bar:
    """Return the parts of a cell's peak; what exceeded the peak before is no part of it."""
    imported = min(one.imported_bytes, one.peak_bytes)
    baseline = min(max(one.baseline_bytes, imported), one.peak_bytes)
    return Bar(
        one.label,
        (
            (IMPORT, imported),
            (SET_UP, baseline - imported),
            (TRAINING, one.peak_bytes - baseline),
        ),
        memory(one.peak_bytes),
    )


def describe(cells: Sequence[Held]) -> str:
    """Return in words which cell held least and which most."""
    ordered = sorted(cells, key=lambda one: one.peak_bytes)
    sentences = [
        f"{one.label} needs {what}, {memory(one.peak_bytes)}."
        for one, what in ((ordered[0], "least"), (ordered[-1], "most"))
    ]
    return " ".join(sentences[: len(ordered)])


def table(cells: Sequence[Held]) -> Table:
    """Return every number that is drawn, and the device's memory where there is some."""
    device = any(one.device_peak_bytes is not None for one in cells)
    files = any(one.imported_file_bytes is not None for one in cells)
    columns = ("After the import", "Before the first epoch", "Peak of an epoch")
    of_files = ("Files' pages after the import", "Files' pages at the end")
    return Table(
        (
            Column("Cell", numeric=False),
            *map(Column, columns),
            *(map(Column, of_files) if files else []),
            *([Column("Device memory")] if device else []),
        ),
        tuple(
            (
                one.label,
                memory(one.imported_bytes),
                memory(one.baseline_bytes),
                memory(one.peak_bytes),
                *(
                    [_known(one.imported_file_bytes), _known(one.trained_file_bytes)]
                    if files
                    else []
                ),
                *([_known(one.device_peak_bytes)] if device else []),
            )
            for one in cells
        ),
    )


def _known(size: int | None) -> str:
    return "\N{EN DASH}" if size is None else memory(size)


def _words(size_bytes: float) -> str:
    return memory(round(size_bytes))


def _prepare(axes: Axes) -> None:
    # Powers of two are round in MiB and GiB.
    step = 2.0 ** math.ceil(math.log2(axes.get_xlim()[1] / MOST_TICKS))
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: _words(size)))
    axes.grid(axis="x")
