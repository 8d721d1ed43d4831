"""The rows of the ranked table, and where each interval is drawn within its row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.memory import memory_needs
from bench.analysis.ranking import Ranked, Ranking
from bench.records.model import Identity
from bench.report import comparing, peaks
from bench.report.comparing import Sign
from bench.report.figures.scale import epochs_span_decades
from bench.report.marks import Mark, marks
from bench.report.palette import Look
from bench.report.peaks import Peak

# Width of the drawing in its own units, and room for half a marker on both sides.
STRIP_WIDTH = 120.0
STRIP_MARGIN = 7.0


@dataclass(frozen=True)
class Row:
    """One ranked cell.

    Attributes
    ----------
    low, median, high : float
        Positions of the epoch time and its interval in the row's drawing; all the same where there
        is no interval.
    times_fastest : float
        Its epoch over the first cell's, paired by block.
    times_interval : str
        The interval of that; empty where there is none.
    sign : Sign or None
        What comparing it with the best of the others found; None where there is no other.
    detail : str
        What to know beside the sign, such as how many blocks would tell.
    raw_times : tuple of str
        Times the fastest by the clock alone and its interval; empty where nothing is corrected.
    raw_sign : str
        The sign in words by the clock alone; empty where it is the same.
    peak : Peak
        Its peak memory, beside that of the others.
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
    raw_times: tuple[str, ...]
    raw_sign: str
    peak: Peak
    marks: tuple[Mark, ...]


def rows(
    ranking: Ranking, labels: Mapping[Identity, str], looks: Mapping[Identity, Look]
) -> tuple[Row, ...]:
    """Return the ranked cells as rows, fastest first."""
    if not ranking.ranked:
        return ()
    needs = memory_needs(ranking.ranked)
    estimates = [ranked.summary.epoch_seconds for ranked in ranking.ranked]
    logarithmic = epochs_span_decades(ranking.ranked)
    smallest = min(estimate.ends[0] for estimate in estimates)
    largest = max(estimate.ends[1] for estimate in estimates)

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
            position(estimate.ends[0]),
            position(estimate.median),
            position(estimate.ends[1]),
            ranked.times_fastest,
            comparing.times_interval(ranked),
            comparing.sign(ranked),
            comparing.detail(ranked),
            comparing.raw_times(ranked),
            comparing.raw_sign(ranked),
            peaks.peak(needs[ranked.cell.identity]),
            marks(ranked.cell),
        )
        for ranked, estimate in zip(ranking.ranked, estimates)
    )
