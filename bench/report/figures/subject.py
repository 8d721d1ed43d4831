"""A workload of a run as its figures see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.ranking import Ranked, Ranking
from bench.records import axes
from bench.records.axes import Titles
from bench.records.model import Cell, Identity, Record, WorkloadInfo
from bench.report.palette import Look


@dataclass(frozen=True)
class Subject:
    """What figures are drawn from.

    Attributes
    ----------
    ranked : tuple of Ranked
        The cells that can be compared, fastest first.
    cells : tuple of Cell
        These and the cells that are not ranked.
    infos : tuple of WorkloadInfo
        One for each batch size.
    labels, looks : mapping
        What each cell is called and how it is drawn.
    """

    ranked: tuple[Ranked, ...]
    cells: tuple[Cell, ...]
    infos: tuple[WorkloadInfo, ...]
    labels: Mapping[Identity, str]
    looks: Mapping[Identity, Look]
    titles: Titles

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Those of all its cells."""
        return tuple(cell.identity for cell in self.cells)

    def label(self, identity: Identity, *omitted: str) -> str:
        """Return what a cell is called, without the parts of its identity that are `omitted`."""
        return axes.label(identity, self.identities, self.titles, omit=omitted)


def subject(
    ranking: Ranking,
    record: Record,
    titles: Titles,
    looks: Mapping[Identity, Look],
) -> Subject:
    """Return one workload of a record as its figures see it."""
    cells = (*(ranked.cell for ranked in ranking.ranked), *ranking.unranked)
    return Subject(
        ranking.ranked,
        cells,
        tuple(info for info in record.workloads if info.name == ranking.workload),
        axes.labels((cell.identity for cell in cells), titles),
        looks,
        titles,
    )
