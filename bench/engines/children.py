"""Every process that a run starts, and every one that those start, ends with the run.

What has left its process group is found as well: on Linux this process adopts orphans among its
descendants while a run goes on, and all of them have inherited a mark.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.engines import guardian

PR_SET_CHILD_SUBREAPER = 36
# What ends by itself when its worker is gone has not been left behind.
SECONDS_TO_FOLLOW = 1.0
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_LOOKS = 0.02
NAMED = 3


@dataclass
class Household:
    """The children of this process, which are the whole process's, and so there is one of it.

    Attributes
    ----------
    marks : dict
        The mark of each child that was started here and is not waited for yet, by its number.
    accused : dict
        By the mark of a worker, what it did to this process.
    adopting : bool
        Whether orphaned descendants become children of this process.
    """

    marks: dict[int, str] = field(default_factory=dict)
    accused: dict[str, str] = field(default_factory=dict)
    adopting: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)


_HOUSEHOLD = Household()


@contextmanager
def ended_with_the_run() -> Iterator[None]:
    """See to it that all that is started within ends at the latest when this process does."""
    mark = secrets.token_hex(8)
    os.environ[guardian.VARIABLE] = mark
    _HOUSEHOLD.adopting = _adopt_orphans(True)
    watch = _start_guardian(mark)
    try:
        yield
    finally:
        _adopt_orphans(False)
        _HOUSEHOLD.adopting = False
        del os.environ[guardian.VARIABLE]
        if watch is not None:
            watch.communicate()
            _HOUSEHOLD.marks.pop(watch.pid, None)


def _start_guardian(mark: str) -> subprocess.Popen[bytes] | None:
    """Start what ends everything with the mark when this process has ended."""
    if not Path(guardian.PROCESSES, "self", "environ").exists():
        return None
    with _HOUSEHOLD.lock:
        watch = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian.__file__, mark],
            env={},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _HOUSEHOLD.marks[watch.pid] = mark
    return watch


def _adopt_orphans(adopt: bool) -> bool:
    """Make this process the parent of orphans among its descendants; tell whether it is."""
    if sys.platform != "linux":
        return False
    done: int = ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)
    return adopt and done == 0


def start(arguments: Any, environment: dict[str, str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process at the head of a session of its own, with a mark of its own.

    Raises
    ------
    OSError
        If it cannot be started.
    """
    run = os.environ.get(guardian.VARIABLE, secrets.token_hex(8))
    mark = f"{run}-{secrets.token_hex(4)}"
    with _HOUSEHOLD.lock:
        process = subprocess.Popen(
            arguments,
            env=environment | {guardian.VARIABLE: mark},
            start_new_session=True,
            **options,
        )
        _HOUSEHOLD.marks[process.pid] = mark
    return process


def mark_of(process: subprocess.Popen[bytes]) -> str:
    """Return the mark that a process got in :func:`start`."""
    return _HOUSEHOLD.marks[process.pid]


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and all of the group, and wait for it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    # Once it was waited for, its number may be another's.
    with _HOUSEHOLD.lock:
        process.wait()
        _HOUSEHOLD.marks.pop(process.pid, None)


def end_strays(mark: str, alone: bool) -> tuple[str, ...]:
    """End what a worker that is gone has left behind, and return what it was.

    Parameters
    ----------
    alone : bool
        Whether no other worker is there. Only then does an orphan that has hidden its mark count as
        this one's.
    """
    deadline = time.monotonic() + SECONDS_TO_FOLLOW
    strays = _strays(mark, alone)
    while strays and time.monotonic() < deadline:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        strays = _strays(mark, alone)
    names = tuple(f"{_name(stray)} ({stray.pid})" for stray in strays)
    deadline = time.monotonic() + SECONDS_TO_END
    while strays and time.monotonic() < deadline:
        for stray in strays:
            with suppress(psutil.Error):
                stray.kill()
        time.sleep(SECONDS_BETWEEN_LOOKS)
        strays = _strays(mark, alone)
    return names


def in_words(strays: tuple[str, ...]) -> str:
    """Return the first of what was left behind, and how many more."""
    more = len(strays) - NAMED
    return ", ".join(strays[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return "a process"


def _strays(mark: str, alone: bool) -> list[psutil.Process]:
    """Return what is left of a worker, and take note of adopted children that have ended."""
    found = {process.pid: process for process in _marked(mark)}
    with _HOUSEHOLD.lock:
        if not _HOUSEHOLD.adopting:
            return list(found.values())
        for child in psutil.Process().children():
            if child.pid in _HOUSEHOLD.marks or _has_ended(child):
                continue
            if alone and guardian.mark_of(child.pid) is None:
                found[child.pid] = child
    return list(found.values())


def _marked(mark: str) -> list[psutil.Process]:
    """Return the processes with a mark."""
    if not Path(guardian.PROCESSES, "self", "environ").exists():
        return [process for process in psutil.process_iter() if _variable(process) == mark]
    found = []
    for pid in guardian.marked(mark):
        with suppress(psutil.Error):
            found.append(psutil.Process(pid))
    return found


def _variable(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(guardian.VARIABLE)
    except psutil.Error:
        return None


def _has_ended(child: psutil.Process) -> bool:
    """Tell whether an adopted child has ended; nobody else waits for it."""
    try:
        return os.waitpid(child.pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def accuse(pid: int, deed: str) -> bool:
    """End the worker that a process belongs to, and remember why; False if it is of none."""
    with _HOUSEHOLD.lock:
        worker = _worker_of(pid)
        if worker is None:
            return False
        _HOUSEHOLD.accused[_HOUSEHOLD.marks[worker]] = deed
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker, signal.SIGKILL)
        return True


def accusation(mark: str) -> str | None:
    """Return what the worker with a mark did to this process; only once."""
    with _HOUSEHOLD.lock:
        return _HOUSEHOLD.accused.pop(mark, None)


def _worker_of(pid: int) -> int | None:
    """Return the child of this process that another is, descends from, or has its mark from."""
    if pid in _HOUSEHOLD.marks:
        return pid
    its = guardian.mark_of(pid)
    by_mark = (own for own, mark in _HOUSEHOLD.marks.items() if its is not None and mark == its)
    found = next(by_mark, None)
    if found is not None:
        return found
    try:
        ancestors = [process.pid for process in psutil.Process(pid).parents()]
    except psutil.Error:
        return None
    return next((own for own in ancestors if own in _HOUSEHOLD.marks), None)
