"""The one published record, one of 60 cells made from it, and images for both."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.analysis import accumulate, statistics
from bench.records.model import Cell, Profile, Record, Slot, Trial, WorkloadInfo
from bench.report.gallery import Pictures, needed
from bench.report.reading import read
from tests.conftest import REPOSITORY

[PUBLISHED] = (REPOSITORY / "results" / "published").glob("*-fashion-mnist.json")

# With the fifteen cells of the published record these are sixty.
THREADS = (1, 2)
BATCH_SIZES = (64, 256)
# From block to block every cell comes so many places earlier.
SHIFT = 7
# Its multiples, taken modulo 1, lie scattered and never coincide.
GOLDEN = 0.6180339887498949


def published() -> Record:
    """Return the record that the README shows."""
    return read(PUBLISHED)


def large(original: Record) -> Record:
    """Return a run of every cell of a record on several numbers of threads and batch sizes.

    Every trial's epochs take another, made-up time; the rest is the original's.

    Parameters
    ----------
    original : Record
        Of one workload in one batch size.
    """
    [info] = original.workloads
    [floor] = (cell for cell in original.cells if cell.role == "floor")
    contenders = [cell for cell in original.cells if cell.role == "contender"]
    cells = [
        _copy(cell, threads, batch_size, info, number)
        for number, (threads, batch_size, cell) in enumerate(
            itertools.product(THREADS, BATCH_SIZES, contenders)
        )
    ]
    cells.append(replace(floor, identity=replace(floor.identity, batch_size=BATCH_SIZES[0])))
    cells = [_scheduled(cell, index, len(cells)) for index, cell in enumerate(cells)]
    enlarged = replace(
        original,
        plan=replace(original.plan, threads=THREADS, batch_sizes=BATCH_SIZES),
        ceilings=tuple(
            replace(ceiling, threads=threads)
            for ceiling in original.ceilings
            for threads in THREADS
        ),
        workloads=tuple(replace(info, batch_size=batch_size) for batch_size in BATCH_SIZES),
        schedule=tuple(
            Slot(block, position, (position + SHIFT * block) % len(cells))
            for block in range(original.blocks)
            for position in range(len(cells))
        ),
        cells=tuple(cells),
    )
    # Works out anew how each cell stands against its ceiling.
    return accumulate.with_ceilings(enlarged, ())


def noise(records: Sequence[Record]) -> Pictures:
    """Return made-up images for a page of these records; none take more bytes than noise does."""
    return {
        name: {
            index: np.random.default_rng(index).integers(0, 256, (28, 28), dtype=np.uint8)
            for index in indices
        }
        for name, indices in needed(records).items()
    }


def _scheduled(cell: Cell, index: int, cells: int) -> Cell:
    """Return a cell whose trials have the places that the schedule of so many cells gives it."""

    def placed(trials: Sequence[Trial]) -> tuple[Trial, ...]:
        return tuple(replace(one, slot=(index - SHIFT * one.block) % cells) for one in trials)

    return replace(cell, trials=placed(cell.trials), set_aside=placed(cell.set_aside))


def _copy(cell: Cell, threads: int, batch_size: int, info: WorkloadInfo, number: int) -> Cell:
    longer = 1 + 3 * (number * GOLDEN % 1)
    trials = tuple(
        _slowed(trial, longer * (1 + 0.1 * ((number + trial.block / 7) * GOLDEN % 1)))
        for trial in cell.trials
    )
    return replace(
        cell,
        identity=replace(cell.identity, threads=threads, batch_size=batch_size),
        trials=trials,
        profile=cell.profile and _stretched(cell.profile, longer),
        summary=statistics.summarize(trials, replace(info, batch_size=batch_size)),
    )


def _slowed(trial: Trial, factor: float) -> Trial:
    return replace(
        trial,
        epoch_seconds=tuple(seconds * factor for seconds in trial.epoch_seconds),
        cpu_seconds=tuple(seconds * factor for seconds in trial.cpu_seconds),
    )


def _stretched(profile: Profile, factor: float) -> Profile:
    update = profile.update_seconds
    return replace(
        profile,
        whole_seconds=profile.whole_seconds * factor,
        gather_seconds=profile.gather_seconds * factor,
        forward_backward_seconds=profile.forward_backward_seconds * factor,
        update_seconds=None if update is None else update * factor,
        dispatch_seconds=profile.dispatch_seconds * factor,
    )
