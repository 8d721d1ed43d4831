"""What ties a process of the harness's to its CPUs, and to the harness."""

from __future__ import annotations

import ctypes
import signal
import sys

import psutil

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when the harness ends, however it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def bind(cpus: tuple[int, ...]) -> None:
    """Bind this process to `cpus`, where the system can."""
    if hasattr(psutil.Process, "cpu_affinity"):
        psutil.Process().cpu_affinity(list(cpus))
