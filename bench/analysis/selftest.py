"""What a self-test came to: false alarms, missed slowdowns, the smallest effect to be seen."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.comparison import Comparison, Comparisons, compare_cells, smallest_effect
from bench.records.model import Cell, Identity, Record

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
    comparisons = compare_cells(cells)
    pairs = [*itertools.combinations(identical, 2), *itertools.product(identical, slowed)]
    return Assessment(
        blocks=record.blocks,
        findings=tuple(_finding(baseline, candidate, comparisons) for baseline, candidate in pairs),
        smallest_effect=_smallest_effect(identical, comparisons),
    )


def _finding(baseline: Cell, candidate: Cell, comparisons: Comparisons[Identity]) -> Finding:
    comparison = comparisons.between(baseline.identity, candidate.identity)
    planted = candidate.planted_slowdown
    return Finding(
        baseline.identity.variant,
        candidate.identity.variant,
        planted,
        comparison,
        judge(planted, comparison),
    )


def _smallest_effect(identical: Sequence[Cell], comparisons: Comparisons[Identity]) -> float | None:
    """Return the effect for the pair of identical cells with the median spread."""
    pairs = itertools.combinations([cell.identity for cell in identical], 2)
    effects = sorted(
        smallest_effect(comparisons.evidence[pair], comparisons.significance)
        for pair in pairs
        if pair in comparisons.evidence
    )
    return effects[len(effects) // 2] if effects else None
