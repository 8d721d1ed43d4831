"""Memory, judged as time is: intervals, which cells need least, and whence runs differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, get_args

from bench.analysis.comparison import Comparison, compare_all
from bench.analysis.ranking import Ranked, against_best, comparable_groups, in_order
from bench.analysis.statistics import median_with_interval
from bench.records import axes
from bench.records.model import Cell, Estimate, Identity, Resident

Moment = Literal["imported", "baseline", "trained"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)


@dataclass(frozen=True)
class Need:
    """The peak memory of a cell's process.

    Attributes
    ----------
    bytes : Estimate
        Median over trials and its interval.
    against_least : Comparison
        Against the best of the other cells of its batch size: ``slower`` if it is told to need
        more than any of them, ``faster`` if all of them are told to need more.
    """

    bytes: Estimate
    against_least: Comparison


def memory_observations(cell: Cell) -> dict[int, float]:
    """Return the one number of each trial, the peak memory in bytes, by block."""
    return {trial.block: float(trial.memory.peak_bytes) for trial in cell.trials}


def memory_needs(ranked: Sequence[Ranked]) -> Mapping[Identity, Need]:
    """Return what the cells of a workload need, compared by the rule that their epochs are.

    No probes: what the machine did meanwhile changes how long an epoch takes, not what it holds.
    And a single look: where blocks were added, it was time that they were chosen by.
    """
    peaks = {entry.cell.identity: memory_observations(entry.cell) for entry in ranked}
    comparisons = compare_all(peaks, axes.comparable)
    # The order within a rank is of no account here.
    level = dict.fromkeys(peaks, 0.0)
    return {
        identity: Need(
            median_with_interval([*peaks[identity].values()]),
            against_best(identity, group, comparisons),
        )
        for identities in comparable_groups(tuple(peaks))
        for group in (in_order(identities, comparisons, level),)
        for identity, _ in group
    }


@dataclass(frozen=True)
class Difference:
    """By how much what a cell's process holds at one moment differs between two runs.

    Attributes
    ----------
    moment : {"imported", "baseline", "trained"}
        As the record's `memory` calls them: after the import, before the first epoch, at the end of
        the last.
    bytes, anonymous_bytes, file_bytes, shared_bytes : int
        Median over the later run's trials less that over the first's: all together, and by kind.
    """

    moment: Moment
    bytes: int
    anonymous_bytes: int
    file_bytes: int
    shared_bytes: int


def memory_differences(first: Cell, later: Cell) -> tuple[Difference, ...]:
    """Return the differences at every moment of which both runs tell the kinds, in their order."""
    return tuple(
        _difference(moment, one, other)
        for moment in MOMENTS
        for one, other in ((_residents(first, moment), _residents(later, moment)),)
        if one and other
    )


def _residents(cell: Cell, moment: Moment) -> list[Resident]:
    """Return what was resident in each trial; empty where some trial does not tell."""
    found: list[Resident | None] = [getattr(trial.memory, moment) for trial in cell.trials]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else []


def _difference(moment: Moment, first: Sequence[Resident], later: Sequence[Resident]) -> Difference:
    def more(size: Callable[[Resident], int]) -> int:
        return round(median(map(size, later)) - median(map(size, first)))

    return Difference(
        moment,
        more(lambda one: one.anonymous_bytes + one.file_bytes + one.shared_bytes),
        more(lambda one: one.anonymous_bytes),
        more(lambda one: one.file_bytes),
        more(lambda one: one.shared_bytes),
    )
