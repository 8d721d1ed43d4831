"""From a workload to files: draw parameters and orders, run the reference once, keep all of it."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench import folders
from bench.analysis.parity import Distances
from bench.worker import problem_files, proofs
from bench.workloads import reference, rounding
from bench.workloads.reference import REFERENCE_VERSION, Reference
from bench.workloads.rounding import Rounding
from bench.workloads.workload import DataError, Dataset, Workload
from implementations.contract import Parameters

INITIAL_STANDARD_DEVIATION = 0.01
ROUNDING_FILE = "rounding.json"
# What a problem takes besides its largest array, and what should be left for everybody else.
BESIDES_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Training:
    """What a run chooses about a workload."""

    epochs: int
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Orders:
    """The order of examples of every epoch, drawn one after another whenever they are asked for.

    Attributes
    ----------
    state : object
        Of the generator before the first, as NumPy gives it.
    shape : tuple of int
        Epochs and examples.
    """

    state: Any
    shape: tuple[int, int]

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        bits = np.random.PCG64()
        bits.state = self.state
        generator = np.random.Generator(bits)
        epochs, examples = self.shape
        for _ in range(epochs):
            yield generator.permutation(examples).astype(np.int64, copy=False)

    @property
    def nbytes(self) -> int:
        """What they take on disk."""
        return math.prod(self.shape) * np.dtype(np.int64).itemsize


@dataclass(frozen=True)
class PreparedProblem:
    """A problem on disk, with the answer that implementations must reach.

    Attributes
    ----------
    checksum : str
        SHA-256 of the data, the initial parameters and the orders.
    initial_sha256, order_sha256 : str
        What every trial's own digests must be.
    rounding : Rounding
        How far rounding alone moves a training from the reference.
    test_labels, predicted : int64 ndarray of shape (n_test,)
        The true classes of the test examples, and those that the reference predicts; without
        meaning for regression.
    reference_quality : float
        The reference's accuracy on the test examples after the last epoch; for regression its mean
        squared error.
    """

    workload: Workload
    training: Training
    data_folder: Path
    problem_folder: Path
    reference: Reference
    rounding: Rounding
    checksum: str
    initial_sha256: str
    order_sha256: str
    test_labels: NDArray[Any]
    predicted: NDArray[np.int64]
    reference_quality: float


def _digest(*arrays: NDArray[Any] | Orders) -> str:
    """Return the SHA-256 of arrays with their types and shapes; orders count as one array."""
    digest = hashlib.sha256()
    for array in arrays:
        dtype = np.dtype(np.int64) if isinstance(array, Orders) else array.dtype
        digest.update(f"{dtype.str}{array.shape}".encode())
        for part in array if isinstance(array, Orders) else (array,):
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def dataset_checksum(dataset: Dataset) -> str:
    """Return the SHA-256 of a data set's four arrays, with their types and shapes."""
    return _digest(*(getattr(dataset, name) for name in problem_files.DATA_ARRAYS))


def _once(folder: Path, size_bytes: int, write: Callable[[Path], None]) -> None:
    """Write a folder unless it is there.

    Raises
    ------
    DataError
        If it cannot be written, or the disk has no room for so many bytes: before they are taken.
    """
    try:
        if folder.is_dir():
            return
        folders.make(folder.parent)
        free = shutil.disk_usage(folder.parent).free
        if size_bytes + BESIDES_BYTES > free:
            raise DataError(
                f"{folder.name} takes {_mebibytes(size_bytes)} of disk, and {folder.parent} has "
                f"{_mebibytes(free)} left. Name fewer epochs, make room, or name another folder "
                "with --home."
            )
        with folders.whole_or_absent(folder) as partial:
            write(partial)
    except OSError as error:
        raise DataError(
            f"{folder.parent} cannot be written: {error.strerror}. Name another folder with --home."
        ) from error


def _mebibytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:,.0f} MiB"


def draw(
    workload: Workload, training: Training, features: int, examples: int
) -> tuple[Parameters, Orders]:
    """Return initial parameters and one permutation of the examples for each epoch.

    The weight is normal with mean 0 and standard deviation 0.01, the bias 0.
    """
    generator = np.random.Generator(np.random.PCG64(training.seed))
    weight = generator.normal(0, INITIAL_STANDARD_DEVIATION, (features, workload.outputs))
    bias = np.zeros(workload.outputs, np.float32)
    orders = Orders(generator.bit_generator.state, (training.epochs, examples))
    return Parameters(weight.astype(np.float32), bias), orders


def prepare(
    workload: Workload, dataset: Dataset, training: Training, folder: Path
) -> PreparedProblem:
    """Write a problem and its reference under `folder`, or find them there from an earlier run.

    Raises
    ------
    DataError
        If there is no room for them, or the folder cannot be written.
    """
    examples, features = dataset.train_features.shape
    initial, orders = draw(workload, training, features, examples)
    data_checksum = dataset_checksum(dataset)
    data_folder = folder / f"{workload.name}-data-{data_checksum[:16]}"
    arrays = {name: getattr(dataset, name) for name in problem_files.DATA_ARRAYS}
    size_bytes = sum(array.nbytes for array in arrays.values())
    _once(data_folder, size_bytes, lambda partial: problem_files.write_data(partial, arrays))

    description = problem_files.Description(
        workload.model, workload.learning_rate, training.batch_size
    )
    numbers = np.array([workload.learning_rate, training.batch_size])
    checksum = hashlib.sha256(
        (data_checksum + _digest(initial.weight, initial.bias, orders, numbers)).encode()
    ).hexdigest()
    name = f"{workload.name}-problem-{checksum[:16]}-{workload.model}-{REFERENCE_VERSION}"
    problem_folder = folder / name

    def write(partial: Path) -> None:
        problem_files.write_problem(partial, description, initial, orders)
        _write_answers(partial, problem_files.read(data_folder, partial))

    _once(problem_folder, orders.nbytes, write)
    order_digest = proofs.OrderDigest()
    for order in orders:
        order_digest.update(order)
    answer, predicted = _read_reference(problem_folder)
    return PreparedProblem(
        workload=workload,
        training=training,
        data_folder=data_folder,
        problem_folder=problem_folder,
        reference=answer,
        rounding=_read_rounding(problem_folder),
        checksum=checksum,
        initial_sha256=proofs.parameters_sha256(initial),
        order_sha256=order_digest.hexdigest(),
        test_labels=dataset.test_targets,
        predicted=predicted,
        reference_quality=_quality(answer, dataset, predicted, workload),
    )


def _write_answers(folder: Path, files: problem_files.ProblemFiles) -> None:
    """Train in float64, and in float32 to see what rounding does."""
    # The products are too small to gain by threads, and must not depend on how many there are.
    with threadpool_limits(1):
        answer = reference.train(files.model, files.problem, files.orders)
        predicted = reference.predict(answer.final, files.test_features)
        effects = rounding.measure(files.model, files.problem, files.orders, answer)
    _write_reference(folder, answer, predicted)
    _write_rounding(folder, effects)


def _quality(
    answer: Reference, dataset: Dataset, predicted: NDArray[np.int64], workload: Workload
) -> float:
    if workload.task == "classification":
        return float(np.mean(predicted == dataset.test_targets))
    return reference.mean_squared_error(answer.final, dataset.test_features, dataset.test_targets)


def _write_reference(folder: Path, answer: Reference, predicted: NDArray[np.int64]) -> None:
    np.savez(
        folder / "reference.npz",
        train_loss=answer.train_loss,
        clipped_train_loss=answer.clipped_train_loss,
        first_weight=answer.first_step.weight,
        first_bias=answer.first_step.bias,
        final_weight=answer.final.weight,
        final_bias=answer.final.bias,
        predicted=predicted,
    )


def _read_reference(folder: Path) -> tuple[Reference, NDArray[np.int64]]:
    with np.load(folder / "reference.npz") as arrays:
        answer = Reference(
            arrays["train_loss"],
            arrays["clipped_train_loss"],
            Parameters(arrays["first_weight"], arrays["first_bias"]),
            Parameters(arrays["final_weight"], arrays["final_bias"]),
        )
        return answer, arrays["predicted"]


def _write_rounding(folder: Path, found: Rounding) -> None:
    (folder / ROUNDING_FILE).write_text(json.dumps(asdict(found)))


def _read_rounding(folder: Path) -> Rounding:
    entries = json.loads((folder / ROUNDING_FILE).read_text())
    return Rounding(**{name: Distances(**distances) for name, distances in entries.items()})
