"""Which cells are faster than which? All pairs at once, by block, with one error rate for all."""

from __future__ import annotations

import bisect
import functools
import itertools
import math
import statistics
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from scipy import special

from bench.analysis.cell_spread import FEWEST_CELLS, by_cell, cell_freedom
from bench.analysis.control import ByBlock, Control, control, log_probe
from bench.analysis.spread import Variance, moderated
from bench.analysis.statistics import CONFIDENCE, counted_epochs, steady_epoch_seconds
from bench.records import axes
from bench.records.model import Cell, Identity

Verdict = Literal["faster", "slower", "same", "inconclusive", "incomparable"]
Key = TypeVar("Key", bound=Hashable)

# Of 100 runs with equal cells, at most one may tell any of them apart. The rule is set at less than
# half of that: where the spread between processes is normal and wide the share is the significance
# itself; whether probes correct a run is decided by the same data; and where half of the cells
# answer to the machine in the opposite way to the others, it is up to twice that.
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
class Comparison:
    """What the paired blocks of two cells say.

    Attributes
    ----------
    ratio, low, high : float
        Candidate's epoch over the baseline's, a geometric mean over blocks, and its interval, which
        holds 1 unless the two are told apart. Below three blocks the interval reaches from 0 to
        infinity; without any, the ratio is NaN.
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
    blocks: int
    blocks_needed: int | None

    @property
    def swapped(self) -> Comparison:
        """The same, seen from the other cell."""
        verdict = _OPPOSITE.get(self.verdict, self.verdict)
        low = 1 / self.high
        high = 1 / self.low if self.low else math.inf
        return replace(self, verdict=verdict, ratio=1 / self.ratio, low=low, high=high)


_OPPOSITE: Mapping[Verdict, Verdict] = {"faster": "slower", "slower": "faster"}
INCOMPARABLE = Comparison("incomparable", math.nan, 0.0, math.inf, 0, None)


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


@dataclass(frozen=True)
class Comparisons(Generic[Key]):
    """All pairs of some cells.

    Attributes
    ----------
    found : mapping of (key, key) to Comparison
        Each pair once, in the order in which the cells were given.
    evidence : mapping of (key, key) to Evidence
        Of those pairs that have the blocks for a verdict.
    significance : float
        At which the test of each pair stands that is not told apart, and to which all intervals
        are drawn.
    control : Control or None
        How the probes of the machine went together with the epochs; None without probes.
    uncorrected : Comparisons or None
        The same without what the probes corrected; None where they corrected nothing.
    """

    found: Mapping[tuple[Key, Key], Comparison]
    evidence: Mapping[tuple[Key, Key], Evidence]
    significance: float
    control: Control[Key] | None = None
    uncorrected: Comparisons[Key] | None = None

    @property
    def raw(self) -> Comparisons[Key]:
        """What the clock alone says."""
        return self if self.uncorrected is None else self.uncorrected

    def between(self, baseline: Key, candidate: Key) -> Comparison:
        """Return what was found of two of the cells."""
        if (candidate, baseline) in self.found:
            return self.found[candidate, baseline].swapped
        return self.found.get((baseline, candidate), INCOMPARABLE)

    def unbeaten(self, keys: Sequence[Key]) -> tuple[Key, ...]:
        """Return which of some cells may be the fastest: those that none is told to beat."""
        return tuple(
            one
            for one in keys
            if not any(self.between(other, one).verdict == "slower" for other in keys)
        )


def observations(cell: Cell) -> dict[int, float]:
    """Return the one number of each trial, the median epoch in seconds, by block."""
    return {trial.block: steady_epoch_seconds(trial) for trial in cell.trials}


def log_probes(cell: Cell) -> dict[int, float]:
    """Return the mean logarithm of each trial's probes, by block, of those trials that have any."""
    found = {trial.block: log_probe(trial, counted_epochs(trial)) for trial in cell.trials}
    return {block: log for block, log in found.items() if log is not None}


def compare_cells(cells: Sequence[Cell], looks: Sequence[int] = ()) -> Comparisons[Identity]:
    """Compare all cells that are ``ok`` with each other, by identity.

    Those that do not train the same thing are ``incomparable``, and so are all others.

    Parameters
    ----------
    looks : sequence of int
        After how many blocks the run was looked at, to choose what to measure next; empty if it
        was planned in advance.
    """
    measured = {one.identity: one for one in cells if one.status == "ok" and one.trials}
    epochs = {key: observations(one) for key, one in measured.items()}
    probes = {key: log_probes(one) for key, one in measured.items()}
    return compare_controlled(epochs, probes, axes.comparable, looks)


def compare_controlled(
    epochs: Mapping[Key, ByBlock],
    probes: Mapping[Key, ByBlock],
    comparable: Callable[[Key, Key], bool] = lambda one, other: True,
    looks: Sequence[int] = (),
) -> Comparisons[Key]:
    """Compare all pairs of cells, corrected by probes where that pays, at every look at the run.

    Whoever looks again and again and stops when something is found finds more than there is. So
    every look has a part of the significance: of look j it is 1/(j (j + 1)), which adds up to 1
    however many looks there are (a spending of alpha as in K. K. G. Lan & D. L. DeMets, Biometrika
    70, 1983, 659-663, by its bound of the sum). The first verdict on a pair is its verdict: what
    was told with the part that its look had is not taken back by a later look's smaller one; and
    as in Holm's rule a pair that was told leaves its share to the others, at later looks too (W.
    Maurer & F. Bretz, Statistics in Biopharmaceutical Research 5, 2013, 311-320).

    Parameters
    ----------
    probes : mapping of key to mapping of block to float
        Logarithms; of no use unless every trial has one.
    looks : sequence of int
        After how many blocks; empty for a single look at all of them.
    """
    seen: list[Mapping[Key, ByBlock]] = [_before(blocks, epochs) for blocks in looks]
    seen = seen or [epochs]
    parts = [1 / (number * (number + 1)) for number in range(1, len(looks) + 1)] or [1.0]
    raw = _first_verdicts(_stages([(one, None) for one in seen], parts, comparable))
    if any(probes[key].keys() < times.keys() for key, times in epochs.items()):
        return raw
    controls = [control(one, probes) for one in seen]
    if not any(one and not one.off for one in controls):
        return replace(raw, control=controls[-1])
    corrected = [
        ({key: one.corrected(key, times) for key, times in times_seen.items()}, one)
        if one
        else (times_seen, None)
        for times_seen, one in zip(seen, controls)
    ]
    compared = _first_verdicts(_stages(corrected, parts, comparable))
    return replace(compared, control=controls[-1], uncorrected=raw)


_Seen = tuple[Mapping[Key, ByBlock], Control[Key] | None]


def _before(blocks: int, epochs: Mapping[Key, ByBlock]) -> dict[Key, ByBlock]:
    """Return what was measured in so many blocks."""
    return {
        key: {block: seconds for block, seconds in times.items() if block < blocks}
        for key, times in epochs.items()
    }


def _stages(
    looks: Sequence[_Seen[Key]], parts: Sequence[float], comparable: Callable[[Key, Key], bool]
) -> list[Comparisons[Key]]:
    """Return what each look finds with its part of the significance."""
    stages: list[Comparisons[Key]] = []
    told: set[tuple[Key, Key]] = set()
    for (seen, controlled), part in zip(looks, parts):
        stage = compare_all(seen, comparable, controlled, SIGNIFICANCE * part, told)
        told |= {pair for pair, one in stage.found.items() if one.verdict in _OPPOSITE}
        stages.append(stage)
    return stages


def _first_verdicts(stages: Sequence[Comparisons[Key]]) -> Comparisons[Key]:
    """Return the last stage, with the verdict and the interval of the first that had one."""
    last = stages[-1]

    def first(pair: tuple[Key, Key], found: Comparison) -> Comparison:
        verdicts = (stage.found[pair] for stage in stages)
        return next((one for one in verdicts if one.verdict != "inconclusive"), found)

    return replace(last, found={pair: first(pair, one) for pair, one in last.found.items()})


def compare_all(
    cells: Mapping[Key, ByBlock],
    comparable: Callable[[Key, Key], bool] = lambda one, other: True,
    controlled: Control[Key] | None = None,
    significance: float = SIGNIFICANCE,
    told: Collection[tuple[Key, Key]] = (),
) -> Comparisons[Key]:
    """Compare all pairs of cells by the blocks that both have.

    Each block gives one difference of logarithms; their mean and Student's t (W. S. Gosset,
    Biometrika 6, 1908, 1-25) tell two cells apart. Under the null hypothesis the two cells of a
    block are distributed alike, so that their difference is symmetric whatever the skew of either,
    which is why t will do. Its variance is moderated by those of the other pairs, see
    :func:`bench.analysis.spread.moderated`. Over all pairs stands S. Holm's rule (Scandinavian
    Journal of Statistics 6, 1979, 65-70): whichever cells are equal, and however many, the run
    tells any two of them apart no more often than the significance says. That every pair is in it,
    not only those with the fastest, lets ranks, lanes and forms rest on the same comparison.

    All intervals are drawn to the level at which the rule stopped. So an interval holds 1 unless
    its pair is told apart by the rule; and of the pairs that are not, all hold their true ratios
    at once as often as the rule is right. A verdict takes two gates, in the form that criterion.rs
    gave them:

    - ``faster`` or ``slower``: the rule tells the pair apart, and the pair's own 95 % interval lies
      outside the noise band of 1 %;
    - ``same``: its interval lies inside the band, and a true difference of 5 % would look like
      this less than once in 100,000 times. Few blocks that agree by chance do not pass it.

    Everything else, and anything from fewer than 3 blocks, is ``inconclusive``.

    Parameters
    ----------
    cells : mapping of key to mapping of block to seconds
    comparable : callable
        Whether two cells may be compared, by their keys.
    controlled : Control, optional
        By which the seconds were corrected.
    significance : float
        Of all pairs together.
    told : collection of (key, key)
        Pairs that an earlier look told apart: they leave their share to the others.
    """
    pairs = [pair for pair in itertools.combinations(cells, 2) if comparable(*pair)]
    differences = {(one, other): _differences(cells[one], cells[other]) for one, other in pairs}
    evidence = _evidence(cells, differences, controlled)
    p_values = [0.0 if pair in told else one.p_value for pair, one in evidence.items()]
    level = where_holm_stops(p_values, significance)
    found = {
        pair: _comparison(evidence[pair], level)
        if pair in evidence
        else _too_few(differences[pair])
        for pair in pairs
    }
    return Comparisons(found, evidence, level)


def compare(baseline: ByBlock, candidate: ByBlock) -> Comparison:
    """Compare two cells alone; see :func:`compare_all`."""
    return compare_all({"baseline": baseline, "candidate": candidate}).between(
        "baseline", "candidate"
    )


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


def _differences(one: ByBlock, other: ByBlock) -> tuple[float, ...]:
    shared = sorted(one.keys() & other.keys())
    return tuple(math.log(other[block]) - math.log(one[block]) for block in shared)


def _evidence(
    cells: Mapping[Key, ByBlock],
    differences: Mapping[tuple[Key, Key], Sequence[float]],
    controlled: Control[Key] | None,
) -> dict[tuple[Key, Key], Evidence]:
    """Return the evidence of every pair that has the blocks for a verdict."""
    enough = {pair: logs for pair, logs in differences.items() if len(logs) >= MINIMUM_BLOCKS}
    lost = controlled.lost_freedom() if controlled else 0.0
    variances = _variances(cells, {pair: _variance(logs, lost) for pair, logs in enough.items()})

    def spread(pair: tuple[Key, Key], variance: Variance) -> float:
        if controlled is None:
            return math.sqrt(variance.value)
        blocks = sorted(cells[pair[0]].keys() & cells[pair[1]].keys())
        return math.sqrt(variance.value) * controlled.inflation(*pair, blocks)

    return {
        pair: Evidence(
            statistics.fmean(logs),
            spread(pair, variances[pair]),
            len(logs),
            variances[pair].freedom,
        )
        for pair, logs in enough.items()
    }


def _variances(
    cells: Mapping[Key, ByBlock], own: Mapping[tuple[Key, Key], Variance]
) -> dict[tuple[Key, Key], Variance]:
    """Return the variance of every pair, steadied by those of all cells that it compares with."""
    found: dict[tuple[Key, Key], Variance] = {}
    few: dict[tuple[Key, Key], Variance] = {}
    for group in _groups(own):
        pairs = {pair: own[pair] for pair in own if pair[0] in group}
        if len(group) < FEWEST_CELLS:
            few |= pairs
        else:
            # In the order of the cells: floating point sums must not hang on that of a set.
            together = {key: cells[key] for key in cells if key in group}
            found |= by_cell(pairs, cell_freedom(together))
    involved = {key for pair in few for key in pair}
    return found | dict(zip(few, moderated(tuple(few.values()), len(involved))))


def _groups(pairs: Collection[tuple[Key, Key]]) -> list[set[Key]]:
    """Return the cells that are compared with each other, directly or by way of others."""
    groups: list[set[Key]] = []
    for pair in pairs:
        touching = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group.isdisjoint(pair)]
        groups.append(set(pair).union(*touching))
    return groups


def _variance(logs: Sequence[float], lost: float) -> Variance:
    """Return the variance of differences, of whose degrees of freedom some are lost."""
    freedom = len(logs) - 1 - lost
    return Variance(statistics.variance(logs) * (len(logs) - 1) / freedom, freedom)


def where_holm_stops(p_values: Sequence[float], significance: float) -> float:
    """Return the significance that the first pair was tested at that was not told apart.

    Where all are, that of the last.
    """
    for place, p_value in enumerate(sorted(p_values)):
        level = significance / (len(p_values) - place)
        if p_value > level:
            return level
    return significance


def _too_few(differences: Sequence[float]) -> Comparison:
    """Return what is known of a pair without the blocks for a verdict."""
    ratio = math.exp(statistics.fmean(differences)) if differences else math.nan
    return Comparison("inconclusive", ratio, 0.0, math.inf, len(differences), MINIMUM_BLOCKS)


def _comparison(evidence: Evidence, significance: float) -> Comparison:
    verdict = verdict_on(evidence, significance)
    reach = evidence.reach(1 - significance / 2)
    return Comparison(
        verdict,
        math.exp(evidence.mean),
        math.exp(evidence.mean - reach),
        math.exp(evidence.mean + reach),
        evidence.blocks,
        _blocks_needed(evidence, significance) if verdict == "inconclusive" else None,
    )


def verdict_on(evidence: Evidence, significance: float) -> Verdict:
    """Return what a pair's evidence says when it is tested at this significance."""
    distance = abs(evidence.mean)
    if distance <= _same_up_to(evidence, significance):
        return "same"
    outside = distance - evidence.reach(CHANCE) > NOISE_BAND
    if outside and evidence.p_value <= significance:
        return "slower" if evidence.mean > 0 else "faster"
    return "inconclusive"


def _blocks_needed(evidence: Evidence, significance: float) -> int | None:
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
    return min(filter(None, likely), default=fewest_blocks(not_to_miss, evidence.blocks))


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
