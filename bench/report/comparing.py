"""A comparison of cells in a few words: how many times as long, how sure, and what is open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.ranking import Ranked
from bench.analysis.verdicts import FALSE_RUNS, MAXIMUM_BLOCKS, NOISE_BAND, NOT_TO_MISS, Verdict
from bench.report.wording import count, ratio_interval, times

# Differences below which nobody needs to know, and that no verdict may miss.
NOISE_WORDS = f"{math.expm1(NOISE_BAND) * 100:.0f} %"
NOT_TO_MISS_WORDS = f"{math.expm1(NOT_TO_MISS) * 100:.0f} %"
# Equal cells are told apart in fewer than one of so many runs.
ONCE_IN_RUNS_WORDS = f"{1 / FALSE_RUNS:.0f}"


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


# Of one cell against another.
SIGNS: Mapping[Verdict, Sign] = {
    "slower": Sign("\N{BLACK DOWN-POINTING TRIANGLE}", "slower"),
    "faster": Sign("\N{BLACK UP-POINTING TRIANGLE}", "faster"),
    "same": Sign("\N{ALMOST EQUAL TO}", "level"),
    "inconclusive": Sign("?", "not told apart"),
    "incomparable": Sign("\N{MULTIPLICATION SIGN}", "not comparable"),
}
# Of one cell against the best of the others.
_PLACES: Mapping[Verdict, Sign] = {
    "slower": SIGNS["slower"],
    "faster": Sign(SIGNS["faster"].symbol, "fastest"),
    "same": Sign(SIGNS["same"].symbol, "level"),
    "inconclusive": Sign(SIGNS["inconclusive"].symbol, "may be fastest"),
}


def place(ranked: Ranked) -> str:
    """Return a cell's rank, with an equals sign where it shares it, as sports tables do."""
    return f"{ranked.rank}=" if ranked.shared else str(ranked.rank)


def interval(comparison: Comparison) -> str:
    """Return the interval of the ratio, or nothing where there are too few blocks for one."""
    if math.isinf(comparison.high):
        return ""
    return ratio_interval(comparison.low, comparison.high)


def times_interval(ranked: Ranked) -> str:
    """Return the interval of a cell's times the fastest; nothing for the first, which stands at 1.

    It is that against the best of the others, which need not be the first of the table.
    """
    return "" if ranked.leads else interval(ranked.against_best)


def ratio(number: float) -> str:
    """Return a ratio where small changes matter, finer than :func:`times` writes it."""
    return f"{number:.2f}" if number < 9.995 else times(number)


def sign(ranked: Ranked) -> Sign | None:
    """Return what a cell's comparison with the others found; None where there is no other."""
    return _PLACES.get(ranked.against_best.verdict)


def raw_times(ranked: Ranked) -> tuple[str, ...]:
    """Return times the fastest by the clock alone, and its interval.

    Nothing for the first, and where probes corrected nothing.
    """
    if ranked.comparisons.uncorrected is None or ranked.leads:
        return ()
    found = ranked.raw_against_best
    return tuple(filter(None, (f"raw {times(found.ratio)}", interval(found))))


def raw_sign(ranked: Ranked) -> str:
    """Return in words what the clock alone says, where that is something else."""
    found = ranked.raw_against_best
    if found.verdict == ranked.against_best.verdict:
        return ""
    return f"raw: {_PLACES[found.verdict].words}"


def detail(ranked: Ranked) -> str:
    """Return what to know beside a cell's sign; nothing where the sign says it all."""
    if ranked.against_best.verdict == "same":
        return f"within {NOISE_WORDS}"
    return needs(ranked.against_best) if ranked.against_best.verdict == "inconclusive" else ""


def needs(comparison: Comparison) -> str:
    """Return what it would take to tell two cells apart."""
    if comparison.blocks_needed is None:
        return f"needs more than {MAXIMUM_BLOCKS:,} blocks"
    return f"needs {count(comparison.blocks_needed, 'block')}"
