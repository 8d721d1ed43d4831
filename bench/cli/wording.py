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


def interval_beside(median: float, low: float, high: float) -> str:
    """Return an interval of seconds in the unit that `duration` gives its median, without it."""
    scale = {"µs": 1e6, "ms": 1e3, "s": 1.0}[duration(median).split()[1]]
    return f"{low * scale:.3g}-{high * scale:.3g}"
