"""A matplotlib figure as an SVG element to stand within a page."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
import matplotlib.style
from markupsafe import Markup
from matplotlib.figure import Figure

from bench.report.palette import GRID, INK, MUTED, SURFACE, with_variables
from bench.report.printable import printable

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "softmax-bench",
    # A name such as "a$b$" is text, not a formula.
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 1,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "patch.edgecolor": SURFACE,
}
_FONT = re.compile(r"font: (?:\d+ )?([\d.]+px) [^;]*|font-family: [^;]*;? ?")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")


@dataclass(frozen=True)
class Naming:
    """How a figure is told from others and what it is called.

    Attributes
    ----------
    prefix : str
        Begins every id within the figure; unique on the page.
    title, description : str
        Read out in place of the drawing.
    """

    prefix: str
    title: str
    description: str


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the page's style, whatever the user's matplotlib is set to."""
    with matplotlib.style.context(["default", _STYLE]):
        yield


def inline(figure: Figure, naming: Naming) -> Markup:
    """Return the figure as an ``<svg>`` element; to be called within :func:`drawing`.

    Text stays text, colours are CSS variables, and every id has the figure's own prefix.
    """
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(file.getvalue())
    for parent in tuple(root.iter()):
        for child in tuple(parent):
            # matplotlib's <style> would apply to the whole page.
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {
            _local(name): _attribute(_local(name), value, naming.prefix)
            for name, value in element.attrib.items()
        }
    _describe(root, naming)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attribute(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        return f"#{prefix}-{value.removeprefix('#')}"
    value = _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
    if name == "style":
        value = _FONT.sub(lambda found: f"font-size: {found[1]}" if found[1] else "", value)
    return with_variables(value)


def _describe(root: ElementTree.Element, naming: Naming) -> None:
    names = (f"{naming.prefix}-title", f"{naming.prefix}-desc")
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib = {
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "aria-labelledby": " ".join(names),
    }
    for position, (tag, text) in enumerate((("title", naming.title), ("desc", naming.description))):
        element = ElementTree.Element(tag, {"id": names[position]})
        element.text = printable(text)
        root.insert(position, element)
