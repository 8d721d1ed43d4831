"""One HTML page from records: everything is inline, and the same records give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Record
from bench.report import ranked_table, wording
from bench.report.palette import looks
from bench.report.printable import printable
from bench.report.sections import run_sections
from bench.report.statuses import RUN_WORDS, STATUS_WORDS

TEMPLATES = Path(__file__).with_name("templates")

_FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        steady_epoch_seconds,
        wording.count,
        wording.duration,
        wording.duration_interval,
        wording.grouped,
        wording.memory,
        wording.quality,
        wording.scientific,
        wording.sentence,
        wording.share,
        wording.times,
    )
}


def render(records: Sequence[Record]) -> str:
    """Return one HTML document that shows every record in a section of its own."""
    runs = run_sections(records)
    identities = [cell.identity for record in records for cell in record.cells]
    return _templates().get_template("page.html.j2").render(runs=runs, looks=looks(identities))


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        run_words=RUN_WORDS,
        status_words=STATUS_WORDS,
        strip_width=ranked_table.STRIP_WIDTH,
    )
    return environment


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
