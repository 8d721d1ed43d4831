"""Figures as files of their own, in the colours of a light page on white."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple

from bench import folders
from bench.analysis.ranking import rankings
from bench.records.model import Record
from bench.report.figures import catalogue, compact, svg
from bench.report.figures.legend import Entry
from bench.report.figures.lettering import FONT_SIZE, shown, text_width
from bench.report.figures.plate import Drawing, Plate
from bench.report.figures.subject import Subject, subject
from bench.report.naming import short_title, titles
from bench.report.palette import SURFACE, looks
from bench.report.sections import contenders

Format = Literal["svg", "png"]
DOTS_PER_INCH = 200
# Points: around the figure, of its title, and of a line of the legend.
MARGIN, TITLE_SIZE, TITLE_LINE, LEGEND_LINE = 14, 14, 18, 19
# Of a run or a workload within the name of a file, which few systems let have more than 255.
LONGEST_PART = 80
# Of an entry of the legend beside its words.
SPECIMEN = 46


@dataclass(frozen=True)
class FigureFile:
    """A drawing with what it needs to stand alone.

    Attributes
    ----------
    name : str
        Of its file, without the ending.
    title : str
        Above the drawing.
    """

    name: str
    title: str
    plate: Plate
    drawing: Drawing


def write(records: Sequence[Record], folder: Path, file_format: Format) -> tuple[Path, ...]:
    """Write every figure of the page of these records; return the files in the page's order.

    Raises
    ------
    OSError
        If the folder or a file cannot be written.
    """
    folders.make(folder)
    paths = []
    for one in figure_files(records):
        path = folder / f"{one.name}.{file_format}"
        path.write_bytes(_svg(one) if file_format == "svg" else _png(one))
        paths.append(path)
    return tuple(paths)


def figure_files(records: Sequence[Record]) -> Iterator[FigureFile]:
    """Return every figure; the run is part of their names where there are several."""
    called, appearance = titles(records), looks(contenders(records))
    taken: set[str] = set()
    for record in records:
        for ranking in rankings(record):
            drawn = subject(ranking, record, called, appearance)
            run = [record.run_id] if len(records) > 1 else []
            for plate in catalogue.plates(drawn):
                for drawing in plate.drawings:
                    parts = (*run, ranking.workload)
                    short = (part[:LONGEST_PART] for part in parts)
                    name = _untaken("-".join((*short, drawing.key)), taken)
                    yield FigureFile(name, _title(drawn, drawing), plate, drawing)


def _title(drawn: Subject, drawing: Drawing) -> str:
    return f"{short_title(drawn.infos[0])}: {drawing.title[0].lower()}{drawing.title[1:]}"


def _untaken(name: str, taken: set[str]) -> str:
    """Return a name that every system takes, with a number where another file has it."""
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")
    number, unique = 1, clean
    while unique.lower() in taken:
        number += 1
        unique = f"{clean}-{number}"
    taken.add(unique.lower())
    return unique


def _svg(one: FigureFile) -> bytes:
    with svg.style():
        root = svg.named(_framed(one), one.drawing, one.drawing.key)
    width, height = root.attrib["viewBox"].split()[2:]
    for element in root.iter():
        if "href" in element.attrib:
            # Older programs know no other.
            element.attrib["xlink:href"] = element.attrib.pop("href")
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "width": width,
        "height": height,
        "font-family": "system-ui, Helvetica, Arial, sans-serif",
        **root.attrib,
    }
    return f'<?xml version="1.0" encoding="utf-8"?>\n{compact.text_of(root)}\n'.encode()


def _png(one: FigureFile) -> bytes:
    file = io.BytesIO()
    with svg.style():
        figure = _framed(one)
        # The name of the program that wrote it holds its version.
        figure.savefig(file, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return file.getvalue()


def _framed(one: FigureFile) -> Figure:
    """Return the drawing on white with its title above and its legend below."""
    figure = one.drawing.draw("wide")
    width = figure.get_size_inches()[0] * 72
    title, legend = _wrapped(one.title, width), one.plate.legend
    columns = _legend_columns(legend, width)
    below = MARGIN + LEGEND_LINE * math.ceil(len(legend) / columns)
    across, up = _enlarge(figure, 2 * MARGIN + TITLE_LINE * len(title), below)
    figure.set_facecolor(SURFACE)
    for place, line in enumerate(title):
        figure.text(
            MARGIN / across,
            1 - (MARGIN + place * TITLE_LINE) / up,
            line,
            fontsize=TITLE_SIZE,
            fontweight="bold",
            verticalalignment="top",
        )
    if legend:
        # Matplotlib takes artists that are drawn on each other as well, though its types do not.
        handles: Any = [entry.handle() for entry in legend]
        figure.legend(
            handles,
            [shown(_words(entry)) for entry in legend],
            ncols=columns,
            loc="lower left",
            bbox_to_anchor=(MARGIN / across, MARGIN / 2 / up),
            borderaxespad=0,
            frameon=False,
            handler_map={tuple: HandlerTuple(ndivide=1, pad=0)},
        )
    return figure


def _enlarge(figure: Figure, above: float, below: float) -> tuple[float, float]:
    """Give a figure margins without scaling what is drawn; return its new size in points."""
    width, height = (side * 72 for side in figure.get_size_inches())
    new_width, new_height = width + 2 * MARGIN, height + above + below
    figure.set_size_inches(new_width / 72, new_height / 72)
    for axes in figure.axes:
        x0, y0, across, up = axes.get_position().bounds
        axes.set_position(
            (
                (x0 * width + MARGIN) / new_width,
                (y0 * height + below) / new_height,
                across * width / new_width,
                up * height / new_height,
            )
        )
    return new_width, new_height


def _wrapped(words: str, width: float) -> list[str]:
    """Return a title in lines that are no wider than the drawing."""
    # Bold letters are wider.
    widest = width / (1.15 * TITLE_SIZE / FONT_SIZE)
    lines: list[str] = []
    for word in map(shown, words.split()):
        if lines and text_width(f"{lines[-1]} {word}") <= widest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _legend_columns(entries: Sequence[Entry], width: float) -> int:
    widest = max((text_width(_words(entry)) for entry in entries), default=0.0)
    return max(1, min(len(entries), int(width / (widest + SPECIMEN))))


def _words(entry: Entry) -> str:
    return f"{entry.name} ({entry.alarm})" if entry.alarm else entry.name
