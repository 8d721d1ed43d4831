"""What a ranking says of lanes, in sentences: who leads in each, and what compiling brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.analysis.comparison import Verdict, compare_cells
from bench.analysis.compiling import best, compiled
from bench.analysis.pairing import Pair
from bench.analysis.ranking import Ranked
from bench.records.model import Identity
from bench.report.wording import count, duration, listing, ratio_interval, times

# How many cells are told one by one before they are only counted.
TOLD = 8
_GAINS: Mapping[Verdict, str] = {
    "faster": "compiling speeds up an epoch of {}",
    "slower": "compiling slows down an epoch of {}",
    "same": "compiling makes no difference to {}",
    "inconclusive": "what compiling brings {} this run does not tell",
}


def leaders(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return who leads where the fastest does not run; nothing where none, or all, are compiled.

    So that nobody takes the lead of one framework's compiled idiom over another's eager one for a
    difference between the frameworks.
    """
    eager = [entry for entry in ranked if entry.cell.identity.execution == "eager"]
    others = [entry for entry in ranked if entry.cell.identity.execution != "eager"]
    if not eager or not others:
        return ""
    if ranked[0] is eager[0]:
        return _leader(others, "is compiled", "are compiled", labels)
    return _leader(eager, "runs operation by operation", "run operation by operation", labels)


def _leader(
    lane: Sequence[Ranked], does: str, do: str, labels: Mapping[Identity, str]
) -> str:
    """Return who leads among some cells, of which all do something."""
    first = lane[0]
    name, seconds = labels[first.cell.identity], duration(first.summary.epoch_seconds.median)
    if len(lane) == 1:
        return f"The only cell that {does} is {name}, {seconds}."
    if compare_cells(first.cell, lane[1].cell).verdict == "slower":
        return f"The fastest that {does} is {name}, {seconds}."
    return f"Of the cells that {do}, {name} has the shortest median, {seconds}."


def gains(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return what the best compiled lane brings to each cell that is ranked eager as well."""
    pairs = [best(lanes).pair for lanes in compiled(ranked)]
    if len(pairs) > TOLD:
        return _counted(pairs)
    told = []
    for verdict, phrase in _GAINS.items():
        names = [
            f"{labels[pair.other.cell.identity]}{_factor(pair)}"
            for pair in pairs
            if pair.time.verdict == verdict
        ]
        if names:
            told.append(phrase.replace("{}", listing(names)))
    words = "; ".join(told)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _factor(pair: Pair) -> str:
    """Return how many times an epoch is faster, or slower, with its interval."""
    low, high = pair.interval
    if pair.time.verdict == "faster":
        return f" {times(1 / pair.ratio)} times ({ratio_interval(1 / high, 1 / low)})"
    if pair.time.verdict == "slower":
        return f" {times(pair.ratio)} times ({ratio_interval(low, high)})"
    return ""


def _counted(pairs: Sequence[Pair]) -> str:
    verdicts = [pair.time.verdict for pair in pairs]
    gained = [1 / pair.ratio for pair in pairs]
    return (
        f"Compiling speeds up {verdicts.count('faster')} of {count(len(pairs), 'cell')} and slows "
        f"down {verdicts.count('slower')}: their best lanes are from {times(min(gained))} to "
        f"{times(max(gained))} times as fast as eager."
    )
