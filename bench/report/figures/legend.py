"""The entries of a legend: as a list on the page, as matplotlib's artists in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from bench.records.model import Identity
from bench.report.naming import FORMS
from bench.report.palette import Look, with_variables

# So many cells are named one by one; of more, each framework and form once.
NAMED_CELLS = 12

Dash = tuple[float, ...]
SOLID: Dash = ()


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

    def handle(self) -> Artist:
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

    def handle(self) -> Artist:
        """Return a piece of the line."""
        return Line2D(
            [], [], color=self.colour, linewidth=self.width, linestyle=linestyle(self.dash)
        )


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
        return line + Markup(
            '<path transform="translate(12 7)" stroke-width="1.6" d="{}" style="{}"/>'
        ).format(
            self.look.outline,
            with_variables(f"stroke: {self.look.colour}; fill: {self.look.face}"),
        )

    def handle(self) -> Artist:
        """Return the marker, and a piece of the line."""
        return Line2D(
            [],
            [],
            color=self.look.colour,
            linewidth=1.3,
            linestyle="none" if self.dash is None else linestyle(self.dash),
            marker=self.look.marker,
            markersize=7,
            markerfacecolor=self.look.face,
            markeredgewidth=1.4,
        )


def linestyle(dash: Dash) -> Literal["-"] | tuple[float, Dash]:
    """Return a dash as matplotlib takes it."""
    return (0, dash) if dash else "-"


def cell_entries(
    identities: Sequence[Identity],
    labels: Mapping[Identity, str],
    titles: Mapping[str, str],
    looks: Mapping[Identity, Look],
) -> tuple[CellEntry, ...]:
    """Return an entry for every cell, or of many cells one for each framework and form."""
    if len(identities) <= NAMED_CELLS:
        return tuple(CellEntry(labels[one], looks[one]) for one in identities)
    kinds = {(titles[one.framework], FORMS[one.form]): looks[one] for one in identities}
    ordered = sorted(kinds.items(), key=lambda kind: (kind[1].series, kind[1].filled, kind[0]))
    return tuple(CellEntry(" ".join(kind), look) for kind, look in ordered)


def _line(colour: str, width: float, dash: Dash) -> Markup:
    return Markup('<path d="M0,7H24" stroke-width="{:g}"{} style="{}"/>').format(
        width,
        Markup(' stroke-dasharray="{}"').format(" ".join(f"{one:g}" for one in dash))
        if dash
        else "",
        with_variables(f"stroke: {colour}"),
    )
