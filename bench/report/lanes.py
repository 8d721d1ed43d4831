"""What a ranking says of lanes, in sentences: who leads in each, and what compiling brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.analysis.compiling import best, compiled
from bench.analysis.pairing import Pair
from bench.analysis.ranking import Ranked
from bench.analysis.verdicts import Verdict
from bench.records.model import Identity
from bench.report.wording import count, duration, listing, ratio_interval, times

# How many cells are told one by one before they are only counted; of those in which there is
# nothing to tell, how many are named; and of those that may lead a lane.
TOLD, NAMED, NAMED_LEADERS = 8, 2, 3
_GAINS: Mapping[Verdict, str] = {
    "faster": "compiling speeds up an epoch of",
    "slower": "compiling slows down an epoch of",
    "same": "compiling makes no difference to",
    "inconclusive": "this run does not tell what compiling brings",
}


def leader(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> str:
    """Return who leads among eager cells where the fastest is compiled, or the other way round.

    So that nobody takes the lead of one framework's compiled idiom over another's eager one for a
    difference between the frameworks. Nothing where all are eager or none is, and where the second
    of the ranking is the one: what is said of it tells its lane as well.

    Parameters
    ----------
    ranked : sequence of Ranked
        Cells that can be compared.
    """
    others = [entry for entry in ranked if _is_eager(entry) != _is_eager(ranked[0])]
    if not others or leads_other_lane(ranked):
        return ""
    first = others[0]
    name, seconds = labels[first.cell.identity], duration(first.summary.epoch_seconds.median)
    if len(others) == 1:
        return f"The only cell that {kind(first)} is {name}, {seconds}."
    unbeaten = _unbeaten(others)
    if len(unbeaten) == 1:
        return f"The fastest that {kind(first)} is {name}, {seconds}."
    medians = [entry.summary.epoch_seconds.median for entry in unbeaten]
    names = [labels[entry.cell.identity] for entry in unbeaten]
    those = listing(names, "or") if len(names) <= NAMED_LEADERS else f"one of {len(names)} cells"
    return (
        f"The fastest that {kind(first)} is {those}, which this run does not tell "
        f"({duration(min(medians))} to {duration(max(medians))})."
    )


def leads_other_lane(ranked: Sequence[Ranked]) -> bool:
    """Tell whether the second cell is the fastest of another lane than the first's."""
    if len(ranked) < 2 or _is_eager(ranked[0]) == _is_eager(ranked[1]):
        return False
    others = [entry for entry in ranked if _is_eager(entry) != _is_eager(ranked[0])]
    return ranked[0].against_best.verdict == "faster" and _unbeaten(others) == (ranked[1],)


def _unbeaten(entries: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Return those that may be the fastest of some cells."""
    found = entries[0].comparisons.unbeaten([entry.cell.identity for entry in entries])
    return tuple(entry for entry in entries if entry.cell.identity in found)


def kind(entry: Ranked) -> str:
    """Return what an eager cell does, or a compiled one is."""
    return "runs operation by operation" if _is_eager(entry) else "is compiled"


def _is_eager(entry: Ranked) -> bool:
    return entry.cell.identity.execution == "eager"


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
            is_counted = verdict not in ("faster", "slower") and len(names) > NAMED
            told.append(f"{phrase} {f'{len(names)} cells' if is_counted else listing(names)}")
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
