"""A process holds as much of a library however the library came into the page cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.engines import page_cache
from bench.worker import memory

MIB = 2**20
LIBRARY_BYTES = 64 * MIB
# Touches every hundredth page, in no order, and says how much more of files is resident then.
TOUCH = """
import mmap, random, sys
from bench.worker import memory

def mapped():
    found = memory.resident()
    return found.file_bytes + found.shared_bytes

with open(sys.argv[1], "rb") as file:
    library = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
pages = len(library) // mmap.PAGESIZE
before = mapped()
for page in random.Random(0).sample(range(pages), pages // 100):
    library[page * mmap.PAGESIZE]
print(mapped() - before)
"""
pytestmark = pytest.mark.skipif(
    memory.resident() is None or not hasattr(os, "posix_fadvise"),
    reason="this system has no such page cache, or does not tell what of it is resident",
)


def touched(library: Path) -> int:
    answer = subprocess.run(
        [sys.executable, "-c", TOUCH, str(library)], capture_output=True, text=True, check=True
    )
    return int(answer.stdout)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "lib" / "library.so.2"
    path.parent.mkdir()
    path.write_bytes(os.urandom(MIB) * (LIBRARY_BYTES // MIB))
    return path


def drop(library: Path) -> None:
    with library.open("rb") as file:
        os.fsync(file)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def just_written(library: Path) -> None:
    library.write_bytes(library.read_bytes())


def read_from_end_to_end(library: Path) -> None:
    drop(library)
    library.read_bytes()


@pytest.mark.parametrize("history", [just_written, read_from_end_to_end, drop])
def test_what_a_process_holds_does_not_depend_on_the_past(
    library: Path, tmp_path: Path, history: Callable[[Path], None]
) -> None:
    page_cache.read_in(tmp_path)
    usual = touched(library)
    history(library)
    page_cache.read_in(tmp_path)
    assert touched(library) == pytest.approx(usual, rel=0.01)
    assert usual < LIBRARY_BYTES / 2


def test_libraries_stay_as_they_are(library: Path, tmp_path: Path) -> None:
    content = library.read_bytes()
    page_cache.read_in(tmp_path)
    assert library.read_bytes() == content


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dangling.so").symlink_to(tmp_path / "absent")
    (tmp_path / "folder.so").mkdir()
    page_cache.read_in(tmp_path)
    page_cache.read_in(tmp_path / "absent")
