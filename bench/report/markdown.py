"""Records as Markdown, short enough for a comment on a pull request: the verdict first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Template
from markupsafe import Markup

from bench.records.model import Record
from bench.report import (
    comparing,
    markdown_text,
    meanwhile,
    plain_tables,
    provenance,
    statuses,
    templating,
    wording,
)
from bench.report.circumstances import Circumstances, circumstances
from bench.report.evidence import Topic, topics
from bench.report.limits import limit_sentences
from bench.report.marks import Kind, kinds_in
from bench.report.naming import titles
from bench.report.outcomes import Outcome, outcomes
from bench.report.plain_tables import PlainTable
from bench.report.provenance import Versions, moment_words, run_notices, versions
from bench.report.run_comparison import run_comparison

# GitHub takes 65,536 characters for a comment; the rest is room for what a workflow adds.
MOST_CHARACTERS = 64_000

# What is left out until the text is short enough, and what it is called.
DETAILS = {
    "trials": "the trials",
    "logs": "what workers printed",
    "epoch_parts": "where an epoch goes",
    "circumstances": "the circumstances",
    "rankings": "the rankings",
}

_FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        markdown_text.fenced,
        markdown_text.in_html,
        markdown_text.pipe_table,
        plain_tables.runs,
        provenance.blocks_words,
        provenance.commit_words,
        provenance.machine_words,
        statuses.status_words,
        wording.count,
        wording.listing,
        wording.sentence,
    )
}


@dataclass(frozen=True)
class WorkloadPart:
    """One workload of a run.

    Attributes
    ----------
    marks : tuple of Kind
        The kinds of marks in the ranking, to be explained.
    evidence : tuple of Topic
        What the figures rest on.
    """

    outcome: Outcome
    marks: tuple[Kind, ...]
    trials: PlainTable | None
    epoch_parts: PlainTable | None
    limits: tuple[str, ...]
    evidence: tuple[Topic, ...]


@dataclass(frozen=True)
class RunPart:
    """One record.

    Attributes
    ----------
    notices : tuple of str
        Those of the run as a whole; a workload's own stands in its part.
    """

    record: Record
    created: str
    notices: tuple[str, ...]
    versions: Versions
    circumstances: Circumstances
    workloads: tuple[WorkloadPart, ...]


def render(records: Sequence[Record], earlier: Sequence[Record] = ()) -> str:
    """Return a Markdown document that shows every record in a section of its own.

    `earlier` are other runs, which tell how far runs lie apart. Where the document would be longer
    than a comment may be, details are left out, and it says which.
    """
    template = _template()
    runs = tuple(map(_run_part, records))
    comparison = run_comparison(records, titles(records), earlier)
    omitted: dict[str, str] = {}
    text = template.render(comparison=comparison, runs=runs, omitted=omitted)
    for detail, words in DETAILS.items():
        if len(text) <= MOST_CHARACTERS:
            break
        fewer = omitted | {detail: words}
        shorter = template.render(comparison=comparison, runs=runs, omitted=fewer)
        if len(shorter) < len(text):
            omitted, text = fewer, shorter
    return text


def _run_part(record: Record) -> RunPart:
    return RunPart(
        record=record,
        created=moment_words(record.created),
        notices=run_notices(record),
        versions=versions(record, titles([record])),
        circumstances=circumstances(record),
        workloads=tuple(_workload_part(record, outcome) for outcome in outcomes(record)),
    )


def _workload_part(record: Record, outcome: Outcome) -> WorkloadPart:
    ranked, labels = outcome.ranking.ranked, outcome.labels
    return WorkloadPart(
        outcome=outcome,
        marks=kinds_in(entry.cell for entry in ranked),
        trials=plain_tables.trials(outcome.cells, labels),
        epoch_parts=plain_tables.epoch_parts([entry.cell for entry in ranked], labels),
        limits=limit_sentences(
            outcome.ranking.floor, outcome.cells, outcome.infos, record.ceilings
        ),
        evidence=(
            *topics(outcome.cells, outcome.infos, labels),
            *meanwhile.topics(ranked, labels),
        ),
    )


@cache
def _template() -> Template:
    # Not Jinja's own escaping, which is for HTML: here every value passes through Markdown's.
    environment = templating.environment(_finalize, autoescape=False)
    environment.filters.update(_FILTERS)
    environment.globals.update(
        run_words=statuses.RUN_WORDS, once_in_runs=comparing.ONCE_IN_RUNS_WORDS
    )
    return environment.get_template("markdown.md.j2")


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup) else markdown_text.escape(str(value))
