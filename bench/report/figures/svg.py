"""A drawing as an SVG element to stand within a page."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from xml.etree.ElementTree import Element

import matplotlib.style
from markupsafe import Markup
from matplotlib.figure import Figure

from bench.records.printable import printable
from bench.report.figures import compact
from bench.report.figures.lettering import FONT_SIZE
from bench.report.figures.plate import Drawing, Size
from bench.report.palette import GRID, INK, MUTED, SURFACE, with_variables

_STYLE = {
    # Pixels are points.
    "figure.dpi": 72,
    "svg.fonttype": "none",
    "svg.hashsalt": "softmax-bench",
    # A name such as "a$b$" is text, not a formula.
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "font.size": FONT_SIZE,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelpad": 6,
    "axes.titlelocation": "left",
    "axes.titlesize": FONT_SIZE,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "auto",
    "grid.color": GRID,
    "grid.linewidth": 1,
    "lines.solid_capstyle": "butt",
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "patch.edgecolor": SURFACE,
}
# What is read out of a drawing ends with it on the page.
NUMBERS_BELOW = "The table below holds the numbers."
_REFERENCE = re.compile(r"url\(#([^)]*)\)")


@contextmanager
def style() -> Iterator[None]:
    """Draw in the page's style, whatever the user's matplotlib is set to."""
    with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
        # Text is drawn in the reader's fonts, whatever the one that measures it lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def inline(drawing: Drawing, size: Size, number: int) -> Markup:
    """Return a drawing as an ``<svg>`` element: text stays text, colours are CSS variables.

    Parameters
    ----------
    number : int
        Unlike that of any other drawing on the page; begins every id within this one.
    """
    told = replace(drawing, description=f"{drawing.description} {NUMBERS_BELOW}")
    with style():
        root = named(drawing.draw(size), told, f"f{number}")
    for element in root.iter():
        for name in ("style", "fill"):
            if name in element.attrib:
                element.attrib[name] = with_variables(element.attrib[name])
    return Markup(compact.text_of(root))


def named(figure: Figure, drawing: Drawing, prefix: str) -> Element:
    """Return a figure as an element with a title and a description, every id with a prefix."""
    root = compact.svg_of(figure, INK)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.attrib[name] = f"{prefix}-{value}"
            elif name == "href":
                element.attrib[name] = f"#{prefix}-{value.removeprefix('#')}"
            elif name in ("style", "fill"):
                element.attrib[name] = _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
    texts = {"title": drawing.title, "desc": drawing.description}
    root.attrib |= {
        "role": "img",
        "aria-labelledby": " ".join(f"{prefix}-{tag}" for tag in texts),
    }
    for position, (tag, text) in enumerate(texts.items()):
        element = Element(tag, {"id": f"{prefix}-{tag}"})
        element.text = printable(text)
        root.insert(position, element)
    return root
