"""What one more trial does to a record: a new record with that cell's figures worked out anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from bench.analysis import floor, interference, parity, precision, roofline, statistics
from bench.analysis.questions import attempts, broken_proof, floor_of, progress, workload_of
from bench.records.failures import REMEDIES, status_of
from bench.records.model import (
    Ceiling,
    Cell,
    Conditions,
    Failure,
    Profile,
    Record,
    RunStatus,
    Slot,
    Trial,
)


def with_trial(record: Record, slot: Slot, trial: Trial) -> Record:
    """Return the record with a measured trial added to the slot's cell.

    A disturbed trial is set aside while its slot may be measured again; after that the least
    disturbed attempt counts. One that was another model, or started from other input, counts at
    once: no neighbour is to blame for that.
    """
    cell = record.cells[slot.cell]
    trial = replace(trial, attempt=attempts(record, slot))
    honest = trial.parity.passed and trial.input.passed
    if honest and trial.interference.reason and trial.attempt < record.plan.repeats:
        return _with_cell(record, slot.cell, replace(cell, set_aside=(*cell.set_aside, trial)))
    earlier = [one for one in cell.set_aside if one.block == slot.block]
    counts = interference.least_disturbed([*earlier, trial]) if honest else trial
    others = tuple(one for one in (*cell.set_aside, trial) if one is not counts)
    cell = replace(cell, set_aside=others)
    return _with_cell(record, slot.cell, _with_counting_trial(record, cell, counts))


def _with_counting_trial(record: Record, cell: Cell, trial: Trial) -> Cell:
    trials = (*cell.trials, trial)
    cell = replace(
        cell,
        trials=trials,
        parity=parity.worst(trials),
        summary=statistics.summarize(trials, workload_of(record, cell)),
    )
    broken = next(filter(None, map(broken_proof, trials)), None)
    if broken:
        kind, reason = broken
        return replace(cell, status=status_of(kind), reason=reason, remedy=REMEDIES[kind])
    return replace(cell, status="ok") if cell.status == "pending" else cell


def summarized(record: Record) -> Record:
    """Return the record with every summary worked out anew, as the present version does it."""
    cells = tuple(
        replace(cell, summary=statistics.summarize(cell.trials, workload_of(record, cell)))
        if cell.summary
        else cell
        for cell in record.cells
    )
    record = replace(record, cells=cells)
    return replace(record, cells=tuple(_placed(record, cell) for cell in cells))


def with_failure(record: Record, slot: Slot, failure: Failure) -> Record:
    """Return the record with a failed trial added to the slot's cell."""
    cell = record.cells[slot.cell]
    cell = replace(cell, failures=(*cell.failures, failure))
    # That it is another model weighs more than that it failed as well.
    if cell.status != "invalid":
        status = status_of(failure.kind)
        cell = replace(cell, status=status, reason=failure.reason, remedy=failure.remedy)
    return _with_cell(record, slot.cell, cell)


def with_profile(record: Record, index: int, profile: Profile) -> Record:
    """Return the record with the profile of a cell."""
    return _with_cell(record, index, replace(record.cells[index], profile=profile))


def with_ceilings(record: Record, again: Sequence[Ceiling]) -> Record:
    """Return the record with each ceiling at the higher of two measurements."""
    first = {(one.device, one.threads): one for one in record.ceilings}
    second = {(one.device, one.threads): one for one in again}
    record = replace(
        record,
        ceilings=tuple(
            _higher(first.get(key), second.get(key)) for key in dict.fromkeys((*first, *second))
        ),
    )
    return replace(record, cells=tuple(_placed(record, cell) for cell in record.cells))


def _higher(one: Ceiling | None, other: Ceiling | None) -> Ceiling:
    """Return the faster of two measurements, rate by rate."""
    known = [ceiling for ceiling in (one, other) if ceiling]
    fastest = max(known, key=lambda ceiling: ceiling.operations_per_second)
    return replace(fastest, bytes_per_second=max(ceiling.bytes_per_second for ceiling in known))


def with_blocks(record: Record, slots: Sequence[Slot]) -> Record:
    """Return the record with more blocks to measure."""
    blocks = 1 + max((slot.block for slot in slots), default=record.blocks - 1)
    return replace(record, blocks=blocks, schedule=(*record.schedule, *slots))


def with_look(record: Record) -> Record:
    """Return the record, looked at after all of its blocks."""
    if record.looks and record.looks[-1] == record.blocks:
        return record
    return replace(record, looks=(*record.looks, record.blocks))


def with_notice(record: Record, notice: str) -> Record:
    """Return the record with one more notice."""
    return replace(record, notices=(*record.notices, notice))


def with_precision_notice(record: Record, wanted: float) -> Record:
    """Return the record, with a notice if a cell's interval is wider than was wanted."""
    found = precision.widest(record)
    if found is None or (record.blocks >= precision.FEWEST_BLOCKS and found[1] <= wanted):
        return record
    cell, width = found
    reached = "" if math.isinf(width) else f" reaches {width:.1%} of its median to either side"
    return with_notice(
        record,
        f"The precision of {wanted:.1%} was not reached in the time given: the interval of "
        f"{cell.identity.framework} {cell.identity.form}{reached or ' does not exist'} after "
        f"{record.blocks} blocks. Give more with --max-time, or find out with "
        "softmax-bench doctor what disturbs this machine.",
    )


def _with_cell(record: Record, index: int, cell: Cell) -> Record:
    cells = (*record.cells[:index], cell, *record.cells[index + 1 :])
    record = replace(record, cells=cells)
    return replace(record, cells=tuple(_placed(record, one) for one in cells))


def _placed(record: Record, cell: Cell) -> Cell:
    """Return a cell with its epoch set against the machine's ceiling and the harness's floor."""
    if cell.summary is None:
        return cell
    identity, seconds = cell.identity, cell.summary.epoch_seconds.median
    info = workload_of(record, cell)
    ceiling = next(
        (
            one
            for one in record.ceilings
            if (one.device, one.threads) == (identity.device, identity.threads)
        ),
        None,
    )
    nothing = floor_of(record, identity.workload)
    summary = replace(
        cell.summary,
        times_ceiling=None
        if ceiling is None or cell.role == "floor"
        else roofline.times_ceiling(seconds, info.epoch_operations, info.epoch_bytes, ceiling),
        times_floor=None
        if nothing is None or nothing.summary is None or cell.role == "floor"
        else floor.times_floor(seconds, nothing.summary.epoch_seconds.median),
    )
    return replace(cell, summary=summary)


INTERRUPTED = "This run was interrupted"
INTERRUPTED_REASON = "the run was interrupted before its first trial ended"


def ended(record: Record, status: RunStatus, conditions_after: Conditions | None) -> Record:
    """Return the record of a run that measures no more."""
    record = replace(record, conditions_after=conditions_after)
    if status == "complete":
        return replace(record, status=status)
    cells = tuple(
        replace(cell, reason=INTERRUPTED_REASON) if cell.status == "pending" else cell
        for cell in record.cells
    )
    notice = f"{INTERRUPTED}: {progress(record)}. softmax-bench run --resume finishes it."
    return with_notice(replace(record, status=status, cells=cells), notice)


def resumed(record: Record, moment: str) -> Record:
    """Return the record of a run that is taken up again at a moment (ISO 8601)."""
    cells = tuple(
        replace(cell, reason=None) if cell.reason == INTERRUPTED_REASON else cell
        for cell in record.cells
    )
    notices = tuple(one for one in record.notices if not one.startswith(INTERRUPTED))
    notice = f"This run was taken up again at {moment}, after {progress(record)}."
    return with_notice(replace(record, status="running", cells=cells, notices=notices), notice)
