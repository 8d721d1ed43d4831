"""What the state of a run or a cell is called, and what it means for the reader."""

from __future__ import annotations

from bench.analysis.accumulate import broken_proof
from bench.records.failures import status_of
from bench.records.model import Cell, CellStatus, FailureKind, RunStatus

STATUS_WORDS: dict[CellStatus, str] = {
    "ok": "ranked",
    "invalid": "not the same model",
    "failed": "failed",
    "timeout": "out of time",
    "unavailable": "unavailable",
    "pending": "not reached",
}
# An invalid cell is called by the proof that it does not give.
INVALID_WORDS: dict[FailureKind, str] = {
    "parity": STATUS_WORDS["invalid"],
    "asynchronous": "returns too early",
    "other_input": "not the same input",
}
RUN_WORDS: dict[RunStatus, str] = {
    "complete": "",
    "interrupted": "What was measured before is shown, the rest is missing.",
    "running": "This run has not ended, or it was stopped without notice. What it has measured is "
    "shown, the rest is missing.",
}


def broken_kind(cell: Cell) -> FailureKind:
    """Return which proof an invalid cell does not give."""
    broken = next(filter(None, map(broken_proof, cell.trials)), None)
    if broken:
        return broken[0]
    kinds = (failure.kind for failure in cell.failures if status_of(failure.kind) == "invalid")
    return next(kinds, "parity")


def status_words(cell: Cell) -> str:
    """Return what the state of a cell is called."""
    return (
        INVALID_WORDS[broken_kind(cell)] if cell.status == "invalid" else STATUS_WORDS[cell.status]
    )
