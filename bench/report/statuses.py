"""What the state of a run or a cell is called, and what it means for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.analysis.questions import broken_proof
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


# Of a longer reason, such as an installer's output, only the beginning is shown at once.
REASON_LENGTH = 400


@dataclass(frozen=True)
class Fate:
    """What became of cells that are not ranked, all for the same reason.

    Attributes
    ----------
    words : str
        What their state is called.
    reason, remedy : str
        What happened, and what to do; the remedy may be empty.
    """

    status: CellStatus
    words: str
    reason: str
    remedy: str
    cells: tuple[Cell, ...]

    @property
    def is_long(self) -> bool:
        """Whether the reason is too long to be shown at once."""
        return len(self.reason) > REASON_LENGTH

    @property
    def short_reason(self) -> str:
        """The beginning of a long reason."""
        return f"{self.reason[:REASON_LENGTH].rstrip()} …"


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


def fates(cells: Iterable[Cell]) -> tuple[Fate, ...]:
    """Return the cells that are not ranked, those together to which the same happened."""
    groups: dict[tuple[CellStatus, str, str, str], list[Cell]] = {}
    for cell in cells:
        key = (cell.status, status_words(cell), _reason(cell), _remedy(cell))
        groups.setdefault(key, []).append(cell)
    return tuple(Fate(*key, tuple(group)) for key, group in groups.items())


def _reason(cell: Cell) -> str:
    return cell.reason or "The run ended before this cell's turn came"


def _remedy(cell: Cell) -> str:
    return cell.remedy or ("Run it again" if cell.status == "pending" else "")
