"""Labels aslant above the ends of curves, each aside where another one stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from bench.report.figures.lettering import FONT_SIZE, shown, text_width
from bench.report.figures.plate import Size
from bench.report.palette import MUTED

# Between the curves and the labels above them, in points.
LEADER = 16


@dataclass(frozen=True)
class Slant:
    """How labels stand.

    Attributes
    ----------
    angle : float
        To the horizontal, in radians.
    spacing : float
        Between neighbours, in points: less the steeper they are.
    """

    angle: float
    spacing: float


SLANTS: dict[Size, Slant] = {
    "wide": Slant(math.radians(45), 19),
    "narrow": Slant(math.radians(60), 15.5),
}


@dataclass(frozen=True)
class End:
    """The last point of a curve in the units of its axes, and the label that it is to have."""

    label: str
    across: float
    up: float


def headroom(labels: Sequence[str], size: Size) -> float:
    """Return how many points the labels need above the axes."""
    longest = max(map(text_width, labels))
    return LEADER + (longest + FONT_SIZE) * math.sin(SLANTS[size].angle)


def write(axes: Axes, ends: Sequence[End], size: Size) -> None:
    """Write the labels; to be called when the axes have their limits."""
    slant = SLANTS[size]
    corner, opposite = axes.transAxes.transform([(0, 0), (1, 1)])
    width, height = opposite - corner
    ordered = sorted(ends, key=lambda end: end.across)
    points = [axes.transData.transform((end.across, end.up)) - corner for end in ordered]
    # The longest one would else begin beyond the left edge of the figure.
    overhang = max(text_width(end.label) for end in ends) * math.cos(slant.angle)
    first = max(0.0, overhang + FONT_SIZE - corner[0])
    places = spread([float(across) for across, _ in points], slant.spacing, (first, width))
    for end, (across, up), place in zip(ordered, points, places):
        axes.plot(
            [across / width, across / width, place / width],
            [up / height, 1, 1 + (LEADER - 3) / height],
            color=MUTED,
            linewidth=0.7,
            transform=axes.transAxes,
            clip_on=False,
            zorder=1,
        )
        axes.text(
            place / width,
            1 + LEADER / height,
            shown(end.label),
            transform=axes.transAxes,
            horizontalalignment="right",
            rotation=-math.degrees(slant.angle),
            rotation_mode="anchor",
        )


def spread(wanted: Sequence[float], spacing: float, limits: tuple[float, float]) -> list[float]:
    """Return places near the ones wanted, in order, with some space between neighbours.

    Neighbours that are too close share what they have to move.

    Parameters
    ----------
    wanted : sequence of float
        In ascending order.
    limits : tuple of float
        Between which all places are to lie; where there is no room, they reach beyond the second.
    """
    # Without the spacing, the places only have to be in order: a monotone regression, which
    # averages neighbours that are not.
    groups: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        groups.append((place - number * spacing, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (mean, count), (other, more) = groups[-2:]
            groups[-2:] = [((mean * count + other * more) / (count + more), count + more)]
    fitted = [mean for mean, count in groups for _ in range(count)]
    first, last = limits
    most = last - (len(wanted) - 1) * spacing
    return [max(min(mean, most), first) + number * spacing for number, mean in enumerate(fitted)]
