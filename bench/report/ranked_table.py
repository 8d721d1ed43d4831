"""The rows of the ranked table, and where each interval is drawn within its row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.comparison import SIGNIFICANCE
from bench.analysis.ranking import Ranked, Ranking
from bench.records.model import Identity
from bench.report import comparing
from bench.report.comparing import SIGNS, Sign
from bench.report.figures.scale import epochs_span_decades
from bench.report.marks import Mark, marks
from bench.report.palette import Look
from bench.report.wording import listing

# Width of the drawing in its own units, and room for half a marker on both sides.
STRIP_WIDTH = 120.0
STRIP_MARGIN = 7.0


@dataclass(frozen=True)
class Row:
    """One ranked cell.

    Attributes
    ----------
    low, median, high : float
        Positions of the epoch time and its interval in the row's drawing.
    times_fastest : float
        Its epoch over the fastest cell's, paired by block.
    times_interval : str
        The 95 % interval of that; empty where there is none.
    sign : Sign or None
        What comparing it with the fastest found; None for the fastest itself.
    detail : str
        What to know beside the sign, such as how many blocks would tell.
    """

    ranked: Ranked
    label: str
    look: Look
    low: float
    median: float
    high: float
    times_fastest: float
    times_interval: str
    sign: Sign | None
    detail: str
    marks: tuple[Mark, ...]


def rows(
    ranking: Ranking, labels: Mapping[Identity, str], looks: Mapping[Identity, Look]
) -> tuple[Row, ...]:
    """Return the ranked cells as rows, fastest first."""
    if not ranking.ranked:
        return ()
    estimates = [ranked.summary.epoch_seconds for ranked in ranking.ranked]
    logarithmic = epochs_span_decades(ranking.ranked)
    smallest = min(estimate.low for estimate in estimates)
    largest = max(estimate.high for estimate in estimates)

    def position(seconds: float) -> float:
        if logarithmic:
            part = math.log(seconds / smallest) / math.log(largest / smallest)
        else:
            part = seconds / largest
        return round(STRIP_MARGIN + part * (STRIP_WIDTH - 2 * STRIP_MARGIN), 2)

    return tuple(
        Row(
            ranked,
            labels[ranked.cell.identity],
            looks[ranked.cell.identity],
            position(estimate.low),
            position(estimate.median),
            position(estimate.high),
            comparing.times_fastest(ranked),
            "" if ranked.is_fastest else comparing.interval(ranked.against_fastest),
            None if ranked.is_fastest else SIGNS[ranked.against_fastest.verdict],
            "" if ranked.is_fastest else comparing.detail(ranked.against_fastest),
            marks(ranked.cell),
        )
        for ranked, estimate in zip(ranking.ranked, estimates)
    )


def rank_notes(ranked: Sequence[Ranked], labels: Mapping[Identity, str]) -> tuple[str, ...]:
    """Return what explains ranks that seem to contradict the comparison, or that say little."""
    behind = [entry for entry in ranked if not entry.is_fastest]

    def names(chosen: Iterable[Ranked]) -> str:
        cells = [labels[entry.cell.identity] for entry in chosen]
        return listing(cells) if cells else ""

    shared = names(
        entry for entry in behind if entry.rank == 1 and entry.against_fastest.verdict == "slower"
    )
    apart = names(
        entry
        for entry in behind
        if entry.rank > 1
        and entry.summary.trials > 1
        and entry.against_fastest.verdict == "inconclusive"
    )
    single = any(entry.summary.trials == 1 for entry in ranked)
    notes = (
        f"Sure to be slower though the intervals overlap: {shared}. An interval is a cell's own; "
        "the comparison pairs the trials of each block, and what slows both cancels out."
        if shared
        else "",
        f"Not told apart though the intervals do not overlap: {apart}. The comparison asks for "
        "more, so as to be wrong less than once in "
        f"{1 / SIGNIFICANCE:.0f} times."
        if apart
        else "",
        "A cell of one trial has no interval: it shares no rank, and nothing says how sure its "
        "place is."
        if single and behind
        else "",
    )
    return tuple(filter(None, notes))
