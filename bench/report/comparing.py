"""A comparison of two cells in a few words: how many times as long, how sure, and what is open."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.analysis.comparison import MAXIMUM_BLOCKS, NOISE_BAND, NOT_TO_MISS, Comparison, Verdict
from bench.analysis.ranking import Ranked
from bench.report.wording import count, ratio_interval, times

# Differences below which nobody needs to know, and that no verdict may miss.
NOISE_WORDS = f"{math.expm1(NOISE_BAND) * 100:.0f} %"
NOT_TO_MISS_WORDS = f"{math.expm1(NOT_TO_MISS) * 100:.0f} %"


@dataclass(frozen=True)
class Sign:
    """What a comparison found, to be seen at a glance.

    Attributes
    ----------
    symbol : str
        One character, which tells the signs apart where colours do not.
    """

    symbol: str
    words: str


SIGNS: dict[Verdict, Sign] = {
    "slower": Sign("\N{BLACK DOWN-POINTING TRIANGLE}", "slower"),
    "faster": Sign("\N{BLACK UP-POINTING TRIANGLE}", "faster"),
    "same": Sign("\N{ALMOST EQUAL TO}", "level"),
    "inconclusive": Sign("?", "not told apart"),
    "incomparable": Sign("\N{MULTIPLICATION SIGN}", "not comparable"),
}


def place(ranked: Ranked) -> str:
    """Return a cell's rank, with an equals sign where it shares it, as sports tables do."""
    return f"{ranked.rank}=" if ranked.shared else str(ranked.rank)


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


def ratio(number: float) -> str:
    """Return a ratio where small changes matter, finer than :func:`times` writes it."""
    return f"{number:.2f}" if number < 9.995 else times(number)


def is_open(ranked: Ranked) -> bool:
    """Tell whether a cell may be no slower than the fastest."""
    return not ranked.is_fastest and ranked.against_fastest.verdict != "slower"


def detail(comparison: Comparison) -> str:
    """Return what to know beside a comparison's sign; nothing where the sign says it all."""
    if comparison.verdict == "slower":
        return ""
    if comparison.verdict == "same":
        return f"within {NOISE_WORDS}"
    if comparison.verdict == "faster":
        return "block by block"
    if comparison.verdict == "incomparable":
        return "other batches"
    return needs(comparison)


def needs(comparison: Comparison) -> str:
    """Return what it would take to tell two cells apart."""
    if comparison.blocks_needed is None:
        return f"needs more than {MAXIMUM_BLOCKS:,} blocks"
    return f"needs {count(comparison.blocks_needed, 'block')}"
