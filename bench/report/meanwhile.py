"""What the machine did while cells were measured, and what that made of their comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.comparison import observations
from bench.analysis.control import Control
from bench.analysis.pace import Pace, pace, turns
from bench.analysis.ranking import Ranked
from bench.records.model import Cell, Identity
from bench.report.evidence import Topic
from bench.report.wording import count, times


def topics(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> tuple[Topic, ...]:
    """Return what probes say of the machine and of the comparison; nothing without probes."""
    cells = [entry.cell for entry in ranked]
    found = pace(cells)
    if found is None:
        return ()
    control = ranked[0].comparisons.control
    told = (
        Topic("Pace", pace_sentence(found)),
        Topic("Probes", control_sentence(control)) if control else None,
        Topic("Turned round", _turns(ranked, labels)),
    )
    return tuple(topic for topic in told if topic and topic.words)


def pace_sentence(found: Pace) -> str:
    """Return at what share of its own best the machine ran."""
    reach = f"between {_share(found.low)} and {_share(found.high)}"
    probed = count(found.readings, "trial")
    sentence = (
        f"Between epochs this machine computed at {_share(found.median)} of the best that it "
        f"showed, {reach} ({probed} probed)."
    )
    if found.steady:
        return sentence
    return f"{sentence} It was not steady: comparisons within a block hold, others may not."


def _share(share: float) -> str:
    return f"{share * 100:.0f} %"


def control_sentence(found: Control[Identity]) -> str:
    """Return what probes were of use for."""
    together = (
        f"An epoch goes with the probe beside it by a slope of {found.slope:.2f} (correlation "
        f"{found.correlation:.2f})"
    )
    if found.off == "does not pay":
        return f"{together}, which is too little to be of use: nothing is corrected."
    if found.off == "differs between cells":
        return (
            f"Cells differ in their probes (p = {found.placebo_p_value:.2g}), as if they had moved "
            "them: nothing is corrected."
        )
    return (
        f"{together}. Corrected by that the variance of comparisons is {times(found.variance_cut)} "
        "times smaller; what the clock alone says stands beside it as raw."
    )


def _turns(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return which cells change their order with the machine's speed."""
    if not ranked:
        return ""
    cells = [(entry.cell.identity, observations(entry.cell)) for entry in ranked]
    return " ".join(
        f"Whether {labels[turn.first]} or {labels[turn.other]} is the faster hangs on the machine: "
        f"the second takes {turn.fast:.2f} times as long as the first in the faster half of the "
        f"blocks, {turn.slow:.2f} times in the slower half."
        for turn in turns(ranked[0].comparisons, cells)
    )


@dataclass(frozen=True)
class PaceMark:
    """The pace in a few words, and whether it wants attention."""

    words: str
    steady: bool


def pace_mark(cells: Sequence[Cell]) -> PaceMark | None:
    """Return what a run's machine was like; None if it was not probed."""
    found = pace(cells)
    if found is None:
        return None
    reach = f"{_share(found.low)} to {_share(found.high)}"
    return PaceMark(f"{_share(found.median)} of its best ({reach})", found.steady)
