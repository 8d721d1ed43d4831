"""The worker's process: bind it, run its trial under pytest, and say what came of it."""

from __future__ import annotations

import ctypes
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from bench.worker import trial as trial_module
from bench.worker.assignment import OUTCOME_FILE, Assignment, Outcome, Trouble
from implementations.registry import BrokenFramework

PR_SET_PDEATHSIG = 1


class TrialPlugin:
    """Hands the trial to pytest's test and keeps the exception that ended it."""

    def __init__(self, trial: trial_module.Trial):
        self._trial = trial
        self.error: BaseException | None = None

    @pytest.fixture(name="trial")
    def trial_fixture(self) -> trial_module.Trial:
        return self._trial

    def pytest_exception_interact(self, call: pytest.CallInfo[None]) -> None:
        self.error = call.excinfo.value if call.excinfo else None


def die_with_parent() -> None:
    """Ask the kernel to end this process when the harness ends, however it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def bind(cpus: tuple[int, ...]) -> None:
    """Bind this process to `cpus`, where the system can."""
    if hasattr(psutil.Process, "cpu_affinity"):
        psutil.Process().cpu_affinity(list(cpus))


def run_under_pytest(trial: trial_module.Trial) -> BaseException | None:
    """Run the trial with pytest-benchmark as its clock; return what it raised."""
    plugin = TrialPlugin(trial)
    arguments = ["--quiet", "--tb=short", "--noconftest", "--assert=plain"]
    arguments += ["-c", "/dev/null", "-p", "no:cacheprovider", "-p", "pytest_benchmark.plugin"]
    pytest.main([*arguments, str(trial_module.__file__)], plugins=[plugin])
    return plugin.error


def trouble(error: BaseException) -> Trouble:
    """Return the typed failure for an exception."""
    if isinstance(error, (trial_module.ImportFailed, BrokenFramework)):
        return Trouble("import_failed", str(error))
    if isinstance(error, trial_module.DeviceMissing):
        return Trouble("device_missing", str(error))
    if isinstance(error, MemoryError):
        return Trouble("out_of_memory", f"MemoryError: {error}")
    return Trouble("raised", f"{type(error).__name__}: {error}")


def main(assignment_file: str, numpy_import_seconds: float) -> None:
    """Run the assigned trial.

    Parameters
    ----------
    numpy_import_seconds : float
        What importing NumPy took in this process.
    """
    die_with_parent()
    assignment = Assignment.read(Path(assignment_file))
    bind(assignment.cpus)
    try:
        trial = trial_module.Trial(assignment, numpy_import_seconds)
        error = run_under_pytest(trial)
    except Exception as broken_framework:
        error = broken_framework
    if error is None:
        trial.write_parameters()
        outcome = Outcome(measurements=trial.measurements())
    else:
        outcome = Outcome(trouble=trouble(error))
    Path(assignment.folder, OUTCOME_FILE).write_text(json.dumps(asdict(outcome)))
