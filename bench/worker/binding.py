"""What ties a process of the harness's to its CPUs, and lets it be ended as any other."""

from __future__ import annotations

import signal

import psutil


def hear_signals() -> None:
    """Undo that the harness holds signals back, which what it starts inherits."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def bind(cpus: tuple[int, ...]) -> None:
    """Bind this process to `cpus`, where the system can."""
    if hasattr(psutil.Process, "cpu_affinity"):
        psutil.Process().cpu_affinity(list(cpus))
