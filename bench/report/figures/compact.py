"""Matplotlib's SVG in fewer bytes: the same drawing without what no reader sees."""

from __future__ import annotations

import io
import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from matplotlib.figure import Figure

from bench.report.figures.lettering import FONT_SIZE

# Decimals of a coordinate, and of one within a marker, in points.
PLACES, MARKER_PLACES = 1, 2
_DROPPED = {
    "stroke-linejoin",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "font-family",
    "font",
}
# Defaults of SVG, and ends of lines that reach half their width further.
_DEFAULTS = {
    ("stroke-width", "1"),
    ("stroke-width", "1.0"),
    ("stroke-linecap", "butt"),
    ("stroke-linecap", "square"),
    ("text-anchor", "start"),
    ("font-size", f"{FONT_SIZE}px"),
}
_UNPAINTED = "fill:none"
_INVISIBLE = ("metadata", "style", "clipPath")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_SEGMENT = re.compile(r"([MLCQz])([^MLCQz]*)")
_FONT = re.compile(r"(?:\d+ )?([\d.]+px) ")
_NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")


def svg_of(figure: Figure, text_colour: str) -> Element:
    """Return a figure as an ``<svg>`` element without namespaces, its ids being short numbers.

    Nothing that is drawn may reach beyond its axes: what would clip it is left out.

    Parameters
    ----------
    text_colour : str
        That of most texts.
    """
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(file.getvalue())
    _drop_invisible(root)
    for element in root.iter():
        _simplify(element, text_colour)
    _share_markers(root)
    _flatten(root)
    _gather(root)
    _shorten_ids(root)
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib = {
        "viewBox": f"0 0 {width} {height}",
        "font-size": str(FONT_SIZE),
        "stroke-linejoin": "round",
        "style": f"fill:{text_colour}",
    }
    return root


def text_of(root: Element) -> str:
    """Return an element as text."""
    # Within texts and attributes ">" stands escaped.
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _drop_invisible(root: Element) -> None:
    for parent in tuple(root.iter()):
        for child in tuple(parent):
            if _local(child.tag) in _INVISIBLE:
                parent.remove(child)


def _simplify(element: Element, text_colour: str) -> None:
    element.tag = _local(element.tag)
    element.tail = None
    if element.tag != "text":
        element.text = None
    attributes = {_local(name): value for name, value in element.attrib.items()}
    attributes.pop("clip-path", None)
    if "style" in attributes:
        attributes["style"] = _style(attributes["style"], element.tag, text_colour)
    for name in ("x", "y", "transform"):
        if name in attributes:
            attributes[name] = _NO_TURN.sub("", _rounded(attributes[name]))
    if "d" in attributes:
        attributes["d"] = _path(attributes["d"], MARKER_PLACES if "id" in attributes else PLACES)
    if element.tag == "g":
        attributes.pop("id", None)
    element.attrib = {name: value for name, value in attributes.items() if value}


def _style(style: str, tag: str, text_colour: str) -> str:
    kept = []
    for declaration in filter(None, style.split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font" and (found := _FONT.match(value)):
            name, value = "font-size", found[1]
        omitted = name in _DROPPED or (name, value) in _DEFAULTS
        if not omitted and not (tag == "text" and (name, value) == ("fill", text_colour)):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _number(number: float, places: int = PLACES) -> str:
    """Return a number as short as it can be written."""
    digits = f"{abs(number):.{places}f}".rstrip("0").rstrip(".") or "0"
    if digits == "0":
        return "0"
    return ("-" if number < 0 else "") + digits.removeprefix("0")


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: _number(float(found[0])), text)


def _path(commands: str, places: int) -> str:
    """Return a path with rounded coordinates; those of lines are steps from the point before."""
    found = ""
    here = (0.0, 0.0)
    before = ""
    for command, numbers in _SEGMENT.findall(commands):
        # Steps between rounded points add up to rounded points: no error grows along a path.
        points = [round(float(number), places) for number in numbers.split()]
        letter, written = command, _joined(points, places)
        if command == "L":
            letter, written = _step(points[0] - here[0], points[1] - here[1], places)
        repeated = letter == before == "l"
        found += (" " if written[0] != "-" else "") + written if repeated else letter + written
        here = (points[-2], points[-1]) if points else here
        before = letter
    return found


def _step(across: float, down: float, places: int) -> tuple[str, str]:
    """Return the letter and the numbers of a step."""
    right, below = _number(across, places), _number(down, places)
    if below == "0":
        return "h", right
    return ("v", below) if right == "0" else ("l", _joined((across, down), places))


def _joined(numbers: Iterable[float], places: int) -> str:
    """Return numbers in a row; a sign parts them as well as a space does."""
    return " ".join(_number(number, places) for number in numbers).replace(" -", "-")


def _share_markers(root: Element) -> None:
    """Let all uses of a shape refer to one definition; the use, not the shape, has the style."""
    uses = [(use, use.attrib["href"].removeprefix("#")) for use in root.iter("use")]
    used = {name for _, name in uses}
    first: dict[str, str] = {}
    shared: dict[str, str] = {}
    for definitions in root.iter("defs"):
        for shape in definitions.findall("path"):
            shape.attrib.pop("style", None)
            name = shape.attrib["id"]
            # A curve of which no point is finite has a marker that is nowhere.
            if name in used:
                shared[name] = first.setdefault(shape.attrib["d"], name)
            if shared.get(name) != name:
                definitions.remove(shape)
    for use, name in uses:
        use.attrib["href"] = f"#{shared[name]}"


def _flatten(root: Element) -> None:
    """Take what stands in groups that say nothing out of them, and drop what paints nothing."""
    children: list[Element] = []
    for child in root:
        _flatten(child)
        if child.tag == "g" and not child.attrib:
            children.extend(child)
        elif child.tag in ("g", "defs"):
            children.extend([child] if len(child) else [])
        elif not _paints_nothing(child):
            children.append(child)
    root[:] = children


def _paints_nothing(element: Element) -> bool:
    """Tell a background that has no colour, and a curve of which no point is finite."""
    nowhere = element.tag == "path" and "d" not in element.attrib
    return nowhere or element.attrib.get("style") == _UNPAINTED


def _gather(root: Element) -> None:
    """Make one path of neighbours of one style, and put other neighbours into a group."""
    definitions = Element("defs")
    for child in root.findall("defs"):
        definitions.extend(child)
    painted = (child for child in root if child.tag != "defs")
    children: list[Element] = []
    for (style, _), run in itertools.groupby(painted, key=_kind):
        alike = list(run)
        if alike[0].tag == "path":
            alike[0].attrib["d"] = "".join(path.attrib["d"] for path in alike)
            alike = alike[:1]
        elif style and len(alike) > 1:
            group = Element("g", {"style": style})
            for child in alike:
                del child.attrib["style"]
            group.extend(alike)
            alike = [group]
        children.extend(alike)
    root[:] = [*([definitions] if len(definitions) else []), *children]


def _kind(element: Element) -> tuple[str, bool]:
    return element.attrib.get("style", ""), element.tag == "path"


def _shorten_ids(root: Element) -> None:
    used: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            found = _REFERENCE.search(value)
            target = found[1] if found else value[1:] if name == "href" else None
            if target:
                short = used.setdefault(target, str(len(used)))
                element.attrib[name] = value.replace(target, short)
    for element in root.iter():
        if "id" in element.attrib:
            element.attrib["id"] = used[element.attrib["id"]]
