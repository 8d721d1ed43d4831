"""Is one cell faster than another? Paired by block, with a verdict only where there is evidence."""

from __future__ import annotations

import bisect
import functools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

from bench.analysis.statistics import CONFIDENCE, steady_epoch_seconds
from bench.records import axes
from bench.records.model import Cell

Verdict = Literal["faster", "slower", "same", "inconclusive", "incomparable"]

# Of 100 comparisons of equals, at most one may be given a difference. Where the spread between
# processes is normal and wide, the share is the significance itself: so half of what is allowed.
SIGNIFICANCE = 0.005
GATE = 1 - SIGNIFICANCE / 2
CHANCE = (1 + CONFIDENCE) / 2
# Differences that nobody needs to know of, as in criterion.rs: a ratio within 1/1.01 and 1.01.
NOISE_BAND = math.log(1.01)
# What must never be called the same in silence, and how rarely chance may still do so.
NOT_TO_MISS = math.log(1.05)
MISS_SIGNIFICANCE = 1e-5
# With how much probability an effect is to be found where blocks are planned for it.
POWER = 0.95
# With two blocks there is one degree of freedom: intervals some 13 times the standard error.
MINIMUM_BLOCKS = 3
MAXIMUM_BLOCKS = 1_000


@dataclass(frozen=True)
class Comparison:
    """What the paired blocks of two cells say.

    Attributes
    ----------
    ratio, low, high : float
        Candidate's epoch over the baseline's, a geometric mean over blocks, and its 95 % interval.
        Below two blocks the interval reaches from 0 to infinity; without any, the ratio is NaN.
    p_value : float or None
        Of the paired t-test; None below two blocks.
    blocks : int
        Those that both cells have.
    blocks_needed : int or None
        At how many blocks an inconclusive comparison can expect its verdict; None if that is more
        than 1,000, and for other verdicts.
    """

    verdict: Verdict
    ratio: float
    low: float
    high: float
    p_value: float | None
    blocks: int
    blocks_needed: int | None


INCOMPARABLE = Comparison("incomparable", math.nan, 0.0, math.inf, None, 0, None)


def observations(cell: Cell) -> dict[int, float]:
    """Return the one number of each trial, the median epoch in seconds, by block."""
    return {trial.block: steady_epoch_seconds(trial) for trial in cell.trials}


def compare_cells(baseline: Cell, candidate: Cell) -> Comparison:
    """Compare two cells; ``incomparable`` unless both are ``ok`` and train the same thing."""
    alike = axes.comparable(baseline.identity, candidate.identity)
    if not alike or not all(cell.status == "ok" and cell.trials for cell in (baseline, candidate)):
        return INCOMPARABLE
    return compare(observations(baseline), observations(candidate))


def compare(baseline: Mapping[int, float], candidate: Mapping[int, float]) -> Comparison:
    """Compare two cells by the blocks that both have.

    Each block gives one difference of logarithms; their mean and Student's t (W. S. Gosset,
    Biometrika 6, 1908, 1-25) with one degree of freedom less than blocks give the interval. Under
    the null hypothesis the two cells of a block are distributed alike, so that their difference
    is symmetric whatever the skew of either, which is why t will do. A verdict takes two gates,
    in the form that criterion.rs gave them:

    - ``faster`` or ``slower``: p < 0.005, and the 95 % interval lies outside the noise band of 1 %;
    - ``same``: the 95 % interval lies inside the band, and a true difference of 5 % would look
      like this less than once in 100,000 times. Few blocks that agree by chance do not pass it.

    Everything else, and anything from fewer than 3 blocks, is ``inconclusive``.

    Parameters
    ----------
    baseline, candidate : mapping of block to seconds
    """
    shared = sorted(baseline.keys() & candidate.keys())
    differences = [math.log(candidate[block]) - math.log(baseline[block]) for block in shared]
    blocks = len(differences)
    if blocks < 2:
        ratio = math.exp(differences[0]) if differences else math.nan
        return Comparison("inconclusive", ratio, 0.0, math.inf, None, blocks, MINIMUM_BLOCKS)
    mean, spread = statistics.fmean(differences), statistics.stdev(differences)
    p_value = _p_value(mean, spread, blocks)
    verdict = _verdict(mean, spread, blocks)
    half_width = _standard_errors(CHANCE, blocks) * spread
    return Comparison(
        verdict,
        math.exp(mean),
        math.exp(mean - half_width),
        math.exp(mean + half_width),
        p_value,
        blocks,
        _blocks_needed(abs(mean), spread, blocks) if verdict == "inconclusive" else None,
    )


def smallest_effect(differences: Sequence[float], blocks: int) -> float:
    """Return the smallest slowdown, as a share, that so many blocks find 95 times in 100.

    Each gate of ``slower`` takes the noncentrality at which t falls below the gate's quantile 5
    times in 100 (N. L. Johnson & B. L. Welch, Biometrika 31, 1940, 362-389), times the differences'
    standard deviation, over the square root of blocks; the second gate starts at the edge of the
    noise band.
    Infinite where nothing can be found or told: below 3 blocks, or from fewer than 2 differences.

    Parameters
    ----------
    differences : sequence of float
        Logarithms of ratios, one a block, such as those between two identical cells.
    """
    if blocks < MINIMUM_BLOCKS or len(differences) < 2:
        return math.inf
    return math.expm1(_found_from(statistics.stdev(differences), blocks))


def _p_value(mean: float, spread: float, blocks: int) -> float:
    """Return the probability of a mean at least so far from 0 if there is no difference."""
    if spread == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(blocks - 1, -abs(mean) / spread * math.sqrt(blocks)))


def _verdict(mean: float, spread: float, blocks: int) -> Verdict:
    """Return the verdict on paired differences of logarithms."""
    if blocks < MINIMUM_BLOCKS:
        return "inconclusive"
    if abs(mean) <= _same_up_to(spread, blocks):
        return "same"
    outside = abs(mean) - _standard_errors(CHANCE, blocks) * spread > NOISE_BAND
    if outside and _p_value(mean, spread, blocks) < SIGNIFICANCE:
        return "slower" if mean > 0 else "faster"
    return "inconclusive"


def _blocks_needed(distance: float, spread: float, blocks: int) -> int | None:
    """Return how many blocks can be expected to end in a verdict; None beyond 1,000.

    With the spread staying as it is, the fewest for which one of two goals is met: a difference
    as large as the observed one gets its verdict; or both no difference at all and one of 5 % get
    theirs, 95 times in 100. Where neither can be, those that find one of 5 %. Only the first goal
    counts for a mean that lies near the edge of the band after as many blocks as the others want.

    Parameters
    ----------
    distance : float
        Of the observed mean of the logarithms from 0.
    """

    def observed(count: int) -> bool:
        return not _same_up_to(spread, count) < distance < _found_from(spread, count)

    def not_to_miss(count: int) -> bool:
        return _found_from(spread, count) <= NOT_TO_MISS

    def either(count: int) -> bool:
        chance = _standard_errors(CHANCE, count) * spread
        return chance <= _same_up_to(spread, count) and not_to_miss(count)

    likely = [_fewest(observed, blocks), _fewest(either, blocks)]
    return min(filter(None, likely), default=_fewest(not_to_miss, blocks))


def _fewest(goal: Callable[[int], bool], blocks: int) -> int | None:
    """Return at how many blocks, above those there are, a goal is met; None if now or never.

    More blocks never undo a goal.
    """
    if blocks >= MINIMUM_BLOCKS and goal(blocks):
        return None
    counts = range(max(blocks + 1, MINIMUM_BLOCKS), MAXIMUM_BLOCKS + 1)
    place = bisect.bisect_left(counts, True, key=goal)
    return counts[place] if place < len(counts) else None


def _same_up_to(spread: float, blocks: int) -> float:
    """Return up to which distance from 0 a mean is called ``same``; below 0 where none is."""
    in_band = NOISE_BAND - _standard_errors(CHANCE, blocks) * spread
    rules_out = NOT_TO_MISS - _standard_errors(1 - MISS_SIGNIFICANCE, blocks) * spread
    return min(in_band, rules_out)


def _found_from(spread: float, blocks: int) -> float:
    """Return from which true difference on a difference is found 95 times in 100."""
    return max(
        _standard_errors_to_pass(GATE, blocks) * spread,
        _standard_errors_to_pass(CHANCE, blocks) * spread + NOISE_BAND,
    )


@functools.cache
def _standard_errors(quantile: float, blocks: int) -> float:
    """Return a quantile of a mean's t distribution, as a multiple of the standard deviation."""
    return float(special.stdtrit(blocks - 1, quantile)) / math.sqrt(blocks)


@functools.cache
def _standard_errors_to_pass(quantile: float, blocks: int) -> float:
    """Return which true mean exceeds that quantile 95 times in 100, in the same unit."""
    gate = special.stdtrit(blocks - 1, quantile)
    return float(special.nctdtrinc(blocks - 1, 1 - POWER, gate)) / math.sqrt(blocks)
