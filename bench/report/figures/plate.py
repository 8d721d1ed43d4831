"""What a figure consists of, on the page and in a file: drawings, legend, caption and numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure

from bench.report.figures.legend import Entry

Size = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Drawing:
    """One drawing of a figure.

    Attributes
    ----------
    key : str
        Tells it from the other drawings of its workload, in ids and in names of files.
    title, description : str
        Read out in place of the drawing.
    draw : callable
        Draws it in a size; to be called within :func:`bench.report.figures.svg.style`.
    sizes : tuple of str
        Those that it differs in: a single one serves wide and narrow screens.
    """

    key: str
    title: str
    description: str
    draw: Callable[[Size], Figure]
    sizes: tuple[Size, ...] = ("wide", "narrow")


@dataclass(frozen=True)
class Column:
    """A column of the numbers behind a figure; numbers stand to the right."""

    name: str
    numeric: bool = True


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure; the first column tells what a row is about.

    Attributes
    ----------
    note : str
        What the table leaves out; empty where it holds all.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Plate:
    """A figure with all that belongs to it.

    Attributes
    ----------
    key : str
        Tells it from the other figures of its workload.
    caption : str
        What is drawn, in plain words.
    table_open : bool
        Whether its numbers are shown at once, as they say more than what is drawn.
    """

    key: str
    heading: str
    legend: tuple[Entry, ...]
    drawings: tuple[Drawing, ...]
    caption: str
    table: Table
    table_open: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it takes the whole width of the page: drawings, or numbers, side by side."""
        return (
            self.table_open
            or len(self.drawings) > 2
            or (len(self.drawings) > 1 and all(len(one.sizes) == 1 for one in self.drawings))
        )
