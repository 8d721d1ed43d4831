"""What a worker left, read as files are to be that anything may have written."""

from __future__ import annotations

import functools
import io
import math
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from bench.engines.conversation import Garbled
from bench.records.ranges import number_faults
from bench.worker import problem_files
from bench.worker.assignment import MODEL_FILE, OUTCOME_FILE, Assignment, Measurements, Outcome
from implementations.contract import Parameters

MIB = 2**20
# An epoch of an outcome takes some 300 bytes.
BYTES_OF_AN_EPOCH = 1_024
# Numbers of no more bytes than these, and what NumPy's format adds to an array.
BYTES_OF_A_NUMBER = 16
BYTES_OF_A_HEADER = 16_384
# Every whole number up to here is exact in JSON, whoever reads it.
LARGEST_NUMBER = 2**53
LONGEST_TEXT = 4_096
NUMBERS = "iuf"
SHA256 = re.compile(r"[0-9a-f]{64}")
# May be anything in a training that diverges.
MAY_DIVERGE = ("train_loss", "test_mean_squared_error")
# Differences of counters that others keep, and of clock ticks.
MAY_BE_NEGATIVE = (
    "foreign_cpu_seconds",
    "steal_seconds",
    "compilations",
    "recompilations",
    "graph_breaks",
    *MAY_DIVERGE,
)


@functools.cache
def _adapter() -> TypeAdapter[Outcome]:
    """Return what reads outcomes; only runs take the time to make it."""
    return TypeAdapter(Outcome)


@dataclass(frozen=True)
class Expected:
    """What a trial's problem says about the shape of its results."""

    epochs: int
    features: int
    outputs: int
    test_examples: int
    is_classification: bool
    foreign: frozenset[str]

    @staticmethod
    def of(assignment: Assignment) -> Expected:
        """Return what is expected of an assigned trial; to be read before it begins."""
        files = problem_files.read(Path(assignment.data_folder), Path(assignment.problem_folder))
        features, outputs = files.problem.initial.weight.shape
        return Expected(
            len(files.orders),
            features,
            outputs,
            len(files.test_features),
            files.model == "SoftmaxRegression",
            frozenset(assignment.foreign),
        )


@dataclass(frozen=True)
class Model:
    """What a trial's model was and became.

    Attributes
    ----------
    predicted : ndarray
        The classes (n_test,), or the values (n_test, 1), of the test examples at the end.
    """

    first_step: Parameters
    final: Parameters
    predicted: NDArray[Any]


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return what a file holds that a worker wrote.

    Raises
    ------
    FileNotFoundError
    Garbled
        If it is no plain file, or a larger one.
    """
    # A pipe that nobody writes to is not waited for, and a link is not followed.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Garbled(f"left {path.name} as what cannot be read: {error.strerror}") from None
    with io.FileIO(descriptor) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Garbled(f"left {path.name} as what is no plain file")
        content = bytearray()
        while len(content) <= most_bytes and (part := file.read(MIB)):
            content += part
    if len(content) > most_bytes:
        raise Garbled(f"left {path.name} with more than the {most_bytes:,} bytes that it may have")
    return bytes(content)


def read_outcome(folder: Path, epochs: int) -> Outcome | None:
    """Return the outcome that a worker left; None if there is none.

    Raises
    ------
    Garbled
        If it is not one, or not one that makes sense.
    """
    try:
        content = read_file(folder / OUTCOME_FILE, MIB + epochs * BYTES_OF_AN_EPOCH)
    except FileNotFoundError:
        return None
    try:
        outcome = _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise Garbled(f"left {OUTCOME_FILE} without an outcome: {place}: {first['msg']}") from None
    wrong = next(_senseless(outcome, ""), None)
    if wrong is not None:
        raise Garbled(f"left an outcome that makes no sense: {wrong}")
    # Of measurements this is asked when they have become a trial.
    for name in ("profile", "ceiling"):
        fault = next(number_faults(getattr(outcome, name), name), None)
        if fault is not None:
            raise Garbled(f"left an outcome that makes no sense: {fault}")
    return outcome


def _senseless(value: Any, name: str) -> Iterator[str]:
    """Yield what no outcome can hold, wherever it stands."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _senseless(getattr(value, field.name), field.name)
    elif isinstance(value, tuple):
        for one in value:
            yield from _senseless(one, name)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _senseless(key, name)
            yield from _senseless(one, name)
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            yield f"{name} is a text of {len(value):,} characters"
    elif isinstance(value, float) and not math.isfinite(value):
        if name not in MAY_DIVERGE:
            yield f"{name} is {value}"
    elif isinstance(value, (int, float)):
        if abs(value) > LARGEST_NUMBER and name not in MAY_DIVERGE:
            yield f"{name} is {value:.3g}"
        elif value < 0 and name not in MAY_BE_NEGATIVE:
            yield f"{name} is below zero"


def check_measurements(found: Measurements, expected: Expected, seconds: float) -> None:
    """Raise Garbled if measurements cannot be those of the expected trial.

    Parameters
    ----------
    seconds : float
        How long the worker was there, which no sum of its times exceeds.
    """
    wrong = next(_wrong_with(found, expected, seconds), None)
    if wrong is not None:
        raise Garbled(f"left an outcome that makes no sense: {wrong}")


def _wrong_with(found: Measurements, expected: Expected, seconds: float) -> Iterator[str]:
    """Yield what measurements of the expected trial cannot be."""
    classified = expected.epochs if expected.is_classification else 0
    lengths = {
        "epoch_seconds": expected.epochs,
        "cpu_seconds": expected.epochs,
        "train_loss": expected.epochs,
        "evidence": expected.epochs,
        "unfinished_seconds": expected.epochs,
        "test_accuracy": classified,
        "test_mean_squared_error": expected.epochs - classified,
    }
    for name, length in lengths.items():
        entries = len(getattr(found, name))
        if entries != length:
            yield f"{name} has {entries:,} entries for {expected.epochs:,} epochs"
    if not all(second > 0 for second in found.epoch_seconds):
        yield "epoch_seconds has an epoch that took no time"
    told = found.import_seconds + found.setup_seconds + sum(found.epoch_seconds)
    if told > seconds:
        yield f"its times add up to {told:.3g} s, and it was there for {seconds:.3g} s"
    if any(error < 0 for error in found.test_mean_squared_error):
        yield "test_mean_squared_error is below zero"
    if any(accuracy > 1 for accuracy in found.test_accuracy):
        yield "test_accuracy is above one"
    for name in ("initial_sha256", "order_sha256"):
        if not SHA256.fullmatch(getattr(found, name)):
            yield f"{name} is no SHA-256"
    if not expected.foreign.issuperset(found.foreign_modules):
        yield "foreign_modules has others than those that were asked for"


def read_model(folder: Path, expected: Expected) -> Model:
    """Return the model that a worker left.

    Raises
    ------
    Garbled
        If there is none, or another than was to be trained.
    """
    weight, bias = (expected.features, expected.outputs), (expected.outputs,)
    classes = (expected.test_examples,)
    shapes = {
        "first_weight": weight,
        "first_bias": bias,
        "final_weight": weight,
        "final_bias": bias,
        "predicted": classes if expected.is_classification else (*classes, expected.outputs),
    }
    most = sum(math.prod(one) * BYTES_OF_A_NUMBER + BYTES_OF_A_HEADER for one in shapes.values())
    try:
        content = read_file(folder / MODEL_FILE, most)
    except FileNotFoundError:
        raise Garbled(f"left no {MODEL_FILE}") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            arrays = {name: _array(archive, name, shape) for name, shape in shapes.items()}
    except Garbled:
        raise
    # Whatever a damaged archive makes its reader raise.
    except Exception as error:
        raise Garbled(f"left {MODEL_FILE} as what cannot be read: {error}") from None
    if expected.is_classification:
        _require_classes(arrays["predicted"], expected.outputs)
    return Model(
        Parameters(arrays["first_weight"], arrays["first_bias"]),
        Parameters(arrays["final_weight"], arrays["final_bias"]),
        arrays["predicted"],
    )


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array of an archive; what it says of itself is read before its numbers are."""
    member = archive.getinfo(f"{name}.npy")
    # As NumPy stores them: what is not compressed does not grow when it is read.
    if member.compress_type != zipfile.ZIP_STORED:
        raise Garbled(f"left {MODEL_FILE} compressed")
    file = io.BytesIO(archive.read(member))
    if np.lib.format.read_magic(file) != (1, 0):
        raise Garbled(f"left {MODEL_FILE} in another format")
    found, by_column, kind = np.lib.format.read_array_header_1_0(file)
    if kind.kind not in NUMBERS:
        raise Garbled(f"left {name} as {kind}, which are no real numbers")
    if found != shape:
        raise Garbled(f"left {name} of shape {found}, not {shape}")
    numbers = np.frombuffer(file.read(), kind)
    return numbers.reshape(shape, order="F" if by_column else "C")


def _require_classes(predicted: NDArray[Any], classes: int) -> None:
    """Raise Garbled if predictions are not numbers of classes."""
    if not np.isin(predicted, np.arange(classes)).all():
        raise Garbled(f"predicted what is no class from 0 to {classes - 1}")
