"""What the numbers of a record may be, from what they are called. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from bench.records.model import (
    Ceiling,
    CellParity,
    Conditions,
    Estimate,
    Fairness,
    Gpu,
    Identity,
    Interference,
    Machine,
    Memory,
    Parity,
    Probe,
    Profile,
    Record,
    Recovered,
    Summary,
    SyncProof,
    Trial,
    WorkloadInfo,
)
from bench.records.plan import Plan


@dataclass(frozen=True)
class Fault:
    """One thing in a record that makes no sense.

    Attributes
    ----------
    place : str
        Such as ``cells.3.trials.0.epoch_seconds.5``.
    finding : str
        What is there, and what belongs there; goes behind the place.
    """

    place: str
    finding: str

    def __str__(self) -> str:
        return f"{self.place} {self.finding}"


@dataclass(frozen=True)
class Range:
    """What a number may be."""

    least: float
    most: float
    words: str

    def holds(self, number: float) -> bool:
        """Tell whether a number is one of these; what is not a number at all is not."""
        return self.least <= number <= self.most


# More than anything that is counted, in bytes or operations of an epoch, say.
MOST = 10**18
# Thirty years.
MOST_SECONDS = 10**9
# Less than any clock tells, or any rate that is set.
LEAST_POSITIVE = 1e-12
LARGEST = math.nextafter(math.inf, 0.0)

COUNT = Range(0, MOST, "a number from 0 to 10^18")
FROM_ONE = Range(1, MOST, "a number from 1 to 10^18")
POSITIVE = Range(LEAST_POSITIVE, MOST, "a number from 10^-12 to 10^18")
SECONDS = Range(0, MOST_SECONDS, "a time from 0 to 10^9 seconds")
POSITIVE_SECONDS = Range(LEAST_POSITIVE, MOST_SECONDS, "a time from 10^-12 to 10^9 seconds")
SHARE = Range(0, 1, "a share from 0 to 1")
POSITIVE_SHARE = Range(LEAST_POSITIVE, 1, "a share from 10^-12 to 1")
# Of a model that diverges there is no telling how large they become.
NOT_NEGATIVE = Range(0, LARGEST, "a finite number from 0")
FINITE = Range(-LARGEST, LARGEST, "a finite number")
# Counters that others keep, and those of clock ticks, can fall.
CHANGE = Range(-MOST, MOST, "a number of no more than 10^18")
DIFFERENCE = Range(-MOST_SECONDS, MOST_SECONDS, "a time of no more than 10^9 seconds")

# What a number may be where it is not as its name says: times and counts from zero up.
RANGES: Mapping[type, Mapping[str, Range]] = {
    Record: {"blocks": FROM_ONE, "looks": FROM_ONE},
    Plan: {
        "threads": FROM_ONE,
        "batch_sizes": FROM_ONE,
        "blocks": FROM_ONE,
        "epochs": Range(2, MOST, "a number from 2 to 10^18"),
        "timeout_seconds": POSITIVE_SECONDS,
        "precision": SHARE,
        "max_time_seconds": POSITIVE_SECONDS,
        "target": POSITIVE_SHARE,
    },
    Machine: {"cores": FROM_ONE, "logical_cpus": FROM_ONE, "memory_bytes": FROM_ONE},
    Conditions: {
        "logical_cpus": FROM_ONE,
        "available_cpus": FROM_ONE,
        "cpu_quota": POSITIVE,
        "steal_share": SHARE,
        "gpu_busy_percent": Range(0, 100, "a number from 0 to 100"),
    },
    Ceiling: {
        "threads": FROM_ONE,
        "operations_per_second": POSITIVE,
        "bytes_per_second": POSITIVE,
    },
    WorkloadInfo: {
        "batch_size": FROM_ONE,
        "train_examples": FROM_ONE,
        "test_examples": FROM_ONE,
        "features": FROM_ONE,
        "outputs": FROM_ONE,
        "epochs": Range(2, MOST, "a number from 2 to 10^18"),
        "learning_rate": POSITIVE,
        "epoch_operations": FROM_ONE,
        "epoch_bytes": FROM_ONE,
        "reference_train_loss": NOT_NEGATIVE,
        "clipped_reference_train_loss": NOT_NEGATIVE,
        "target": NOT_NEGATIVE,
        "image_shape": FROM_ONE,
    },
    Recovered: {"weight": FINITE, "bias": FINITE},
    Identity: {"threads": FROM_ONE, "batch_size": FROM_ONE},
    Trial: {
        "import_seconds": POSITIVE_SECONDS,
        "setup_seconds": POSITIVE_SECONDS,
        "first_epoch_seconds": POSITIVE_SECONDS,
        "epoch_seconds": POSITIVE_SECONDS,
        "train_loss": FINITE,
        "test_accuracy": SHARE,
        "test_mean_squared_error": NOT_NEGATIVE,
    },
    Memory: {"imported_bytes": FROM_ONE, "baseline_bytes": FROM_ONE, "peak_bytes": FROM_ONE},
    Interference: {"foreign_cpu_seconds": DIFFERENCE, "steal_seconds": DIFFERENCE},
    Fairness: {
        "compilations": CHANGE,
        "recompilations": CHANGE,
        "graph_breaks": CHANGE,
    },
    Gpu: {"energy_window_seconds": POSITIVE_SECONDS},
    SyncProof: {"unfinished_seconds": DIFFERENCE, "tolerance_seconds": POSITIVE_SECONDS},
    Parity: {
        "max_abs_error": NOT_NEGATIVE,
        "first_step_error": NOT_NEGATIVE,
        "final_error": NOT_NEGATIVE,
        "loss_error": NOT_NEGATIVE,
    },
    CellParity: {"max_abs_error": NOT_NEGATIVE},
    Probe: {
        "epoch": FROM_ONE,
        "product_seconds": POSITIVE_SECONDS,
        "streaming_seconds": POSITIVE_SECONDS,
        "gathering_seconds": POSITIVE_SECONDS,
    },
    Profile: {"epochs": FROM_ONE, "whole_seconds": POSITIVE_SECONDS},
    # An interval of few trials that lie far apart reaches beyond everything.
    Estimate: {"median": POSITIVE_SECONDS, "low": NOT_NEGATIVE, "high": NOT_NEGATIVE},
    Summary: {
        "trials": FROM_ONE,
        "examples_per_second": NOT_NEGATIVE,
        "peak_memory_bytes": FROM_ONE,
        "cold_start_seconds": NOT_NEGATIVE,
        "train_loss": FINITE,
        "test_accuracy": SHARE,
        "test_mean_squared_error": NOT_NEGATIVE,
        "cpus_busy": NOT_NEGATIVE,
        "seconds_to_target": NOT_NEGATIVE,
        "seconds_to_target_from_cold": NOT_NEGATIVE,
        "times_ceiling": NOT_NEGATIVE,
        "times_floor": NOT_NEGATIVE,
    },
}


def number_faults(value: Any, place: str, allowed: Range = COUNT) -> Iterator[Fault]:
    """Yield the numbers in a value of a record that cannot be meant.

    Parameters
    ----------
    allowed : Range
        For the value itself, if it is a number or has numbers next to each other.
    """
    if isinstance(value, tuple):
        # There are thousands of numbers next to each other, and next to none is at fault.
        if not _all_hold(value, allowed):
            for index, entry in enumerate(value):
                yield from number_faults(entry, below(place, index), allowed)
    elif is_dataclass(value) and not isinstance(value, type):
        for name, range_ in _ranges(type(value)):
            yield from number_faults(getattr(value, name), below(place, name), range_)
    elif isinstance(value, (int, float)) and not allowed.holds(value):
        yield Fault(place, f"is {_shown(value)}, where {allowed.words} belongs")


def _all_hold(values: tuple[Any, ...], allowed: Range) -> bool:
    """Tell whether these are numbers that can be meant, or null, or nothing."""
    if values and not isinstance(values[0], (int, float, type(None))):
        return False
    return all(one is None or allowed.least <= one <= allowed.most for one in values)


@cache
def _ranges(kind: type) -> tuple[tuple[str, Range], ...]:
    """Return the fields of a class with what their numbers may be."""
    own = RANGES.get(kind, {})
    return tuple(
        (
            field.name,
            own.get(field.name, SECONDS if field.name.endswith("_seconds") else COUNT),
        )
        for field in fields(kind)
    )


def below(place: str, name: str | int) -> str:
    """Return the place of what stands below a place."""
    return f"{place}.{name}" if place else str(name)


# An integer has no bound, and none of so many digits can be printed.
_MOST_PRINTED = 10**30


def _shown(number: float) -> str:
    if isinstance(number, int) and abs(number) > _MOST_PRINTED:
        return "a number with more than 30 digits"
    return repr(number)
