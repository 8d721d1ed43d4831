"""What a trial leaves behind as proof: digests of its input, and what its epochs left undone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implementations.contract import Parameters


def parameters_sha256(parameters: Parameters) -> str:
    """Return the SHA-256 of weight and bias as float32 in row-major order."""
    digest = hashlib.sha256()
    for array in (parameters.weight, parameters.bias):
        digest.update(np.ascontiguousarray(array, np.float32).tobytes())
    return digest.hexdigest()


class OrderDigest:
    """SHA-256 of the index arrays of one epoch after the other."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def update(self, order: NDArray[np.int64]) -> None:
        """Add an epoch."""
        self._digest.update(np.ascontiguousarray(order, np.int64).tobytes())

    def hexdigest(self) -> str:
        """Return the digest of the epochs so far."""
        return self._digest.hexdigest()


def unfinished_seconds(read_parameters: Callable[[], Any]) -> float:
    """Return for how long an epoch's work went on after its clock had stopped.

    Reading the parameters waits for the work that they depend on. What a second reading takes is
    the cost of reading, so the first one's excess is the work that was left.
    """
    start = time.perf_counter()
    read_parameters()
    middle = time.perf_counter()
    read_parameters()
    end = time.perf_counter()
    return max(0.0, (middle - start) - (end - middle))
