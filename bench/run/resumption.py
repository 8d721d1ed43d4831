"""Whether a run can be taken up again here. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from bench.plan.choices import ChoiceError
from bench.plan.options import Surroundings, require_valid
from bench.records.model import Cell, Record, WorkloadInfo
from bench.records.store import RecordError
from bench.run.planning import make_plan
from bench.workloads import catalog

NAMED = 10
ADVICE = "Start a new run, or put back what has changed."


def changes(before: Record, now: Record) -> tuple[str, ...]:
    """Return what is no longer as it was; trials on both sides of a change would not compare.

    Parameters
    ----------
    now : Record
        Of a run of the same plan that would begin now.
    """
    found = []
    if now.machine.fingerprint != before.machine.fingerprint:
        found.append(f"the machine ({before.machine.cpu} then, {now.machine.cpu} now)")
    if now.code != before.code:
        found.append(f"the code that measures ({_differing(before.code, now.code)})")
    for then, today in zip(before.workloads, now.workloads):
        if then.checksum != today.checksum:
            found.append(f"the data of {then.name}")
        elif _training(then) != _training(today):
            found.append(f"how long, how or in which order {then.name} is trained")
    for key, environment in before.environments.items():
        present = now.environments.get(key)
        if present is None or present.packages != environment.packages:
            found.append(f"the environment of {key}")
    if not found and list(map(_planned, before.cells)) != list(map(_planned, now.cells)):
        found.append("the cells of the plan")
    return tuple(found)


def _training(info: WorkloadInfo) -> tuple[object, ...]:
    """Return what a workload's trials depend on besides its data."""
    return info.batch_size, info.epochs, info.learning_rate, info.initial_sha256, info.order_sha256


def _planned(cell: Cell) -> tuple[object, ...]:
    """Return what is settled of a cell before it is measured."""
    return cell.identity, cell.environment, cell.role, cell.source, cell.clips_probabilities


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return which files differ, in words."""
    if not before:
        return "older records do not say which it was"
    names = sorted(name for name in {**before, **now} if before.get(name) != now.get(name))
    more = f" and {len(names) - NAMED} more files" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def require_unchanged(before: Record, now: Record) -> None:
    """Refuse to take up a run where something has changed.

    Raises
    ------
    RecordError
        Saying what has changed.
    """
    found = changes(before, now)
    if found:
        raise RecordError(
            f"Run {before.run_id} cannot be taken up again: changed since are {'; '.join(found)}. "
            f"{ADVICE}"
        )


def require_unfinished(record: Record) -> None:
    """Refuse to take up a run that is complete.

    Raises
    ------
    RecordError
    """
    if record.status == "complete":
        raise RecordError(f"Run {record.run_id} is complete: there is nothing left to measure.")
    if any(cell.planted_slowdown for cell in record.cells):
        raise RecordError(f"Run {record.run_id} is a self-test: start a new one instead.")


def require_possible(record: Record, around: Surroundings) -> None:
    """Refuse to take up a run whose plan makes no sense here, before anything slow is done.

    Raises
    ------
    RecordError
    """
    plan = record.plan
    try:
        require_valid(plan, around)
        planned = make_plan(plan, [catalog.planned(name) for name in plan.workloads])
    except ChoiceError as error:
        raise RecordError(
            f"Run {record.run_id} cannot be taken up again: its plan cannot be carried out here. "
            f"{error}"
        ) from error
    epochs = {workload.name: planned.epochs(workload) for workload in planned.workloads}
    if any(epochs.get(info.name) != info.epochs for info in record.workloads):
        raise RecordError(
            f"Run {record.run_id} cannot be taken up again: this version trains its workloads for "
            f"another number of epochs. {ADVICE}"
        )
