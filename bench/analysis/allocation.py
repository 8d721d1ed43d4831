"""Which cells to measure next: those whose comparison is open, worth it and can be afforded."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.analysis.ranking import Ranked, rankings
from bench.analysis.statistics import cold_start_seconds
from bench.records.model import Cell, Identity, Record

# Each look at half as many blocks again as the last: few looks, each with a fair part of the
# significance, and nothing measured far beyond what was needed.
GROWTH = 1.5
# Starting the process, evaluating after every epoch, and proofs: what no clock of the trial holds.
SECONDS_BESIDE = 1.5


@dataclass(frozen=True)
class Allotment:
    """Blocks to measure next.

    Attributes
    ----------
    cells : tuple of int
        Indices of the record's cells.
    blocks : int
    """

    cells: tuple[int, ...]
    blocks: int


@dataclass(frozen=True)
class _Open:
    """Two cells that are not told apart, but could be."""

    one: Ranked
    other: Ranked
    more_blocks: int
    have: int


def next_blocks(record: Record, seconds_left: float) -> Allotment | None:
    """Return what to measure next; None where all is told, the time is spent or none would tell.

    Worth it are cells that share a rank: first those that may be the fastest of all, of those of a
    lane, then the others. Where no number of blocks that fits into the time would tell any pair of
    them apart, the next are asked. A cell that is told to be slower than all of interest gets no
    more blocks than the first three.

    Parameters
    ----------
    seconds_left : float
        Until no block shall begin.
    """
    seconds = {cell.identity: trial_seconds(cell) for cell in record.cells if cell.trials}
    for groups in (_leading(record), _following(record)):
        pairs = [
            pair
            for group in groups
            for pair in _open_pairs(group)
            if pair.more_blocks * _block_seconds((pair.one, pair.other), seconds) <= seconds_left
        ]
        if pairs:
            return _allotment(record, pairs, seconds, seconds_left)
    return None


def trial_seconds(cell: Cell) -> float:
    """Return what a trial of a cell takes, from what its trials so far took on the clock."""
    return statistics.fmean(
        cold_start_seconds(trial) + math.fsum(trial.epoch_seconds) + SECONDS_BESIDE
        for trial in cell.trials
    )


def _leading(record: Record) -> Iterator[tuple[Ranked, ...]]:
    """Yield the cells that may be the fastest: of all of a batch size, and of a lane."""
    for group in _groups(record):
        yield tuple(entry for entry in group if entry.may_be_fastest)
        lanes = (
            [one for one in group if (one.cell.identity.execution == "eager") == eager]
            for eager in (True, False)
        )
        for lane in filter(None, lanes):
            unbeaten = lane[0].comparisons.unbeaten([one.cell.identity for one in lane])
            yield tuple(one for one in lane if one.cell.identity in unbeaten)


def _following(record: Record) -> Iterator[tuple[Ranked, ...]]:
    """Yield the cells of every other rank that is shared."""
    for group in _groups(record):
        for rank, entries in itertools.groupby(group, key=lambda entry: entry.rank):
            if rank > 1:
                yield tuple(entries)


def _groups(record: Record) -> Iterator[tuple[Ranked, ...]]:
    """Yield the cells that can be compared, fastest first."""
    for ranking in rankings(record):
        starts = [place for place, entry in enumerate(ranking.ranked) if entry.leads]
        for start, end in itertools.pairwise([*starts, len(ranking.ranked)]):
            yield ranking.ranked[start:end]


def _open_pairs(group: Sequence[Ranked]) -> Iterator[_Open]:
    for one, other in itertools.combinations(group, 2):
        found = other.against(one)
        if found.verdict == "inconclusive" and found.blocks_needed is not None:
            yield _Open(one, other, found.blocks_needed - found.blocks, found.blocks)


def _block_seconds(entries: Sequence[Ranked], seconds: dict[Identity, float]) -> float:
    return math.fsum(seconds[entry.cell.identity] for entry in entries)


def _allotment(
    record: Record, pairs: Sequence[_Open], seconds: dict[Identity, float], seconds_left: float
) -> Allotment | None:
    """Return as many blocks of the cells of these pairs as the next look wants, and time allows."""
    entries = {entry.cell.identity: entry for pair in pairs for entry in (pair.one, pair.other)}
    affordable = int(seconds_left / _block_seconds(tuple(entries.values()), seconds))
    fewest = min(pair.have for pair in pairs)
    grown = math.ceil(fewest * (GROWTH - 1))
    # No pair of them needs more.
    wanted = min(grown, max(pair.more_blocks for pair in pairs), affordable)
    if wanted < 1:
        return None
    indices = tuple(index for index, cell in enumerate(record.cells) if cell.identity in entries)
    return Allotment(indices, wanted)


@dataclass(frozen=True)
class Spent:
    """How the time of a run was spent on trials.

    Attributes
    ----------
    first_seconds : float
        On the blocks that all cells had.
    more_seconds : float
        On those that were added.
    more : mapping of Identity to int
        The cells with added blocks, and how many.
    """

    first_seconds: float
    more_seconds: float
    more: dict[Identity, int]


def spent(record: Record) -> Spent:
    """Return how the time was spent, from what trials took on the clock."""
    first = more = 0.0
    added: dict[Identity, int] = {}
    for cell in record.cells:
        each = trial_seconds(cell) if cell.trials else 0.0
        late = sum(trial.block >= record.plan.blocks for trial in cell.trials)
        first += each * (len(cell.trials) - late)
        more += each * late
        if late and cell.role == "contender":
            added[cell.identity] = late
    return Spent(first, more, added)
