"""What a reader must know before trusting a cell's figures: a few words beside its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.analysis.floor import FLOOR_FACTOR, is_near_floor
from bench.records.model import Summary
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
KINDS = (NEAR_FLOOR, DISTURBED, UNSETTLED)


@dataclass(frozen=True)
class Mark:
    """A reason for doubt, and in how much of a cell it was found."""

    kind: Kind
    words: str


def marks(summary: Summary) -> tuple[Mark, ...]:
    """Return the marks of a cell, none where nothing speaks against its figures."""
    found = []
    if is_near_floor(summary):
        found.append(Mark(NEAR_FLOOR, NEAR_FLOOR.title))
    if summary.disturbed_trials:
        found.append(Mark(DISTURBED, _share(summary.disturbed_trials, summary, DISTURBED)))
    if summary.unsettled_trials:
        found.append(Mark(UNSETTLED, _share(summary.unsettled_trials, summary, UNSETTLED)))
    return tuple(found)


def _share(trials: int, summary: Summary, kind: Kind) -> str:
    return f"{trials} of {count(summary.trials, 'trial')} {kind.title}"


def kinds_in(summaries: Iterable[Summary]) -> tuple[Kind, ...]:
    """Return the kinds of marks that these cells have, to be explained."""
    found = {mark.kind for summary in summaries for mark in marks(summary)}
    return tuple(kind for kind in KINDS if kind in found)
