"""Which processes belong to an attack: those that inherited its folder, or stand in it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

SECONDS_BETWEEN_LOOKS = 0.05


def belonging(folder: Path) -> tuple[psutil.Process, ...]:
    """Return the processes in whose environment, arguments or working folder `folder` stands."""
    return tuple(one for one in psutil.process_iter() if _belongs(one, f"{folder}{os.sep}"))


def _belongs(process: psutil.Process, mark: str) -> bool:
    """Tell whether a process bears a mark; one that has ended or is another user's does not."""
    if process.pid == os.getpid():
        return False
    with suppress(psutil.Error, OSError):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        inherited = (*process.environ().values(), *process.cmdline(), f"{process.cwd()}{os.sep}")
        return any(mark in value for value in inherited)
    return False


def left(folder: Path, grace_seconds: float) -> tuple[str, ...]:
    """Return the processes that are there when a grace is over, in words, and end them."""
    deadline = time.monotonic() + grace_seconds
    while (found := belonging(folder)) and time.monotonic() < deadline:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    words = tuple(filter(None, map(_described, found)))
    end(folder)
    return words


def end(folder: Path) -> None:
    """End the processes of an attack: those that bear its mark, and no others."""
    for process in belonging(folder):
        with suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)


def _described(process: psutil.Process) -> str:
    """Return a process in words; nothing if it has ended meanwhile."""
    try:
        return f"{process.pid} {process.status()} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return ""
