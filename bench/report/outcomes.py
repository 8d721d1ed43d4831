"""What came out for each workload of a record: its verdict and its ranking, without drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.ranking import Ranking, rankings
from bench.records import axes
from bench.records.model import Cell, Identity, Record, WorkloadInfo
from bench.report import plain_tables
from bench.report.naming import short_title, titles
from bench.report.palette import looks
from bench.report.plain_tables import PlainTable
from bench.report.ranked_table import Row, rows
from bench.report.verdict import Verdict, verdict


@dataclass(frozen=True)
class Outcome:
    """One workload of a record.

    Attributes
    ----------
    infos : tuple of WorkloadInfo
        One for each batch size.
    cells : tuple of Cell
        Ranked ones by rank, then the others.
    """

    infos: tuple[WorkloadInfo, ...]
    ranking: Ranking
    cells: tuple[Cell, ...]
    labels: Mapping[Identity, str]
    verdict: Verdict
    rows: tuple[Row, ...]

    @property
    def table(self) -> PlainTable | None:
        """The ranked table; None where no cell is ranked."""
        regression = self.infos[0].task == "regression"
        return plain_tables.ranking(self.rows, regression) if self.rows else None


def outcomes(record: Record) -> tuple[Outcome, ...]:
    """Return what came out for each workload, in the order of the record's cells."""
    called = titles([record])
    appearances = looks(cell.identity for cell in record.cells if cell.role == "contender")

    def outcome(ranking: Ranking) -> Outcome:
        infos = tuple(info for info in record.workloads if info.name == ranking.workload)
        cells = (*(ranked.cell for ranked in ranking.ranked), *ranking.unranked)
        labels = axes.labels((cell.identity for cell in cells), called)
        return Outcome(
            infos=infos,
            ranking=ranking,
            cells=cells,
            labels=labels,
            verdict=verdict(ranking, short_title(infos[0]), labels),
            rows=rows(ranking, labels, appearances),
        )

    return tuple(map(outcome, rankings(record)))
