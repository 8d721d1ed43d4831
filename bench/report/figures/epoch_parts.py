"""The figure of where an epoch goes: a bar for each profiled cell, stacked from its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bench.analysis.ranking import Ranked
from bench.records.model import Identity, Profile
from bench.report.figures import stacked
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.stacked import Bar, Part, Stack
from bench.report.figures.subject import Subject
from bench.report.wording import count, duration, share

KEY = "epoch-parts"
GATHER = Part("data gather", 0, *stacked.RISING)
FORWARD_BACKWARD = Part("forward and backward", 1, *stacked.PLAIN)
FUSED = Part("forward, backward and update in one", 1, *stacked.FALLING)
UPDATE = Part("update", 2, *stacked.LYING)
DISPATCH = Part("dispatch", 3, *stacked.STANDING)
ORDER = (GATHER, FORWARD_BACKWARD, FUSED, UPDATE, DISPATCH)
_CAPTION = (
    "From a trial of its own, which never feeds the timings. Each part is by how much an epoch "
    "without it would be shorter; dispatch is what the same steps cost on next to no data: Python "
    "and the framework's calls. The stroke at 100 % is the whole epoch, timed apart and given in "
    "numbers; by how much a bar misses it, the profile is off."
)


@dataclass(frozen=True)
class Profiled:
    """A cell that was profiled."""

    label: str
    profile: Profile


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no ranked cell was profiled."""
    found = profiled(subject.ranked, subject.labels)
    if not found:
        return ()
    bars = tuple(bar(one) for one in found)
    stack = Stack(bars, "share of a whole epoch", _percent, _prepare, whole=1.0)
    drawing = Drawing(
        KEY, "Where an epoch goes, by cell", describe(found), partial(stacked.draw, stack)
    )
    legend = stacked.legend(bars, ORDER)
    return (Plate(KEY, "Where an epoch goes", legend, (drawing,), _CAPTION, table(found)),)


def profiled(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> tuple[Profiled, ...]:
    """Return the ranked cells that were profiled, fastest first."""
    return tuple(
        Profiled(labels[entry.cell.identity], entry.cell.profile)
        for entry in ranked
        if entry.cell.profile
    )


def parts(profile: Profile) -> tuple[tuple[Part, float], ...]:
    """Return the parts of an epoch with their seconds."""
    computing: tuple[tuple[Part, float], ...] = ((FUSED, profile.forward_backward_seconds),)
    if profile.update_seconds is not None:
        computing = (
            (FORWARD_BACKWARD, profile.forward_backward_seconds),
            (UPDATE, profile.update_seconds),
        )
    return ((GATHER, profile.gather_seconds), *computing, (DISPATCH, profile.dispatch_seconds))


def bar(one: Profiled) -> Bar:
    """Return a cell's parts as shares of its whole epoch."""
    whole = one.profile.whole_seconds
    amounts = tuple((part, seconds / whole) for part, seconds in parts(one.profile))
    return Bar(one.label, amounts, duration(whole))


def describe(drawn: Sequence[Profiled]) -> str:
    """Return in words what takes most of an epoch, and in how many cells."""
    largest = Counter(max(parts(one.profile), key=itemgetter(1))[0].name for one in drawn)
    sentences = [
        f"{name.capitalize()} takes most of an epoch in {of_all(cells, len(drawn))}."
        for name, cells in largest.most_common()
    ]
    return " ".join(sentences)


def of_all(cells: int, all_cells: int) -> str:
    """Return how many of some cells these are."""
    return count(all_cells, "cell") if cells == all_cells else f"{cells} of {all_cells} cells"


def table(drawn: Sequence[Profiled]) -> Table:
    """Return every number that is drawn."""
    columns = (
        *("Data gather", "Forward and backward", "Update", "Dispatch"),
        *("Whole epoch", "Sum over whole", "Epochs timed"),
    )
    return Table(
        (Column("Cell", numeric=False), *map(Column, columns)),
        tuple(_row(one.label, one.profile) for one in drawn),
    )


def _row(label: str, profile: Profile) -> tuple[str, ...]:
    computing = duration(profile.forward_backward_seconds)
    fused = profile.update_seconds is None
    return (
        label,
        duration(profile.gather_seconds),
        f"{computing} with the update" if fused else computing,
        "\N{EN DASH}" if profile.update_seconds is None else duration(profile.update_seconds),
        duration(profile.dispatch_seconds),
        duration(profile.whole_seconds),
        share(profile.sum_over_whole),
        str(profile.epochs),
    )


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.0f} %"


def _prepare(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=(1, 2.5, 5, 10)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda fraction, _: _percent(fraction)))
