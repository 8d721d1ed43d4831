"""From trials to a cell's figures; the trial, not the epoch, is the sampling unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from bench.analysis.target import median_to_target
from bench.records.model import Estimate, Summary, Trial, WorkloadInfo

CONFIDENCE = 0.95
RESAMPLES = 10_000
BOOTSTRAP_SEED = 0


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
    """Return the median with its 95 % bootstrap percentile interval.

    Resamples the observations with replacement (Efron & Tibshirani, An Introduction to the
    Bootstrap, 1993, section 13.3); seeded, so that the same observations always give the same
    interval. A single observation has no interval but itself.
    """
    median = float(np.median(observations))
    if len(observations) == 1:
        return Estimate(median, median, median)
    interval = stats.bootstrap(
        (np.asarray(observations),),
        np.median,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(BOOTSTRAP_SEED),
    ).confidence_interval
    # Averages of equal numbers can differ from them in the last digit.
    low, high = min(float(interval.low), median), max(float(interval.high), median)
    return Estimate(median, low, high)


def relative_half_width(estimate: Estimate) -> float:
    """Return half the width of an interval as a share of its median."""
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
        cpus_busy=float(np.median([cpus_busy(trial) for trial in trials])),
        seconds_to_target=seconds_to_target,
        seconds_to_target_from_cold=seconds_to_target_from_cold,
    )


def cpus_busy(trial: Trial) -> float:
    """Return how many CPUs a trial kept busy: CPU seconds over wall seconds of what counts."""
    counted = counted_epochs(trial)
    wall_seconds = sum(trial.epoch_seconds[number] for number in counted)
    return sum(trial.cpu_seconds[number] for number in counted) / wall_seconds


def cold_start_seconds(trial: Trial) -> float:
    """Return the seconds from importing the framework to the end of the first epoch."""
    return trial.import_seconds + trial.setup_seconds + trial.first_epoch_seconds


def median_of_last(series: Sequence[Sequence[float | None]]) -> float | None:
    """Return the median of the last entries; None where there are none or one is unknown."""
    last = [one[-1] for one in series if one]
    known = [value for value in last if value is not None]
    return float(np.median(known)) if known and len(known) == len(last) else None
