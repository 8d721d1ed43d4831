"""What a self-test came to: false alarms, missed slowdowns, the smallest effect to be seen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.comparison import Comparison, compare_cells, observations, smallest_effect
from bench.records.model import Cell, Record

Outcome = Literal["right", "open", "false alarm", "missed"]


@dataclass(frozen=True)
class Finding:
    """One comparison whose right answer is known.

    Attributes
    ----------
    planted : float
        Share by which the candidate is slower on purpose; 0 for identical cells.
    outcome : {"right", "open", "false alarm", "missed"}
        ``open``: inconclusive, which is no lie. ``missed``: a planted slowdown was called the same
        or faster.
    """

    baseline: str
    candidate: str
    planted: float
    comparison: Comparison
    outcome: Outcome


@dataclass(frozen=True)
class Assessment:
    """The self-test as a whole.

    Attributes
    ----------
    smallest_effect : float or None
        Smallest slowdown, as a share, that so many blocks find 95 times in 100, from the spread
        between identical cells; None with too few blocks to tell.
    """

    blocks: int
    findings: tuple[Finding, ...]
    smallest_effect: float | None

    def count(self, outcome: Outcome) -> int:
        """Return how many comparisons came out so."""
        return sum(finding.outcome == outcome for finding in self.findings)


def judge(planted: float, comparison: Comparison) -> Outcome:
    """Return whether a verdict is right about a slowdown that was planted, or about none."""
    if comparison.verdict in ("inconclusive", "incomparable"):
        return "open"
    if planted == 0:
        return "right" if comparison.verdict == "same" else "false alarm"
    return "right" if comparison.verdict == "slower" else "missed"


def assess(record: Record) -> Assessment:
    """Return what the record of a self-test shows.

    Identical cells are compared with each other, and each slowed one with every identical one.
    """
    cells = [cell for cell in record.cells if cell.role == "contender"]
    identical = [cell for cell in cells if not cell.planted_slowdown]
    slowed = [cell for cell in cells if cell.planted_slowdown]
    pairs = [*itertools.combinations(identical, 2), *itertools.product(identical, slowed)]
    return Assessment(
        blocks=record.blocks,
        findings=tuple(_finding(baseline, candidate) for baseline, candidate in pairs),
        smallest_effect=_smallest_effect(identical, record.blocks),
    )


def _finding(baseline: Cell, candidate: Cell) -> Finding:
    comparison = compare_cells(baseline, candidate)
    planted = candidate.planted_slowdown
    return Finding(
        baseline.identity.variant,
        candidate.identity.variant,
        planted,
        comparison,
        judge(planted, comparison),
    )


def _smallest_effect(identical: Sequence[Cell], blocks: int) -> float | None:
    """Return the effect for the pair of identical cells with the median spread."""
    effects = sorted(
        smallest_effect(_differences(observations(one), observations(other)), blocks)
        for one, other in itertools.combinations(identical, 2)
        if len(one.trials) > 2 and len(other.trials) > 2
    )
    return effects[len(effects) // 2] if effects else None


def _differences(one: Mapping[int, float], other: Mapping[int, float]) -> list[float]:
    return [math.log(other[block] / one[block]) for block in one.keys() & other.keys()]
