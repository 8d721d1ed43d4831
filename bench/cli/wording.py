"""Numbers as the terminal has room for them; ``bench.report.wording`` has the others."""

from __future__ import annotations

from bench.records.model import Estimate
from bench.report.wording import duration, three_digits


def rough_duration(seconds: float) -> str:
    """Return a duration to plan by: whole minutes, or seconds below two minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def interval_beside(estimate: Estimate) -> str:
    """Return an interval of seconds in the unit that `duration` gives its median, without it."""
    if estimate.low is None or estimate.high is None:
        return "-"
    scale = {"µs": 1e6, "ms": 1e3, "s": 1.0}[duration(estimate.median).split()[1]]
    return f"{three_digits(estimate.low * scale)}-{three_digits(estimate.high * scale)}"
