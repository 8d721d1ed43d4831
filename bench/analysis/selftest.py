"""What a self-test came to: false alarms, missed slowdowns, the smallest effect to be seen."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.comparison import Comparison, Comparisons, compare_cells
from bench.analysis.control import Control
from bench.analysis.verdicts import SIGNIFICANCE, smallest_effect
from bench.records import axes
from bench.records.model import Cell, Identity, Record

Outcome = Literal["right", "open", "false alarm", "missed"]
LIES: tuple[Outcome, ...] = ("false alarm", "missed")


@dataclass(frozen=True)
class Finding:
    """One comparison whose right answer is known.

    Attributes
    ----------
    planted : float
        Share by which the candidate is slower on purpose; 0 for identical cells.
    comparison : Comparison
        What reports would say: corrected by probes where that pays.
    raw : Comparison
        What the clock alone says.
    """

    baseline: str
    candidate: str
    planted: float
    comparison: Comparison
    raw: Comparison

    @property
    def outcome(self) -> Outcome:
        """Whether the verdict is right."""
        return judge(self.planted, self.comparison)

    @property
    def raw_outcome(self) -> Outcome:
        """Whether that of the clock alone would have been."""
        return judge(self.planted, self.raw)

    @property
    def holds_truth(self) -> bool:
        """Whether what was planted lies in the interval."""
        return self.comparison.low <= 1 + self.planted <= self.comparison.high


@dataclass(frozen=True)
class Assessment:
    """What a self-test shows of cells that differ in nothing but what was planted.

    Attributes
    ----------
    cell : Identity
        What they have in common.
    blocks : int
        Those that the comparisons rest on.
    smallest_effect, raw_smallest_effect : float or None
        Smallest slowdown, as a share, that so many blocks find at least 95 times in 100, corrected
        and by the clock alone; None with too few blocks to tell.
    """

    cell: Identity
    blocks: int
    findings: tuple[Finding, ...]
    control: Control[Identity] | None
    smallest_effect: float | None
    raw_smallest_effect: float | None

    @property
    def corrected(self) -> bool:
        """Whether probes corrected anything."""
        return self.control is not None and self.control.off is None

    @property
    def identical(self) -> tuple[Finding, ...]:
        """The comparisons of identical cells."""
        return tuple(finding for finding in self.findings if not finding.planted)

    @property
    def slowed(self) -> tuple[Finding, ...]:
        """The comparisons with a slowed cell."""
        return tuple(finding for finding in self.findings if finding.planted)

    @property
    def lies(self) -> int:
        """How many verdicts are false."""
        return sum(finding.outcome in LIES for finding in self.findings)


def judge(planted: float, comparison: Comparison) -> Outcome:
    """Return whether a verdict is right about a slowdown that was planted, or about none.

    An inconclusive one is ``open``, which is no lie. ``missed``: a planted slowdown was called the
    same or faster.
    """
    if comparison.verdict in ("inconclusive", "incomparable"):
        return "open"
    if planted == 0:
        return "right" if comparison.verdict == "same" else "false alarm"
    return "right" if comparison.verdict == "slower" else "missed"


def assess(record: Record) -> tuple[Assessment, ...]:
    """Return what the record of a self-test shows, of each framework that was measured.

    Cells of different frameworks are of no interest to each other, and feel the machine's speed
    differently: each framework has its own comparison, and its own slope of the probes.
    """
    measured = [cell for cell in record.cells if cell.role == "contender" and cell.status == "ok"]
    alike: dict[Identity, list[Cell]] = {}
    for cell in measured:
        alike.setdefault(axes.without(cell.identity, "variant"), []).append(cell)
    return tuple(_assess(common, cells) for common, cells in alike.items())


def _assess(common: Identity, cells: Sequence[Cell]) -> Assessment:
    """Return what cells show that differ only in what was planted.

    Identical ones are compared with each other, and each slowed one with every identical one.
    """
    identical = [cell for cell in cells if not cell.planted_slowdown]
    slowed = [cell for cell in cells if cell.planted_slowdown]
    pairs = [*itertools.combinations(identical, 2), *itertools.product(identical, slowed)]
    comparisons = compare_cells(cells)
    findings = tuple(_finding(baseline, candidate, comparisons) for baseline, candidate in pairs)
    return Assessment(
        common,
        max((finding.comparison.blocks for finding in findings), default=0),
        findings,
        comparisons.control,
        _smallest_effect(comparisons),
        _smallest_effect(comparisons.raw),
    )


def _finding(baseline: Cell, candidate: Cell, comparisons: Comparisons[Identity]) -> Finding:
    pair = baseline.identity, candidate.identity
    return Finding(
        baseline.identity.variant,
        candidate.identity.variant,
        candidate.planted_slowdown,
        comparisons.between(*pair),
        comparisons.raw.between(*pair),
    )


def _smallest_effect(comparisons: Comparisons[Identity]) -> float | None:
    """Return the effect for the pair with the median spread, whose mean plays no part.

    At the strictest level of Holm's rule, so that no pair needs more whatever the others come to;
    and with the spread that blocks are planned with, because that of few blocks flatters.
    """
    strictest = SIGNIFICANCE / max(1, len(comparisons.found))
    effects = [smallest_effect(one.planned, strictest) for one in comparisons.evidence.values()]
    return statistics.median(effects) if effects else None
