"""The files that carry a problem from the harness to the workers, memory-mapped there.

A data folder holds the four arrays of a data set; a problem folder holds the initial parameters
and the order of examples of every epoch. Many problems share one data folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from implementations.contract import Model, Parameters, Problem

DATA_ARRAYS = ("train_features", "train_targets", "test_features", "test_targets")
DESCRIPTION = "problem.json"


@dataclass(frozen=True)
class Description:
    """What the arrays do not say."""

    model: Model
    learning_rate: float
    batch_size: int


@dataclass(frozen=True)
class ProblemFiles:
    """A problem as the worker sees it.

    Attributes
    ----------
    problem : Problem
        Its arrays are read-only memory maps.
    orders : int64 ndarray of shape (epochs, n_train)
    test_features, test_targets : ndarray
    """

    model: Model
    problem: Problem
    orders: NDArray[np.int64]
    test_features: NDArray[np.float32]
    test_targets: NDArray[Any]


def write_data(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the four arrays of a data set."""
    for name in DATA_ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name])


class EpochOrders(Protocol):
    """One permutation of the examples for each epoch; an array, or what draws them one by one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Epochs and examples."""

    def __iter__(self) -> Iterator[NDArray[np.int64]]: ...


def write_problem(
    folder: Path, description: Description, initial: Parameters, orders: EpochOrders
) -> None:
    """Write what a problem adds to its data; of the orders, one is in memory at a time."""
    np.save(folder / "initial_weight.npy", initial.weight)
    np.save(folder / "initial_bias.npy", initial.bias)
    header = {
        "descr": np.lib.format.dtype_to_descr(np.dtype(np.int64)),
        "fortran_order": False,
        "shape": orders.shape,
    }
    with (folder / "orders.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for order in orders:
            file.write(np.ascontiguousarray(order, np.int64).data)
    (folder / DESCRIPTION).write_text(json.dumps(asdict(description)))


def read(data_folder: Path, problem_folder: Path) -> ProblemFiles:
    """Map a problem's files into memory."""
    description = Description(**json.loads((problem_folder / DESCRIPTION).read_text()))
    arrays = {name: np.load(data_folder / f"{name}.npy", mmap_mode="r") for name in DATA_ARRAYS}
    initial = Parameters(
        np.load(problem_folder / "initial_weight.npy"), np.load(problem_folder / "initial_bias.npy")
    )
    return ProblemFiles(
        model=description.model,
        problem=Problem(
            features=arrays["train_features"],
            targets=arrays["train_targets"],
            initial=initial,
            learning_rate=description.learning_rate,
            batch_size=description.batch_size,
        ),
        orders=np.load(problem_folder / "orders.npy", mmap_mode="r"),
        test_features=arrays["test_features"],
        test_targets=arrays["test_targets"],
    )
