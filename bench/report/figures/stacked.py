"""Bars stacked from parts, one for each cell; a part's pattern tells it without its colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.report.figures import rows
from bench.report.figures.lettering import text_width
from bench.report.figures.plate import Size
from bench.report.figures.rows import Rows
from bench.report.palette import INK, PARTS, SURFACE, with_variables

# Of a number within a part, and the room around it, in points.
AMOUNT_SIZE, MARGIN = 11, 5


@dataclass(frozen=True)
class Part:
    """One part of a whole and how it is drawn; an entry of the legend.

    Attributes
    ----------
    series : int
        Number of the CSS variable that holds its colour.
    hatch : str
        Matplotlib's name of its pattern.
    swatch : str
        The same as the `d` of an SVG path of 24 by 14 units.
    """

    name: str
    series: int
    hatch: str
    swatch: str
    alarm: str = ""

    @property
    def colour(self) -> str:
        """The colour to draw with."""
        return PARTS[self.series]

    def glyph(self) -> Markup:
        """Return a piece of the bar."""
        pattern = Markup('<path class="pattern" d="{}"/>').format(self.swatch)
        fill = with_variables(f"fill: {self.colour}")
        block = Markup('<path d="M0,0H24V14H0Z" style="{}"/>').format(fill)
        return block + pattern if self.swatch else block

    def handle(self) -> tuple[Artist, ...]:
        """Return a piece of the bar."""
        piece = Patch(
            facecolor=self.colour, edgecolor=SURFACE, linewidth=1, hatch=self.hatch, label=self.name
        )
        return (piece,)


RISING = ("//", "M-4,14L10,0M4,14L18,0M12,14L26,0M20,14L34,0")
FALLING = ("\\\\", "M-10,0L4,14M-2,0L12,14M6,0L20,14M14,0L28,14")
PLAIN = ("", "")
LYING = ("--", "M0,3.5H24M0,10.5H24")
STANDING = ("||", "M4,0V14M12,0V14M20,0V14")


@dataclass(frozen=True)
class Bar:
    """A cell's parts.

    Attributes
    ----------
    amounts : tuple of (Part, float)
        In the order in which they are stacked.
    number : str
        Written at its end.
    """

    label: str
    amounts: tuple[tuple[Part, float], ...]
    number: str


@dataclass(frozen=True)
class Stack:
    """Bars and how they are measured.

    Attributes
    ----------
    axis : str
        What is measured.
    words : callable
        Writes an amount into a part.
    prepare : callable
        Gives the axis its ticks, after its limits.
    whole : float or None
        Where a stroke marks what the parts should add up to.
    """

    bars: tuple[Bar, ...]
    axis: str
    words: Callable[[float], str]
    prepare: Callable[[Axes], None]
    whole: float | None = None


def legend(bars: Sequence[Bar], order: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts that appear in these bars, in this order."""
    used = {part for bar in bars for part, _ in bar.amounts}
    return tuple(part for part in order if part in used)


def draw(stack: Stack, size: Size) -> Figure:
    """Return the figure, the first bar on top."""
    layout = Rows(
        tuple(bar.label for bar in stack.bars), tuple(bar.number for bar in stack.bars), size
    )
    figure, axes = rows.begin(layout)
    longest = max(sum(amount for _, amount in bar.amounts) for bar in stack.bars)
    axes.set_xlim(0, max(longest, stack.whole or 0))
    stack.prepare(axes)
    axes.set_xlabel(stack.axis)
    for part, pieces in _pieces(stack.bars).items():
        _draw_part(axes, part, pieces, layout.bar)
    _write_amounts(axes, stack, layout)
    if stack.whole is not None:
        reach = layout.bar / 2 + 0.08
        places = range(len(stack.bars))
        axes.vlines(
            [stack.whole] * len(stack.bars),
            [place - reach for place in places],
            [place + reach for place in places],
            color=INK,
            linewidth=1.6,
            clip_on=False,
        )
    return figure


def _pieces(bars: Sequence[Bar]) -> dict[Part, list[tuple[int, float, float]]]:
    """Return for every part in which rows it stands, where it begins and how long it is."""
    pieces: dict[Part, list[tuple[int, float, float]]] = {}
    for place, bar in enumerate(bars):
        start = 0.0
        for part, amount in bar.amounts:
            if amount > 0:
                pieces.setdefault(part, []).append((place, start, amount))
            start += amount
    return pieces


def _draw_part(
    axes: Axes, part: Part, pieces: Sequence[tuple[int, float, float]], height: float
) -> None:
    places, starts, amounts = zip(*pieces)
    axes.barh(
        places,
        amounts,
        height,
        starts,
        color=part.colour,
        edgecolor=SURFACE,
        linewidth=1,
        hatch=part.hatch,
    )


def _write_amounts(axes: Axes, stack: Stack, layout: Rows) -> None:
    """Write an amount into every part that has room for it."""
    point = axes.get_xlim()[1] / layout.drawn_width
    for part, pieces in _pieces(stack.bars).items():
        written = [
            (place, start + amount / 2, stack.words(amount))
            for place, start, amount in pieces
            if text_width(stack.words(amount)) + 2 * MARGIN <= amount / point
        ]
        if part.hatch:
            # Keeps the pattern away from the number.
            widths = [text_width(words) * point for _, _, words in written]
            axes.barh(
                [place for place, _, _ in written],
                widths,
                (AMOUNT_SIZE + 4) / layout.row,
                [middle - width / 2 for (_, middle, _), width in zip(written, widths)],
                color=part.colour,
            )
        for place, middle, words in written:
            axes.text(
                middle,
                place,
                words,
                color=SURFACE,
                fontsize=AMOUNT_SIZE,
                horizontalalignment="center",
                verticalalignment="center_baseline",
            )
