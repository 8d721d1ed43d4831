"""Places that cannot be used: found before anything is measured, and said in a sentence."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

from tests.conftest import BRIEFLY
from tests.disks import small_disk

pytestmark = pytest.mark.apart

RUN = ("run", "--framework", "numpy", "--workload", "linear", "--blocks", "1", *BRIEFLY)
PR_CAPBSET_DROP, OVERRIDE_RIGHTS, READ_ALL = 24, 1, 2
LONG = "a" * 300
# More folders in each other than Python can follow.
DEEP = "/".join("x" * 1_500)


def without_override() -> None:
    """Have root, too, heed the rights of files once another program is executed."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (OVERRIDE_RIGHTS, READ_ALL):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def as_others(command_line, *arguments):
    """Run a command that must heed the rights of files, whoever runs the tests."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=command_line.folder,
        env=command_line.environment(),
        capture_output=True,
        text=True,
        preexec_fn=without_override,
    )


@pytest.fixture
def places(command_line):
    """A folder with what does not do as a place."""
    folder = command_line.folder
    (folder / "file").write_text("a file\n")
    (folder / "loop").symlink_to("loop")
    (folder / "broken").symlink_to("file/below")
    return command_line


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (
            ("--home", "file"),
            5,
            "cannot be used as a folder: File exists. Name another with --home",
        ),
        (("--home", "file/below"), 5, "Not a directory. Name another with --home."),
        (("--home", "loop"), 5, "File exists. Name another with --home."),
        (("--home", "broken"), 5, "Not a directory. Name another with --home."),
        (("--home", "/proc/here"), 5, "No such file or directory. Name another with --home."),
        (("--home", LONG), 5, "File name too long. Name another with --home."),
        (("--home", DEEP), 5, "File name too long. Name another with --home."),
        (("--home", ""), 3, "an empty text names no place: name a folder or file."),
        (("--results-dir", "file"), 5, "Name another folder with --results-dir."),
        (("--results-dir", "loop"), 5, "Name another folder with --results-dir."),
        (("--results-dir", "/proc/here"), 5, "Name another folder with --results-dir."),
        (("--results-dir", LONG), 5, "File name too long"),
        (("--results-dir", DEEP), 5, "File name too long"),
        (("--results-dir", " "), 3, "an empty text names no place"),
        (("--report", "file/index.html"), 5, "cannot be written: File exists."),
        (("--report", "loop"), 5, "loop cannot be written: Too many levels of symbolic links."),
        (("--report", "broken"), 5, "broken cannot be written: Not a directory."),
        (("--report", "/proc/here.html"), 5, "cannot be written: No such file or directory."),
        (("--report", LONG), 5, "cannot be used: File name too long. Name a shorter one."),
        (("--report", f"{DEEP}/index.html"), 5, "File name too long"),
        (("--report", ""), 3, "An empty text names no place for a report"),
        (("--plan", "."), 3, "The plan . cannot be read: Is a directory."),
        (("--plan", "loop"), 3, "cannot be read: Too many levels of symbolic links."),
        (("--plan", LONG), 3, "cannot be read: File name too long."),
        (("--data-dir", "", "--workload", "fashion-mnist"), 3, "an empty text names no place"),
        (("--data-dir", "file", "--workload", "fashion-mnist"), 4, "Not a directory. Name another"),
        (("--data-dir", "loop", "--workload", "fashion-mnist"), 4, "--data-dir"),
        (
            ("--data-dir", LONG, "--workload", "fashion-mnist"),
            4,
            "File name too long. Name another",
        ),
    ],
)
def test_what_does_not_do_as_a_place_is_said_before_anything_is_measured(
    places, arguments, status, said
):
    done = places(*RUN, *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert list(places.folder.glob("**/*Z-*.json")) == []


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--resume", "."), 5, "cannot be read: Is a directory."),
        (("--resume", "loop"), 5, "cannot be read: Too many levels of symbolic links."),
        (("--resume", "broken"), 5, "cannot be read: Not a directory."),
        (("--resume", ""), 3, "an empty text names no place"),
    ],
)
def test_what_does_not_do_as_a_record_to_resume_is_said(places, arguments, status, said):
    done = places("run", *arguments)
    assert done.returncode == status
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize("option", ["--home", "--results-dir", "--report"])
@pytest.mark.parametrize("owner", ["one's own", "somebody else's"])
def test_a_folder_without_rights_is_said_before_anything_is_measured(command_line, option, owner):
    folder = command_line.folder / "locked"
    folder.mkdir()
    if owner == "somebody else's":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(folder, 12345, 12345)
    folder.chmod(0o500 if owner == "one's own" else 0o700)
    done = as_others(command_line, *RUN, option, str(folder / "below"))
    folder.chmod(0o700)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(command_line.folder.glob("**/*Z-*.json")) == []


def test_a_home_without_room_is_said_before_anything_is_measured(command_line):
    with small_disk(command_line.folder / "disk", "1m") as disk:
        done = command_line(*RUN, "--home", str(disk))
        assert done.returncode == 4, done.stdout + done.stderr
        assert "MiB left. Name fewer epochs, make room, or name another folder" in done.stderr
    assert list(command_line.folder.glob("**/*Z-*.json")) == []


def test_a_name_that_is_no_text_is_kept_as_far_as_it_is_one(command_line):
    name = os.fsdecode(b"caf\xe9")
    done = subprocess.run(
        [sys.executable, "-m", "bench", *RUN, "--results-dir", name],
        cwd=command_line.folder,
        env=command_line.environment(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    [path] = (command_line.folder / name).glob("*.json")
    assert "caf\N{REPLACEMENT CHARACTER}" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(RUN, 5), (("selftest",), 5), (("report", "x.json"), 5), (("list",), 0), (("--help",), 0)],
)
def test_a_deleted_working_folder_is_said_where_it_matters(command_line, arguments, status):
    gone = command_line.folder / "gone"
    gone.mkdir()
    line = f'cd "{gone}" && rmdir "{gone}" && exec "$0" -m bench "$@"'
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, *arguments],
        env=command_line.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr
    said = "error: The working folder cannot be used: No such file or directory. Change into"
    assert done.stderr.startswith(said if status else "")
