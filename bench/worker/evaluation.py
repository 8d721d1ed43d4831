"""The one evaluator: scores every implementation from its predictions, outside the clock."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def accuracy(predicted: NDArray[Any], labels: NDArray[np.int64]) -> float:
    """Return the share of equal class indices.

    Raises
    ------
    ValueError
        If the predictions are not one class index for each label.
    """
    if predicted.shape != labels.shape:
        raise ValueError(f"predict() returned shape {predicted.shape}, expected {labels.shape}")
    return float(np.mean(predicted == labels))


def mean_squared_error(predicted: NDArray[Any], values: NDArray[np.float32]) -> float:
    """Return the mean of (predicted - value)^2, computed in float64.

    Raises
    ------
    ValueError
        If the predictions do not have the shape of the values.
    """
    if predicted.shape != values.shape:
        raise ValueError(f"predict() returned shape {predicted.shape}, expected {values.shape}")
    return float(np.mean((predicted.astype(np.float64) - values) ** 2))
