"""What became of a workload's cells from the first run to a later one, in a few sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench.analysis.between_runs import Change, Changes, Shift
from bench.analysis.runs import Matched
from bench.analysis.verdicts import Verdict
from bench.records.model import Cell, Identity
from bench.report.comparing import SIGNS, ratio
from bench.report.wording import count, listing, percent

# What all cells do together is not worth a word below this share.
LEAST_SHIFT = 0.01
# How many cells are named one by one before they are only counted.
NAMED = 3
# Nobody asks which cells they are.
_COUNTED: tuple[Verdict, ...] = ("same", "inconclusive", "incomparable")


@dataclass(frozen=True)
class Labelled:
    """A matched cell and what it is called."""

    label: str
    matched: Matched


def run_verdict(number: int, cells: Sequence[Labelled], time: Changes[Identity]) -> str:
    """Return what became of the cells in the run with this number, from 2.

    What all have in common is told first, then changes, then what the runs do not tell, then what
    only one of them ranks.
    """
    found = (
        _moved(time, {one.matched.identity.framework for one in cells}),
        _changed(number, cells, "slower"),
        _changed(number, cells, "faster"),
        *(_counted(number, cells, verdict) for verdict in _COUNTED),
        _only(1, number, cells),
        _only(number, 1, cells),
    )
    return " ".join([f"Run {number} against run 1.", *filter(None, found)])


def _moved(time: Changes[Identity], frameworks: Collection[str]) -> str:
    """Say what all cells have in common, and what is its likely cause."""
    shift = time.shift
    if shift is None or not shift.alike or abs(shift.ratio - 1) < LEAST_SHIFT:
        return ""
    one_framework = len(frameworks) == 1
    cause = "what they share" if one_framework else "the machine, not the code,"
    rest = ", the machine or the framework," if one_framework else ""
    return f"{_together(shift)}: {cause}{rest} is the likely cause{_probes(time)}."


def _together(shift: Shift) -> str:
    longer = shift.ratio > 1
    moving = shift.slower if longer else shift.cells - shift.slower
    who = (
        f"All {shift.cells} cells" if moving == shift.cells else f"{moving} of {shift.cells} cells"
    )
    way = "longer" if longer else "less time"
    share = abs(shift.ratio - 1)
    return f"{who} took {way}, by {percent(share)} in the geometric mean of all"


def _probes(time: Changes[Identity]) -> str:
    """Say what the probes of the machine did meanwhile, which is taken out."""
    if time.probes is None:
        return ""
    change = time.probes - 1
    if abs(change) < LEAST_SHIFT:
        return "; its probes took as long as before"
    way = "longer" if change > 0 else "less time"
    return f"; its probes took {percent(abs(change))} {way} too, which is taken out"


def _changed(number: int, cells: Sequence[Labelled], verdict: Verdict) -> str:
    """Name the cells that became slower or faster, the largest change first."""
    changes = [(one.label, change) for one in cells if (change := _change(number, one, verdict))]
    if not changes:
        return ""
    changes.sort(key=lambda pair: pair[1].ratio, reverse=verdict == "slower")
    title = SIGNS[verdict].words.capitalize()
    label, largest = changes[0]
    if len(changes) > NAMED:
        reach = "up" if verdict == "slower" else "down"
        return (
            f"{title}: {count(len(changes), 'cell')}, {reach} to {ratio(largest.ratio)} times as "
            f"long ({label})."
        )
    first = f"{label} ({ratio(largest.ratio)} times as long)"
    rest = [f"{label} ({ratio(change.ratio)})" for label, change in changes[1:]]
    return f"{title}: {listing([first, *rest])}."


def _counted(number: int, cells: Sequence[Labelled], verdict: Verdict) -> str:
    found = sum(_change(number, one, verdict) is not None for one in cells)
    return f"{SIGNS[verdict].words.capitalize()}: {count(found, 'cell')}." if found else ""


def _only(there: int, missing: int, cells: Sequence[Labelled]) -> str:
    """Name the cells that can be ranked in one run and not in the other."""
    labels = [
        one.label
        for one in cells
        if _ranked(one.matched.cells[there - 1]) and not _ranked(one.matched.cells[missing - 1])
    ]
    if not labels:
        return ""
    named = listing(labels) if len(labels) <= NAMED else count(len(labels), "cell")
    return f"Ranked in run {there} only: {named}."


def _change(number: int, one: Labelled, verdict: Verdict) -> Change | None:
    change = one.matched.changes[number - 1]
    return change if change and change.verdict == verdict and _both_ranked(number, one) else None


def _both_ranked(number: int, one: Labelled) -> bool:
    return _ranked(one.matched.cells[0]) and _ranked(one.matched.cells[number - 1])


def _ranked(cell: Cell | None) -> bool:
    return cell is not None and cell.status == "ok" and cell.summary is not None
