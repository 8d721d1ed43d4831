"""What the record says about the machine and the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import psutil
import pytest

from bench.engines.machine import (
    available_cpus,
    cpus_for,
    default_threads,
    describe_commit,
    describe_machine,
    load_average,
)
from bench.records.model import Machine


@pytest.fixture(scope="module")
def machine() -> Machine:
    return describe_machine()


def test_the_description_names_the_processor_and_the_system(machine):
    assert machine.cpu
    assert machine.os
    assert machine.kernel == platform.release()
    assert machine.architecture == platform.machine()


def test_the_description_counts_cores_and_memory(machine):
    assert machine.cores >= 1
    assert machine.logical_cpus == len(available_cpus())
    assert machine.memory_bytes == psutil.virtual_memory().total


def test_a_driver_is_named_only_with_a_gpu(machine):
    assert (machine.gpu is None) == (machine.driver is None)


def test_the_same_machine_has_always_the_same_fingerprint(machine):
    assert describe_machine().fingerprint == machine.fingerprint
    assert len(machine.fingerprint) == 16


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system binds no processes")
def test_only_cpus_that_this_process_may_use_count():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {max(before)})
        assert available_cpus() == (max(before),)
        assert default_threads() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_threads_are_no_more_than_cpus_and_no_fewer_than_one():
    assert 1 <= default_threads() <= len(available_cpus())


def test_threads_get_cpus_of_their_own_that_this_process_may_use():
    for threads in range(1, len(available_cpus()) + 1):
        cpus = cpus_for(threads)
        assert len(set(cpus)) == threads
        assert set(cpus) <= set(available_cpus())


def test_as_many_threads_as_cores_share_none():
    cores = {_siblings(cpu) for cpu in available_cpus()}
    assert len({_siblings(cpu) for cpu in cpus_for(len(cores))}) == len(cores)


def _siblings(cpu: int) -> str:
    path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    return path.read_text() if path.is_file() else str(cpu)


def test_the_load_is_a_number_where_the_system_has_one():
    load = load_average()
    assert load is None or load >= 0


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with one commit, whatever the user's own settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "file").write_text("one")
    git(folder, "init", "--quiet", "--initial-branch", "topic")
    git(folder, "config", "user.name", "Somebody")
    git(folder, "config", "user.email", "somebody@example.org")
    git(folder, "add", "file")
    git(folder, "commit", "--quiet", "--message", "One")
    return folder


def git(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return answer.stdout.strip()


def test_a_clean_commit_is_named_with_its_branch(repository):
    commit = describe_commit(repository)
    assert commit.id == git(repository, "rev-parse", "HEAD")
    assert commit.branch == "topic"
    assert commit.dirty is False


def test_a_folder_within_the_repository_has_its_commit(repository):
    (repository / "folder").mkdir()
    assert describe_commit(repository / "folder").id == describe_commit(repository).id


@pytest.mark.parametrize("name", ["file", "another file"])
def test_a_changed_or_new_file_makes_the_commit_dirty(repository, name):
    (repository / name).write_text("two")
    assert describe_commit(repository).dirty is True


def test_outside_a_repository_there_is_no_commit(repository):
    commit = describe_commit(repository.parent)
    assert (commit.id, commit.branch, commit.dirty) == (None, None, False)


def test_before_the_first_commit_there_is_none(repository):
    (repository / "new").mkdir()
    git(repository / "new", "init", "--quiet")
    assert describe_commit(repository / "new").id is None


def test_without_git_there_is_no_commit(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert describe_commit(repository).id is None
