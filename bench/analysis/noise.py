"""How small a difference can a run tell apart? The noise of its machine, in one number."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence

from scipy import special

from bench.analysis.comparison import CHANCE, GATE, MINIMUM_BLOCKS, NOISE_BAND, observations
from bench.analysis.ranking import Ranked
from bench.records import axes


def smallest_difference(ranked: Sequence[Ranked]) -> float | None:
    """Return the share by which two cells of a run must typically differ to be told apart.

    For each pair of cells this is R. A. Fisher's least significant difference (The Design of
    Experiments, 1935, section 24), on the logarithms of the blocks' ratios: the smallest mean that
    passes both gates of :func:`bench.analysis.comparison.compare`, given how far that pair's ratio
    spreads over the blocks. The median over all pairs stands for the machine. Pairs with the
    fastest alone would not do: one unsteady cell in every pair would make the whole machine look
    so.

    None where no pair has the blocks that a verdict needs.
    """
    blocks = [
        (entry.cell.identity, observations(entry.cell))
        for entry in ranked
        if len(entry.cell.trials) >= MINIMUM_BLOCKS
    ]
    differences = [
        _least_significant(one, other)
        for (identity, one), (other_identity, other) in itertools.combinations(blocks, 2)
        if axes.comparable(identity, other_identity)
        and len(one.keys() & other.keys()) >= MINIMUM_BLOCKS
    ]
    return math.expm1(statistics.median(differences)) if differences else None


def _least_significant(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """Return the smallest mean difference of logarithms that is given a verdict."""
    shared = one.keys() & other.keys()
    spread = statistics.stdev(math.log(other[block] / one[block]) for block in sorted(shared))
    error = spread / math.sqrt(len(shared))

    def within(quantile: float) -> float:
        return float(special.stdtrit(len(shared) - 1, quantile)) * error

    return max(within(GATE), within(CHANCE) + NOISE_BAND)
