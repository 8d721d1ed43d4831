"""Peak memory in a few words: how sure it is, and which cells need least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.comparison import Comparison, Verdict
from bench.analysis.memory import Need
from bench.report import comparing
from bench.report.comparing import SIGNS, Sign
from bench.report.wording import memory_interval

# Of one cell against the least of the others; symbols and colours are those of time.
_PLACES: Mapping[Verdict, Sign] = {
    "slower": Sign(SIGNS["slower"].symbol, "more"),
    "faster": Sign(SIGNS["faster"].symbol, "least memory"),
    "same": Sign(SIGNS["same"].symbol, "level"),
    "inconclusive": Sign(SIGNS["inconclusive"].symbol, "not told apart"),
}


@dataclass(frozen=True)
class Peak:
    """What a table shows beside the median of a cell's peak memory.

    Attributes
    ----------
    interval : str
        In the median's unit; empty where there are too few trials for one.
    sign : Sign or None
        What comparing it with the least of the others found; None where there is no other.
    detail : str
        The sign in whole words, with how far the cell is from the least of the others.
    """

    interval: str
    verdict: Verdict
    sign: Sign | None
    detail: str


def peak(need: Need) -> Peak:
    """Return the words for a cell's peak memory."""
    found, estimate = need.against_least, need.bytes
    sign = _PLACES.get(found.verdict)
    return Peak(
        ""
        if estimate.low is None or estimate.high is None
        else memory_interval(estimate.low, estimate.high, estimate.median),
        found.verdict,
        sign,
        _detail(found, sign) if sign else "",
    )


def _detail(found: Comparison, sign: Sign) -> str:
    if found.verdict == "inconclusive":
        return f"{sign.words} from the least, {comparing.needs(found)}"
    if found.verdict == "same":
        return f"{sign.words} with the least, within {comparing.NOISE_WORDS}"
    ratio, interval = comparing.ratio(found.ratio), comparing.interval(found)
    over = f"{ratio} times the least of the others"
    return f"{sign.words}: {over} ({interval})" if interval else f"{sign.words}: {over}"
