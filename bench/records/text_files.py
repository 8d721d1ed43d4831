"""Text files that a user names: read whole, without waiting for anybody, and within bounds."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Unreadable(Exception):
    """A file cannot be read; the message says why, in words that go behind a colon."""


def read_text(path: Path | str, most_bytes: int) -> str:
    """Return the text in a file.

    What is no regular file is not opened: a pipe would be waited for, and a device has no end.

    Parameters
    ----------
    most_bytes : int
        A file that is larger is not read.

    Raises
    ------
    Unreadable
    """
    try:
        _require_regular(os.stat(path))
        content = _read(path, most_bytes)
    except OSError as error:
        raise Unreadable(error.strerror or type(error).__name__) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"it is not a text in UTF-8, as its byte {error.start + 1:,} tells"
        ) from error


def _read(path: Path | str, most_bytes: int) -> bytes:
    # It may have become something else meanwhile, for which nobody is to wait either.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        _require_regular(found)
        # The files of /proc have no size until they are read.
        content = b"" if found.st_size > most_bytes else file.read(most_bytes + 1)
    if max(found.st_size, len(content)) > most_bytes:
        raise Unreadable(f"it is larger than {_size(most_bytes)}")
    return content


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"


def _require_regular(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable(os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "of an unknown kind")
        raise Unreadable(f"it is {kind}, not a file")
