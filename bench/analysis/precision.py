"""Does a run need another block? The rule behind ``--precision`` and ``--max-time``."""

from __future__ import annotations

from dataclasses import dataclass

from bench.analysis.statistics import relative_half_width
from bench.records.model import Cell, Record

# An interval of one or two trials says nothing about its own width.
FEWEST_BLOCKS = 3
# No precision is worth waiting for longer.
MOST_BLOCKS = 1_000


@dataclass(frozen=True)
class Budget:
    """How sure the run shall be, and how long it may take.

    Attributes
    ----------
    precision : float or None
        Share of its median that a cell's interval may reach to either side; None adds no blocks, 0
        adds as many as fit into the time.
    """

    precision: float | None
    max_time_seconds: float


def widest(record: Record) -> tuple[Cell, float] | None:
    """Return the ranked cell with the widest interval for its median, and half its width."""
    widths = [
        (cell, relative_half_width(cell.summary.epoch_seconds))
        for cell in record.cells
        if cell.summary and cell.status == "ok" and cell.role == "contender"
    ]
    return max(widths, key=lambda pair: pair[1], default=None)


def wants_block(
    record: Record, budget: Budget, elapsed_seconds: float, block_seconds: float
) -> bool:
    """Tell whether another block is wanted and fits into the time that is left.

    Parameters
    ----------
    block_seconds : float
        What the last block took.
    """
    found = widest(record)
    if budget.precision is None or found is None or record.blocks >= MOST_BLOCKS:
        return False
    if elapsed_seconds + block_seconds > budget.max_time_seconds:
        return False
    return record.blocks < FEWEST_BLOCKS or found[1] > budget.precision
