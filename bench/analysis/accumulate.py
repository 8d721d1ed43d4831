"""What one more trial does to a record: a new record with that cell's figures worked out anew."""

from __future__ import annotations

from dataclasses import replace

from bench.analysis import parity, statistics
from bench.records.failures import REMEDIES, status_of
from bench.records.model import Cell, Failure, Record, RunStatus, Slot, Trial, WorkloadInfo


def workload_of(record: Record, cell: Cell) -> WorkloadInfo:
    """Return the entry for the workload and batch size of a cell."""
    return next(
        info
        for info in record.workloads
        if (info.name, info.batch_size) == (cell.identity.workload, cell.identity.batch_size)
    )


def with_trial(record: Record, slot: Slot, trial: Trial) -> Record:
    """Return the record with a measured trial added to the slot's cell."""
    cell = record.cells[slot.cell]
    trials = (*cell.trials, trial)
    cell_parity = parity.worst(trials)
    cell = replace(
        cell,
        trials=trials,
        parity=cell_parity,
        summary=statistics.summarize(trials, workload_of(record, cell).train_examples),
    )
    if not cell_parity.passed:
        reason = next(one.parity.reason for one in trials if one.parity.reason)
        cell = replace(cell, status=status_of("parity"), reason=reason, remedy=REMEDIES["parity"])
    elif cell.status == "pending":
        cell = replace(cell, status="ok")
    return _with_cell(record, slot.cell, cell)


def with_failure(record: Record, slot: Slot, failure: Failure) -> Record:
    """Return the record with a failed trial added to the slot's cell."""
    cell = record.cells[slot.cell]
    cell = replace(cell, failures=(*cell.failures, failure))
    # That it is another model weighs more than that it failed as well.
    if cell.status != "invalid":
        status = status_of(failure.kind)
        cell = replace(cell, status=status, reason=failure.reason, remedy=failure.remedy)
    return _with_cell(record, slot.cell, cell)


def _with_cell(record: Record, index: int, cell: Cell) -> Record:
    return replace(record, cells=(*record.cells[:index], cell, *record.cells[index + 1 :]))


def ended(record: Record, status: RunStatus) -> Record:
    """Return the record of a run that measures no more."""
    if status == "complete":
        return replace(record, status=status)
    cells = tuple(
        replace(cell, reason="the run was interrupted before its first trial ended")
        if cell.status == "pending"
        else cell
        for cell in record.cells
    )
    notice = (
        "This run was interrupted: "
        f"{sum(len(cell.trials) for cell in cells)} of {len(record.schedule)} trials were measured."
    )
    return replace(record, status=status, cells=cells, notices=(*record.notices, notice))
