"""A figure of one row a cell: its label, what is drawn, and a number at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures import markers
from bench.report.figures.lettering import FONT_SIZE, shortened, shown, text_width
from bench.report.figures.plate import Size
from bench.report.palette import Look

# Points, which are CSS pixels at the drawing's own size.
WIDTHS = {"wide": 640, "narrow": 350}
# Labels that take more of the width than this stand above their rows.
LABEL_SHARE = 0.5
ROW, ROW_WITH_LABEL = 27, 42
# Heights of a bar below its label, of the gap between the two, and of each line of the label.
BAR_BELOW, ABOVE_BAR, LINE = 17.6, 4.2, 14.5
# Room for the ticks and the name of the axis.
BELOW = 50
# Of more rows than these, no screen shows the lower end with the upper one.
ROWS_IN_SIGHT = 16
ABOVE, ABOVE_WITH_TICKS = 4, 24
# Between a row and what stands beside it, and at the edges where nothing does.
GAP, EDGE = 10, 24
# Letters below this size cannot be read where a phone shows the drawing a little smaller.
SMALLEST = 9.7


@dataclass(frozen=True)
class Rows:
    """Where things stand in the figure, in points.

    Attributes
    ----------
    labels, numbers : tuple of str
        At the beginning and at the end of every row.
    """

    labels: tuple[str, ...]
    numbers: tuple[str, ...]
    size: Size

    @property
    def width(self) -> int:
        """Of the whole figure."""
        return WIDTHS[self.size]

    @property
    def label_width(self) -> float:
        """Width of the widest label on one line."""
        return max(map(text_width, self.labels))

    @property
    def breaks_labels(self) -> bool:
        """Whether what tells cells apart stands on a line of its own, below the name."""
        return self.names_above and self.label_width * SMALLEST > self.label_room * FONT_SIZE

    @property
    def number_width(self) -> float:
        """Width of the widest number."""
        return max(map(text_width, self.numbers))

    @property
    def names_above(self) -> bool:
        """Whether labels and numbers stand above what is drawn, not on both sides of it."""
        return self.size == "narrow" or self.label_width > LABEL_SHARE * self.width

    @property
    def row(self) -> int:
        """Height of a row."""
        if not self.names_above:
            return ROW
        return ROW_WITH_LABEL + round(LINE) if self.breaks_labels else ROW_WITH_LABEL

    @property
    def height(self) -> int:
        """Of the whole figure."""
        return self.row * len(self.labels) + BELOW + self.above

    @property
    def ticks_above(self) -> bool:
        """Whether the axis is repeated at the top."""
        return len(self.labels) > ROWS_IN_SIGHT

    @property
    def above(self) -> int:
        """Room above the first row."""
        return ABOVE_WITH_TICKS if self.ticks_above else ABOVE

    @property
    def left(self) -> float:
        """Left edge of what is drawn."""
        return EDGE if self.names_above else self.label_width + GAP + 2

    @property
    def right(self) -> float:
        """Room at the right of what is drawn."""
        return EDGE if self.names_above else self.number_width + GAP + 4

    @property
    def label_room(self) -> float:
        """Room for a label in front of the numbers, where both stand above."""
        return self.drawn_width - self.number_width

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Every label line by line."""
        if not self.breaks_labels:
            return tuple((label,) for label in self.labels)
        split = (label.partition(" (") for label in self.labels)
        return tuple((name, f"({rest}") if rest else ("", name) for name, _, rest in split)

    @property
    def label_size(self) -> float:
        """Size of the labels' letters, smaller where they would reach the numbers."""
        if not self.names_above:
            return FONT_SIZE
        widest = max(text_width(line) for label in self.lines for line in label)
        return min(FONT_SIZE, max(SMALLEST, FONT_SIZE * self.label_room / widest))

    @property
    def first(self) -> float:
        """How far the first row reaches above its middle, in rows."""
        if not self.names_above:
            return 0.5
        return self.bar / 2 + (ABOVE_BAR + LINE * len(self.lines[0])) / self.row

    @property
    def drawn_width(self) -> float:
        """Width of what is drawn."""
        return self.width - self.left - self.right

    @property
    def bar(self) -> float:
        """Height of a bar as a share of its row."""
        return BAR_BELOW / self.row if self.names_above else 0.62


def begin(rows: Rows) -> tuple[Figure, Axes]:
    """Return a figure with labels and numbers; row 0 is on top, each is one unit high."""
    figure = Figure(figsize=(rows.width / 72, rows.height / 72))
    axes = figure.add_axes(
        (
            rows.left / rows.width,
            BELOW / rows.height,
            rows.drawn_width / rows.width,
            1 - (BELOW + rows.above) / rows.height,
        )
    )
    count = len(rows.labels)
    # Labels that stand above take the upper part of a row.
    axes.set_ylim(count - rows.first, -rows.first)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", top=rows.ticks_above, labeltop=rows.ticks_above)
    write = _write_above if rows.names_above else _write_beside
    write(axes, rows)
    return figure, axes


def _write_above(axes: Axes, rows: Rows) -> None:
    overhang = GAP / 2 / rows.drawn_width
    room = rows.label_room * FONT_SIZE / rows.label_size
    above = rows.bar / 2 + ABOVE_BAR / rows.row

    def write(text: str, across: float, up: float, side: str, letters: float) -> None:
        axes.text(
            across,
            up,
            text,
            fontsize=letters,
            transform=axes.get_yaxis_transform(),
            horizontalalignment=side,
        )

    for place, (label, number) in enumerate(zip(rows.lines, rows.numbers)):
        for line, text in enumerate(reversed(label)):
            up = place - above - line * LINE / rows.row
            write(shortened(text, room), -overhang, up, "left", rows.label_size)
        write(number, 1 + overhang, place - above, "right", FONT_SIZE)


def _write_beside(axes: Axes, rows: Rows) -> None:
    gap = GAP / rows.drawn_width
    for texts, across, side in ((rows.labels, -gap, "right"), (rows.numbers, 1 + gap, "left")):
        for place, text in enumerate(texts):
            axes.text(
                across,
                place,
                shown(text),
                transform=axes.get_yaxis_transform(),
                horizontalalignment=side,
                verticalalignment="center_baseline",
            )


def mark(axes: Axes, across: Sequence[float], places: Sequence[int], look: Look) -> None:
    """Draw a cell's marker in some rows."""
    markers.draw(axes, across, places, look, 9)
