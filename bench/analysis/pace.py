"""At what share of its own best the machine ran, and whether the order of cells hung on that."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis import special
from bench.analysis.comparison import Comparisons
from bench.analysis.statistics import welch
from bench.analysis.verdicts import MINIMUM_BLOCKS, SIGNIFICANCE, where_holm_stops
from bench.records.model import Cell, Identity

# Below this share of its best the machine's wandering can turn the order of cells round.
STEADY_SHARE = 0.8


@dataclass(frozen=True)
class Pace:
    """The machine's rate of arithmetic over the best that it showed in the same run.

    Attributes
    ----------
    median, low, high : float
        Shares.
    readings : int
    """

    median: float
    low: float
    high: float
    readings: int

    @property
    def steady(self) -> bool:
        """Whether the machine always came near its best."""
        return self.low >= STEADY_SHARE


def pace_of(product_seconds: Sequence[float]) -> Pace | None:
    """Return the pace that products of matrices had; None without any."""
    if not product_seconds:
        return None
    best = min(product_seconds)
    shares = sorted(best / seconds for seconds in product_seconds)
    return Pace(statistics.median(shares), shares[0], shares[-1], len(shares))


def pace(cells: Iterable[Cell]) -> Pace | None:
    """Return the machine's pace while cells were measured; None if it was not probed.

    Of each trial the median of its probes counts: a single product of a millisecond tells of a
    moment. Cells of other numbers of threads are probed on other CPUs, and so have a best of their
    own.
    """
    by_threads: dict[int, list[float]] = {}
    for cell in cells:
        for trial in cell.trials:
            if trial.probes:
                middle = statistics.median(probe.product_seconds for probe in trial.probes)
                by_threads.setdefault(cell.identity.threads, []).append(middle)
    return pace_of([one / min(found) for found in by_threads.values() for one in found])


@dataclass(frozen=True)
class Turn:
    """Two cells whose order hangs on the machine.

    Attributes
    ----------
    fast, slow : float
        The other's epoch over the first one's, in the half of the blocks in which the machine was
        faster, and in that in which it was slower.
    """

    first: Identity
    other: Identity
    fast: float
    slow: float


def turns(
    comparisons: Comparisons[Identity], cells: Sequence[tuple[Identity, dict[int, float]]]
) -> tuple[Turn, ...]:
    """Return the pairs of cells of which another is the faster where the machine is slow.

    The blocks are halved by the probes of both. Turned round are those of which the means of the
    two halves lie on both sides of 1, and differ by Welch's t-test (Biometrika 34, 1947, 28-35),
    with Holm's rule over all pairs.

    Parameters
    ----------
    cells : sequence of (identity, mapping of block to seconds)
        Not corrected.
    """
    found = []
    for (one, times), (other, other_times) in itertools.combinations(cells, 2):
        if comparisons.control is None or (one, other) not in comparisons.evidence:
            continue
        probes = comparisons.control.probes
        blocks = sorted(
            times.keys() & other_times.keys(), key=lambda b: probes[one][b] + probes[other][b]
        )
        half = len(blocks) // 2
        if half < MINIMUM_BLOCKS:
            continue
        logs = [math.log(other_times[block] / times[block]) for block in blocks]
        fast, slow = logs[:half], logs[-half:]
        found.append(
            (_p_value(fast, slow), one, other, statistics.fmean(fast), statistics.fmean(slow))
        )
    level = where_holm_stops([p_value for p_value, *_ in found], SIGNIFICANCE)
    return tuple(
        Turn(one, other, math.exp(fast), math.exp(slow))
        for p_value, one, other, fast, slow in found
        if p_value <= level and fast * slow < 0
    )


def _p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how probable it is that two samples' means are so far apart by chance."""
    mean, error, freedom = welch(one, other)
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * special.stdtr(freedom, -abs(mean) / error))
