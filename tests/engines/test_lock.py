"""One run at a time, held and freed by real processes."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.engines.lock import FOLDER_VARIABLE, MachineBusy, lock_file, machine_lock
from tests.conftest import REPOSITORY

HOLDER = """
import sys
from bench.engines.lock import machine_lock
with machine_lock("2025-01-02T03:04:05+00:00", "softmax-bench run --quick"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock a folder of the test's own, not the machine that others measure on."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))


@contextmanager
def another_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env=os.environ | {FOLDER_VARIABLE: str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def hold() -> None:
    """Take the lock and give it back."""
    with machine_lock("now", "softmax-bench run"):
        pass


def test_a_free_machine_is_held_at_once():
    hold()


def test_a_run_frees_the_machine_when_it_ends():
    hold()
    hold()


def test_a_run_frees_the_machine_when_it_fails():
    with pytest.raises(ZeroDivisionError), machine_lock("now", "softmax-bench run"):
        raise ZeroDivisionError
    hold()


def test_a_second_run_is_refused_at_once(tmp_path):
    with another_run(tmp_path), pytest.raises(MachineBusy, match="Another run is measuring"):
        hold()


def test_the_refusal_says_who_holds_the_machine(tmp_path):
    with another_run(tmp_path) as holder, pytest.raises(MachineBusy) as error:
        hold()
    assert f"process {holder.pid}" in str(error.value)
    assert "started 2025-01-02T03:04:05+00:00" in str(error.value)
    assert "softmax-bench run --quick" in str(error.value)


def test_a_refused_run_does_not_disturb_the_holder(tmp_path):
    with another_run(tmp_path) as holder:
        for _ in range(2):
            with pytest.raises(MachineBusy, match=f"process {holder.pid}"):
                hold()


def test_a_holder_that_has_not_said_who_it_is_is_refused_too(tmp_path):
    with another_run(tmp_path):
        for said in (b"", b"[]", b"[" * 1900, b"\xff", b"x" * 10**6):
            lock_file().write_bytes(said)
            with pytest.raises(MachineBusy, match="has not said who it is"):
                hold()


def test_a_run_that_is_killed_frees_the_machine(tmp_path):
    with another_run(tmp_path) as holder:
        holder.kill()
        holder.wait()
        hold()


def test_the_next_holder_is_named_where_a_killed_one_left_its_name(tmp_path):
    with another_run(tmp_path) as killed:
        killed.kill()
        killed.wait()
        with another_run(tmp_path) as holder, pytest.raises(MachineBusy) as error:
            hold()
    assert f"process {holder.pid}," in str(error.value)


def test_a_run_that_ended_leaves_no_name_behind():
    hold()
    assert lock_file().read_bytes() == b""


def test_all_runs_on_a_machine_share_one_lock_wherever_they_keep_temporary_files(monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE)
    places = set()
    for folder in ("/tmp", "/var/tmp", "/nowhere"):
        monkeypatch.setenv("TMPDIR", folder)
        places.add(lock_file())
    assert places == {Path("/tmp/softmax-bench.lock")}


def test_every_user_may_lock_what_a_user_with_private_files_has_made():
    usual = os.umask(0o077)
    try:
        hold()
    finally:
        os.umask(usual)
    assert stat.S_IMODE(lock_file().stat().st_mode) == 0o666


# Everything is imported before, from folders that are perhaps this user's alone.
OTHER_USER = """
import fcntl, os
from bench.engines.lock import MachineBusy, machine_lock
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
try:
    with machine_lock("now", "softmax-bench run"):
        print("held")
except MachineBusy as error:
    print(error)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("mode", [0o666, 0o644, 0o444])
def test_another_users_lock_is_no_obstacle_and_still_locks(monkeypatch, mode):
    # Where only the user may go, another cannot: a folder as all share, outside of theirs.
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o1777)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))

    def somebody_else() -> str:
        command = [sys.executable, "-c", OTHER_USER]
        return subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY).stdout

    try:
        hold()
        lock_file().chmod(mode)
        assert somebody_else() == "held\n"
        with machine_lock("now", "softmax-bench run"):
            assert "Another run is measuring" in somebody_else()
        lock_file().unlink()
        assert somebody_else() == "held\n"
        hold()
    finally:
        shutil.rmtree(folder)


def test_a_link_is_not_followed(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("text")
    lock_file().symlink_to(precious)
    with pytest.raises(MachineBusy, match=r"cannot be used: it is a link\. Remove it"):
        hold()
    assert precious.read_text() == "text"


def test_a_second_name_of_somebodys_file_is_not_written_to(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("text")
    lock_file().hardlink_to(precious)
    with pytest.raises(MachineBusy, match="not a file of its own"):
        hold()
    assert precious.read_text() == "text"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_in_a_sentence(make):
    make(lock_file())
    with pytest.raises(MachineBusy, match=f"cannot be used.*{FOLDER_VARIABLE}"):
        hold()


def test_a_missing_folder_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(MachineBusy, match="No such file or directory"):
        hold()
