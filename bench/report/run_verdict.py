"""What became of a workload's cells from the first run to a later one, in a few sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Verdict
from bench.analysis.runs import Change, Matched
from bench.records.model import Cell
from bench.report.comparing import SIGNS, ratio
from bench.report.wording import count, listing

# How many cells are named one by one before they are only counted.
NAMED = 3
# Nobody asks which cells they are.
_COUNTED: tuple[Verdict, ...] = ("same", "inconclusive", "incomparable")


@dataclass(frozen=True)
class Labelled:
    """A matched cell and what it is called."""

    label: str
    matched: Matched


def run_verdict(number: int, cells: Sequence[Labelled]) -> str:
    """Return what became of the cells in the run with this number, from 2.

    Changes are told first, then what the runs do not tell, then what only one of them ranks.
    """
    found = (
        _changed(number, cells, "slower"),
        _changed(number, cells, "faster"),
        *(_counted(number, cells, verdict) for verdict in _COUNTED),
        _only(1, number, cells),
        _only(number, 1, cells),
    )
    return " ".join([f"Run {number} against run 1.", *filter(None, found)])


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
