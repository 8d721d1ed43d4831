"""How short could an epoch be at best? The counts that bound it, and the machine's ceiling.

The roofline model: work that needs a number of operations and a number of bytes from memory takes
at least as long as the slower of the two, since they can overlap (Williams, Waterman & Patterson,
"Roofline", Communications of the ACM 52(4), 2009, pp. 65-76). Both counts are lower bounds, so that
an epoch's distance from the ceiling is never overstated:

- Operations are those of the two matrix products of each step, forward and for the weights'
  gradient. Bias, softmax, loss and update are left out: they take some 10 to 20 operations for each
  output of an example and 2 for each weight and batch, against 4 for each weight and example, and
  how many exactly is for an implementation to choose. Nobody needs a gradient of the features.
- Bytes are those of the training data and of the order, as the harness hands them over, each once:
  a batch may stay in the cache between its forward and its backward pass, and so may parameters.

Data that fit into a cache as a whole, such as those of `linear` and `blobs`, need not come from
memory after the first epoch; for them only the operations are a bound in the strict sense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.records.model import Ceiling

FLOAT_BYTES = 4
# Class indices and the order of examples are int64.
INDEX_BYTES = 8


@dataclass(frozen=True)
class Sizes:
    """What the counts depend on."""

    task: Literal["classification", "regression"]
    examples: int
    features: int
    outputs: int


def epoch_operations(sizes: Sizes) -> int:
    """Return the floating-point operations that an epoch cannot do without.

    ``4 n d k`` for n examples, d features and k outputs: forward and for the weights' gradient a
    multiplication and an addition each for every example, feature and output.
    """
    return 4 * sizes.examples * sizes.features * sizes.outputs


def epoch_bytes(sizes: Sizes) -> int:
    """Return the bytes that an epoch cannot do without reading.

    ``n (4 d + t + 8)`` for n examples with d features: a target has t = 8 bytes if it is a class,
    4 for each output if it is a value; 8 bytes say which example comes next.
    """
    values = FLOAT_BYTES * sizes.outputs
    target_bytes = INDEX_BYTES if sizes.task == "classification" else values
    return sizes.examples * (FLOAT_BYTES * sizes.features + target_bytes + INDEX_BYTES)


def shortest_epoch_seconds(operations: int, bytes_: int, ceiling: Ceiling) -> float:
    """Return the least time in which a machine with this ceiling could do an epoch.

    ``max(operations / rate, bytes / bandwidth)``.
    """
    return max(operations / ceiling.operations_per_second, bytes_ / ceiling.bytes_per_second)


def times_ceiling(epoch_seconds: float, operations: int, bytes_: int, ceiling: Ceiling) -> float:
    """Return an epoch over the shortest that the ceiling allows; 1 cannot be beaten."""
    return epoch_seconds / shortest_epoch_seconds(operations, bytes_, ceiling)
