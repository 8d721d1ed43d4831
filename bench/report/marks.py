"""What a reader must know before trusting a cell's figures: a few words beside its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.analysis import fairness
from bench.analysis.floor import FLOOR_FACTOR, is_near_floor
from bench.records.model import Cell, Summary
from bench.report.wording import count


@dataclass(frozen=True)
class Kind:
    """One reason for doubt.

    Attributes
    ----------
    sign : str
        One character, for the terminal.
    title : str
        What it is called where it is explained.
    meaning : str
        What it means for the reader, and what to do, in one sentence.
    """

    sign: str
    title: str
    meaning: str


NEAR_FLOOR = Kind(
    "*",
    "near the floor",
    f"the epoch takes less than {FLOOR_FACTOR} times as long as one that does nothing, so that the "
    "figure says as much of the harness as of the framework; larger data or batches would tell",
)
DISTURBED = Kind(
    "!",
    "disturbed",
    "other work on the machine held up these trials however often they were measured again; stop "
    "it and measure anew",
)
UNSETTLED = Kind(
    "?",
    "not settled",
    "the epochs of these trials kept changing in length, so that their median depends on how many "
    "there are; more epochs may settle them",
)
RECOMPILED = Kind(
    "%",
    "compiled in steady epochs",
    "the framework compiled programs after the first epoch as well, so that compiling is among "
    "what is timed; shapes or types that change from call to call make it do so",
)
GRAPH_BROKEN = Kind(
    "/",
    "graph breaks",
    "compiled functions fall back to Python in places, so that this is not the whole lane that it "
    "is called; the framework's own log names the places",
)
MORE_CPUS = Kind(
    "+",
    "more CPUs busy than it has",
    "the process used more CPU time than its CPUs have, so that it was not bound to them as the "
    "other cells were; set the framework's thread controls",
)
HELD_DOWN = Kind(
    "v",
    "GPU held down",
    "something kept the clock of the GPU down during these trials; let it cool, or choose a lower "
    "clock for all",
)
KINDS = (NEAR_FLOOR, DISTURBED, UNSETTLED, RECOMPILED, GRAPH_BROKEN, MORE_CPUS, HELD_DOWN)
_UNFAIR: Mapping[fairness.Kind, Kind] = {
    "recompiled": RECOMPILED,
    "graph_broken": GRAPH_BROKEN,
    "more_cpus": MORE_CPUS,
    "held_down": HELD_DOWN,
}


@dataclass(frozen=True)
class Mark:
    """A reason for doubt, and in how much of a cell it was found."""

    kind: Kind
    words: str


def marks(cell: Cell) -> tuple[Mark, ...]:
    """Return the marks of a cell, none where nothing speaks against its figures."""
    summary = cell.summary
    if summary is None:
        return ()
    found = []
    if is_near_floor(summary):
        found.append(Mark(NEAR_FLOOR, NEAR_FLOOR.title))
    counted = (
        (DISTURBED, summary.disturbed_trials),
        (UNSETTLED, summary.unsettled_trials),
        *((_UNFAIR[finding.kind], finding.trials) for finding in fairness.findings(cell)),
    )
    found += [Mark(kind, _share(trials, summary, kind)) for kind, trials in counted if trials]
    return tuple(found)


def _share(trials: int, summary: Summary, kind: Kind) -> str:
    joint = " " if kind in (DISTURBED, UNSETTLED) else ": "
    return f"{trials} of {count(summary.trials, 'trial')}{joint}{kind.title}"


def kinds_in(cells: Iterable[Cell]) -> tuple[Kind, ...]:
    """Return the kinds of marks that these cells have, to be explained."""
    found = {mark.kind for cell in cells for mark in marks(cell)}
    return tuple(kind for kind in KINDS if kind in found)
