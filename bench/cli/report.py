"""``softmax-bench report``: a page from records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.records import store
from bench.records.store import RecordError

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench report results/20261120T101500Z-1a2b3c4d.json
  softmax-bench report results/*.json --output reports/all.html
"""


def report_command(
    records: Annotated[list[Path], typer.Argument(metavar="RECORD...", show_default=False)],
    output: Annotated[Path, typer.Option(help="The page to write.")] = Path("reports/index.html"),
) -> None:
    """Build one self-contained HTML page from one or more records."""
    write_report(records, output)
    Console().print(f"report: {output}", soft_wrap=True, highlight=False, markup=False)


def write_report(records: Sequence[Path], output: Path) -> None:
    """Write the page.

    Raises
    ------
    RecordError
        If a record cannot be read or the page cannot be written.
    """
    from bench.report import page

    html = page.render([store.load(path) for path in records])
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(html, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{output} cannot be written: {error.strerror}.") from error
