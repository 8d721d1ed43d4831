"""The result of a workload in sentences, made from its ranking alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.ranking import Ranked, Ranking
from bench.analysis.resolution import Resolution, resolution
from bench.analysis.verdicts import MINIMUM_BLOCKS
from bench.records.model import Cell, CellStatus, FailureKind, Identity
from bench.report import comparing, lanes
from bench.report.statuses import broken_kind
from bench.report.wording import count, duration, listing, percent, times

# How many cells are named one by one before they are only counted.
NAMED = 3
# All that may be the fastest are, up to this many.
NAMED_FASTEST = 6

_INVALID: dict[FailureKind, str] = {
    "parity": "trained another model",
    "asynchronous": "returned before the work of an epoch was done",
    "other_input": "did not keep to the run's initial parameters or order of examples",
}
_NOT_RANKED: dict[CellStatus, str] = {
    "failed": "failed",
    "timeout": "ran out of time",
    "unavailable": "could not be set up",
    "pending": "{was} not reached",
}


@dataclass(frozen=True)
class Verdict:
    """What a workload shows.

    Attributes
    ----------
    speed : str
        Who is fastest, and by how much, or who all may be.
    leader : str
        Who leads among eager cells where the fastest is compiled, or the other way round; empty
        where `speed` tells it, or there is no such cell.
    gains : str
        What compiling brings each framework; empty where none is ranked in two lanes.
    certainty : str
        How sure the first place is, what it would take to be, how small a difference the run
        resolves, and whether cells took turns; empty where there is nothing to compare.
    spread : str
        How far the slowest is behind; empty where the first two are all there are.
    sameness : str
        Which cells trained the same model, and what became of the others.
    """

    speed: str
    leader: str
    gains: str
    certainty: str
    spread: str
    sameness: str


def verdict(ranking: Ranking, title: str, labels: Mapping[Identity, str]) -> Verdict:
    """Return the verdict on a workload called `title`."""
    compared = _compared(ranking.ranked)
    return Verdict(
        _speed(ranking.ranked, title, labels),
        lanes.leader(compared, labels),
        lanes.gains(ranking.ranked, labels),
        " ".join(filter(None, (_certainty(compared), _by_turns(compared)))),
        _spread(compared, labels),
        _sameness(ranking, labels),
    )


def _compared(ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Return the first cell of a workload and those that it can be compared with."""
    if not ranked:
        return ()
    following = itertools.takewhile(lambda entry: not entry.leads, ranked[1:])
    return (ranked[0], *following)


def _speed(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    if not ranked:
        return f"No cell of {title} can be ranked."
    compared = _compared(ranked)
    apart = len(compared) < len(ranked)
    others = "; cells of other batches are ranked apart" if apart else ""
    return f"{_first_place(compared, title, labels)}{others}."


def _first_place(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    first, name = ranked[0], labels[ranked[0].cell.identity]
    alone = f"{name} trains an epoch of {title} in {duration(first.summary.epoch_seconds.median)}"
    if len(ranked) == 1:
        return alone
    if first.against_best.verdict == "faster":
        other = labels[ranked[1].cell.identity]
        faster = f"{alone}, {times(ranked[1].times_fastest)} times as fast as {other}, the next"
        if not lanes.leads_other_lane(ranked):
            return faster
        seconds = duration(ranked[1].summary.epoch_seconds.median)
        return f"{faster} and the fastest that {lanes.kind(ranked[1])} ({seconds})"
    rivals = tuple(entry for entry in ranked if entry.may_be_fastest)
    names = [labels[entry.cell.identity] for entry in rivals]
    those = listing(names) if len(names) <= NAMED_FASTEST else f"{len(names)} cells"
    they = f"they train an epoch of {title} in {_medians(rivals)}"
    if all(entry.against_best.verdict == "same" for entry in rivals):
        return f"{those} are level within {comparing.NOISE_WORDS}: {they}"
    if len(names) == 2:
        return f"This run does not tell whether {names[0]} or {names[1]} is the faster: {they}"
    return f"This run does not tell which of {those} is the fastest: {they}"


def _medians(ranked: tuple[Ranked, ...]) -> str:
    medians = [entry.summary.epoch_seconds.median for entry in ranked]
    if len(medians) == 2:
        return f"{duration(medians[0])} and {duration(medians[1])}"
    return f"{duration(min(medians))} to {duration(max(medians))}"


def _certainty(ranked: tuple[Ranked, ...]) -> str:
    """Return how sure the first place is, and how small a difference the run resolves."""
    if len(ranked) < 2:
        return ""
    resolved = resolution(ranked[0].comparisons)
    if resolved is None:
        blocks = max(entry.against_best.blocks for entry in ranked)
        return (
            f"A verdict takes {MINIMUM_BLOCKS} blocks, and this run has {blocks or 'none'} in "
            "which cells can be compared."
        )
    if ranked[0].against_best.verdict != "inconclusive":
        return _resolved(resolved)
    needed = f"Telling which is the fastest {comparing.needs(ranked[0].against_best)}"
    interval = comparing.interval(ranked[1].against(ranked[0]))
    first_two = f"; the ratio of the first two has the interval {interval}" if interval else ""
    return f"{needed}{first_two}. {_resolved(resolved)}"


def _by_turns(ranked: tuple[Ranked, ...]) -> str:
    """Return why ratios need not be those of the medians beside them."""
    if len(ranked) < 2 or not all(any(t.by_turns for t in one.cell.trials) for one in ranked):
        return ""
    return (
        "Cells took turns and are compared epoch by epoch; medians of their epochs also differ by "
        "what the machine did meanwhile."
    )


def _resolved(resolved: Resolution) -> str:
    sentence = f"This run resolves differences of about {percent(resolved.difference)}"
    if resolved.more_blocks is None:
        return f"{sentence}."
    more = count(resolved.more_blocks, "more block")
    return f"{sentence}; {more} would resolve {percent(resolved.finer)}."


def _spread(ranked: tuple[Ranked, ...], labels: Mapping[Identity, str]) -> str:
    if len(ranked) < 3:
        return ""
    last = ranked[-1]
    return (
        f"The slowest of {len(ranked)} cells, {labels[last.cell.identity]}, takes "
        f"{times(last.times_fastest)} times as long as the first."
    )


def _sameness(ranking: Ranking, labels: Mapping[Identity, str]) -> str:
    same, total = len(ranking.ranked), len(ranking.ranked) + len(ranking.unranked)
    if same == total:
        return (
            f"All {total} cells trained the same model."
            if total > 1
            else "It is the only cell, and it trained the same model as the reference."
        )
    fates: dict[str, list[str]] = {
        words: [] for words in (*_INVALID.values(), *_NOT_RANKED.values())
    }
    for cell in ranking.unranked:
        fates[_fate(cell)].append(labels[cell.identity])
    proven = "is proven" if same == 1 else "are proven"
    trained = f"{same} of {count(total, 'cell')} {proven} to have trained the same model"
    told = [_told(names, words) for words, names in fates.items() if names]
    return f"{'; '.join([trained, *told] if same else told)}."


def _fate(cell: Cell) -> str:
    return _INVALID[broken_kind(cell)] if cell.status == "invalid" else _NOT_RANKED[cell.status]


def _told(names: list[str], words: str) -> str:
    subject = listing(names) if len(names) <= NAMED else str(len(names))
    return f"{subject} {words.format(was='was' if len(names) == 1 else 'were')}"
