"""How small a difference does a run resolve, and how many blocks would resolve a smaller one?"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Any

from bench.analysis.comparison import Comparisons
from bench.analysis.verdicts import fewest_blocks, least_significant


@dataclass(frozen=True)
class Resolution:
    """By how much two cells must typically differ to be told apart.

    Attributes
    ----------
    difference : float
        As a share: the median over all pairs of cells.
    finer : float
        Half of that.
    more_blocks : int or None
        So many blocks beyond those there are would resolve it; None beyond 1,000.
    """

    difference: float
    finer: float
    more_blocks: int | None


def resolution(comparisons: Comparisons[Any]) -> Resolution | None:
    """Return what a run resolves; None where no pair has the blocks that a verdict needs.

    The median over the pairs that have most blocks in common stands for the run, which of planned
    blocks are all. Pairs with the fastest alone would not do: one unsteady cell in every pair would
    make the whole machine look so.
    """
    blocks = max((evidence.blocks for evidence in comparisons.evidence.values()), default=0)
    pairs = [one for one in comparisons.evidence.values() if one.blocks == blocks]
    if not pairs:
        return None

    def after(more: int) -> float:
        return math.expm1(
            statistics.median(
                least_significant(pair.after(pair.blocks + more), comparisons.significance)
                for pair in pairs
            )
        )

    difference = after(0)
    needed = fewest_blocks(lambda count: after(count - blocks) <= difference / 2, blocks)
    return Resolution(difference, difference / 2, needed - blocks if needed else None)
