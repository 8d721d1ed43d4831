"""What one may ask of a record: pure functions that change nothing."""

from __future__ import annotations

from bench.records.model import Cell, FailureKind, Record, Slot, Trial, WorkloadInfo


def workload_of(record: Record, cell: Cell) -> WorkloadInfo:
    """Return the entry for the workload and batch size of a cell."""
    return next(
        info
        for info in record.workloads
        if (info.name, info.batch_size) == (cell.identity.workload, cell.identity.batch_size)
    )


def is_filled(record: Record, slot: Slot) -> bool:
    """Tell whether a slot needs no worker any more: it has its trial, or its cell has failed.

    A cell that failed once is not tried again: it may have hung for minutes.
    """
    cell = record.cells[slot.cell]
    return bool(cell.failures) or any(trial.block == slot.block for trial in cell.trials)


def attempts(record: Record, slot: Slot) -> int:
    """Return how often a slot was measured and set aside."""
    return sum(trial.block == slot.block for trial in record.cells[slot.cell].set_aside)


def broken_proof(trial: Trial) -> tuple[FailureKind, str] | None:
    """Return which proof a trial does not give, with the reason; None where it gives all."""
    if not trial.input.passed:
        return "other_input", "the initial parameters or the order of examples are not the run's"
    if not trial.synchronization.passed:
        proof = trial.synchronization
        return "asynchronous", (
            f"its epochs return {proof.unfinished_seconds:.2g} s before their work is done "
            f"(tolerance {proof.tolerance_seconds:.2g} s)"
        )
    if not trial.parity.passed:
        return "parity", trial.parity.reason or ""
    return None


def floor_of(record: Record, workload: str) -> Cell | None:
    """Return the cell that does nothing, for a workload; None where there is none."""
    floors = [cell for cell in record.cells if cell.role == "floor"]
    return next((cell for cell in floors if cell.identity.workload == workload), None)


def progress(record: Record) -> str:
    """Return how much of a run is measured, in words."""
    done = sum(len(cell.trials) for cell in record.cells)
    return f"{done} of {len(record.schedule)} trials were measured"
