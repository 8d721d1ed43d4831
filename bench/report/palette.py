"""How a cell looks, wherever it appears on the page.

A framework has a colour and a marker. The form fills the marker or leaves it hollow; the lane draws
a stroke through it or a ring around it, and a loader a line below it, so that all of this is told
without colour as well.

Figures are drawn in the colours of a light page. On the page itself these become CSS variables,
so that one drawing serves a light and a dark page; in a file of its own a figure keeps them. They
stand in one place, the beginning of ``templates/style.css``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path as Outline

from bench.records.model import Identity
from implementations.registry import BUILT_IN

# Shapes that differ from each other when hollow as well as when filled.
MARKERS = ("o", "s", "^", "D", "v", "p", "P", "*")
# As many as style.css has variables --series-N; chosen to stay apart for the three common kinds
# of colour blindness (OKLab distance above 0.11 after Machado's simulation), with a contrast of
# at least 3:1 to the page.
COLOURS = 8
# Variables --part-N: fills that text in the page's colour can be read on (a contrast of 4.5:1),
# chosen to stay apart as above (0.18).
PART_COLOURS = 4

# From one point to another.
Line = tuple[tuple[float, float], tuple[float, float]]
# What lanes and inputs add to a marker that is 10 wide: lines, and the radii of rings.
_LINES: Mapping[str, tuple[Line, ...]] = {
    "step": (((0.0, -8.5), (0.0, 8.5)),),
    "loader": (((-5.5, -10.0), (5.5, -10.0)),),
}
_RINGS: Mapping[str, tuple[float, ...]] = {"epoch": (7.8,)}

_GENERAL = ("ink", "muted", "line", "surface", "band")
_PARTS = tuple(f"part-{number}" for number in range(PART_COLOURS))
_SERIES = tuple(f"series-{number}" for number in range(COLOURS))
_STYLE = Path(__file__).with_name("templates") / "style.css"


def _light(css: str) -> dict[str, str]:
    """Return the colours of the light page by their variables; they stand before the dark ones."""
    return {
        name: found[1]
        for name in (*_GENERAL, *_PARTS, *_SERIES)
        if (found := re.search(rf"--{name}: (#[0-9a-f]{{6}});", css))
    }


# The colours to draw with, by the names of their CSS variables.
LIGHT = _light(_STYLE.read_text(encoding="utf-8"))
INK, MUTED, GRID, SURFACE, BAND = (LIGHT[name] for name in _GENERAL)
PARTS = tuple(LIGHT[name] for name in _PARTS)
SERIES = tuple(LIGHT[name] for name in _SERIES)
_VARIABLES = {colour: name for name, colour in LIGHT.items()}
_COLOUR = re.compile("|".join(_VARIABLES))


@dataclass(frozen=True)
class Look:
    """How a cell is drawn.

    Attributes
    ----------
    series : int
        Number of the CSS variable that holds its colour.
    marker : str
        Matplotlib's name of its shape.
    filled : bool
        Filled for the high-level form, hollow for the one from scratch.
    execution, input : str
        They add lines and rings to the marker, none for ``eager`` and ``preloaded``.
    """

    series: int
    marker: str
    filled: bool
    execution: str = "eager"
    input: str = "preloaded"

    @property
    def colour(self) -> str:
        """The colour to draw with."""
        return SERIES[self.series]

    @property
    def face(self) -> str:
        """The colour to fill the marker with."""
        return self.colour if self.filled else SURFACE

    @property
    def outline(self) -> str:
        """The marker as the `d` of an SVG path around the origin, 10 units wide."""
        style = MarkerStyle(self.marker)
        path = style.get_path().transformed(style.get_transform())
        # As straight lines; within a table even the circle's are too short to be seen.
        polygons = [np.asarray(polygon)[:-1] * (10, -10) for polygon in path.to_polygons()]
        return "".join(
            "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in corners) + "Z" for corners in polygons
        )

    @property
    def addition(self) -> Outline | None:
        """What lane and input add to a marker that is 10 wide, to be drawn and not filled."""
        lines, rings = self._added
        paths = (*map(Outline, lines), *(Outline.circle(radius=radius) for radius in rings))
        return Outline.make_compound_path(*paths) if paths else None

    @property
    def added_outline(self) -> str:
        """The same as the `d` of an SVG path; empty where nothing is added."""
        lines, rings = self._added
        strokes = (f"M{x:g},{-y:g}L{to_x:g},{-to_y:g}" for (x, y), (to_x, to_y) in lines)
        circles = (
            f"M{-radius:g},0a{radius:g},{radius:g} 0 1 0 {2 * radius:g},0"
            f"a{radius:g},{radius:g} 0 1 0 {-2 * radius:g},0"
            for radius in rings
        )
        return "".join((*strokes, *circles))

    @property
    def _added(self) -> tuple[list[Line], list[float]]:
        parts = (self.execution, self.input)
        lines = [line for part in parts for line in _LINES.get(part, ())]
        return lines, [radius for part in parts for radius in _RINGS.get(part, ())]


def looks(identities: Iterable[Identity]) -> dict[Identity, Look]:
    """Return the look of every cell; built-in frameworks look the same on every page."""
    identities = tuple(identities)
    order = dict.fromkeys([*BUILT_IN, *(identity.framework for identity in identities)])
    number = {framework: index for index, framework in enumerate(order)}
    return {identity: _look(number[identity.framework], identity) for identity in identities}


def _look(number: int, identity: Identity) -> Look:
    # A second round shifts the shapes, so that no two frameworks share colour and shape.
    marker = MARKERS[(number + number // COLOURS) % len(MARKERS)]
    return Look(
        number % COLOURS,
        marker,
        identity.form == "high_level",
        identity.execution,
        identity.input,
    )


def with_variables(css: str) -> str:
    """Return CSS with the colours of the light page replaced by variables."""
    return _COLOUR.sub(lambda found: f"var(--{_VARIABLES[found[0]]})", css)
