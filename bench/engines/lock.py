"""One run at a time on a machine: two at once would measure each other."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock


class MachineBusy(Exception):
    """Another run is going on; the message says whose."""


def lock_file() -> Path:
    """Return the lock that all runs on this machine share."""
    return Path(tempfile.gettempdir()) / "softmax-bench.lock"


def _holder_file(lock: Path) -> Path:
    return lock.with_suffix(".holder.json")


def _holder(lock: Path) -> str:
    try:
        holder = json.loads(_holder_file(lock).read_text())
        return f"process {holder['pid']}, started {holder['started']}: {holder['command']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not said who it is yet"


@contextmanager
def machine_lock(started: str, command: str) -> Iterator[None]:
    """Hold the machine for one run.

    The operating system frees the lock when its holder ends, however it ends.

    Raises
    ------
    MachineBusy
        At once, if another run holds it.
    """
    path = lock_file()
    lock = filelock.FileLock(path, mode=0o666)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise MachineBusy(
            f"Another run is measuring on this machine ({_holder(path)}). Two at once would "
            "measure each other: wait for it to finish, or end it."
        ) from None
    try:
        # Who holds the lock is a courtesy: where it cannot be said, the lock still holds.
        with suppress(OSError):
            _holder_file(path).write_text(
                json.dumps({"pid": os.getpid(), "started": started, "command": command})
            )
        yield
    finally:
        with suppress(OSError):
            _holder_file(path).unlink()
        lock.release()
