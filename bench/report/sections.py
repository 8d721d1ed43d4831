"""What stands in each section of the page: one for a run, and one for each of its workloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.ranking import Ranking, rankings
from bench.records.axes import Titles
from bench.records.model import Cell, Identity, Record, WorkloadInfo
from bench.report import meanwhile
from bench.report.cells import CellDetails, Surroundings, cell_details
from bench.report.circumstances import Circumstances, circumstances
from bench.report.environments import EnvironmentSection, environment_sections
from bench.report.evidence import Topic, topics
from bench.report.figures import catalogue
from bench.report.figures.legend import KeyEntry, key_entries
from bench.report.figures.plate import Plate
from bench.report.figures.scale import epochs_span_decades
from bench.report.figures.subject import subject
from bench.report.gallery import Gallery, Pictures, gallery
from bench.report.limits import limit_sentences
from bench.report.marks import Kind, kinds_in
from bench.report.naming import short_title, titles
from bench.report.palette import Look, looks
from bench.report.provenance import Versions, moment_words, run_notices, versions
from bench.report.ranked_table import Row, rows
from bench.report.regression import ParameterTable, parameter_table
from bench.report.source_code import Sources
from bench.report.verdict import Verdict, verdict


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
    key : tuple of KeyEntry
        What the markers in the rows mean, as far as the cells differ in it.
    limits : tuple of str
        Sentences on the harness's floor and the machine's ceiling.
    galleries : tuple of Gallery
        One for each batch size whose test examples the record holds.
    details : tuple of CellDetails
        Of `cells`, in their order.
    """

    anchor: str
    infos: tuple[WorkloadInfo, ...]
    verdict: Verdict
    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]
    marks: tuple[Kind, ...]
    key: tuple[KeyEntry, ...]
    limits: tuple[str, ...]
    unranked: tuple[Cell, ...]
    labels: Mapping[Identity, str]
    figures: tuple[Plate, ...]
    parameters: ParameterTable | None
    galleries: tuple[Gallery, ...]
    evidence: tuple[Topic, ...]
    details: tuple[CellDetails, ...]

    @property
    def logarithmic(self) -> bool:
        """Whether epoch times are drawn on a logarithmic scale."""
        return epochs_span_decades([row.ranked for row in self.rows])

    @property
    def has_target(self) -> bool:
        """Whether the record says when a cell has learned enough."""
        return any(info.target is not None for info in self.infos)


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
    versions: Versions
    notices: tuple[str, ...]
    circumstances: Circumstances
    workloads: tuple[WorkloadSection, ...]
    environments: tuple[EnvironmentSection, ...]
    pace: meanwhile.PaceMark | None


@dataclass(frozen=True)
class _Appearance:
    """What cells are called, how they are drawn and what shows them, throughout the page."""

    titles: Titles
    looks: Mapping[Identity, Look]
    sources: Sources
    pictures: Pictures


def contenders(records: Sequence[Record]) -> tuple[Identity, ...]:
    """Return the identities of all cells that are ranked if they can be."""
    return tuple(
        cell.identity for record in records for cell in record.cells if cell.role == "contender"
    )


def run_sections(
    records: Sequence[Record], sources: Sources, pictures: Pictures
) -> tuple[RunSection, ...]:
    """Return a section for every record, in the order given."""
    identities = contenders(records)
    appearance = _Appearance(
        titles(records),
        looks(identities),
        sources,
        pictures,
    )
    return tuple(
        _run_section(f"run-{number}", record, appearance)
        for number, record in enumerate(records, start=1)
    )


def _run_section(anchor: str, record: Record, appearance: _Appearance) -> RunSection:
    environments = environment_sections(anchor, record, appearance.titles)
    surroundings = Surroundings(
        record, {section.key: section for section in environments}, appearance.sources
    )
    return RunSection(
        anchor,
        record,
        moment_words(record.created),
        versions(record, appearance.titles),
        run_notices(record),
        circumstances(record),
        tuple(
            _workload_section(f"{anchor}-workload-{number}", surroundings, ranking, appearance)
            for number, ranking in enumerate(rankings(record), start=1)
        ),
        environments,
        meanwhile.pace_mark([cell for cell in record.cells if cell.role == "contender"]),
    )


def _workload_section(
    anchor: str, surroundings: Surroundings, ranking: Ranking, appearance: _Appearance
) -> WorkloadSection:
    record = surroundings.record
    drawn = subject(ranking, record, appearance.titles, appearance.looks)
    infos, cells, labels = drawn.infos, drawn.cells, drawn.labels
    truth = infos[0].true_parameters
    return WorkloadSection(
        anchor=anchor,
        infos=infos,
        verdict=verdict(ranking, short_title(infos[0]), labels),
        cells=cells,
        rows=rows(ranking, labels, appearance.looks),
        marks=kinds_in(ranked.cell for ranked in ranking.ranked),
        key=key_entries(drawn.identities),
        limits=limit_sentences(ranking.floor, cells, infos, record.ceilings),
        unranked=ranking.unranked,
        labels=labels,
        figures=catalogue.plates(drawn),
        parameters=parameter_table(cells, truth, labels) if truth else None,
        galleries=tuple(
            found for info in infos if (found := gallery(cells, info, labels, appearance.pictures))
        ),
        evidence=(*topics(cells, infos, labels), *meanwhile.topics(ranking.ranked, labels)),
        details=cell_details(anchor, cells, surroundings),
    )
