"""Cells of two runs: what changed, beside what changes from run to run anyway."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.analysis.control import ByBlock, Slope
from bench.analysis.run_spread import RunSpread
from bench.analysis.spread import MOST_FREEDOM
from bench.analysis.verdicts import (
    MINIMUM_BLOCKS,
    SIGNIFICANCE,
    Evidence,
    Verdict,
    least_significant,
    verdict_on,
    where_holm_stops,
)

Key = TypeVar("Key")

# How rarely cells that change each for itself all go the same way. At 0.05 it takes six of them.
ALIKE_SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Change:
    """What became of a cell from the first run to a later one.

    Attributes
    ----------
    ratio, low, high : float
        Geometric mean of the later run's trials over that of the first, and its interval, which
        holds 1 unless a change is told. Where a run has fewer than three trials the interval
        reaches from 0 to infinity; the ratio is NaN where the two cannot be compared.
    """

    verdict: Verdict
    ratio: float
    low: float
    high: float


INCOMPARABLE = Change("incomparable", math.nan, 0.0, math.inf)


@dataclass(frozen=True)
class Shift:
    """What all cells have in common.

    Attributes
    ----------
    ratio : float
        Geometric mean of all cells' ratios.
    cells, slower : int
        How many there are, and how many took longer.
    p_value : float
        Of the sign test: how probable it is that so many cells go one way if each goes for itself.
    """

    ratio: float
    cells: int
    slower: int
    p_value: float

    @property
    def alike(self) -> bool:
        """Whether the cells moved together."""
        return self.p_value < ALIKE_SIGNIFICANCE


@dataclass(frozen=True)
class Changes(Generic[Key]):
    """What became of all cells from one run to another.

    Attributes
    ----------
    found : mapping of key to Change
    spread : RunSpread
        That the intervals contain.
    shift : Shift or None
        By the clock alone; None without a cell.
    resolution : float or None
        The change, as a share, that a cell must show to be told; the median over cells.
    raw : mapping of key to Change
        By the clock alone, where probes corrected the others; empty where they did not.
    probes : float or None
        How much longer the machine's probes took in the later run; None where nothing was
        corrected by them.
    """

    found: Mapping[Key, Change]
    spread: RunSpread
    shift: Shift | None
    resolution: float | None
    raw: Mapping[Key, Change]
    probes: float | None


@dataclass(frozen=True)
class Sample:
    """A cell in one run.

    Attributes
    ----------
    values : mapping of block to float
        Seconds, or bytes.
    probes : mapping of block to float
        Logarithms; empty where the machine was not probed.
    """

    values: ByBlock
    probes: ByBlock

    @property
    def logs(self) -> list[float]:
        """The logarithms of the values."""
        return [math.log(value) for value in self.values.values()]

    @property
    def probe(self) -> float:
        """The mean logarithm of the probes."""
        return statistics.fmean(self.probes[block] for block in self.values)

    def corrected(self, slope: Slope | None) -> list[float]:
        """Return the logarithms at a probe whose logarithm is 0."""
        if slope is None:
            return self.logs
        return [
            math.log(value) - slope.value * self.probes[block]
            for block, value in self.values.items()
        ]


def compare_samples(
    pairs: Mapping[Key, tuple[Sample, Sample]], spread: RunSpread, slope: Slope | None = None
) -> Changes[Key]:
    """Compare the cells of two runs.

    Trials of two runs are no pairs, and no independent draws either: a run has an effect of its
    own, of the hour, of where pages came to lie, of the machine that a cloud gave. Of the
    difference of means the variance is therefore

        s1^2 / n1 + s2^2 / n2 + 2 t^2 + (e p)^2

    with the spread t between runs, and, where probes correct it, what the standard error e of their
    slope makes of how far the runs' probes p lie apart. Its degrees of freedom are Satterthwaite's
    (F. E. Satterthwaite, Biometrics Bulletin 2, 1946, 110-114). Holm's rule stands over all cells,
    and the verdicts are those of :func:`bench.analysis.comparison.compare_all`. The spread is taken
    to be no smaller than the two runs show it: where all cells moved alike, by that.

    Parameters
    ----------
    pairs : mapping of key to pair of Sample
        Of the first run and of the later one.
    slope : Slope, optional
        By which the probes correct; None where they do not.
    """
    shift = _shift(_ratios(pairs, None))
    corrected = _shift(_ratios(pairs, slope))
    seen = abs(math.log(corrected.ratio)) / math.sqrt(2) if corrected and corrected.alike else 0.0
    found_spread = spread.at_least(seen)
    found, resolution = _changes(pairs, found_spread, slope)
    if slope is None:
        return Changes(found, found_spread, shift, resolution, {}, None)
    # By the clock alone the runs may lie farther apart than corrected.
    raw_seen = abs(math.log(shift.ratio)) / math.sqrt(2) if shift and shift.alike else 0.0
    raw, _ = _changes(pairs, spread.at_least(raw_seen), None)
    apart = [later.probe - first.probe for first, later in pairs.values()]
    probes = math.exp(statistics.fmean(apart)) if apart else None
    return Changes(found, found_spread, shift, resolution, raw, probes)


def _ratios(pairs: Mapping[Key, tuple[Sample, Sample]], slope: Slope | None) -> list[float]:
    """Return the difference of mean logarithms of every cell."""
    return [
        statistics.fmean(later.corrected(slope)) - statistics.fmean(first.corrected(slope))
        for first, later in pairs.values()
    ]


def _shift(differences: Sequence[float]) -> Shift | None:
    """Return what the cells have in common.

    The sign test (W. J. Dixon & A. M. Mood, Journal of the American Statistical Association 41,
    1946, 557-566).
    """
    # A third of the time in which softmax-bench starts, and most commands do without.
    from scipy import stats

    if not differences:
        return None
    moved = [one for one in differences if one != 0]
    slower = sum(one > 0 for one in moved)
    p_value = float(stats.binomtest(slower, len(moved)).pvalue) if moved else 1.0
    return Shift(math.exp(statistics.fmean(differences)), len(differences), slower, p_value)


def _changes(
    pairs: Mapping[Key, tuple[Sample, Sample]], spread: RunSpread, slope: Slope | None
) -> tuple[dict[Key, Change], float | None]:
    """Return every cell's change, and the median change that is told."""
    evidence = {
        key: _evidence(first, later, spread, slope)
        for key, (first, later) in pairs.items()
        if min(len(first.values), len(later.values)) >= MINIMUM_BLOCKS
    }
    level = where_holm_stops([one.p_value for one in evidence.values()], SIGNIFICANCE)

    def change(key: Key, first: Sample, later: Sample) -> Change:
        if key not in evidence:
            [mean] = _ratios({key: (first, later)}, slope)
            return Change("inconclusive", math.exp(mean), 0.0, math.inf)
        mean, reach = evidence[key].mean, evidence[key].reach(1 - level / 2)
        low, high = math.exp(mean - reach), math.exp(mean + reach)
        return Change(verdict_on(evidence[key], level), math.exp(mean), low, high)

    least = [least_significant(one, level) for one in evidence.values()]
    resolution = math.expm1(statistics.median(least)) if least else None
    return {key: change(key, *samples) for key, samples in pairs.items()}, resolution


def _evidence(first: Sample, later: Sample, spread: RunSpread, slope: Slope | None) -> Evidence:
    """Return the difference of two runs' means with its standard error, as if of one block."""
    samples = first.corrected(slope), later.corrected(slope)
    parts = [(statistics.variance(logs) / len(logs), len(logs) - 1.0) for logs in samples]
    parts.append((2 * spread.value**2, spread.freedom))
    apart = (later.probe - first.probe) * slope.error if slope else 0.0
    variance = math.fsum(part for part, _ in parts) + apart**2
    uncertain = math.fsum(part**2 / freedom for part, freedom in parts)
    freedom = variance**2 / uncertain if uncertain else math.inf
    mean = statistics.fmean(samples[1]) - statistics.fmean(samples[0])
    return Evidence(mean, math.sqrt(variance), 1, min(freedom, MOST_FREEDOM))
