"""One run at a time on a machine: two at once would measure each other.

The lock is a lock of the kernel's (flock) on one file that all users share. Whoever holds it has
written into the file who it is. The file is made once and stays: removing it would let two runs
hold two files of one name.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER_VARIABLE = "SOFTMAX_BENCH_LOCK_DIR"
# Not the folder for temporary files, which a variable of each user names. All may write here, and
# its sticky bit keeps a user from removing what is another's.
FOLDER = Path("/tmp")
NAME = "softmax-bench.lock"
MODE = 0o666
LONGEST_NAME_BYTES = 2_000


class MachineBusy(Exception):
    """Another run is going on, or nobody can tell whether one is; the message says more."""


def lock_file() -> Path:
    """Return the lock that all runs on this machine share, whoever starts them."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    return Path(named or FOLDER) / NAME


@contextmanager
def machine_lock(started: str, command: str) -> Iterator[None]:
    """Hold the machine for one run.

    The operating system frees the lock when its holder ends, however it ends.

    Raises
    ------
    MachineBusy
        At once, if another run holds it, or the lock cannot be used.
    """
    path = lock_file()
    descriptor = _opened(path)
    try:
        _take(descriptor, path)
        _say(descriptor, json.dumps({"pid": os.getpid(), "started": started, "command": command}))
        try:
            yield
        finally:
            _say(descriptor, "")
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """Return a descriptor of the lock, which is made if it is missing.

    A link is not followed, and nothing but an ordinary file is waited for or written to. Where
    another user's file may not be written, reading is enough to lock it.
    """
    careful = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        try:
            descriptor = os.open(path, os.O_RDWR | careful)
        except FileNotFoundError:
            descriptor = _made(path, careful)
        except PermissionError:
            descriptor = os.open(path, os.O_RDONLY | careful)
    except OSError as error:
        is_link = error.errno == errno.ELOOP
        raise _unusable(path, "it is a link" if is_link else error.strerror) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise _unusable(path, "it is not a file of its own")
    return descriptor


def _made(path: Path, careful: int) -> int:
    """Make the lock such that every user can lock it, whatever modes this one is used to."""
    usual = os.umask(0)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | careful, MODE)
    except FileExistsError:
        return os.open(path, os.O_RDWR | careful)
    finally:
        os.umask(usual)


def _take(descriptor: int, path: Path) -> None:
    # Not at the top: where there is no such module there are no runs, but there are reports.
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise MachineBusy(
            f"Another run is measuring on this machine ({_holder(descriptor)}). Two at once would "
            "measure each other: wait for it to finish, or end it."
        ) from None
    except OSError as error:
        raise _unusable(path, error.strerror) from error


def _unusable(path: Path, why: str | None) -> MachineBusy:
    return MachineBusy(
        f"The lock {path}, which keeps two runs from measuring each other, cannot be used: {why}. "
        f"Remove it, or name another folder for it, the same for all runs on this machine, in "
        f"{FOLDER_VARIABLE}."
    )


def _say(descriptor: int, who: str) -> None:
    """Write into the lock who holds it: a courtesy, without which the lock still holds."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, who.encode(errors="replace"), 0)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, LONGEST_NAME_BYTES, 0))
        return f"process {holder['pid']}, started {holder['started']}: {holder['command']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "a process that has not said who it is"
