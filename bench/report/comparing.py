"""A comparison of two cells in a few words: how many times as long, how sure, and what is open."""

from __future__ import annotations

import math

from bench.analysis.comparison import MAXIMUM_BLOCKS, NOISE_BAND, NOT_TO_MISS, Comparison
from bench.analysis.ranking import Ranked
from bench.report.wording import count, ratio_interval

# Differences below which nobody needs to know, and that no verdict may miss.
NOISE_WORDS = f"{math.expm1(NOISE_BAND) * 100:.0f} %"
NOT_TO_MISS_WORDS = f"{math.expm1(NOT_TO_MISS) * 100:.0f} %"


def times_fastest(ranked: Ranked) -> float:
    """Return how many times as long as the fastest a cell takes, paired by block.

    Where the two have no block in common or cannot be compared, the ratio of their medians.
    """
    ratio = ranked.against_fastest.ratio
    return ranked.times_fastest if math.isnan(ratio) else ratio


def interval(comparison: Comparison) -> str:
    """Return the 95 % interval of the ratio, or nothing where one block gives none."""
    if math.isinf(comparison.high):
        return ""
    return ratio_interval(comparison.low, comparison.high)


def doubt(comparison: Comparison) -> str:
    """Return why a cell's place behind the fastest is open; nothing where it is not."""
    if comparison.verdict == "slower":
        return ""
    if comparison.verdict == "same":
        return f"level within {NOISE_WORDS}"
    if comparison.verdict == "faster":
        return "the faster one, block by block"
    if comparison.verdict == "incomparable":
        return "not comparable: other batches"
    return f"not told apart, {needs(comparison)}"


def needs(comparison: Comparison) -> str:
    """Return what it would take to tell two cells apart."""
    if comparison.blocks_needed is None:
        return f"needs more than {MAXIMUM_BLOCKS:,} blocks"
    return f"needs {count(comparison.blocks_needed, 'block')}"
