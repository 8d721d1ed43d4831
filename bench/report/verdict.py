"""The result of a workload in sentences, made from its ranking alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.ranking import Ranked, Ranking
from bench.records.model import CellStatus, Identity
from bench.report.wording import count, duration, listing, times

# How many cells are named one by one before they are only counted.
NAMED = 3

_NOT_RANKED: dict[CellStatus, str] = {
    "invalid": "trained another model",
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
        Who is fastest, and by how much.
    certainty : str
        Why the first place is open; empty where it is not.
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
    first = ranked[0]
    sentence = (
        f"{labels[first.cell.identity]} trains an epoch of {title} in "
        f"{duration(first.summary.epoch_seconds.median)}"
    )
    if len(ranked) > 1:
        name, ratio = labels[ranked[1].cell.identity], times(ranked[1].times_fastest)
        lead = "level with" if ratio == "1.00" else f"{ratio} times as fast as"
        sentence += f", {lead} {name}, the next"
    if len(ranked) > 2:
        last = ranked[-1]
        sentence += (
            f"; the slowest of {len(ranked)} cells, {labels[last.cell.identity]}, takes "
            f"{times(last.times_fastest)} times as long"
        )
    return f"{sentence}."


def _certainty(ranked: tuple[Ranked, ...]) -> str:
    if len(ranked) < 2:
        return ""
    first, second = ranked[0].summary, ranked[1].summary
    if min(first.trials, second.trials) == 1:
        return "A single trial has no interval, so nothing says how sure the order is."
    if first.epoch_seconds.high >= second.epoch_seconds.low:
        return "The intervals of the first two overlap: this run does not tell which is faster."
    return ""


def _sameness(ranking: Ranking, labels: Mapping[Identity, str]) -> str:
    same, total = len(ranking.ranked), len(ranking.ranked) + len(ranking.unranked)
    if same == total:
        return (
            f"All {total} cells trained the same model."
            if total > 1
            else "It is the only cell, and it trained the same model as the reference."
        )
    fates = [
        _fate([labels[cell.identity] for cell in ranking.unranked if cell.status == status], words)
        for status, words in _NOT_RANKED.items()
        if any(cell.status == status for cell in ranking.unranked)
    ]
    trained = f"{same} of {count(total, 'cell')} trained the same model" if same else ""
    return f"{'; '.join(filter(None, (trained, *fates)))}."


def _fate(names: list[str], words: str) -> str:
    subject = listing(names) if len(names) <= NAMED else str(len(names))
    return f"{subject} {words.format(was='was' if len(names) == 1 else 'were')}"
