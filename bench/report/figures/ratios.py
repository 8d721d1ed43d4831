"""Drawings of ratios: a row for each pair of cells, the first at 1, the other a multiple of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.pairing import Pair
from bench.records.model import Identity
from bench.report import comparing
from bench.report.figures import rows, scale
from bench.report.figures.plate import Size
from bench.report.figures.rows import Rows
from bench.report.palette import INK, Look
from bench.report.wording import count

# How far an interval is followed beyond the ratios; a run of few blocks has very wide ones.
FARTHEST = 4.0
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Labelled:
    """A pair and what it is called."""

    label: str
    pair: Pair


@dataclass(frozen=True)
class Quantity:
    """What is compared, and the words at either end of its axis."""

    ratio: Callable[[Pair], float]
    interval: Callable[[Pair], tuple[float, float]]
    less: str
    more: str


def time(less: str) -> Quantity:
    """Return the time of an epoch, `less` saying which cell is the faster."""
    return Quantity(lambda pair: pair.ratio, lambda pair: pair.interval, less, "slower")


def peak_memory(less: str) -> Quantity:
    """Return the peak memory, `less` saying which cell needs less."""
    return Quantity(
        lambda pair: pair.memory_ratio,
        lambda pair: (pair.memory_ratio, pair.memory_ratio),
        less,
        "more",
    )


@dataclass(frozen=True)
class Placed:
    """A ratio and its interval in a row."""

    place: int
    ratio: float
    low: float
    high: float


def draw(
    drawn: Sequence[Labelled], looks: Mapping[Identity, Look], quantity: Quantity, size: Size
) -> Figure:
    """Return the figure of one ratio, around a line at 1."""
    layout = Rows(
        tuple(one.label for one in drawn),
        tuple(f"{number(quantity.ratio(one.pair))}\N{MULTIPLICATION SIGN}" for one in drawn),
        size,
    )
    figure, axes = rows.begin(layout)
    pairs = [one.pair for one in drawn]
    scale.show_ratios(axes, "x", _reach(pairs, quantity))
    axes.grid(axis="x")
    # Not through labels that stand above their rows.
    reach = layout.bar / 2 + 0.08 if layout.names_above else 0.5
    places = range(len(drawn))
    axes.vlines(
        [1.0] * len(drawn),
        [place - reach for place in places],
        [place + reach for place in places],
        color=INK,
        linewidth=1.2,
    )
    left, right = axes.get_xlim()
    alike: dict[tuple[Look, Look], list[Placed]] = {}
    for place, pair in enumerate(pairs):
        low, high = quantity.interval(pair)
        # One that goes on beyond the axis ends at its edge.
        placed = Placed(place, quantity.ratio(pair), max(low, left), min(high, right))
        both = looks[pair.first.cell.identity], looks[pair.other.cell.identity]
        alike.setdefault(both, []).append(placed)
    for (first, other), row in alike.items():
        _draw_pairs(axes, row, first, other)
    _name_ends(axes, quantity)
    return figure


def _reach(pairs: Sequence[Pair], quantity: Quantity) -> tuple[float, float]:
    """Return the smallest and the largest ratio that is drawn."""
    ratios = [*map(quantity.ratio, pairs), 1.0]
    lows, highs = zip(*map(quantity.interval, pairs))
    return (
        max(min(lows), min(ratios) / FARTHEST),
        min(max(highs), max(ratios) * FARTHEST),
    )


def _draw_pairs(axes: Axes, placed: Sequence[Placed], first: Look, other: Look) -> None:
    """Draw pairs that look alike in their rows."""
    places = [one.place for one in placed]
    ratios = [one.ratio for one in placed]
    axes.hlines(places, 1, ratios, color=other.colour, linewidth=1, linestyle=(0, (2, 2)))
    axes.hlines(
        places,
        [one.low for one in placed],
        [one.high for one in placed],
        color=other.colour,
        linewidth=2.5,
    )
    rows.mark(axes, [1.0] * len(placed), places, first)
    rows.mark(axes, ratios, places, other)


def _name_ends(axes: Axes, quantity: Quantity) -> None:
    """Say what either direction means, below the ticks."""
    ends = ((0.0, f"← {quantity.less}", "left"), (1.0, f"{quantity.more} →", "right"))
    for end, words, side in ends:
        axes.annotate(
            words,
            (end, 0),
            xycoords="axes fraction",
            xytext=(0, -rows.BELOW + 12),
            textcoords="offset points",
            horizontalalignment=side,
        )


def identities(drawn: Sequence[Labelled]) -> tuple[Identity, ...]:
    """Return those of all cells that are drawn."""
    return tuple(entry.cell.identity for one in drawn for entry in (one.pair.first, one.pair.other))


def number(ratio: float) -> str:
    """Return a ratio, finer where it is small."""
    return f"{ratio:.2f}" if ratio >= 0.0995 else f"{ratio:#.2g}"


def interval_words(pair: Pair) -> str:
    """Return the 95 % interval of the ratio of times, or a dash."""
    return comparing.interval(pair.time) or NOTHING


def verdict_words(pair: Pair, who: str) -> str:
    """Return what comparing found; `who` is the one that is faster or slower."""
    if pair.time.verdict in ("faster", "slower"):
        return f"{who} is {pair.time.verdict}"
    return comparing.SIGNS[pair.time.verdict].words


def describe(drawn: Sequence[Labelled], who: str) -> str:
    """Return in words in how many pairs which cell is faster."""
    verdicts = [one.pair.time.verdict for one in drawn]
    faster, slower = verdicts.count("faster"), verdicts.count("slower")
    return (
        f"Of {count(len(drawn), 'pair')}, {who} is faster in {faster} and slower in "
        f"{slower}; {len(drawn) - faster - slower} are level or not told apart."
    )
