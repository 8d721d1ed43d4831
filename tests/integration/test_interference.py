"""A real neighbour is caught, its trial measured again; a quiet machine raises no alarm."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import psutil
import pytest

from bench.worker import evidence
from tests.conftest import BRIEFLY, UNSEEN, CommandLine
from tests.integration.plugins import register
from tests.integration.test_failures import FAULTY, FOLDER

pytestmark = pytest.mark.skipif(
    evidence.method() == "none", reason="this system does not count what others do"
)

QUIET_TRIALS = 50
# What else may run, as a share of the CPUs' time, for a machine to count as quiet.
QUIET_FOREIGN_SHARE = 0.02
QUIET_STEAL_SHARE = 0.002


def test_a_neighbour_that_burns_a_core_in_one_trial_is_caught_and_the_trial_measured_again(
    tmp_path,
):
    register(tmp_path / "site", "faulty", FAULTY)
    command_line = CommandLine(tmp_path).with_python_path([tmp_path / "site", FOLDER])
    done = command_line(
        *("run", "--environment", "current", "--framework", "beside-neighbour"),
        *("--workload", "synthetic", "--epochs", "8", "--blocks", "1", *BRIEFLY),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cell = next(cell for cell in command_line.record().cells if cell.role == "contender")
    first = cell.set_aside[0]
    assert first.attempt == 0
    assert "other processes used" in first.interference.reason
    assert len(first.interference.disturbed_epochs) > len(first.epoch_seconds) / 2
    (counted,) = cell.trials
    assert counted.attempt > 0
    assert "measured again" in done.stdout
    page = (tmp_path / "reports" / "index.html").read_text()
    assert "other processes used" in page


def busy_and_stolen_seconds() -> tuple[float, float]:
    """Return the CPU time of the whole machine, less that of this process and its children."""
    times = psutil.cpu_times()
    own = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    return times.user + times.nice + times.system - own, getattr(times, "steal", 0.0)


@pytest.mark.quiet
@pytest.mark.usefixtures("all_cpus")
def test_on_a_quiet_machine_fifty_trials_raise_no_alarm(tmp_path: Path):
    command_line = CommandLine(tmp_path)
    busy_before, stolen_before = busy_and_stolen_seconds()
    start = time.monotonic()
    done = command_line(
        *("run", "--framework", "numpy", "--workload", "blobs", "--epochs", "300"),
        *("--blocks", str(QUIET_TRIALS // 2), *UNSEEN),
    )
    cpu_seconds = (time.monotonic() - start) * (psutil.cpu_count() or 1)
    busy, stolen = busy_and_stolen_seconds()
    assert done.returncode == 0, done.stdout + done.stderr
    trials = [trial for cell in command_line.record().cells for trial in cell.trials]
    aside = [trial for cell in command_line.record().cells for trial in cell.set_aside]
    assert len(trials) == QUIET_TRIALS
    foreign_share = (busy - busy_before) / cpu_seconds
    steal_share = (stolen - stolen_before) / cpu_seconds
    if foreign_share > QUIET_FOREIGN_SHARE or steal_share > QUIET_STEAL_SHARE:
        pytest.skip(f"not quiet: others used {foreign_share:.1%}, steal was {steal_share:.2%}")
    assert [trial.interference.reason for trial in aside] == []
    assert {trial.interference.reason for trial in trials} == {None}
