"""Surroundings that lack what others have: a run does without, or says what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import BRIEFLY, REPOSITORY

pytestmark = pytest.mark.apart

RUN = ("run", "--framework", "numpy", "--workload", "linear", "--blocks", "1", *BRIEFLY)
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


def run(command_line, *arguments, before="", without=(), **variables):
    """Run a command after a line of a shell, without some variables."""
    environment = command_line.environment() | variables
    return subprocess.run(
        ["bash", "-c", f'{before}\nexec "$0" -m bench "$@"', sys.executable, *arguments],
        cwd=command_line.folder,
        env={name: value for name, value in environment.items() if name not in without},
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"without": ("HOME", "TERM", "COLUMNS", "LANG"), "COLUMNS": "20"},
        {"HOME": "/", **ASCII},
        {"before": "umask 777", "TERM": "dumb"},
        {"PYTHONWARNINGS": "error", "PYTHONPATH": f"{REPOSITORY}:/nowhere:/dev/null"},
    ],
    ids=["no HOME, no TERM", "ASCII", "umask 777", "warnings"],
)
def test_a_run_does_without(command_line, changes):
    done = run(command_line, *RUN, **changes)
    assert done.returncode == 0, done.stdout + done.stderr
    record = command_line.record()
    assert record.status == "complete"
    assert record.command[:2] == ("softmax-bench", "run")
    assert "/" not in "".join(record.command).replace("index.html", "")
    assert done.stdout.rstrip().endswith(f"record: results/{record.run_id}.json")


@pytest.mark.parametrize(
    "changes", [{"PATH": ""}, {"before": "ulimit -n 12"}], ids=["PATH", "open files"]
)
def test_what_a_cell_cannot_do_without_is_said_and_the_run_ends_in_order(command_line, changes):
    """Whether it can be done without depends on the machine."""
    if changes.get("PATH") == "":
        changes = {"before": "unset PATH", "without": ("PATH",)}
    done = run(command_line, *RUN, **changes)
    assert done.returncode in (0, 2, 5), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if done.returncode != 5:
        assert command_line.record().status == "complete"


@pytest.mark.skipif(sys.platform != "linux", reason="of a user that the system does not know")
def test_data_without_a_home_to_keep_them_in_are_asked_for(command_line):
    """The user has no entry in the system's list, as in many containers."""
    code = (
        "import os, sys\n"
        "from bench.workloads import fashion_mnist\n"
        "os.setuid(54321) if os.geteuid() == 0 else None\n"
        "try:\n    fashion_mnist.load(None)\n"
        "except fashion_mnist.DataUnreachable as error:\n    print(error)\n"
    )
    without = ("HOME", "XDG_CACHE_HOME", "SOFTMAX_BENCH_DATA")
    environment = command_line.environment()
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in environment.items() if name not in without},
        cwd=command_line.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    if not done.stdout:
        pytest.skip("the system knows this user's home")
    assert "There is no home folder to keep Fashion-MNIST in" in done.stdout
    assert not list(command_line.folder.glob("~*"))
