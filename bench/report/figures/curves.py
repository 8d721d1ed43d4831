"""Curves of cells: markers and dashes that let curves show through each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures import markers
from bench.report.figures.strokes import DASHES, Dash, linestyle
from bench.report.palette import Look

# Points, which are CSS pixels at the drawing's own size; one drawing serves all screens.
WIDTH, HEIGHT = 380, 290
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
        """The dash that tells its lane, and tells it from its neighbours of the same lane."""
        dashes = DASHES[self.look.execution]
        return dashes[self.place % len(dashes)]

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
    markers.draw(
        axes,
        across,
        up,
        style.look,
        6.5,
        linewidth=1.3,
        linestyle=linestyle(style.dash),
        markevery=style.marked(len(up)),
    )
