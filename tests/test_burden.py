"""``python -m tests.burden`` burdens the machine for as long as its command runs, and no longer."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from tests.conftest import REPOSITORY

# Prints who else its parent has started, and waits until each has used a CPU for a moment.
LOOK = """
import psutil, time
others = [one for one in psutil.Process().parent().children() if one.pid != psutil.Process().pid]
burners = [one for one in others if "spawn_main" in " ".join(one.cmdline())]
while not all(one.cpu_times().user > 0.5 for one in burners):
    time.sleep(0.05)
print(*(one.pid for one in burners))
"""


def burdened(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.burden", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)


@pytest.mark.parametrize("options", [("--cpu", "2"), ("--memory", "1"), ("--cpu", "1", "--pin")])
def test_burners_are_busy_while_the_command_runs_and_end_with_it(options):
    if options[-1] == "--pin":
        options = (*options, str(min(os.sched_getaffinity(0))))
    done = burdened(*options, "--", sys.executable, "-c", LOOK)
    assert done.returncode == 0, done.stderr
    burners = [int(pid) for pid in done.stdout.split()]
    assert len(burners) == int(options[1])
    assert not any(map(psutil.pid_exists, burners))


def test_all_of_it_runs_on_the_cpus_that_were_named():
    cpu = min(os.sched_getaffinity(0))
    show = "import os; print(os.sched_getaffinity(0))"
    assert burdened("--pin", str(cpu), "--", sys.executable, "-c", show).stdout == f"{{{cpu}}}\n"


def test_the_status_is_that_of_the_command():
    assert burdened("--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_help_shows_examples():
    assert "python -m tests.burden --cpu 2 -- tox run -e test" in burdened("--help").stdout
