"""One HTML page from records: everything is inline, and the same records give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bench.analysis.comparison import SIGNIFICANCE
from bench.analysis.floor import FLOOR_FACTOR
from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Record
from bench.report import comparing, ranked_table, raw_epochs, statuses, wording
from bench.report.palette import looks
from bench.report.printable import printable
from bench.report.sections import contenders, run_sections

TEMPLATES = Path(__file__).with_name("templates")

_FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        raw_epochs.epoch_list,
        statuses.status_words,
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
    return (
        _templates()
        .get_template("page.html.j2")
        .render(runs=run_sections(records), looks=looks(contenders(records)))
    )


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
        floor_factor=FLOOR_FACTOR,
        noise=comparing.NOISE_WORDS,
        not_to_miss=comparing.NOT_TO_MISS_WORDS,
        significance=SIGNIFICANCE,
        disturbed_sign=raw_epochs.DISTURBED_SIGN,
        unsettled_sign=raw_epochs.UNSETTLED_SIGN,
        other_model=statuses.INVALID_WORDS["parity"],
        run_words=statuses.RUN_WORDS,
        strip_width=ranked_table.STRIP_WIDTH,
    )
    return environment


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
