"""Cells that differ in one respect and are equal in all others, compared with each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.ranking import Ranked
from bench.records.axes import without
from bench.records.model import Identity


@dataclass(frozen=True)
class Pair:
    """Two ranked cells.

    Attributes
    ----------
    time : Comparison
        The other cell's epochs against the first one's, paired by block.
    """

    first: Ranked
    other: Ranked
    time: Comparison

    @property
    def ratio(self) -> float:
        """The other's epoch over the first one's; of medians, where no block is common to both."""
        medians = self.other.summary.epoch_seconds.median / self.first.summary.epoch_seconds.median
        return medians if math.isnan(self.time.ratio) else self.time.ratio

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the ratio, or the ratio itself where there is none."""
        if math.isinf(self.time.high):
            return self.ratio, self.ratio
        return self.time.low, self.time.high

    @property
    def memory_ratio(self) -> float:
        """The other's peak memory over the first one's, of medians."""
        return self.other.summary.peak_memory_bytes / self.first.summary.peak_memory_bytes


def pair(first: Ranked, other: Ranked) -> Pair:
    """Return two cells with what comparing them found."""
    return Pair(first, other, other.against(first))


def alike(ranked: Sequence[Ranked], *fields: str) -> Mapping[Identity, tuple[Ranked, ...]]:
    """Return the cells by their identity without these fields, in which alone a group differs."""
    groups: dict[Identity, list[Ranked]] = {}
    for entry in ranked:
        groups.setdefault(without(entry.cell.identity, *fields), []).append(entry)
    return {identity: tuple(group) for identity, group in groups.items()}
