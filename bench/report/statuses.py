"""What the state of a run or a cell is called, and what it means for the reader."""

from __future__ import annotations

from bench.records.model import CellStatus, RunStatus

STATUS_WORDS: dict[CellStatus, str] = {
    "ok": "ranked",
    "invalid": "not the same model",
    "failed": "failed",
    "timeout": "out of time",
    "unavailable": "unavailable",
    "pending": "not reached",
}
RUN_WORDS: dict[RunStatus, str] = {
    "complete": "",
    "interrupted": "What was measured before is shown, the rest is missing.",
    "running": "This run has not ended, or it was stopped without notice. What it has measured is "
    "shown, the rest is missing.",
}
