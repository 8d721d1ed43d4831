"""Numbers and names as people read them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return seconds with three significant digits in a fitting unit."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds:.3g} s"


def rough_duration(seconds: float) -> str:
    """Return a duration to plan by: whole minutes, or seconds below two minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def memory(size_bytes: int) -> str:
    """Return a size in MiB or GiB."""
    mebibytes = size_bytes / 2**20
    return f"{mebibytes:.0f} MiB" if mebibytes < 1024 else f"{mebibytes / 1024:.2f} GiB"


def duration_interval(low: float, high: float) -> str:
    """Return an interval of seconds, the unit once where both ends share it."""
    one, other = duration(low), duration(high)
    if one.split()[1] == other.split()[1]:
        one = one.split()[0]
    return f"{one} - {other}"
