"""Which epochs of a trial count: those after its speed has settled, if it ever does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.records.model import Settling

# With fewer steady epochs, half of them say too little of where the trial is going.
FEWEST_EPOCHS = 4
# What an epoch may always be off, and what a trial's epochs may drift: as much as the slowdown
# that a comparison must not miss.
TOLERATED_SHARE = 0.05
# The median absolute deviation times this estimates a normal standard deviation (Rousseeuw &
# Croux, Journal of the American Statistical Association 88, 1993, 1273-1283).
MAD_TO_STANDARD_DEVIATION = 1.4826
# A median absolute deviation of a handful of epochs is a rough guess: three standard deviations,
# as is usual for outliers, would leave out honest epochs.
TOLERATED_DEVIATIONS = 5.0
DRIFT_SIGNIFICANCE = 0.01
# The number of slopes grows with the square of the epochs; so many epochs give 19,900.
MOST_EPOCHS_FOR_SLOPE = 200


def settle(epoch_seconds: Sequence[float]) -> Settling:
    """Return how many of a trial's first steady epochs are left out, and whether it settled.

    The later half of the epochs (rounded up) tells where the trial ends up: its median is the
    centre. An epoch is off if it is farther from the centre than 5 % of it and than 5 * 1.4826
    times the half's median absolute deviation. The epochs before the first one that is not off are
    left out, but no more than the first half. The trial never settled if that whole half is left
    out, or if what remains drifts.

    Parameters
    ----------
    epoch_seconds : sequence of float
        The steady epochs. With fewer than 4, all count and nothing is said about settling.
    """
    seconds = np.asarray(epoch_seconds, np.float64)
    if len(seconds) < FEWEST_EPOCHS:
        return Settling(0, None)
    half = len(seconds) // 2
    left_out = _leading(_off(seconds[:half], seconds[half:]))
    return Settling(left_out, left_out < half and not drifts(seconds[left_out:]))


def _off(seconds: NDArray[np.float64], later: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each epoch whether it is far from the later ones."""
    centre = np.median(later)
    deviation = MAD_TO_STANDARD_DEVIATION * np.median(np.abs(later - centre))
    bound = max(TOLERATED_SHARE * centre, TOLERATED_DEVIATIONS * deviation)
    return np.asarray(np.abs(seconds - centre) > bound)


def _leading(marks: NDArray[np.bool_]) -> int:
    """Return how many marks are true before the first that is not."""
    return len(marks) if marks.all() else int(np.argmin(marks))


def drifts(epoch_seconds: NDArray[np.float64]) -> bool:
    """Tell whether epochs become steadily longer or shorter, by more than is tolerated.

    Both must hold: Kendall's tau between position and duration has p < 0.01 (H. B. Mann,
    Econometrica 13, 1945, 245-259), and the median slope over all pairs of epochs (P. K. Sen,
    Journal of the American Statistical Association 63, 1968, 1379-1389), times their number,
    is more than 5 % of their median. The second gate is there because epochs of one process are
    not independent, so that tau alone finds trends too often. From more than 200 epochs, the
    slope is worked out on 200 that are evenly spaced.
    """
    # A third of the time in which softmax-bench starts, and most commands do without.
    from scipy import stats

    count = len(epoch_seconds)
    # Without a p-value, as for epochs of equal length, nothing drifts.
    if not stats.kendalltau(np.arange(count), epoch_seconds).pvalue < DRIFT_SIGNIFICANCE:
        return False
    positions = np.linspace(0, count - 1, min(count, MOST_EPOCHS_FOR_SLOPE)).round().astype(int)
    slope = stats.theilslopes(epoch_seconds[positions], positions).slope
    return bool(abs(slope) * count > TOLERATED_SHARE * np.median(epoch_seconds))
