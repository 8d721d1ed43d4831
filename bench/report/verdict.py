"""The result of a workload in sentences, made from its ranking alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.noise import smallest_difference
from bench.analysis.ranking import Ranked, Ranking
from bench.records.model import Cell, CellStatus, FailureKind, Identity
from bench.report import comparing, lanes
from bench.report.statuses import broken_kind
from bench.report.wording import count, duration, listing, percent, times

# How many cells are named one by one before they are only counted.
NAMED = 3

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
        Who is fastest, and by how much, or that the run does not tell; and which differences are
        noise.
    leader : str
        Who leads among eager cells where the fastest is compiled, or the other way round; empty
        where `speed` tells it, or there is no such cell.
    gains : str
        What compiling brings each framework; empty where none is ranked in two lanes.
    certainty : str
        How sure the first place is, and what it would take to be; empty where nothing says.
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
    return Verdict(
        _speed(ranking.ranked, title, labels),
        lanes.leader(ranking.ranked, labels),
        lanes.gains(ranking.ranked, labels),
        _certainty(ranking.ranked),
        _spread(ranking.ranked, labels),
        _sameness(ranking, labels),
    )


def _speed(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    if not ranked:
        return f"No cell of {title} can be ranked."
    noise = smallest_difference(ranked)
    if noise is None:
        return f"{_first_place(ranked, title, labels)}."
    return (
        f"{_first_place(ranked, title, labels)}; differences under about {percent(noise)} are "
        "within this machine's noise."
    )


def _first_place(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    first, name = ranked[0].summary.epoch_seconds.median, labels[ranked[0].cell.identity]
    alone = f"{name} trains an epoch of {title} in {duration(first)}"
    if len(ranked) == 1:
        return alone
    comparison, other = ranked[1].against_fastest, labels[ranked[1].cell.identity]
    if comparison.verdict == "slower":
        faster = f"{alone}, {times(comparison.ratio)} times as fast as {other}, the next"
        if not lanes.leads_other_lane(ranked):
            return faster
        seconds = duration(ranked[1].summary.epoch_seconds.median)
        return f"{faster} and the fastest that {lanes.kind(ranked[1])} ({seconds})"
    if comparison.verdict == "incomparable":
        return f"{alone}; {other}, the next, trains in other batches"
    if comparison.verdict == "same":
        level = f"{name} and {other} are level within {comparing.NOISE_WORDS}"
        return f"{level}: they train an epoch of {title} in {_medians(ranked[:2])}"
    rivals = _not_told_apart(ranked)
    names = [labels[entry.cell.identity] for entry in rivals]
    if len(rivals) == 2:
        choice = f"whether {name} or {other} is the faster"
    elif len(rivals) <= NAMED:
        choice = f"which of {listing(names)} is the fastest"
    else:
        choice = f"which of {len(rivals)} cells, {name} to {names[-1]}, is the fastest"
    return f"This run does not tell {choice}: they train an epoch of {title} in {_medians(rivals)}"


def _not_told_apart(ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Return the first cells of the ranking, up to one that cannot be the fastest."""

    def may_be_first(entry: Ranked) -> bool:
        return entry.against_fastest.verdict not in ("slower", "incomparable")

    return ranked[:1] + tuple(itertools.takewhile(may_be_first, ranked[1:]))


def _medians(ranked: tuple[Ranked, ...]) -> str:
    first, last = (duration(ranked[end].summary.epoch_seconds.median) for end in (0, -1))
    return f"{first} {'and' if len(ranked) == 2 else 'to'} {last}"


def _certainty(ranked: tuple[Ranked, ...]) -> str:
    if len(ranked) < 2:
        return ""
    comparison = ranked[1].against_fastest
    interval = comparing.interval(comparison)
    found = f"The ratio of the first two has the 95 % interval {interval}" if interval else ""
    if comparison.verdict == "faster":
        return f"{found}: block by block the second is the faster, though its median is longer."
    if comparison.verdict != "inconclusive":
        return f"{found}." if found else ""
    needed = f"telling them apart {comparing.needs(comparison)}."
    if min(ranked[0].summary.trials, ranked[1].summary.trials) == 1:
        return f"A single trial has no interval, so nothing says how sure the order is; {needed}"
    return f"{found}; {needed}" if found else needed.capitalize()


def _spread(ranked: tuple[Ranked, ...], labels: Mapping[Identity, str]) -> str:
    if len(ranked) < 3:
        return ""
    last = ranked[-1]
    return (
        f"The slowest of {len(ranked)} cells, {labels[last.cell.identity]}, takes "
        f"{times(comparing.times_fastest(last))} times as long as the first."
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
