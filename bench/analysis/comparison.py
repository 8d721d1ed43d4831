"""Which cells are faster than which? All pairs at once, by block, with one error rate for all."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

from bench.analysis import by_turns
from bench.analysis.cell_spread import FEWEST_CELLS, by_cell, cell_freedom
from bench.analysis.control import ByBlock, Control, control, log_probe
from bench.analysis.spread import Variance, moderated
from bench.analysis.statistics import counted_epochs, steady_epoch_seconds
from bench.analysis.verdicts import (
    MINIMUM_BLOCKS,
    SIGNIFICANCE,
    Evidence,
    Verdict,
    blocks_needed,
    verdict_on,
    where_holm_stops,
)
from bench.records import axes
from bench.records.model import Cell, Identity

Key = TypeVar("Key", bound=Hashable)


def _nothing() -> None:
    """Return that no blocks are needed."""


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
    wanted : callable
        Returns `blocks_needed`, which takes longer to work out than all the rest.
    """

    verdict: Verdict
    ratio: float
    low: float
    high: float
    blocks: int
    wanted: Callable[[], int | None] = field(default=_nothing, compare=False, repr=False)

    @cached_property
    def blocks_needed(self) -> int | None:
        """At how many blocks an inconclusive comparison can expect its verdict.

        None if that is more than 1,000, and for other verdicts.
        """
        return self.wanted()

    @property
    def swapped(self) -> Comparison:
        """The same, seen from the other cell."""
        verdict = _OPPOSITE.get(self.verdict, self.verdict)
        low = 1 / self.high
        high = 1 / self.low if self.low else math.inf
        return replace(self, verdict=verdict, ratio=1 / self.ratio, low=low, high=high)


_OPPOSITE: Mapping[Verdict, Verdict] = {"faster": "slower", "slower": "faster"}
INCOMPARABLE = Comparison("incomparable", math.nan, 0.0, math.inf, 0)


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


def paired_observations(
    cells: Mapping[Key, Cell],
) -> tuple[dict[Key, ByBlock], dict[Key, ByBlock]]:
    """Return what comparisons rest on: of each trial its epoch in seconds and its log probe.

    As :func:`observations` and :func:`log_probes` have them; but trials of a block that took turns
    differ as their turns did, see :func:`bench.analysis.by_turns.side_by_side`.
    """
    epochs: dict[Key, ByBlock] = {key: observations(one) for key, one in cells.items()}
    probes: dict[Key, ByBlock] = {key: log_probes(one) for key, one in cells.items()}
    if not any(trial.by_turns for one in cells.values() for trial in one.trials):
        return epochs, probes
    logs = {
        key: {block: math.log(seconds) for block, seconds in times.items()}
        for key, times in epochs.items()
    }
    turns = {key: by_turns.epochs_by_turn(one) for key, one in cells.items()}
    beside = {key: by_turns.probes_by_turn(one) for key, one in cells.items()}
    together = by_turns.side_by_side(logs, turns)
    return {
        key: {block: math.exp(log) for block, log in own.items()} for key, own in together.items()
    }, dict(by_turns.side_by_side(probes, beside))


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
    epochs, probes = paired_observations(measured)
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


def _too_few(differences: Sequence[float]) -> Comparison:
    """Return what is known of a pair without the blocks for a verdict."""
    ratio = math.exp(statistics.fmean(differences)) if differences else math.nan
    return Comparison(
        "inconclusive", ratio, 0.0, math.inf, len(differences), lambda: MINIMUM_BLOCKS
    )


def _comparison(evidence: Evidence, significance: float) -> Comparison:
    verdict = verdict_on(evidence, significance)
    reach = evidence.reach(1 - significance / 2)
    return Comparison(
        verdict,
        math.exp(evidence.mean),
        math.exp(evidence.mean - reach),
        math.exp(evidence.mean + reach),
        evidence.blocks,
        partial(blocks_needed, evidence, significance) if verdict == "inconclusive" else _nothing,
    )
