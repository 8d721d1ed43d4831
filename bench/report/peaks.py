"""Peak memory in a few words: how sure it is, which cells need least, and whence runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.memory import Difference, Moment, Need
from bench.analysis.verdicts import Verdict
from bench.report import comparing
from bench.report.comparing import SIGNS, Sign
from bench.report.wording import memory, memory_interval

# Of one cell against the least of the others; symbols and colours are those of time.
_PLACES: Mapping[Verdict, Sign] = {
    "slower": Sign(SIGNS["slower"].symbol, "more"),
    "faster": Sign(SIGNS["faster"].symbol, "least memory"),
    "same": Sign(SIGNS["same"].symbol, "level"),
    "inconclusive": Sign(SIGNS["inconclusive"].symbol, "not told apart"),
}
# What the system's own counting may move to and fro.
LEAST_TOLD = 2**20
MINUS = "\N{MINUS SIGN}"
_MOMENTS: Mapping[Moment, str] = {
    "imported": "after the import",
    "baseline": "before the first epoch",
    "trained": "at the end of training",
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


def difference_words(found: Difference) -> str:
    """Return by how much a later run's memory differs at one moment, and in what kinds of it."""
    if abs(found.bytes) < LEAST_TOLD:
        return f"the same {_MOMENTS[found.moment]}"
    kinds = {
        "of files": found.file_bytes,
        "its own": found.anonymous_bytes,
        "shared": found.shared_bytes,
    }
    told = [
        f"{_signed(size)} {kind}"
        for kind, size in sorted(kinds.items(), key=lambda item: -abs(item[1]))
        if abs(size) >= LEAST_TOLD
    ]
    return f"{_signed(found.bytes)} {_MOMENTS[found.moment]}: {', '.join(told)}"


def _signed(size_bytes: int) -> str:
    return f"{'+' if size_bytes > 0 else MINUS}{memory(abs(size_bytes))}"
