"""Peak memory as time is judged: its interval, and which cells need least, by one comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison, compare_all
from bench.analysis.ranking import Ranked, against_best, comparable_groups, in_order
from bench.analysis.statistics import median_with_interval
from bench.records import axes
from bench.records.model import Cell, Estimate, Identity


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
