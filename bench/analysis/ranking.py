"""The cells of a record in order: those that can be compared, fastest first, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison, compare_cells
from bench.analysis.questions import floor_of
from bench.records.model import Cell, Record, Summary


@dataclass(frozen=True)
class Ranked:
    """A cell with its place within the workload.

    Attributes
    ----------
    position : int
        From 1, by median epoch; no two cells have the same.
    rank : int
        The position of the first cell that it is level with: cells share a rank where their
        intervals overlap.
    shared : bool
        Whether another cell has the same rank.
    times_fastest : float
        Its median epoch over that of the fastest cell.
    against_fastest : Comparison
        Its trials against those of the fastest cell, paired by block.
    """

    position: int
    rank: int
    shared: bool
    cell: Cell
    summary: Summary
    times_fastest: float
    against_fastest: Comparison

    @property
    def is_fastest(self) -> bool:
        """Whether no cell has a shorter median; others may share its rank."""
        return self.position == 1


@dataclass(frozen=True)
class Ranking:
    """The cells of one workload.

    Attributes
    ----------
    floor : Cell or None
        The one that does nothing; it has no rank.
    """

    workload: str
    ranked: tuple[Ranked, ...]
    unranked: tuple[Cell, ...]
    floor: Cell | None


def rank(cells: Sequence[Cell]) -> tuple[Ranked, ...]:
    """Return the cells that are ``ok`` by their median epoch, fastest first.

    Ranks count as in sports, 1, 1, 3. A cell shares the rank of the group above it if the 95 %
    interval of its epoch overlaps that of the group's first cell; otherwise it starts a group.
    Comparing with the first keeps chains from growing, in which neighbours overlap and the ends
    lie far apart. A single trial has no interval, and shares no rank.

    Overlapping intervals are no test of equality: `against_fastest` is the test, and as it pairs
    the trials of each block, it may be sure of a difference where intervals overlap.
    """
    contenders = [cell for cell in cells if cell.role == "contender" and cell.status == "ok"]
    measured = [(cell, cell.summary) for cell in contenders if cell.summary]
    measured.sort(key=lambda pair: pair[1].epoch_seconds.median)
    ranks = _ranks([summary for _, summary in measured])
    return tuple(
        Ranked(
            position,
            ranks[position - 1],
            ranks.count(ranks[position - 1]) > 1,
            cell,
            summary,
            summary.epoch_seconds.median / measured[0][1].epoch_seconds.median,
            compare_cells(measured[0][0], cell),
        )
        for position, (cell, summary) in enumerate(measured, start=1)
    )


def _ranks(summaries: Sequence[Summary]) -> list[int]:
    """Return the ranks of cells that stand in order of their medians."""
    ranks: list[int] = []
    for position, summary in enumerate(summaries, start=1):
        first = ranks[-1] if ranks else position
        level = _overlap(summaries[first - 1], summary)
        ranks.append(first if level else position)
    return ranks


def _overlap(faster: Summary, slower: Summary) -> bool:
    """Tell whether two intervals overlap; the medians within them are in order already."""
    if min(faster.trials, slower.trials) < 2:
        return False
    return slower.epoch_seconds.low <= faster.epoch_seconds.high


def rankings(record: Record) -> tuple[Ranking, ...]:
    """Return one ranking for each workload of the record, in the order of its cells."""
    names = dict.fromkeys(cell.identity.workload for cell in record.cells)
    return tuple(
        Ranking(
            name,
            rank([cell for cell in record.cells if cell.identity.workload == name]),
            tuple(
                cell
                for cell in record.cells
                if cell.identity.workload == name
                and cell.status != "ok"
                and cell.role == "contender"
            ),
            floor_of(record, name),
        )
        for name in names
    )
