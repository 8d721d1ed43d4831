"""Folders: made, whole or absent, and what killed runs left of them.

Whoever makes a folder holds a lock on it, which the system frees when its holder ends, however it
ends. So a leftover can be told from what another run is still working on.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PARTIAL = ".partial-"


def make(path: Path) -> None:
    """Make a folder and those that it lies in, unless they are there.

    Raises
    ------
    OSError
        Also where it lies in more folders than Python can follow.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except RecursionError:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path)) from None


@contextmanager
def held_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Give a new folder below `parent`, which is made if it is missing; gone afterwards."""
    make(parent)
    folder, lock = _new(parent, prefix)
    try:
        yield folder
    finally:
        remove(folder)
        if lock is not None:
            os.close(lock)


@contextmanager
def whole_or_absent(place: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes `place` only when all of it is written.

    Where another run was first, its folder stays.
    """
    with held_folder(place.parent, PARTIAL) as held:
        folder = held / place.name
        folder.mkdir()
        yield folder
        try:
            os.replace(folder, place)
        except OSError:
            if not place.is_dir():
                raise


def remove_stale(parent: Path, prefix: str = PARTIAL) -> None:
    """Remove this user's folders and files of a prefix that nobody holds, as far as possible."""
    for path in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            found = path.lstat()
            plain = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
            if found.st_uid == os.geteuid() and plain:
                _remove_unless_held(path)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, whatever a worker has made of it, as far as possible."""
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            return
    # Folders that are nested more deeply than Python can follow stay.
    with suppress(OSError, RecursionError):
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            for folder, _, _ in os.walk(path):
                os.chmod(folder, stat.S_IRWXU)
            shutil.rmtree(path, ignore_errors=True)


def _remove_unless_held(path: Path) -> None:
    lock = _lock(path)
    if lock is not None:
        remove(path)
        os.close(lock)


def _new(parent: Path, prefix: str) -> tuple[Path, int | None]:
    """Return a folder and what holds it; another run may have removed it before it was held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = _lock(folder)
        if folder.is_dir():
            return folder, lock
        if lock is not None:
            os.close(lock)


def hold(descriptor: int) -> bool:
    """Hold an open file or folder until it is closed; False if another does, or none can."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock(path: Path) -> int | None:
    """Return a descriptor that holds a folder or file; None if another does, or none can."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return None
    if hold(descriptor):
        return descriptor
    os.close(descriptor)
    return None
