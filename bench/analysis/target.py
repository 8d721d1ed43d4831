"""Time to accuracy: how long a cell trains until it has learned enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.records.model import Trial, WorkloadInfo


def goal(info: WorkloadInfo, share: float, reference_quality: float) -> float:
    """Return the test accuracy, or mean squared error, at which a cell has learned enough.

    Parameters
    ----------
    share : float
        Of the reference's final accuracy; of its final error over the cell's, where the smaller is
        the better.
    reference_quality : float
        Accuracy, or mean squared error, of the float64 reference after its last epoch.
    """
    if info.task == "regression":
        return reference_quality / share
    return share * reference_quality


def epochs_to_target(trial: Trial, info: WorkloadInfo) -> int | None:
    """Return after how many epochs a trial first reached the target; None if it never did."""
    if info.target is None:
        return None
    if info.task == "regression":
        errors = trial.test_mean_squared_error
        reached = [error is not None and error <= info.target for error in errors]
    else:
        reached = [accuracy >= info.target for accuracy in trial.test_accuracy]
    return reached.index(True) + 1 if True in reached else None


def seconds_to_target(trial: Trial, info: WorkloadInfo) -> float | None:
    """Return the seconds of training until the target, first epoch included; evaluation is not."""
    epochs = epochs_to_target(trial, info)
    if epochs is None:
        return None
    return trial.first_epoch_seconds + sum(trial.epoch_seconds[: epochs - 1])


def median_to_target(
    trials: Sequence[Trial], info: WorkloadInfo
) -> tuple[float | None, float | None]:
    """Return the median over trials of the seconds to the target, without and with cold start.

    Cold start is import and set-up; the first epoch, which compiles, is in both. None where a
    trial never reached the target.
    """
    seconds = [seconds_to_target(trial, info) for trial in trials]
    known = [value for value in seconds if value is not None]
    if not known or len(known) < len(seconds):
        return None, None
    starts = [trial.import_seconds + trial.setup_seconds for trial in trials]
    return float(np.median(known)), float(np.median(np.add(known, starts)))
