"""Cells that took turns, compared epoch by epoch: what the machine does from one to the next.

A machine may change its speed within a block, in the middle of a trial. Medians of trials then
tell when it did; epochs that lay side by side do not.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Hashable, Mapping
from typing import TypeVar

from bench.records.model import Cell, Trial

Key = TypeVar("Key", bound=Hashable)
# Logarithms by the number of the turn.
ByTurn = Mapping[int, float]


def epochs_by_turn(cell: Cell) -> dict[int, ByTurn]:
    """Return the logarithms of a cell's epochs in seconds, by block and turn.

    Left out are disturbed epochs, and as many at the beginning as the cell needs in most of its
    trials until it has settled. What a single trial leaves out there may be the machine's doing.
    """
    settled = statistics.median_low([trial.settling.left_out for trial in cell.trials] or [0])
    return {
        trial.block: {
            turn: math.log(seconds)
            for turn, seconds in enumerate(trial.epoch_seconds)
            if turn >= settled and turn not in trial.interference.disturbed_epochs
        }
        for trial in cell.trials
        if trial.by_turns
    }


def probes_by_turn(cell: Cell) -> dict[int, ByTurn]:
    """Return the logarithms of the probes right after a cell's epochs, by block and turn."""
    return {trial.block: _probes(trial) for trial in cell.trials if trial.by_turns and trial.probes}


def _probes(trial: Trial) -> ByTurn:
    # Boundary number e stands after steady epoch e - 2.
    return {probe.epoch - 2: math.log(probe.gathering_seconds) for probe in trial.probes}


def side_by_side(
    logs: Mapping[Key, Mapping[int, float]], turns: Mapping[Key, Mapping[int, ByTurn]]
) -> dict[Key, dict[int, float]]:
    """Return one logarithm for each trial, so that those of a block differ as their turns did.

    The difference of two cells in a block is the median, over the turns that both have, of the
    differences within a turn. Those medians do not quite add up, from one cell to a second to a
    third; the mean of a cell's differences from all cells, itself included, makes them do so and
    is the better estimate (E. L. Lehmann, Annals of Mathematical Statistics 34, 1963, 957-966).

    Parameters
    ----------
    logs : mapping of key to mapping of block to float
        One of each trial. Their mean over a block is kept, and so are all of a block in which less
        than two cells took turns.
    turns : mapping of key to mapping of block to mapping of turn to float
        As of :func:`epochs_by_turn`.
    """
    found = {key: dict(own) for key, own in logs.items()}
    for block in sorted({block for own in turns.values() for block in own}):
        took = {key: own[block] for key, own in turns.items() if block in own}
        effects = _effects(took)
        if effects is None:
            continue
        mean = statistics.fmean(logs[key][block] for key in took)
        for key, effect in effects.items():
            found[key][block] = mean + effect
    return found


def _effects(took: Mapping[Key, ByTurn]) -> dict[Key, float] | None:
    """Return by how much each cell lies above the mean of all; None if two have no turn alike."""
    sums = dict.fromkeys(took, 0.0)
    for one, other in itertools.combinations(took, 2):
        shared = took[one].keys() & took[other].keys()
        if not shared:
            return None
        difference = statistics.median([took[other][turn] - took[one][turn] for turn in shared])
        sums[other] += difference
        sums[one] -= difference
    return {key: total / len(took) for key, total in sums.items()}
