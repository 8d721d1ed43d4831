"""How long a run will take, before and while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.plan.matrix import PlannedCell
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
OTHER_START_SECONDS = 3.0
OTHER_STEP_SECONDS = 4e-4


@dataclass(frozen=True)
class Length:
    """How much one trial of a workload trains."""

    epochs: int
    examples: int


def rough_trial_seconds(identity: Identity, length: Length) -> float:
    """Return a guess for a trial that was never run here."""
    steps = length.epochs * -(-length.examples // identity.batch_size)
    start = ROUGH_START_SECONDS.get(identity.framework, OTHER_START_SECONDS)
    if identity.execution == "eager":
        step = ROUGH_EAGER_STEP_SECONDS.get(identity.framework, OTHER_STEP_SECONDS)
    else:
        start += ROUGH_COMPILE_SECONDS.get(identity.framework, OTHER_COMPILE_SECONDS)
        step = OTHER_STEP_SECONDS
    return start + steps * step * (LOADER_WORKERS_FACTOR if identity.loader_workers else 1.0)


def rough_seconds(
    cells: Sequence[PlannedCell], lengths: Mapping[str, Length], blocks: int
) -> float:
    """Return a guess for a whole run.

    Parameters
    ----------
    lengths : mapping of workload name to Length
    """
    identities = [cell.identity for cell in cells]
    return blocks * sum(rough_trial_seconds(one, lengths[one.workload]) for one in identities)


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
