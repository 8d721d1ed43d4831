"""How far runs of the same code on the same machine lie apart: measured where it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

# Standard deviation of the logarithm of a cell's mean from run to run, where it is not known. On a
# quiet machine of one's own it is 1 to 2 %; on a shared one identical code took up to twice as long
# an hour later, which no assumption covers: hence the second rule, never less than is seen.
ASSUMED = 0.05
# Of fewer runs Student's quantiles are so wide that the assumption serves better.
FEWEST_RUNS = 6


@dataclass(frozen=True)
class RunSpread:
    """A standard deviation of logarithms from run to run.

    Attributes
    ----------
    value : float
    freedom : float
        Degrees of freedom; infinite where it is assumed.
    earlier_runs : int
        Those of the same machine that were at hand.
    measured : float or None
        What these show; None of fewer than two.
    seen : bool
        Whether the two runs themselves lie so far apart in all cells alike that no smaller spread
        is believed.
    """

    value: float
    freedom: float
    earlier_runs: int = 0
    measured: float | None = None
    seen: bool = False

    def at_least(self, value: float) -> RunSpread:
        """Return the same, but no smaller than what the two runs show."""
        return self if value <= self.value else replace(self, value=value, seen=True)


def run_spread(
    means: Sequence[Sequence[float]], earlier_runs: int, assumed: float = ASSUMED
) -> RunSpread:
    """Return the spread between runs from what earlier ones brought.

    A pooled variance of cells' means, each about its own mean over the runs that have it; what
    spreads within runs is part of it. One machine makes all cells of a run slow or fast together,
    so that the degrees of freedom are those of runs, not of cells. Of few runs, and without any, it
    is the assumed spread, and never less than they show.

    Parameters
    ----------
    means : sequence of sequence of float
        For each cell, the mean of logarithms in each run that has it.
    """
    several = [np.asarray(one) for one in means if len(one) > 1]
    if not several:
        return RunSpread(assumed, math.inf, earlier_runs)
    squares = math.fsum(float(((one - one.mean()) ** 2).sum()) for one in several)
    measured = math.sqrt(squares / sum(len(one) - 1 for one in several))
    runs = max(map(len, several))
    if runs < FEWEST_RUNS:
        return RunSpread(max(assumed, measured), math.inf, earlier_runs, measured)
    return RunSpread(measured, float(runs - 1), earlier_runs, measured)
