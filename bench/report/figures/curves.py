"""Curves of cells: markers and dashes that let curves show through each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures.legend import SOLID, Dash, linestyle
from bench.report.palette import Look

# Points, which are CSS pixels at the drawing's own size; one drawing serves all screens.
WIDTH, HEIGHT = 380, 290
# Dashes of different lengths, so that the curves below show in the gaps.
DASHES: tuple[Dash, ...] = (SOLID, (6, 2), (2, 2), (8, 2, 2, 2), (4, 4))
# Markers on one curve, and on all curves of a drawing.
MARKERS, MARKERS_IN_ALL = 12, 120


@dataclass(frozen=True)
class Style:
    """How one of several curves is drawn.

    Attributes
    ----------
    place : int
        Among the curves, from 0; neighbours have markers at different points.
    curves : int
        How many there are.
    """

    look: Look
    place: int
    curves: int

    @property
    def dash(self) -> Dash:
        """The dash that tells it from its neighbours."""
        return DASHES[self.place % len(DASHES)]

    def marked(self, points: int) -> tuple[int, int]:
        """Return the first point that has a marker, and every how many have one."""
        wanted = max(2, min(MARKERS, MARKERS_IN_ALL // self.curves))
        spacing = max(1, math.ceil(points / wanted))
        return self.place % spacing, spacing


def panel() -> tuple[Figure, Axes]:
    """Return a small figure with room for ticks and names at its left and below."""
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
    axes = figure.add_axes((78 / WIDTH, 50 / HEIGHT, 1 - 94 / WIDTH, 1 - 74 / HEIGHT))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    return figure, axes


def draw(axes: Axes, across: Sequence[float], up: Sequence[float], style: Style) -> None:
    """Draw a curve; where a value is NaN it has a gap."""
    axes.plot(
        across,
        up,
        color=style.look.colour,
        linewidth=1.3,
        linestyle=linestyle(style.dash),
        marker=style.look.marker,
        markersize=6.5,
        markevery=style.marked(len(up)),
        markerfacecolor=style.look.face,
        markeredgecolor=style.look.colour,
        markeredgewidth=1.4,
    )
