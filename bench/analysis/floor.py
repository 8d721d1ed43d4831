"""How far is a cell from the harness's own floor, the epoch of an implementation that does nothing?

That floor is what calling ``train_epoch`` and reading the clock cost. Close to it a figure says as
much of the harness as of the framework.
"""

from __future__ import annotations

from bench.records.model import Summary

# From ten times the floor on, the harness's share of an epoch is at most a tenth.
FLOOR_FACTOR = 10


def times_floor(epoch_seconds: float, floor_seconds: float) -> float:
    """Return an epoch over that of the implementation that does nothing."""
    return epoch_seconds / floor_seconds


def is_near_floor(summary: Summary) -> bool:
    """Tell whether a cell must be marked; one whose floor was not measured is not."""
    return summary.times_floor is not None and summary.times_floor < FLOOR_FACTOR
