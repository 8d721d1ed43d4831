"""What a run was asked to do and the state of the machine around it, in rows to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.analysis.allocation import spent
from bench.analysis.doctor import compare_conditions, warnings
from bench.records.model import Check, Conditions, Record
from bench.report.wording import count, listing, memory, percent

NOT_READABLE = "not readable"


@dataclass(frozen=True)
class Reading:
    """One reading of the machine's state.

    Attributes
    ----------
    before, after : str, str or None
        The first trial, and the last; None where the run has not ended.
    """

    name: str
    before: str
    after: str | None


@dataclass(frozen=True)
class Fact:
    """One thing that was asked for."""

    name: str
    words: str


@dataclass(frozen=True)
class Circumstances:
    """What surrounded a run.

    Attributes
    ----------
    warnings : tuple of Check
        What wanted attention before the run, and what got worse during it.
    checks : tuple of Check
        All that was checked before, and what got worse.
    """

    plan: tuple[Fact, ...]
    warnings: tuple[Check, ...]
    checks: tuple[Check, ...]
    readings: tuple[Reading, ...]


def circumstances(record: Record) -> Circumstances:
    """Return what surrounded the run of a record."""
    after = record.conditions_after
    worse = compare_conditions(record.conditions, after) if after else ()
    return Circumstances(
        plan=_plan(record),
        warnings=(*warnings(record.checks), *worse),
        checks=(*record.checks, *worse),
        readings=tuple(
            Reading(name, _read(read, record.conditions), _read(read, after) if after else None)
            for name, read in (*_READINGS, *(_GPU_READINGS if record.machine.gpu else ()))
        ),
    )


def _plan(record: Record) -> tuple[Fact, ...]:
    plan = record.plan
    precision = (
        "none wanted"
        if plan.precision is None
        else "blocks are added until intervals reach no farther than "
        f"{plan.precision * 100:g} % of their median to either side, for "
        f"{_minutes(plan.max_time_seconds)} at most"
    )
    repeats = "not measured again"
    if plan.repeats:
        repeats = f"measured again up to {count(plan.repeats, 'time')}"
    return (
        Fact("Blocks", _blocks(record)),
        Fact("Time on trials", _time(record)),
        Fact("Precision", precision),
        Fact("Disturbed trials", repeats),
        Fact("Where an epoch goes", "profiled" if plan.profile else "not profiled"),
        Fact("Machine's ceiling", "measured" if record.ceilings else "not measured"),
        Fact("Target", f"{plan.target * 100:g} % of the reference's final result"),
    )


def _blocks(record: Record) -> str:
    turns = ", its cells in turn from epoch to epoch" if record.plan.interleaved else ""
    return f"{_counted_blocks(record)}{turns}"


def _counted_blocks(record: Record) -> str:
    plan, added = record.plan, record.blocks - record.plan.blocks
    if not plan.adaptive:
        return f"{plan.blocks}, and {added} added" if added > 0 else str(record.blocks)
    rule = (
        f"{plan.blocks} of every cell, then more of those that were not told apart, for "
        f"{_minutes(plan.max_time_seconds)} at most"
    )
    if not record.looks:
        return rule
    return f"{rule}; looked at after {listing([str(one) for one in record.looks])}"


def _time(record: Record) -> str:
    """Return how the time was spent."""
    found = spent(record)
    blocks = count(record.plan.blocks, "block")
    first = f"{rough_minutes(found.first_seconds)} on {blocks} of every cell"
    if not found.more:
        return first
    more, most = rough_minutes(found.more_seconds), max(found.more.values())
    return f"{first}, {more} on up to {most} more of {count(len(found.more), 'cell')}"


def rough_minutes(seconds: float) -> str:
    """Return a time in seconds or minutes, as far as it can be known."""
    return f"about {seconds:.0f} s" if seconds < 120 else f"about {seconds / 60:.1f} min"


def _minutes(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:g} min"


def _read(read: Callable[[Conditions], object], conditions: Conditions) -> str:
    value = read(conditions)
    if value is None:
        return NOT_READABLE
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _processes(conditions: Conditions) -> str:
    seen = [f"{process.name} {process.cpus:.2f}" for process in conditions.busy_processes]
    return ", ".join(seen) or "none"


def _clock(conditions: Conditions) -> str | None:
    clock, highest = conditions.gpu_clock_mhz, conditions.gpu_max_clock_mhz
    if clock is None:
        return None
    return f"{clock} MHz" if highest is None else f"{clock} of {highest} MHz"


def _percent_or_none(fraction: float | None) -> str | None:
    return None if fraction is None else percent(fraction)


_READINGS: tuple[tuple[str, Callable[[Conditions], object]], ...] = (
    ("Load average of a minute", lambda one: one.load_average),
    ("CPUs of the machine", lambda one: one.logical_cpus),
    ("CPUs that the run may use", lambda one: one.available_cpus),
    ("CPU quota", lambda one: "none" if one.cpu_quota is None else f"{one.cpu_quota:g} CPUs"),
    ("Busy processes, CPUs each", _processes),
    ("Frequency governor", lambda one: one.governor),
    ("Turbo", lambda one: one.turbo),
    ("Simultaneous multithreading", lambda one: one.simultaneous_multithreading),
    ("Thermal throttling, events", lambda one: one.thermal_throttle_events),
    ("Memory available", lambda one: memory(one.memory_available_bytes)),
    ("Transparent huge pages", lambda one: one.transparent_huge_pages),
    ("Swapped out", lambda one: memory(one.swap_used_bytes)),
    ("Pages swapped since start", lambda one: one.swapped_pages),
    ("On battery", lambda one: one.on_battery),
    ("CPU time stolen", lambda one: _percent_or_none(one.steal_share)),
    ("Missing counters", lambda one: ", ".join(one.missing_counters) or "none"),
)
_GPU_READINGS: tuple[tuple[str, Callable[[Conditions], object]], ...] = (
    ("GPU clock", _clock),
    ("GPU busy", lambda one: None if one.gpu_busy_percent is None else f"{one.gpu_busy_percent} %"),
    ("GPU held down by", lambda one: ", ".join(one.gpu_throttle_reasons) or "nothing"),
)
