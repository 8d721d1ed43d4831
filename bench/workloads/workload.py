"""The words of this folder: a data set, and a workload that trains on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from implementations.contract import Model, Parameters

Task = Literal["classification", "regression"]


class DataError(Exception):
    """The data cannot be had, or are not what they should be; the message says what to do."""


class DataUnreachable(DataError):
    """The data are neither on this machine nor downloadable; what ``auto`` falls back from."""


@dataclass(frozen=True)
class Dataset:
    """Training and test examples.

    Attributes
    ----------
    train_features, test_features : float32 ndarray of shape (n, d)
    train_targets, test_targets : ndarray
        int64 class indices (n,), or float32 values (n, 1).
    source : str
        Where the data came from, for people.
    true_parameters : Parameters, optional
        What generated the data, where there is such a thing.
    """

    train_features: NDArray[np.float32]
    train_targets: NDArray[Any]
    test_features: NDArray[np.float32]
    test_targets: NDArray[Any]
    source: str
    true_parameters: Parameters | None = None


@dataclass(frozen=True)
class Workload:
    """A model with its data and hyperparameters.

    Attributes
    ----------
    load : callable
        Given the folder that the user named for data files (or None), returns the data set;
        raises DataError.
    epochs, quick_epochs : int
        Passes over the training examples in an ordinary and in a quick run.
    classes : tuple of str
        What the classes are called, in the order of their numbers; empty where they have no names.
    images : callable, optional
        Given the same as `load`, returns the test examples as images, a uint8 ndarray of shape
        (n, height, width), without downloading anything; raises DataError.
    image_shape : tuple of int, optional
        Height and width, where an example is an image.
    """

    name: str
    title: str
    model: Model
    train_examples: int
    outputs: int
    batch_size: int
    learning_rate: float
    epochs: int
    quick_epochs: int
    load: Callable[[Path | None], Dataset]
    classes: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    images: Callable[[Path | None], NDArray[np.uint8]] | None = None

    @property
    def task(self) -> Task:
        return "classification" if self.model == "SoftmaxRegression" else "regression"
