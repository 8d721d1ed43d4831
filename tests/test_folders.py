"""Folders that are whole or absent, and leftovers that are told from what others work on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench import folders
from tests.conftest import REPOSITORY

HOLD = """
import sys
from pathlib import Path
from bench import folders
with folders.held_folder(Path(sys.argv[1]), "made-") as folder:
    (folder / "half").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_another_process_holds_stays(holder, tmp_path):
    folders.remove_stale(tmp_path, "made-")
    assert len(names(tmp_path)) == 1


def test_what_a_killed_process_held_is_removed(holder, tmp_path):
    holder.kill()
    holder.wait()
    assert len(names(tmp_path)) == 1
    folders.remove_stale(tmp_path, "made-")
    assert names(tmp_path) == []


def test_only_what_has_the_prefix_is_removed_and_no_link_is_followed(tmp_path):
    for name in ("made-1", "kept"):
        (tmp_path / name).mkdir()
    (tmp_path / "made-2").symlink_to(tmp_path / "kept")
    (tmp_path / "made-3").touch()
    folders.remove_stale(tmp_path, "made-")
    assert names(tmp_path) == ["kept", "made-2"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_user_s_folder_stays(tmp_path):
    folder = tmp_path / "made-1"
    folder.mkdir()
    os.chown(folder, 12_345, 12_345)
    folders.remove_stale(tmp_path, "made-")
    assert names(tmp_path) == ["made-1"]


def test_a_folder_is_there_only_when_all_of_it_is_written(tmp_path):
    place = tmp_path / "below" / "place"
    with folders.whole_or_absent(place) as folder:
        (folder / "content").touch()
        assert not place.exists()
    assert names(place) == ["content"]
    assert names(place.parent) == ["place"]


def test_what_cannot_be_finished_leaves_nothing(tmp_path):
    def begin() -> None:
        with folders.whole_or_absent(tmp_path / "place") as folder:
            (folder / "content").touch()
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        begin()
    assert names(tmp_path) == []


def test_where_another_was_first_its_folder_stays(tmp_path):
    with folders.whole_or_absent(tmp_path / "place") as folder:
        (folder / "second").touch()
        (tmp_path / "place").mkdir()
        (tmp_path / "place" / "first").touch()
    assert names(tmp_path / "place") == ["first"]
    assert names(tmp_path) == ["place"]


def make_a_link(path):
    path.symlink_to("/proc")


def make_a_folder_that_cannot_be_written(path):
    (path / "within").mkdir(parents=True)
    (path / "within" / "file").touch()
    (path / "within").chmod(0)


@pytest.mark.parametrize(
    "make", [make_a_link, make_a_folder_that_cannot_be_written, lambda path: path.touch()]
)
def test_whatever_a_worker_has_made_of_its_folder_is_removed(tmp_path, make):
    make(tmp_path / "folder")
    folders.remove(tmp_path / "folder")
    assert names(tmp_path) == []
