"""Markers of cells in drawings, with what their lane and input add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bench.report.figures.strokes import Dash, linestyle
from bench.report.palette import Look

# Width of a marker's own shape in the units of what is added to it.
_UNITS = 10


def draw(
    axes: Axes, across: Sequence[float], up: Sequence[float], look: Look, size: float, **line: Any
) -> None:
    """Draw a cell's marker at some points.

    Parameters
    ----------
    size : float
        Width of the marker in points.
    **line
        As matplotlib's ``plot`` takes it, such as a line to join the points.
    """
    for style in _styles(look, look.colour, look.face, size):
        axes.plot(across, up, **({"linestyle": "none"} | style | line))
        line = {name: value for name, value in line.items() if name == "markevery"}


def specimens(
    look: Look, colour: str, face: str, size: float, dash: Dash | None
) -> tuple[Artist, ...]:
    """Return a cell's marker as artists for a legend, the first on its line if it has one."""
    lines: list[dict[str, Any]] = [
        {"linestyle": "none" if dash is None else linestyle(dash), "linewidth": 1.3},
        {"linestyle": "none"},
    ]
    styles = _styles(look, colour, face, size)
    return tuple(Line2D([], [], **(style | line)) for style, line in zip(styles, lines))


def _styles(look: Look, colour: str, face: str, size: float) -> list[dict[str, Any]]:
    """Return how to plot the marker, and then what is added to it, if anything is."""
    own = {
        "color": colour,
        "marker": look.marker,
        "markersize": size,
        "markerfacecolor": face,
        "markeredgecolor": colour,
        "markeredgewidth": size / 5,
    }
    if look.addition is None:
        return [own]
    # Matplotlib makes the farthest point of such a shape half of the size.
    farthest = float(np.abs(look.addition.vertices).max())
    added = {
        "marker": look.addition,
        "markersize": size * 2 * farthest / _UNITS,
        "markerfacecolor": "none",
    }
    return [own, own | added]
