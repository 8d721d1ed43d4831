"""How far paired differences spread: each pair's own variance, steadied by those of the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.analysis import special

# The prior's worth is taken at the lower end of a one-sided 95 % interval: it is what makes few
# blocks look like many, and pairs share their cells, which the factor allows for.
CAUTION = 1.645 * 1.5
# What rounding leaves where a ratio is the same in every block.
NEGLIGIBLE = 1e-18
# Beyond this a prior is as good as certain.
MOST_FREEDOM = 1e6


@dataclass(frozen=True)
class Variance:
    """An estimate of a variance.

    Attributes
    ----------
    value : float
        In squares of the unit of what varies; here natural logarithms.
    freedom : float
        Degrees of freedom.
    """

    value: float
    freedom: float


def moderated(own: Sequence[Variance], cells: int) -> tuple[Variance, ...]:
    """Return each variance between its own estimate and what those of all pairs have in common.

    Moderated variances after G. K. Smyth (Statistical Applications in Genetics and Molecular
    Biology 3, 2004, article 3): the true variances are taken to be scattered about a common one as
    a scaled inverse chi-square is, whose degrees of freedom follow from how far the logarithms of
    the estimates scatter beyond chance. Those degrees of freedom are taken at their lower limit,
    because their best estimate, used as if it were known, promises too much where few cells tell.

    Parameters
    ----------
    own : sequence of Variance
        Of every pair of some cells. One that is negligible neither lends nor borrows.
    cells : int
        How many cells the pairs are made of: no more of their variances are independent.
    """
    known = [one for one in own if one.value > NEGLIGIBLE]
    if cells < 3 or len(known) < 2:
        return tuple(one if one.value > NEGLIGIBLE else Variance(0.0, one.freedom) for one in own)
    # Caution is for what the prior is worth alone: at fewer degrees of freedom its value would be
    # smaller too, and the more so the fewer cells there are.
    prior = Variance(common(known, cells, caution=0.0).value, common(known, cells).freedom)
    # No more than the cells really have together.
    there_are = (cells - 1) * float(np.median([one.freedom for one in known]))

    def between(one: Variance) -> Variance:
        if one.value <= NEGLIGIBLE:
            return Variance(0.0, one.freedom)
        return steadied(one, prior, there_are)

    return tuple(map(between, own))


def common(known: Sequence[Variance], cells: int, caution: float = CAUTION) -> Variance:
    """Return what variances have in common, with the degrees of freedom that it may lend."""
    freedoms = np.array([one.freedom for one in known])
    logs = np.log([one.value for one in known])
    logs -= special.digamma(freedoms / 2) - np.log(freedoms / 2)
    by_chance = float(np.mean(special.polygamma(1, freedoms / 2)))
    scatter = float(np.var(logs, ddof=1)) - by_chance
    scatter += caution * by_chance * math.sqrt(2 / (cells - 1))
    lent = _freedom(scatter)
    value = math.exp(float(np.mean(logs)) + float(special.digamma(lent / 2)) - math.log(lent / 2))
    return Variance(value, lent)


def steadied(own: Variance, prior: Variance, there_are: float) -> Variance:
    """Return a variance between its own estimate and a prior, of no more freedom than there is."""
    borrowed = max(0.0, min(prior.freedom, there_are - own.freedom))
    freedom = own.freedom + borrowed
    return Variance((own.freedom * own.value + borrowed * prior.value) / freedom, freedom)


def _freedom(scatter: float) -> float:
    """Return the degrees of freedom at which logarithms of variances scatter so far.

    The inverse of the trigamma function by Newton's method, from the start that Smyth gives it.
    """
    if scatter <= 2 / MOST_FREEDOM:
        return MOST_FREEDOM
    half = 0.5 + 1 / scatter
    for _ in range(50):
        trigamma = float(special.polygamma(1, half))
        step = trigamma * (1 - trigamma / scatter) / float(special.polygamma(2, half))
        half += step
        if abs(step) <= 1e-8 * half:
            break
    return 2 * half
