"""The entries of a legend: as a list on the page, as matplotlib's artists in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Protocol

from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from bench.records import axes
from bench.records.axes import Titles
from bench.records.model import Identity
from bench.report.figures import markers
from bench.report.figures.strokes import SOLID, Dash, linestyle
from bench.report.palette import MUTED, SURFACE, Look, with_variables

# So many cells are named one by one; of more, each look once.
NAMED_CELLS = 12
# What a look shows of a cell's identity.
SEEN = ("framework", "form", "execution", "input")

# A marker of no framework in particular, and what forms, lanes and inputs make of it.
PLAIN = Look(0, "o", filled=False)
FORMS = (
    ("scratch", "hollow", PLAIN),
    ("high_level", "filled", replace(PLAIN, filled=True)),
)
BARE = ("eager", "preloaded")
MARKED = (
    ("step", "stroke", replace(PLAIN, execution="step")),
    ("epoch", "ring", replace(PLAIN, execution="epoch")),
    ("loader", "line below", replace(PLAIN, input="loader")),
)

# Artists that are drawn on each other.
Handle = tuple[Artist, ...]


class Entry(Protocol):
    """One line of a legend."""

    @property
    def name(self) -> str:
        """What is drawn so."""

    @property
    def alarm(self) -> str:
        """What is wrong with it; empty where nothing is."""

    def glyph(self) -> Markup:
        """Return a specimen as the children of an SVG element of 24 by 14 units."""

    def handle(self) -> Handle:
        """Return a specimen for matplotlib's legend."""


@dataclass(frozen=True)
class LineEntry:
    """A line that belongs to no cell.

    Attributes
    ----------
    width : float
        In points.
    """

    name: str
    colour: str
    width: float
    dash: Dash = SOLID
    alarm: str = ""

    def glyph(self) -> Markup:
        """Return a piece of the line."""
        return _line(self.colour, self.width, self.dash)

    def handle(self) -> Handle:
        """Return a piece of the line."""
        line = Line2D(
            [], [], color=self.colour, linewidth=self.width, linestyle=linestyle(self.dash)
        )
        return (line,)


@dataclass(frozen=True)
class CellEntry:
    """A cell's marker, on its line if it has one."""

    name: str
    look: Look
    dash: Dash | None = None
    alarm: str = ""

    def glyph(self) -> Markup:
        """Return the marker, and a piece of the line."""
        line = Markup() if self.dash is None else _line(self.look.colour, 1.3, self.dash)
        return line + _marker(self.look, self.look.colour, self.look.face)

    def handle(self) -> Handle:
        """Return the marker, and a piece of the line."""
        return markers.specimens(self.look, self.look.colour, self.look.face, 7, self.dash)


@dataclass(frozen=True)
class KeyEntry:
    """What one part of a marker means, whatever framework it belongs to."""

    name: str
    look: Look
    alarm: str = ""

    def glyph(self) -> Markup:
        """Return a marker of no framework's colour."""
        return _marker(self.look, MUTED, self._face)

    def handle(self) -> Handle:
        """Return a marker of no framework's colour."""
        return markers.specimens(self.look, MUTED, self._face, 7, None)

    @property
    def _face(self) -> str:
        return MUTED if self.look.filled else SURFACE


def cell_entries(
    identities: Sequence[Identity],
    labels: Mapping[Identity, str],
    titles: Titles,
    looks: Mapping[Identity, Look],
) -> tuple[CellEntry, ...]:
    """Return an entry for every cell, or of many cells one for each look."""
    if len(identities) <= NAMED_CELLS:
        return tuple(CellEntry(labels[one], looks[one]) for one in identities)
    alike = {looks[identity]: identity for identity in identities}
    unseen = [axis.field for axis in axes.AXES if axis.field not in SEEN]
    entries = (
        CellEntry(axes.label(identity, identities, titles, omit=unseen), look)
        for look, identity in alike.items()
    )
    return tuple(sorted(entries, key=lambda entry: (astuple(entry.look), entry.name)))


def key_entries(identities: Sequence[Identity]) -> tuple[KeyEntry, ...]:
    """Return what form, lane and input make of a marker, as far as these cells differ in them."""
    shown = {
        str(axis.value(identity)): axis.words(identity, Titles())
        for axis in axes.varying(identities)
        if axis.field in ("form", "execution", "input")
        for identity in axes.in_order(axis, identities)
    }
    bare = [words for value, words in shown.items() if value in BARE]

    def entries(kinds: Sequence[tuple[str, str, Look]]) -> list[KeyEntry]:
        return [
            KeyEntry(f"{how}: {shown[value]}", look) for value, how, look in kinds if value in shown
        ]

    plain = [KeyEntry(f"bare: {', '.join(bare)}", PLAIN)] if bare else []
    return (*entries(FORMS), *plain, *entries(MARKED))


def _marker(look: Look, colour: str, face: str) -> Markup:
    return Markup(
        '<path transform="translate(12 7)" stroke-width="1.6" d="{}" style="{}"/>'
    ).format(look.outline, with_variables(f"stroke: {colour}; fill: {face}")) + (
        Markup('<path transform="translate(12 7)" stroke-width="1.6" d="{}" style="{}"/>').format(
            look.added_outline, with_variables(f"stroke: {colour}")
        )
        if look.added_outline
        else Markup()
    )


def _line(colour: str, width: float, dash: Dash) -> Markup:
    return Markup('<path d="M0,7H24" stroke-width="{:g}"{} style="{}"/>').format(
        width,
        Markup(' stroke-dasharray="{}"').format(" ".join(f"{one:g}" for one in dash))
        if dash
        else "",
        with_variables(f"stroke: {colour}"),
    )
