"""What the differences of two cells say, what it takes to say more, and how rarely it is wrong."""

from __future__ import annotations

import bisect
import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.analysis import special
from bench.analysis.statistics import CONFIDENCE

Verdict = Literal["faster", "slower", "same", "inconclusive", "incomparable"]

# Of 100 runs with equal cells, at most one may tell any of them apart. The rule is set at less than
# half of that: where the spread between processes is normal and wide the share is the significance
# itself; whether probes correct a run is decided by the same data; and where half of the cells
# answer to the machine in the opposite way to the others, it is more than twice that.
FALSE_RUNS = 0.01
SIGNIFICANCE = 0.004
CHANCE = (1 + CONFIDENCE) / 2
# Differences that nobody needs to know of, as in criterion.rs: a ratio within 1/1.01 and 1.01.
NOISE_BAND = math.log(1.01)
# What must never be called the same in silence, and how rarely chance may still do so.
NOT_TO_MISS = math.log(1.05)
MISS_SIGNIFICANCE = 1e-5
# With how much probability an effect is to be found where blocks are planned for it.
POWER = 0.95
# In which share of runs the spread that blocks are planned with is no smaller than the true one.
PLANNED = 0.6
# With two blocks there is one degree of freedom: intervals some 13 times the standard error.
MINIMUM_BLOCKS = 3
MAXIMUM_BLOCKS = 1_000


@dataclass(frozen=True)
class Evidence:
    """The paired differences of two cells' logarithms.

    Attributes
    ----------
    mean, spread : float
        Of the candidate's logarithms less the baseline's, and their standard deviation from block
        to block.
    blocks : int
    freedom : float
        Degrees of freedom of the spread: one less than blocks, and what it borrowed.
    """

    mean: float
    spread: float
    blocks: int
    freedom: float

    @property
    def p_value(self) -> float:
        """The probability of a mean at least so far from 0 if there is no difference."""
        if self.spread == 0:
            return 1.0 if self.mean == 0 else 0.0
        t = abs(self.mean) / self.spread * math.sqrt(self.blocks)
        return float(2 * special.stdtr(self.freedom, -t))

    def reach(self, quantile: float) -> float:
        """Return how far the interval that ends at a quantile reaches to either side."""
        return _standard_errors(quantile, self.blocks, self.freedom) * self.spread

    @property
    def planned(self) -> Evidence:
        """The same with a spread that is not smaller than the true one in three of five runs.

        A variance of few degrees of freedom is below the true one more often than above it.
        """
        small = float(special.chdtri(self.freedom, PLANNED))
        return replace(self, spread=self.spread * math.sqrt(self.freedom / small))

    def after(self, blocks: int) -> Evidence:
        """Return what so many blocks would say if they were like these."""
        return replace(self, blocks=blocks, freedom=self.freedom + blocks - self.blocks)


def where_holm_stops(p_values: Sequence[float], significance: float) -> float:
    """Return the significance that the first pair was tested at that was not told apart.

    Where all are, that of the last.
    """
    for place, p_value in enumerate(sorted(p_values)):
        level = significance / (len(p_values) - place)
        if p_value > level:
            return level
    return significance


def verdict_on(evidence: Evidence, significance: float) -> Verdict:
    """Return what a pair's evidence says when it is tested at this significance."""
    distance = abs(evidence.mean)
    if distance <= _same_up_to(evidence, significance):
        return "same"
    outside = distance - evidence.reach(CHANCE) > NOISE_BAND
    if outside and evidence.p_value <= significance:
        return "slower" if evidence.mean > 0 else "faster"
    return "inconclusive"


def smallest_effect(evidence: Evidence, significance: float) -> float:
    """Return the smallest slowdown, as a share, that is found 95 times in 100.

    Each gate of ``slower`` takes the noncentrality at which t falls below the gate's quantile 5
    times in 100 (N. L. Johnson & B. L. Welch, Biometrika 31, 1940, 362-389), times the differences'
    standard deviation, over the square root of blocks; the second gate starts at the edge of the
    noise band. Infinite below 3 blocks.

    Parameters
    ----------
    evidence : Evidence
        How far the differences spread, such as those between two identical cells; the mean plays
        no part.
    significance : float
        At which the pair is tested.
    """
    if evidence.blocks < MINIMUM_BLOCKS:
        return math.inf
    return math.expm1(_found_from(evidence, significance))


def least_significant(evidence: Evidence, significance: float) -> float:
    """Return the smallest mean difference of logarithms that is given a verdict.

    R. A. Fisher's least significant difference (The Design of Experiments, 1935, section 24), at
    the significance of a pair and behind the noise band.
    """
    return max(evidence.reach(1 - significance / 2), evidence.reach(CHANCE) + NOISE_BAND)


def fewest_blocks(goal: Callable[[int], bool], blocks: int) -> int | None:
    """Return at how many blocks, above those there are, a goal is met; None if now or never.

    More blocks never undo a goal.
    """
    if blocks >= MINIMUM_BLOCKS and goal(blocks):
        return None
    counts = range(max(blocks + 1, MINIMUM_BLOCKS), MAXIMUM_BLOCKS + 1)
    place = bisect.bisect_left(counts, True, key=goal)
    return counts[place] if place < len(counts) else None


def blocks_needed(evidence: Evidence, significance: float) -> int | None:
    """Return how many blocks can be expected to end in a verdict; None beyond 1,000.

    With the spread as in :attr:`Evidence.planned`, the fewest for which one of two goals is met: a
    difference as large as the observed one gets its verdict; or both none at all and one of 5 % get
    theirs, 95 times in 100. Where neither can be, those that find one of 5 %. Only the first goal
    counts for a mean that lies near the edge of the band after as many blocks as the others want.
    """

    planned = evidence.planned

    def observed(count: int) -> bool:
        later = planned.after(count)
        distance = abs(evidence.mean)
        same_up_to = _same_up_to(later, significance)
        return not same_up_to < distance < _found_from(later, significance)

    def not_to_miss(count: int) -> bool:
        return _found_from(planned.after(count), significance) <= NOT_TO_MISS

    def either(count: int) -> bool:
        later = planned.after(count)
        chance = later.reach(CHANCE)
        return chance <= _same_up_to(later, significance) and not_to_miss(count)

    likely = [fewest_blocks(observed, evidence.blocks), fewest_blocks(either, evidence.blocks)]
    found = min(filter(None, likely), default=None)
    return found or fewest_blocks(not_to_miss, evidence.blocks)


def _same_up_to(evidence: Evidence, significance: float) -> float:
    """Return up to which distance from 0 a mean is called ``same``; below 0 where none is."""
    in_band = NOISE_BAND - evidence.reach(1 - significance / 2)
    rules_out = NOT_TO_MISS - evidence.reach(1 - MISS_SIGNIFICANCE)
    return min(in_band, rules_out)


def _found_from(evidence: Evidence, significance: float) -> float:
    """Return from which true difference on a difference is found 95 times in 100."""
    blocks, freedom = evidence.blocks, evidence.freedom

    def to_pass(quantile: float) -> float:
        return _standard_errors_to_pass(quantile, blocks, freedom) * evidence.spread

    return max(to_pass(1 - significance / 2), to_pass(CHANCE) + NOISE_BAND)


@functools.lru_cache(maxsize=10_000)
def _standard_errors(quantile: float, blocks: int, freedom: float) -> float:
    """Return a quantile of a mean's t distribution, as a multiple of the standard deviation."""
    return float(special.stdtrit(freedom, quantile)) / math.sqrt(blocks)


@functools.lru_cache(maxsize=10_000)
def _standard_errors_to_pass(quantile: float, blocks: int, freedom: float) -> float:
    """Return which true mean exceeds that quantile 95 times in 100, in the same unit."""
    gate = special.stdtrit(freedom, quantile)
    return float(special.nctdtrinc(freedom, 1 - POWER, gate)) / math.sqrt(blocks)
