"""How far each cell spreads from block to block, and with it how far every pair of cells does.

Of n cells there are n (n - 1) / 2 pairs, whose variances are made of n only: what two cells add to
their difference. Estimated as such they are twice as well known, and a cell that spreads far does
not make its quiet neighbours' variances look unlike.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from bench.analysis.spread import NEGLIGIBLE, Variance, common, steadied

Key = TypeVar("Key", bound=Hashable)

# Of fewer, cells are no better known than pairs.
FEWEST_CELLS = 6
# An estimate that is a difference of others can come out at 0 or below; a cell that spreads less
# than this share of the mean variance is taken to spread so far.
LEAST_SHARE = 0.1
# How many standard errors of the scatter are added to it before it is believed to be chance.
GUARD = 0.5


def by_cell(
    own: Mapping[tuple[Key, Key], Variance], freedom: Mapping[Key, float]
) -> dict[tuple[Key, Key], Variance]:
    """Return the variance of each pair, from its own and from those of its two cells.

    The variances of cells are fitted to those of pairs by least squares, which for whole blocks are
    the unbiased estimates of T. S. Russell & R. A. Bradley (Biometrika 45, 1958, 111-129). They are
    moderated as those of pairs would be, see :func:`bench.analysis.spread.moderated`; their sum
    has the degrees of freedom of F. E. Satterthwaite (Biometrics Bulletin 2, 1946, 110-114). The
    sum is right where cells vary independently within a block. Where two answer to the machine in
    opposite ways it is too small, and the pair's own variance knows; so that one keeps the weight
    of its own degrees of freedom in the mean of both.

    Parameters
    ----------
    own : mapping of (key, key) to Variance
        Of every pair of cells that can be compared, at least six of them.
    freedom : mapping of key to float
        What each cell's variance has, as :func:`cell_freedom` counts it.
    """
    pairs = [pair for pair, one in own.items() if one.value > NEGLIGIBLE]
    fitted = _fitted(own, pairs, list(freedom))
    cells = _cells(freedom, fitted)
    trusted = _trusted([own[pair] for pair in pairs], [fitted[a] + fitted[b] for a, b in pairs])
    return {
        pair: _of_pair(one, cells[pair[0]], cells[pair[1]], trusted) for pair, one in own.items()
    }


def cell_freedom(cells: Mapping[Key, Mapping[int, float]]) -> dict[Key, float]:
    """Return the degrees of freedom of each cell's variance.

    Each block takes a mean from its cells, and each cell has a mean of its own: of k cells in a
    block one has 1 - 1/k.
    """
    sizes: dict[int, int] = {}
    for times in cells.values():
        for block in times:
            sizes[block] = sizes.get(block, 0) + 1
    own_mean = 1 - 1 / len(cells)
    return {
        key: max(1.0, math.fsum(1 - 1 / sizes[block] for block in times) - own_mean)
        for key, times in cells.items()
    }


def _fitted(
    own: Mapping[tuple[Key, Key], Variance], pairs: list[tuple[Key, Key]], keys: list[Key]
) -> dict[Key, float]:
    """Return the variance of each cell: those whose sums come closest to those of pairs."""
    place = {key: number for number, key in enumerate(keys)}
    design = np.zeros((len(pairs), len(keys)))
    for row, (one, other) in enumerate(pairs):
        design[row, place[one]] = design[row, place[other]] = 1
    weights = np.sqrt([own[pair].freedom for pair in pairs])
    values = np.array([own[pair].value for pair in pairs])
    solved = np.linalg.lstsq(design * weights[:, None], values * weights, rcond=None)[0]
    least = LEAST_SHARE * float(values.mean()) / 2 if pairs else 0.0
    return {key: max(float(solved[place[key]]), least) for key in keys}


def _cells(freedom: Mapping[Key, float], fitted: Mapping[Key, float]) -> dict[Key, Variance]:
    """Return the variances of cells, each steadied by the others."""
    own = {key: Variance(value, freedom[key]) for key, value in fitted.items()}
    if any(one.value <= NEGLIGIBLE for one in own.values()):
        return own
    prior = common(list(own.values()), len(own))
    there_are = len(own) * float(np.median([one.freedom for one in own.values()]))
    return {key: steadied(one, prior, there_are) for key, one in own.items()}


def _trusted(own: Sequence[Variance], sums: Sequence[float]) -> float:
    """Return of how many degrees of freedom sums of cells' variances are as priors for pairs.

    By how far the logarithms of pairs' own variances over them scatter beyond chance: they do
    where cells answer to the machine together or in opposite ways.
    """
    if len(own) < 2 or min(sums) <= 0:
        return 0.0
    ratios = [Variance(one.value / total, one.freedom) for one, total in zip(own, sums)]
    return common(ratios, 1 + len(own) // 2, caution=GUARD).freedom


def _of_pair(own: Variance, one: Variance, other: Variance, trusted: float) -> Variance:
    """Return the mean of a pair's own variance and of the sum of its cells'.

    Of a mean with the weight w, by which an estimate of f degrees of freedom enters a better one of
    F that contains it, the degrees of freedom are F / (w^2 F / f + 1 - w^2).

    Parameters
    ----------
    trusted : float
        How many degrees of freedom the sum may lend at most.
    """
    if own.value <= NEGLIGIBLE:
        return Variance(0.0, own.freedom)
    total = one.value + other.value
    together = total**2 / (one.value**2 / one.freedom + other.value**2 / other.freedom)
    most = own.freedom + trusted
    weight = min(1.0, own.freedom / min(together, most))
    value = weight * own.value + (1 - weight) * total
    freedom = together / (weight**2 * together / own.freedom + 1 - weight**2)
    return Variance(value, max(own.freedom, min(freedom, most)))
