"""One colour and one marker for each framework, wherever it appears on the page.

Figures are drawn in the colours of a light page. On the page itself these become CSS variables,
so that one drawing serves a light and a dark page; in a file of its own a figure keeps them. They
stand in one place, the beginning of ``templates/style.css``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.markers import MarkerStyle

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
    """

    series: int
    marker: str
    filled: bool

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


def looks(identities: Iterable[Identity]) -> dict[Identity, Look]:
    """Return the look of every cell; built-in frameworks look the same on every page."""
    identities = tuple(identities)
    order = dict.fromkeys([*BUILT_IN, *(identity.framework for identity in identities)])
    number = {framework: index for index, framework in enumerate(order)}
    return {
        identity: _look(number[identity.framework], identity.form == "high_level")
        for identity in identities
    }


def _look(number: int, filled: bool) -> Look:
    # A second round shifts the shapes, so that no two frameworks share colour and shape.
    marker = MARKERS[(number + number // COLOURS) % len(MARKERS)]
    return Look(number % COLOURS, marker, filled)


def with_variables(css: str) -> str:
    """Return CSS with the colours of the light page replaced by variables."""
    return _COLOUR.sub(lambda found: f"var(--{_VARIABLES[found[0]]})", css)
