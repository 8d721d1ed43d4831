"""The figure of where an epoch goes: a bar for each profiled cell, stacked from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bench.analysis.ranking import Ranked
from bench.records.model import Identity, Profile
from bench.report.epoch_times import LABEL_WIDTH, NARROW, WIDE
from bench.report.palette import INK, PARTS, SURFACE
from bench.report.printable import printable
from bench.report.svg import Naming, drawing, inline
from bench.report.wording import duration

# A number is written into a segment where it finds room, in points.
ROOM_FOR_NUMBER = 34
BELOW_AXIS = 46


@dataclass(frozen=True)
class Layout:
    """Where things stand in the figure.

    Attributes
    ----------
    width, left, right, row : int
        Of the figure, of its margins and the height of a row, in points.
    bar : float
        Height of a bar as a share of its row.
    names_above : bool
        Whether labels and whole epochs stand above the bars, or to their left and right.
    """

    width: int
    left: int
    right: int
    row: int
    bar: float
    names_above: bool

    @property
    def drawn_width(self) -> int:
        """Width of the axes, in points."""
        return self.width - self.left - self.right


WIDE_LAYOUT = Layout(WIDE, LABEL_WIDTH, right=70, row=30, bar=0.62, names_above=False)
NARROW_LAYOUT = Layout(NARROW, left=18, right=22, row=50, bar=0.48, names_above=True)


@dataclass(frozen=True)
class Part:
    """One part of an epoch and how it is drawn; the pattern tells it without its colour.

    Attributes
    ----------
    series : int
        Number of the CSS variable that holds its colour.
    hatch : str
        Matplotlib's name of its pattern.
    swatch : str
        The same as the `d` of an SVG path of 24 by 14 units, for the legend.
    """

    name: str
    series: int
    hatch: str
    swatch: str

    @property
    def colour(self) -> str:
        """The placeholder to draw with."""
        return PARTS[self.series]


GATHER = Part("data gather", 0, "//", "M-4,14L10,0M4,14L18,0M12,14L26,0M20,14L34,0")
FORWARD_BACKWARD = Part("forward and backward", 1, "", "")
FUSED = Part(
    "forward, backward and update in one", 1, "\\\\", "M-10,0L4,14M-2,0L12,14M6,0L20,14M14,0L28,14"
)
UPDATE = Part("update", 2, "--", "M0,3.5H24M0,10.5H24")
DISPATCH = Part("dispatch", 3, "||", "M4,0V14M12,0V14M20,0V14")


@dataclass(frozen=True)
class Bar:
    """A profiled cell.

    Attributes
    ----------
    seconds : tuple of (Part, float)
        In the order in which they are stacked.
    """

    label: str
    profile: Profile
    seconds: tuple[tuple[Part, float], ...]


def bars(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> tuple[Bar, ...]:
    """Return a bar for every ranked cell that was profiled, fastest first."""
    return tuple(
        Bar(labels[entry.cell.identity], entry.cell.profile, parts(entry.cell.profile))
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


def legend(drawn: Sequence[Bar]) -> tuple[Part, ...]:
    """Return the parts that appear in these bars, in the order in which they are stacked."""
    used = {part for bar in drawn for part, _ in bar.seconds}
    order = (GATHER, FORWARD_BACKWARD, FUSED, UPDATE, DISPATCH)
    return tuple(part for part in order if part in used)


def describe(drawn: Sequence[Bar]) -> str:
    """Return in words what takes most of each bar."""
    sentences = []
    for bar in drawn:
        part, seconds = max(bar.seconds, key=lambda pair: pair[1])
        share = seconds / bar.profile.whole_seconds
        sentences.append(f"{bar.label}: {part.name} takes most, {share:.0%} of an epoch.")
    return " ".join((*sentences, "The table below holds every number."))


def draw(drawn: Sequence[Bar], naming: Naming, layout: Layout) -> Markup:
    """Return the figure, fastest cell on top."""
    rows_height = layout.row * len(drawn)
    height = rows_height + BELOW_AXIS + 6
    with drawing():
        figure = Figure(figsize=(layout.width / 72, height / 72))
        axes = figure.add_axes(
            (
                layout.left / layout.width,
                BELOW_AXIS / height,
                layout.drawn_width / layout.width,
                rows_height / height,
            )
        )
        _prepare_axes(axes)
        axes.set_xlim(0, max(1.0, *(_shares(bar) for bar in drawn)))
        axes.set_ylim(len(drawn) - 0.5, -0.75 if layout.names_above else -0.5)
        for place, bar in enumerate(drawn):
            _draw_bar(axes, place, bar, layout)
            _name_bar(axes, place, bar, layout)
        return inline(figure, naming)


def _shares(bar: Bar) -> float:
    return sum(seconds for _, seconds in bar.seconds) / bar.profile.whole_seconds


def _draw_bar(axes: Axes, place: int, bar: Bar, layout: Layout) -> None:
    room = axes.get_xlim()[1] * ROOM_FOR_NUMBER / layout.drawn_width
    start = 0.0
    for part, seconds in bar.seconds:
        share = seconds / bar.profile.whole_seconds
        axes.barh(
            place,
            share,
            layout.bar,
            start,
            color=part.colour,
            edgecolor=SURFACE,
            linewidth=1,
            hatch=part.hatch,
        )
        if share >= room:
            _write_share(axes, (start + share / 2, place), share, part)
        start += share
    reach = layout.bar / 2 + 0.08
    axes.vlines(1, place - reach, place + reach, color=INK, linewidth=1.6, clip_on=False)


def _write_share(axes: Axes, centre: tuple[float, float], share: float, part: Part) -> None:
    axes.text(
        *centre,
        f"{share * 100:.0f} %",
        color=SURFACE,
        fontsize=11,
        horizontalalignment="center",
        verticalalignment="center_baseline",
        # Keeps the pattern away from the number.
        bbox={"facecolor": part.colour, "edgecolor": "none", "pad": 1.5},
    )


def _name_bar(axes: Axes, place: int, bar: Bar, layout: Layout) -> None:
    """Write a bar's label and the time of its whole epoch."""
    beside = axes.get_yaxis_transform()
    label, whole = printable(bar.label), duration(bar.profile.whole_seconds)
    if layout.names_above:
        height = place - layout.bar / 2 - 0.12
        axes.text(0, height, label, transform=beside)
        axes.text(1, height, whole, transform=beside, horizontalalignment="right")
    else:
        for x, text, side in ((-0.01, label, "right"), (1.02, whole, "left")):
            axes.text(
                x,
                place,
                text,
                transform=beside,
                horizontalalignment=side,
                verticalalignment="center_baseline",
            )


def _prepare_axes(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=(1, 2.5, 5, 10)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.0f} %"))
    axes.set_xlabel("share of a whole epoch")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
