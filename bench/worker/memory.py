"""Resident memory of this process, and its exact peak between two points."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import psutil

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
# Writing 5 resets the peak resident set size (proc_pid_clear_refs(5)).
RESET_PEAK = "5"


def method() -> Literal["VmHWM", "rss"]:
    """Return how :func:`peak_bytes` is measured here."""
    return "VmHWM" if CLEAR_REFS.exists() else "rss"


def resident_bytes() -> int:
    """Return the resident set size of this process."""
    return int(psutil.Process().memory_info().rss)


def reset_peak() -> None:
    """Start a new phase: the peak becomes the present resident size."""
    if method() == "VmHWM":
        CLEAR_REFS.write_text(RESET_PEAK)


def peak_bytes() -> int:
    """Return the highest resident size since :func:`reset_peak`.

    Unlike ``ru_maxrss`` the kernel's VmHWM does not inherit the parent's peak. Where it does not
    exist, this is the present resident size, which misses what was freed before the call.
    """
    if method() == "rss":
        return resident_bytes()
    match = re.search(r"^VmHWM:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    assert match, "Linux writes VmHWM into every process's status"
    return int(match[1]) * 1024
