"""Whether a run can be taken up again here. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from bench.records.model import Record
from bench.records.store import RecordError

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
    for key, environment in before.environments.items():
        present = now.environments.get(key)
        if present is None or present.packages != environment.packages:
            found.append(f"the environment of {key}")
    identities = [cell.identity for cell in before.cells]
    if not found and identities != [cell.identity for cell in now.cells]:
        found.append("the cells of the plan")
    return tuple(found)


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
