"""``softmax-bench report``: records as a page, and in the other forms that they can be shown in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from bench.cli.output import (
    STANDARD_OUTPUT,
    output_path,
    print_text,
    require_other_files,
    unwritable,
    write_text,
)
from bench.cli.places import named_place, require_working_folder
from bench.cli.terminal import Console
from bench.plan import choices as plan_choices
from bench.plan.choices import ChoiceError
from bench.records.model import Record
from bench.report.reading import read, read_earlier

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench report results/20261120T101500Z-1a2b3c4d.json
  softmax-bench report results/*.json --output reports/all.html
  softmax-bench report before.json after.json     what changed, then each run
  softmax-bench report RECORD --format html,markdown,csv
  softmax-bench report RECORD --format markdown --output - >> summary.md
  softmax-bench report RECORD --figures svg,png   every figure as a file
"""

Format = Literal["html", "markdown", "csv"]
ENDINGS: dict[Format, str] = {"html": ".html", "markdown": ".md", "csv": ".csv"}
FigureFormat = Literal["svg", "png"]
FIGURE_FORMATS: tuple[FigureFormat, ...] = ("svg", "png")


def report_command(
    records: Annotated[list[Path], typer.Argument(metavar="RECORD...", show_default=False)],
    formats: Annotated[
        str, typer.Option("--format", help="html, markdown or csv; several with commas.")
    ] = "html",
    output: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="The file to write, a folder, or - for standard output. Each format has its own "
            "ending: .html, .md, .csv.",
        ),
    ] = "reports/index.html",
    figures: Annotated[
        str,
        typer.Option(
            help="svg, png or both: write every figure as a file too, into the folder figures "
            "beside the output.",
            show_default=False,
        ),
    ] = "",
    data_dir: Annotated[
        Optional[Path],
        typer.Option(
            parser=named_place,
            metavar="FOLDER",
            help="Folder with the files of Fashion-MNIST, whose images no record holds. Default: "
            "what SOFTMAX_BENCH_DATA names, or the cache; without them the page shows names alone.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show one or more records as a self-contained HTML page, as Markdown or as CSV."""
    require_working_folder()
    wanted, drawn = chosen_formats(formats), chosen_figure_formats(figures)
    if output == STANDARD_OUTPUT:
        require_one_text(wanted, drawn)
        loaded = [read(path) for path in records]
        print_text(rendered(wanted[0], loaded, data_dir, read_earlier(records, loaded)))
        return
    paths = [output_path(output, ENDINGS[one], ENDINGS.values()) for one in wanted]
    require_other_files(paths, records)
    loaded = [read(path) for path in records]
    earlier = read_earlier(records, loaded)
    for one, path in zip(wanted, paths):
        write_text(path, rendered(one, loaded, data_dir, earlier))
        announce("report", path)
    for figure_format in drawn:
        for path in write_figures(loaded, paths[0].with_name("figures"), figure_format):
            announce("figure", path)


def chosen_formats(text: str) -> tuple[Format, ...]:
    """Return the formats that an option names, in the order in which they are written.

    Raises
    ------
    ChoiceError
        If a word is no format, or there is no word.
    """
    words = plan_choices.split(text)
    plan_choices.check("format", words, ENDINGS)
    if not words:
        raise ChoiceError(f"--format names none. Valid: {', '.join(ENDINGS)}.")
    return tuple(one for one in ENDINGS if one in words)


def chosen_figure_formats(text: str) -> tuple[FigureFormat, ...]:
    """Return the formats of figures that an option names; raise ChoiceError for another word."""
    words = plan_choices.split(text)
    plan_choices.check("figure format", words, FIGURE_FORMATS)
    if text and not words:
        raise ChoiceError(f"--figures names none. Valid: {', '.join(FIGURE_FORMATS)}.")
    return tuple(one for one in FIGURE_FORMATS if one in words)


def require_one_text(formats: Sequence[Format], figures: Sequence[FigureFormat]) -> None:
    """Raise ChoiceError if more than a text would go to standard output."""
    if len(formats) > 1:
        raise ChoiceError(
            f"--output {STANDARD_OUTPUT} takes one format, not {' and '.join(formats)}: leave out "
            "the others, or name a folder."
        )
    if figures:
        raise ChoiceError(
            f"--output {STANDARD_OUTPUT} leaves no place for the files of --figures: name a folder."
        )


def write_report(records: Sequence[Path], output: Path, data_dir: Optional[Path]) -> None:
    """Write the page.

    Raises
    ------
    RecordError
        If a record cannot be read or the page cannot be written.
    DataError
        If images are not in `data_dir`.
    """
    write_text(output, rendered("html", [read(path) for path in records], data_dir))


def rendered(
    name: Format,
    records: Sequence[Record],
    data_dir: Optional[Path],
    earlier: Sequence[Record] = (),
) -> str:
    """Return records in a format; pages alone show images, from `data_dir` or where they are.

    `earlier` are other runs, which tell how far runs lie apart.
    """
    # Imported where they are needed: pandas and matplotlib take their time.
    if name == "csv":
        from bench.report import tidy_csv

        return tidy_csv.render(records)
    if name == "markdown":
        from bench.report import markdown

        return markdown.render(records, earlier)
    from bench.cli.pictures import pictures_at_hand
    from bench.report import page

    return page.render(records, pictures_at_hand(records, data_dir), earlier)


def write_figures(
    records: Sequence[Record], folder: Path, figure_format: FigureFormat
) -> tuple[Path, ...]:
    """Write every figure as a file; return the files.

    Raises
    ------
    RecordError
        If one cannot be written.
    """
    from bench.report.figures import files

    try:
        return files.write(records, folder, figure_format)
    except OSError as error:
        raise unwritable(error.filename or folder, error) from error


def announce(kind: str, path: Path) -> None:
    """Print that a file is written."""
    Console().print(f"{kind}: {path}", soft_wrap=True, highlight=False, markup=False)
