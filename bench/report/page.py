"""One HTML page from records: everything is inline, and the same records give the same bytes."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from bench.analysis.floor import FLOOR_FACTOR
from bench.analysis.statistics import steady_epoch_seconds
from bench.records import axes
from bench.records.model import Record
from bench.records.printable import printable
from bench.report import (
    comparing,
    filters,
    naming,
    provenance,
    ranked_table,
    raw_epochs,
    source_code,
    statuses,
    templating,
    wording,
)
from bench.report.cells import cell_anchors
from bench.report.figures import svg
from bench.report.gallery import Pictures
from bench.report.palette import looks
from bench.report.run_comparison import run_comparison
from bench.report.sections import contenders, run_sections
from bench.report.templating import TEMPLATES

SCRIPT = TEMPLATES / "page.mjs"
COMPARING_SCRIPT = TEMPLATES / "compare.mjs"

_FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        axes.name,
        cell_anchors,
        filters.searched,
        provenance.blocks_words,
        provenance.commit_words,
        provenance.machine_words,
        raw_epochs.epoch_list,
        statuses.fates,
        statuses.status_words,
        svg.inline,
        steady_epoch_seconds,
        wording.count,
        wording.duration,
        wording.interval_or_trials,
        wording.grouped,
        wording.memory,
        wording.quality,
        wording.scientific,
        wording.sentence,
        wording.share,
        wording.three_digits,
        wording.times,
    )
}


def render(
    records: Sequence[Record],
    pictures: Pictures | None = None,
    earlier: Sequence[Record] = (),
) -> str:
    """Return one HTML document that shows every record in a section of its own.

    `pictures` are the images of test examples, which no record holds; see
    :func:`bench.report.gallery.needed`. `earlier` are other runs, which tell how far runs lie
    apart; see :func:`bench.report.reading.read_earlier`.
    """
    sources = source_code.sources(records)
    identities, titles = contenders(records), naming.titles(records)
    scripts = [
        path.read_text(encoding="utf-8")
        for path, is_used in (
            (SCRIPT, len(identities) > 1),
            (COMPARING_SCRIPT, len(sources) > 1),
        )
        if is_used
    ]
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            runs=run_sections(records, sources, pictures or {}),
            looks=looks(identities),
            filters=filters.filters(identities, titles),
            titles=titles,
            choosable=len(identities) > 1,
            scripts=[Markup(script) for script in scripts],
            security_policy=Markup(security_policy(scripts)),
            comparison=run_comparison(records, titles, earlier),
            sources=tuple(sources.values()),
            figure_number=itertools.count(1).__next__,
        )
    )


def security_policy(scripts: Sequence[str]) -> str:
    """Return what the browser is told to allow: styles, images and these scripts, all inline."""
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _templates() -> Environment:
    environment = templating.environment(_finalize, autoescape=True)
    environment.filters.update(_FILTERS)
    environment.globals.update(
        floor_factor=FLOOR_FACTOR,
        noise=comparing.NOISE_WORDS,
        not_to_miss=comparing.NOT_TO_MISS_WORDS,
        once_in_runs=comparing.ONCE_IN_RUNS_WORDS,
        disturbed_sign=raw_epochs.DISTURBED_SIGN,
        unsettled_sign=raw_epochs.UNSETTLED_SIGN,
        other_model=statuses.INVALID_WORDS["parity"],
        run_words=statuses.RUN_WORDS,
        strip_width=ranked_table.STRIP_WIDTH,
        axes=axes.BY_FIELD,
    )
    return environment


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
