"""From trials to a cell's figures; the trial, not the epoch, is the sampling unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.analysis import special
from bench.analysis.target import median_to_target
from bench.records.model import Estimate, Summary, Trial, WorkloadInfo

CONFIDENCE = 0.95
# Of fewer trials nothing can be said of how far their median may be off.
FEWEST_FOR_INTERVAL = 3
LEAST_SECONDS_FOR_CPUS = 0.01
# How much farther than the outermost of so few observations the ends of an interval lie from the
# median, on the logarithmic scale.
STRETCHES = {3: 4.7, 4: 1.71, 5: 1.11}


def counted_epochs(trial: Trial) -> tuple[int, ...]:
    """Return which of a trial's steady epochs count, from 0: settled and not disturbed.

    Where none is both, all count.
    """
    everything = range(len(trial.epoch_seconds))
    disturbed = set(trial.interference.disturbed_epochs)
    counted = [one for one in everything[trial.settling.left_out :] if one not in disturbed]
    return tuple(counted or everything)


def steady_epoch_seconds(trial: Trial) -> float:
    """Return the median of a trial's steady epochs that count: its one observation.

    Epochs within a process are not independent, so pooling those of several processes would
    understate the uncertainty.
    """
    return float(np.median([trial.epoch_seconds[one] for one in counted_epochs(trial)]))


def median_with_interval(observations: Sequence[float]) -> Estimate:
    """Return the median with its 95 % interval; below three observations without one.

    From six on between two of the observations in order, or a little inside, where the binomial
    distribution of how many lie below the median puts 95 % (T. P. Hettmansperger & S. J. Sheather,
    Statistics & Probability Letters 4, 1986, 75-79). Even the smallest and the largest of fewer
    hold the median too seldom: there they are moved away from it, by factors on the logarithmic
    scale that were simulated for normal, skewed and heavy-tailed observations alike. A percentile
    bootstrap would give the range at five, and hold the median of a population 75 times in 100 at
    three.

    Parameters
    ----------
    observations : sequence of float
        Positive.
    """
    count = len(observations)
    median = float(np.median(observations))
    if count < FEWEST_FOR_INTERVAL:
        return Estimate(median, None, None)
    ordered = np.sort(np.asarray(observations, dtype=float))
    if count in STRETCHES:
        low, high = median * (ordered[[0, -1]] / median) ** STRETCHES[count]
    else:
        low, high = _inner(ordered), _inner(ordered[::-1])
    # Averages of equal numbers can differ from them in the last digit.
    return Estimate(median, min(float(low), median), max(float(high), median))


def _inner(ordered: npt.NDArray[np.float64]) -> float:
    """Return the end of the interval that lies beside the first of the observations."""
    count = len(ordered)

    def covered(depth: int) -> float:
        return 1 - 2 * float(special.bdtr(depth - 1, count, 0.5))

    depth = max(depth for depth in range(1, count // 2 + 1) if covered(depth) >= CONFIDENCE)
    wide, narrow = covered(depth), covered(depth + 1) if 2 * depth < count else 0.0
    part = (wide - CONFIDENCE) / (wide - narrow)
    inward = (count - depth) * part / (depth + (count - 2 * depth) * part)
    return float((1 - inward) * ordered[depth - 1] + inward * ordered[depth])


def relative_half_width(estimate: Estimate) -> float:
    """Return half the width of an interval as a share of its median; infinite without one."""
    if estimate.low is None or estimate.high is None:
        return math.inf
    return (estimate.high - estimate.low) / 2 / estimate.median


def summarize(trials: Sequence[Trial], info: WorkloadInfo) -> Summary:
    """Return the medians over a cell's trials.

    What depends on other cells and on the machine, the multiples of floor and ceiling, is left
    unknown.

    Raises
    ------
    ValueError
        If there are no trials.
    """
    if not trials:
        raise ValueError("a summary needs at least one trial")
    epoch_seconds = median_with_interval([steady_epoch_seconds(trial) for trial in trials])
    seconds_to_target, seconds_to_target_from_cold = median_to_target(trials, info)
    return Summary(
        trials=len(trials),
        epoch_seconds=epoch_seconds,
        examples_per_second=info.train_examples / epoch_seconds.median,
        peak_memory_bytes=int(np.median([trial.memory.peak_bytes for trial in trials])),
        cold_start_seconds=float(np.median([cold_start_seconds(trial) for trial in trials])),
        import_seconds=float(np.median([trial.import_seconds for trial in trials])),
        setup_seconds=float(np.median([trial.setup_seconds for trial in trials])),
        first_epoch_seconds=float(np.median([trial.first_epoch_seconds for trial in trials])),
        train_loss=median_of_last([trial.train_loss for trial in trials]),
        test_accuracy=median_of_last([trial.test_accuracy for trial in trials]),
        test_mean_squared_error=median_of_last([trial.test_mean_squared_error for trial in trials]),
        disturbed_trials=sum(trial.interference.reason is not None for trial in trials),
        unsettled_trials=sum(trial.settling.settled is False for trial in trials),
        cpus_busy=_median_of_known([cpus_busy(trial) for trial in trials]),
        seconds_to_target=seconds_to_target,
        seconds_to_target_from_cold=seconds_to_target_from_cold,
    )


def cpus_busy(trial: Trial) -> float | None:
    """Return how many CPUs a trial kept busy: CPU seconds over wall seconds of what counts.

    None where that is too little for a clock of CPU time that counts in steps.
    """
    counted = counted_epochs(trial)
    wall_seconds = sum(trial.epoch_seconds[number] for number in counted)
    if wall_seconds < LEAST_SECONDS_FOR_CPUS:
        return None
    return sum(trial.cpu_seconds[number] for number in counted) / wall_seconds


def cold_start_seconds(trial: Trial) -> float:
    """Return the seconds from importing the framework to the end of the first epoch."""
    return trial.import_seconds + trial.setup_seconds + trial.first_epoch_seconds


def median_of_last(series: Sequence[Sequence[float | None]]) -> float | None:
    """Return the median of the last entries; None where there are none or one is unknown."""
    last = [one[-1] for one in series if one]
    return _median_of_known(last)


def _median_of_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    # Of two that diverged the sum may be more than a float holds.
    with np.errstate(over="ignore"):
        median = float(np.median(known))
    return median if math.isfinite(median) else None


def welch(
    one: Sequence[float] | npt.NDArray[np.float64], other: Sequence[float] | npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return the difference of two means, its standard error and its degrees of freedom.

    For samples of unlike variances (B. L. Welch, Biometrika 34, 1947, 28-35).
    """
    parts = [float(np.var(sample, ddof=1)) / len(sample) for sample in (one, other)]
    variance = sum(parts)
    mean = float(np.mean(other) - np.mean(one))
    if variance == 0:
        return mean, 0.0, float(len(one) + len(other) - 2)
    shares = zip(parts, (one, other))
    freedom = variance**2 / sum(part**2 / (len(sample) - 1) for part, sample in shares)
    return mean, math.sqrt(variance), freedom
