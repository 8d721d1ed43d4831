"""The result of a workload in sentences, made from its ranking alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.ranking import Ranked, Ranking
from bench.records.model import Cell, CellStatus, FailureKind, Identity
from bench.report import comparing
from bench.report.statuses import broken_kind
from bench.report.wording import count, duration, listing, times

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
        Who is fastest, and by how much, or that the run does not tell.
    certainty : str
        What it would take to tell; empty where the first place is sure.
    sameness : str
        Which cells trained the same model, and what became of the others.
    """

    speed: str
    certainty: str
    sameness: str


def verdict(ranking: Ranking, title: str, labels: Mapping[Identity, str]) -> Verdict:
    """Return the verdict on a workload called `title`."""
    return Verdict(
        _speed(ranking.ranked, title, labels),
        _certainty(ranking.ranked),
        _sameness(ranking, labels),
    )


def _speed(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    if not ranked:
        return f"No cell of {title} can be ranked."
    sentence = _first_place(ranked, title, labels)
    if len(ranked) > 2:
        last = ranked[-1]
        sentence += (
            f"; the slowest of {len(ranked)} cells, {labels[last.cell.identity]}, takes "
            f"{times(comparing.times_fastest(last))} times as long as the first"
        )
    return f"{sentence}."


def _first_place(ranked: tuple[Ranked, ...], title: str, labels: Mapping[Identity, str]) -> str:
    first, name = ranked[0].summary.epoch_seconds.median, labels[ranked[0].cell.identity]
    alone = f"{name} trains an epoch of {title} in {duration(first)}"
    if len(ranked) == 1:
        return alone
    second, comparison = ranked[1].summary.epoch_seconds.median, ranked[1].against_fastest
    other = labels[ranked[1].cell.identity]
    if comparison.verdict == "slower":
        ratio = times(comparison.ratio)
        return f"{alone}, {ratio} times as fast as {other}, the next{_interval(comparison)}"
    if comparison.verdict == "incomparable":
        return f"{alone}; {other}, the next, trains in other batches"
    medians = f"{duration(first)} and {duration(second)}"
    if comparison.verdict == "same":
        return (
            f"{name} and {other} are level within {comparing.NOISE_WORDS}: they train an epoch of "
            f"{title} in {medians}{_interval(comparison)}"
        )
    return (
        f"This run does not tell whether {name} or {other} is the faster: they train an epoch of "
        f"{title} in {medians}{_interval(comparison)}"
    )


def _interval(comparison: Comparison) -> str:
    interval = comparing.interval(comparison)
    return f" (95 % interval of the ratio {interval})" if interval else ""


def _certainty(ranked: tuple[Ranked, ...]) -> str:
    if len(ranked) < 2:
        return ""
    comparison = ranked[1].against_fastest
    if comparison.verdict == "faster":
        return "The first has the shorter median, but block by block the second is the faster."
    if comparison.verdict != "inconclusive":
        return ""
    needed = f"Telling the first two apart {comparing.needs(comparison)}."
    if min(ranked[0].summary.trials, ranked[1].summary.trials) == 1:
        return f"A single trial has no interval, so nothing says how sure the order is. {needed}"
    return needed


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
