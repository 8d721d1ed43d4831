"""What stands in each section of the page: one for a run, and one for each of its workloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from bench.analysis.ranking import Ranked, Ranking, rankings
from bench.records.model import Cell, Environment, Identity, Record, WorkloadInfo
from bench.report import epoch_parts, epoch_times, learning_curves
from bench.report.circumstances import Circumstances, circumstances
from bench.report.epoch_parts import Bar, Layout, Part
from bench.report.epoch_times import spans_decades
from bench.report.evidence import Evidence, evidence
from bench.report.learning_curves import Curve
from bench.report.limits import ceiling_sentences, floor_sentence
from bench.report.marks import Kind, kinds_in
from bench.report.naming import cell_labels, framework_titles, short_title
from bench.report.palette import Look, looks
from bench.report.ranked_table import Row, rows
from bench.report.regression import ParameterTable, parameter_table
from bench.report.svg import Naming
from bench.report.verdict import Verdict, verdict
from bench.report.wording import count, duration

# Not strftime's %B, which speaks the language of whoever builds the page.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


# What the floor is called where its environment is listed.
FLOOR_TITLE = "Nothing, the harness's own floor"


@dataclass(frozen=True)
class Drawing:
    """A figure in two widths; the page shows the one that fits."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True)
class EpochParts:
    """The figure of where an epoch goes, and the numbers behind it."""

    bars: tuple[Bar, ...]
    legend: tuple[Part, ...]
    drawing: Drawing


@dataclass(frozen=True)
class Learning:
    """The figures of learning for one batch size, and the numbers behind them."""

    info: WorkloadInfo
    curves: tuple[Curve, ...]
    caption: str
    losses: Markup
    distances: Markup


@dataclass(frozen=True)
class WorkloadSection:
    """One workload of one run.

    Attributes
    ----------
    anchor : str
        Its id on the page.
    infos : tuple of WorkloadInfo
        One for each batch size.
    cells : tuple of Cell
        Ranked ones by rank, then the others.
    marks : tuple of Kind
        The kinds of marks in the rows, to be explained.
    limits : tuple of str
        Sentences on the harness's floor and the machine's ceiling.
    """

    anchor: str
    infos: tuple[WorkloadInfo, ...]
    verdict: Verdict
    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]
    marks: tuple[Kind, ...]
    limits: tuple[str, ...]
    unranked: tuple[Cell, ...]
    labels: Mapping[Identity, str]
    epoch_times: Drawing | None
    epoch_parts: EpochParts | None
    learning: tuple[Learning, ...]
    parameters: ParameterTable | None
    evidence: Evidence | None

    @property
    def logarithmic(self) -> bool:
        """Whether epoch times are drawn on a logarithmic scale."""
        return spans_decades([row.ranked for row in self.rows])


@dataclass(frozen=True)
class EnvironmentSection:
    """One interpreter, and the titles of the frameworks that ran in it."""

    key: str
    title: str
    environment: Environment


@dataclass(frozen=True)
class RunSection:
    """One record.

    Attributes
    ----------
    notices : tuple of str
        Those of the run as a whole; a workload's own stands in its section.
    """

    anchor: str
    record: Record
    created: str
    notices: tuple[str, ...]
    circumstances: Circumstances
    workloads: tuple[WorkloadSection, ...]
    environments: tuple[EnvironmentSection, ...]


@dataclass(frozen=True)
class _Appearance:
    """What cells are called and how they are drawn, the same throughout the page."""

    titles: Mapping[str, str]
    looks: Mapping[Identity, Look]


def contenders(records: Sequence[Record]) -> tuple[Identity, ...]:
    """Return the identities of all cells that are ranked if they can be."""
    return tuple(
        cell.identity for record in records for cell in record.cells if cell.role == "contender"
    )


def run_sections(records: Sequence[Record]) -> tuple[RunSection, ...]:
    """Return a section for every record, in the order given."""
    identities = contenders(records)
    appearance = _Appearance(
        framework_titles(identity.framework for identity in identities), looks(identities)
    )
    return tuple(
        _run_section(f"run-{number}", record, appearance)
        for number, record in enumerate(records, start=1)
    )


def _run_section(anchor: str, record: Record, appearance: _Appearance) -> RunSection:
    own = {info.notice for info in record.workloads}
    return RunSection(
        anchor,
        record,
        _moment(record.created),
        tuple(notice for notice in record.notices if notice not in own),
        circumstances(record),
        tuple(
            _workload_section(f"{anchor}-workload-{number}", record, ranking, appearance)
            for number, ranking in enumerate(rankings(record), start=1)
        ),
        tuple(
            EnvironmentSection(key, _users(record, key, appearance.titles), environment)
            for key, environment in record.environments.items()
        ),
    )


def _moment(created: str) -> str:
    """Return an ISO 8601 time as people write it, or as it stands where it is none."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    month = _MONTHS[moment.month - 1]
    zone = " UTC" if moment.utcoffset() == timedelta() else ""
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M}{zone}"


def _users(record: Record, key: str, titles: Mapping[str, str]) -> str:
    frameworks = dict.fromkeys(
        FLOOR_TITLE if cell.role == "floor" else titles[cell.identity.framework]
        for cell in record.cells
        if cell.environment == key
    )
    return ", ".join(frameworks) or key


def _workload_section(
    anchor: str, record: Record, ranking: Ranking, appearance: _Appearance
) -> WorkloadSection:
    infos = tuple(info for info in record.workloads if info.name == ranking.workload)
    cells = (*(ranked.cell for ranked in ranking.ranked), *ranking.unranked)
    labels = cell_labels(cells, appearance.titles)
    limits = (
        floor_sentence(ranking.floor),
        *ceiling_sentences(cells, infos, record.ceilings),
    )
    truth = infos[0].true_parameters
    return WorkloadSection(
        anchor=anchor,
        infos=infos,
        verdict=verdict(ranking, short_title(infos[0]), labels),
        cells=cells,
        rows=rows(ranking, labels, appearance.looks),
        marks=kinds_in(ranked.summary for ranked in ranking.ranked),
        limits=tuple(filter(None, limits)),
        unranked=ranking.unranked,
        labels=labels,
        epoch_times=_epoch_times(anchor, ranking.ranked, labels, appearance.looks),
        epoch_parts=_epoch_parts(anchor, epoch_parts.bars(ranking.ranked, labels)),
        learning=tuple(
            _learning(f"{anchor}-learning-{info.batch_size}", drawn, info, labels, appearance.looks)
            for info in infos
            if (drawn := learning_curves.curves(cells, info))
        ),
        parameters=parameter_table(cells, truth, labels) if truth else None,
        evidence=evidence(cells, infos, labels),
    )


def _epoch_times(
    anchor: str,
    ranked: Sequence[Ranked],
    labels: Mapping[Identity, str],
    looks: Mapping[Identity, Look],
) -> Drawing | None:
    if not ranked:
        return None
    first, last = ranked[0], ranked[-1]
    description = (
        f"{count(len(ranked), 'cell')}, fastest first. {labels[first.cell.identity]}: "
        f"{duration(first.summary.epoch_seconds.median)}; {labels[last.cell.identity]}: "
        f"{duration(last.summary.epoch_seconds.median)}. The table below holds every number."
    )

    def draw(name: str, width: int) -> Markup:
        naming = Naming(f"{anchor}-times-{name}", "Time of an epoch by cell", description)
        return epoch_times.draw(ranked, labels, looks, naming, width)

    return Drawing(draw("wide", epoch_times.WIDE), draw("narrow", epoch_times.NARROW))


def _epoch_parts(anchor: str, bars: tuple[Bar, ...]) -> EpochParts | None:
    if not bars:
        return None
    description = epoch_parts.describe(bars)

    def draw(name: str, layout: Layout) -> Markup:
        naming = Naming(f"{anchor}-parts-{name}", "Where an epoch goes, by cell", description)
        return epoch_parts.draw(bars, naming, layout)

    drawing = Drawing(
        draw("wide", epoch_parts.WIDE_LAYOUT), draw("narrow", epoch_parts.NARROW_LAYOUT)
    )
    return EpochParts(bars, epoch_parts.legend(bars), drawing)


def _learning(
    prefix: str,
    drawn: tuple[Curve, ...],
    info: WorkloadInfo,
    labels: Mapping[Identity, str],
    looks: Mapping[Identity, Look],
) -> Learning:
    caption = learning_curves.caption(drawn, labels)
    losses = Naming(f"{prefix}-losses", "Training loss by epoch", caption)
    distances = Naming(
        f"{prefix}-distances", "Distance of the training loss from the reference", caption
    )
    return Learning(
        info,
        drawn,
        caption,
        learning_curves.draw_losses(drawn, info.reference_train_loss, looks, losses),
        learning_curves.draw_distances(drawn, looks, distances),
    )
