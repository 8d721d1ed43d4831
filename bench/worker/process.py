"""The worker's process: bind it, do what it was assigned, and say what came of it."""

from __future__ import annotations

import json
import os
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.worker import binding, ceiling, loading, profile
from bench.worker import trial as trial_module
from bench.worker.assignment import OUTCOME_FILE, Assignment, Outcome, Trouble, shortened
from implementations import registry
from implementations.registry import BrokenFramework


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


def run_under_pytest(trial: trial_module.Trial) -> BaseException | None:
    """Run the trial with pytest-benchmark as its clock; return what it raised."""
    plugin = TrialPlugin(trial)
    arguments = ["--quiet", "--tb=short", "--noconftest", "--assert=plain"]
    arguments += ["-c", "/dev/null", "-p", "no:cacheprovider", "-p", "pytest_benchmark.plugin"]
    pytest.main([*arguments, str(trial_module.__file__)], plugins=[plugin])
    return plugin.error


def trouble(error: BaseException) -> Trouble:
    """Return the typed failure for an exception."""
    said = words_of(error)
    named = shortened(f"{type(error).__name__}: {said}")
    if isinstance(error, (loading.ImportFailed, BrokenFramework)):
        return Trouble("import_failed", shortened(said))
    if isinstance(error, (loading.DeviceMissing, ceiling.CeilingUnavailable)):
        return Trouble("device_missing", shortened(said))
    if isinstance(error, MemoryError) or out_of_device_memory(error, said):
        return Trouble("out_of_memory", named)
    return Trouble("raised", named)


def words_of(error: BaseException) -> str:
    """Return the message of an exception, which may itself raise instead of giving one."""
    try:
        return str(error)
    except Exception as another:
        return f"its message cannot be had ({type(another).__name__})"


# How frameworks say that the device has no memory left: by an exception of their own, or by one
# that says it in its message only. JAX and TensorFlow pass XLA's and TensorFlow's status on, MXNet
# and MLX the CUDA runtime's words.
OUT_OF_MEMORY_TYPES = ("OutOfMemoryError", "ResourceExhaustedError")
OUT_OF_MEMORY_WORDS = ("RESOURCE_EXHAUSTED", "out of memory", "CUDA_ERROR_OUT_OF_MEMORY")


def out_of_device_memory(error: BaseException, said: str) -> bool:
    """Tell whether a framework's exception says that its device has no memory left."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & set(OUT_OF_MEMORY_TYPES):
        return True
    return isinstance(error, RuntimeError) and any(words in said for words in OUT_OF_MEMORY_WORDS)


def run_trial(assignment: Assignment, numpy_import_seconds: float) -> Outcome:
    """Train under the clock."""
    trial = trial_module.Trial(assignment, numpy_import_seconds)
    error = run_under_pytest(trial)
    if error is not None:
        return Outcome(trouble=trouble(error))
    trial.write_model()
    return Outcome(measurements=trial.measurements())


def run_profile(assignment: Assignment) -> Outcome:
    """Find out where an epoch goes."""
    framework = registry.load(assignment.framework)
    module = loading.import_module(framework, assignment.form)
    loading.configure(framework, assignment)
    files = loading.read_problem(assignment)
    found = loading.implementation_class(module, files.model, assignment.planted_slowdown)
    return Outcome(
        profile=profile.profile(
            lambda problem: found(problem, assignment.options),
            files.problem,
            files.orders[0].copy(),
            framework.synchronize,
            profile.ROUNDS,
            compiled=assignment.options.execution != "eager",
        )
    )


def run(assignment: Assignment, numpy_import_seconds: float) -> Outcome:
    """Do what was assigned."""
    if assignment.task == "trial":
        return run_trial(assignment, numpy_import_seconds)
    if assignment.task == "profile":
        return run_profile(assignment)
    return Outcome(ceiling=ceiling.measure(assignment.options.device, assignment.threads))


def main(assignment_file: str, numpy_import_seconds: float) -> None:
    """Do what the assignment says and leave the outcome beside it.

    Parameters
    ----------
    numpy_import_seconds : float
        What importing NumPy took in this process.
    """
    binding.hear_signals()
    assignment = Assignment.read(Path(assignment_file))
    # What the framework starts is not to hold them.
    for descriptor in (assignment.events, assignment.acknowledgements):
        os.set_inheritable(descriptor, False)
    binding.bind(assignment.cpus)
    try:
        document = json.dumps(asdict(run(assignment, numpy_import_seconds)))
    except Exception as error:
        outcome = Outcome(trouble=trouble(error))
        with suppress(Exception):
            traceback.print_exc()
        document = json.dumps(asdict(outcome))
    Path(assignment.folder, OUTCOME_FILE).write_text(document)
