"""Resident memory of this process, and its exact peak between two points."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import psutil

from bench.records.model import Resident

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
# Where the page tables are summed up (proc_pid_smaps(5)).
ROLLUP = Path("/proc/self/smaps_rollup")
# Writing 5 resets the peak resident set size (proc_pid_clear_refs(5)).
RESET_PEAK = "5"


def method() -> Literal["VmHWM", "rss"]:
    """Return how :func:`peak_bytes` is measured here."""
    return "VmHWM" if CLEAR_REFS.exists() else "rss"


def resident_bytes() -> int:
    """Return the resident set size of this process."""
    return int(psutil.Process().memory_info().rss)


def resident() -> Resident | None:
    """Return what is resident by kind; None where the system does not say.

    Never within a clock: the kernel goes through all page tables.
    """
    kinds = _sizes(STATUS)
    if not kinds.keys() >= {"RssAnon", "RssFile", "RssShmem"}:
        return None
    rollup = _sizes(ROLLUP)
    huge = [rollup.get(name) for name in ("AnonHugePages", "FilePmdMapped", "ShmemPmdMapped")]
    known = [size for size in huge if size is not None]
    return Resident(
        anonymous_bytes=kinds["RssAnon"],
        file_bytes=kinds["RssFile"],
        shared_bytes=kinds["RssShmem"],
        huge_bytes=sum(known) if known else None,
    )


def _sizes(file: Path) -> dict[str, int]:
    """Return the sizes that a file of /proc lists, in bytes; none where there is no such file."""
    try:
        lines = file.read_text()
    except OSError:
        return {}
    found = re.findall(r"^(\w+):\s+(\d+) kB$", lines, re.MULTILINE)
    return {name: int(kibibytes) * 1024 for name, kibibytes in found}


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
    return _sizes(STATUS)["VmHWM"]
