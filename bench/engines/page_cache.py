"""Bring libraries into the system's page cache in one way, so that runs can compare memory.

A process that touches a page of a library is given others with it: those around it that are cached,
up to a whole folio, and how large folios are depends on how the file came into the cache. Of a file
of 128 MiB a process that touched a hundredth of the pages held 19 MiB where they had been faulted
in, 116 where the file had been read from end to end, and 126 where it had just been written (Linux
6.18, ext4). So an environment that was just installed looks larger than it does later.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

CHUNK_BYTES = 2**20


def read_in(folder: Path) -> None:
    """Leave every shared library below a folder in the page cache, page by page.

    Each is dropped from the cache and read again, without read-ahead, which would make large
    folios. What some process has mapped cannot be dropped, and stays as it is; so does everything
    where the system takes no such advice.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    for library in sorted({path.resolve() for path in folder.rglob("*.so*") if path.is_file()}):
        with contextlib.suppress(OSError):
            _read_in(library)


def _read_in(library: Path) -> None:
    buffer = bytearray(CHUNK_BYTES)
    with library.open("rb", buffering=0) as file:
        # A page that is still to be written is not dropped.
        os.fsync(file)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        while file.readinto(buffer):
            pass
