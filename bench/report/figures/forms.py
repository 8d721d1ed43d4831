"""The figure of the two forms: how much longer, or shorter, the high-level one takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.comparison import Comparison, compare_cells
from bench.analysis.ranking import Ranked
from bench.records.model import Identity
from bench.report import comparing
from bench.report.figures import rows, scale
from bench.report.figures.plate import Column, Drawing, Plate, Size, Table
from bench.report.figures.rows import Rows
from bench.report.figures.subject import Subject
from bench.report.naming import cell_labels
from bench.report.palette import INK, Look
from bench.report.wording import count, duration, memory

KEY = "forms"
# How far an interval is followed beyond the ratios; a run of few blocks has very wide ones.
FARTHEST = 4.0
_VERDICTS = {
    "faster": "high-level is faster",
    "slower": "high-level is slower",
    "same": "level",
    "inconclusive": "not told apart",
    "incomparable": "not comparable",
}
_CAPTION = (
    "Each row is one framework: the hollow marker is the form from scratch, which always stands at "
    "1, the filled one the high-level form as a multiple of it. An epoch's ratio is paired by "
    "block and drawn with its 95 % interval; where that reaches across 1, the run cannot tell "
    "which form is faster. The second drawing does the same for peak memory, medians over trials."
)


@dataclass(frozen=True)
class Pair:
    """The two forms of one framework that are equal in all else.

    Attributes
    ----------
    ratio, memory_ratio : float
        High-level over from scratch.
    time : Comparison
        Of the epochs, paired by block.
    """

    label: str
    scratch: Ranked
    high_level: Ranked
    time: Comparison
    ratio: float
    memory_ratio: float


@dataclass(frozen=True)
class Placed:
    """A ratio and its interval in a row."""

    place: int
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """What is compared, and the words at either end of its axis."""

    ratio: Callable[[Pair], float]
    interval: Callable[[Pair], tuple[float, float]]
    less: str
    more: str


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no framework is ranked in both forms."""
    found = pairs(subject.ranked, subject.titles)
    if not found:
        return ()
    title = "High-level against from scratch"
    drawings = (
        Drawing(
            f"{KEY}-time",
            f"{title}: time of an epoch",
            describe(found),
            partial(draw, found, subject.looks, TIME),
        ),
        Drawing(
            f"{KEY}-memory",
            f"{title}: peak memory",
            describe_memory(found),
            partial(draw, found, subject.looks, MEMORY),
        ),
    )
    return (Plate(KEY, "From scratch against high-level", (), drawings, _CAPTION, table(found)),)


def pairs(ranked: Sequence[Ranked], titles: Mapping[str, str]) -> tuple[Pair, ...]:
    """Return every pair, the one whose high-level form does best on top."""
    forms: dict[Identity, dict[str, Ranked]] = {}
    for entry in ranked:
        forms.setdefault(_alike(entry.cell.identity), {})[entry.cell.identity.form] = entry
    both = {alike: found for alike, found in forms.items() if len(found) == 2}
    labels = _labels(both, titles)
    found = [_pair(labels[alike], one["scratch"], one["high_level"]) for alike, one in both.items()]
    return tuple(sorted(found, key=lambda pair: pair.ratio))


def _alike(identity: Identity) -> Identity:
    """Return what both forms of a framework have in common."""
    return replace(identity, form="scratch", execution="eager")


def _labels(
    both: Mapping[Identity, Mapping[str, Ranked]], titles: Mapping[str, str]
) -> dict[Identity, str]:
    cells = [replace(one["scratch"].cell, identity=alike) for alike, one in both.items()]
    return {
        alike: label.replace(" from scratch", "", 1)
        for alike, label in cell_labels(cells, titles).items()
    }


def _pair(label: str, scratch: Ranked, high_level: Ranked) -> Pair:
    time = compare_cells(scratch.cell, high_level.cell)
    medians = high_level.summary.epoch_seconds.median / scratch.summary.epoch_seconds.median
    return Pair(
        label,
        scratch,
        high_level,
        time,
        # Without a block in common there is no paired ratio.
        medians if math.isnan(time.ratio) else time.ratio,
        high_level.summary.peak_memory_bytes / scratch.summary.peak_memory_bytes,
    )


def _interval(pair: Pair) -> tuple[float, float]:
    """Return the interval, or the ratio itself where it has none."""
    if math.isinf(pair.time.high):
        return pair.ratio, pair.ratio
    return pair.time.low, pair.time.high


TIME = Axis(lambda pair: pair.ratio, _interval, "high-level is faster", "slower")
MEMORY = Axis(
    lambda pair: pair.memory_ratio,
    lambda pair: (pair.memory_ratio, pair.memory_ratio),
    "high-level needs less memory",
    "more",
)


def describe(drawn: Sequence[Pair]) -> str:
    """Return in words for how many frameworks which form is faster."""
    verdicts = [pair.time.verdict for pair in drawn]
    open_ones = len(drawn) - verdicts.count("faster") - verdicts.count("slower")
    return (
        f"Of {count(len(drawn), 'pair')}, the high-level form is faster in "
        f"{verdicts.count('faster')} and slower in {verdicts.count('slower')}; {open_ones} are "
        "level or not told apart."
    )


def describe_memory(drawn: Sequence[Pair]) -> str:
    """Return in words how far the ratios of memory reach."""
    ratios = [pair.memory_ratio for pair in drawn]
    return (
        f"The high-level form needs between {min(ratios):.2f} and {max(ratios):.2f} times the "
        "memory of the one from scratch."
    )


def table(drawn: Sequence[Pair]) -> Table:
    """Return every number that is drawn."""
    names = (
        *("From scratch", "High-level", "Times as long", "95 % interval"),
        *("Memory from scratch", "Memory high-level", "Times the memory"),
    )
    return Table(
        (
            Column("Framework", numeric=False),
            *map(Column, names[:4]),
            Column("Verdict", numeric=False),
            *map(Column, names[4:]),
        ),
        tuple(
            (
                pair.label,
                duration(pair.scratch.summary.epoch_seconds.median),
                duration(pair.high_level.summary.epoch_seconds.median),
                f"{pair.ratio:.2f}",
                comparing.interval(pair.time) or "\N{EN DASH}",
                _VERDICTS[pair.time.verdict],
                memory(pair.scratch.summary.peak_memory_bytes),
                memory(pair.high_level.summary.peak_memory_bytes),
                f"{pair.memory_ratio:.2f}",
            )
            for pair in drawn
        ),
    )


def draw(drawn: Sequence[Pair], looks: Mapping[Identity, Look], axis: Axis, size: Size) -> Figure:
    """Return the figure of one ratio, around a line at 1."""
    layout = Rows(
        tuple(pair.label for pair in drawn),
        tuple(f"{axis.ratio(pair):.2f}\N{MULTIPLICATION SIGN}" for pair in drawn),
        size,
    )
    figure, axes = rows.begin(layout)
    scale.show_ratios(axes, "x", _reach(drawn, axis))
    axes.grid(axis="x")
    axes.axvline(1, color=INK, linewidth=1.2)
    left, right = axes.get_xlim()
    alike: dict[Look, list[Placed]] = {}
    for place, pair in enumerate(drawn):
        low, high = axis.interval(pair)
        # One that goes on beyond the axis ends at its edge.
        placed = Placed(place, axis.ratio(pair), max(low, left), min(high, right))
        alike.setdefault(looks[pair.high_level.cell.identity], []).append(placed)
    for look, row in alike.items():
        _draw_pairs(axes, row, look)
    _name_ends(axes, axis)
    return figure


def _reach(drawn: Sequence[Pair], axis: Axis) -> tuple[float, float]:
    """Return the smallest and the largest ratio that is drawn."""
    ratios = [*map(axis.ratio, drawn), 1.0]
    lows, highs = zip(*map(axis.interval, drawn))
    return (
        max(min(lows), min(ratios) / FARTHEST),
        min(max(highs), max(ratios) * FARTHEST),
    )


def _draw_pairs(axes: Axes, placed: Sequence[Placed], look: Look) -> None:
    """Draw the pairs of one framework in their rows."""
    places = [one.place for one in placed]
    ratios = [one.ratio for one in placed]
    axes.hlines(places, 1, ratios, color=look.colour, linewidth=1, linestyle=(0, (2, 2)))
    axes.hlines(
        places,
        [one.low for one in placed],
        [one.high for one in placed],
        color=look.colour,
        linewidth=2.5,
    )
    rows.mark(axes, [1.0] * len(placed), places, replace(look, filled=False))
    rows.mark(axes, ratios, places, look)


def _name_ends(axes: Axes, axis: Axis) -> None:
    """Say what either direction means, below the ticks."""
    for end, words, side in ((0.0, f"← {axis.less}", "left"), (1.0, f"{axis.more} →", "right")):
        axes.annotate(
            words,
            (end, 0),
            xycoords="axes fraction",
            xytext=(0, -rows.BELOW + 12),
            textcoords="offset points",
            horizontalalignment=side,
        )
