"""How long a run will take, before and while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.records.model import Identity, Slot

# Seconds from process start to the first epoch, checks included, and seconds a step (256 rows of
# 784 features), measured on a 2-core machine. They only need the right order of magnitude.
ROUGH_START_SECONDS = {"numpy": 1.5, "tensorflow": 8.0, "torch": 5.0}
# Operation by operation; compiled steps differ less.
ROUGH_EAGER_STEP_SECONDS = {"jax": 5e-3, "tensorflow": 3e-3, "mlx": 2e-3, "paddle": 1e-3}
# What compiling adds to the start.
ROUGH_COMPILE_SECONDS = {"torch": 14.0}
OTHER_COMPILE_SECONDS = 1.0
# The kernels of a loader's workers take turns with those of training.
LOADER_WORKERS_FACTOR = 4.0
# A profile times nine cut epochs of half the length, nine times each and two to warm up.
PROFILE_EPOCHS = 50
# However short the epochs are.
LEAST_PROFILE_SECONDS = 5.0
# A profile compiles what it times.
PROFILE_COMPILATIONS = 2
OTHER_START_SECONDS = 3.0
OTHER_STEP_SECONDS = 4e-4


@dataclass(frozen=True)
class Length:
    """How much one trial of a workload trains."""

    epochs: int
    examples: int


def rough_trial_seconds(identity: Identity, length: Length) -> float:
    """Return a guess for a trial that was never run here."""
    start = _start_seconds(identity) + _compile_seconds(identity)
    return start + length.epochs * _epoch_seconds(identity, length)


def rough_profile_seconds(identity: Identity, length: Length) -> float:
    """Return a guess for how long finding out takes where a cell's epoch goes."""
    start = _start_seconds(identity) + PROFILE_COMPILATIONS * _compile_seconds(identity)
    return start + max(LEAST_PROFILE_SECONDS, PROFILE_EPOCHS * _epoch_seconds(identity, length))


def _start_seconds(identity: Identity) -> float:
    return ROUGH_START_SECONDS.get(identity.framework, OTHER_START_SECONDS)


def _compile_seconds(identity: Identity) -> float:
    if identity.execution == "eager":
        return 0.0
    return ROUGH_COMPILE_SECONDS.get(identity.framework, OTHER_COMPILE_SECONDS)


def _epoch_seconds(identity: Identity, length: Length) -> float:
    step = OTHER_STEP_SECONDS
    if identity.execution == "eager":
        step = ROUGH_EAGER_STEP_SECONDS.get(identity.framework, step)
    factor = LOADER_WORKERS_FACTOR if identity.loader_workers else 1.0
    return -(-length.examples // identity.batch_size) * step * factor


def rough_seconds(
    trained: Sequence[Identity],
    profiled: Sequence[Identity],
    lengths: Mapping[str, Length],
    blocks: int,
) -> float:
    """Return a guess for a whole run.

    Parameters
    ----------
    trained, profiled : sequence of Identity
        The cells that are trained in every block, and those that are profiled at the end.
    lengths : mapping of workload name to Length
    """
    trials = sum(rough_trial_seconds(one, lengths[one.workload]) for one in trained)
    profiles = sum(rough_profile_seconds(one, lengths[one.workload]) for one in profiled)
    return blocks * trials + profiles


def seconds_left(
    remaining: Sequence[Slot], seconds_of_cell: Mapping[int, float], rough: Mapping[int, float]
) -> float:
    """Return the time that the remaining slots will take.

    Parameters
    ----------
    seconds_of_cell : mapping of cell index to seconds
        What the latest trial of a cell took.
    rough : mapping of cell index to seconds
        A guess for every cell; used, scaled by how wrong it was so far, where none was run.
    """
    guessed = sum(rough[cell] for cell in seconds_of_cell)
    scale = sum(seconds_of_cell.values()) / guessed if guessed else 1.0
    return sum(seconds_of_cell.get(slot.cell, scale * rough[slot.cell]) for slot in remaining)
