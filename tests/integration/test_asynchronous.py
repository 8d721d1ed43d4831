"""An implementation that returns before its work is done is caught, in whatever lane it trains."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.analysis import proofs
from bench.engines import machine, staging
from bench.engines.local import Launch, TrialResult, run_trial
from bench.engines.worker_environment import worker_environment
from bench.records.model import SyncProof
from bench.run.setting import Home
from bench.worker.assignment import Assignment
from bench.workloads import synthetic
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry
from implementations.contract import Framework, Offer, Options
from tests.conftest import HOME
from tests.integration.interpreters import python_of

FRAMEWORK = """
from implementations.{name} import framework

class Framework(framework.Framework):
    def synchronize(self):
        pass
"""
FORM = """
from asynchronous import returns_early
from implementations.{name} import {form}

SoftmaxRegression = returns_early({form}.SoftmaxRegression)
"""


@pytest.fixture(scope="module")
def problem() -> PreparedProblem:
    workload = synthetic.WORKLOAD
    training = Training(epochs=4, batch_size=workload.batch_size, seed=1)
    return prepare(workload, workload.load(None), training, Home(HOME).problems)


def liar(folder: Path, name: str, form: str) -> str:
    """Write a framework that is `name` without its ``synchronize``; return its reference."""
    package = folder / f"early_{name}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "framework.py").write_text(FRAMEWORK.format(name=name))
    (package / f"{form}.py").write_text(FORM.format(name=name, form=form))
    return f"early_{name}.framework:Framework"


def lanes() -> list[tuple[str, Offer]]:
    """Return an offer of each framework for every lane that it has on the CPU."""
    found = []
    for name, reference in registry.BUILT_IN.items():
        offers = registry.load(reference).offers("cpu")
        first = {offer.execution: offer for offer in reversed(offers)}
        found += [(name, offer) for offer in first.values()]
    return found


def proof(
    problem: PreparedProblem, framework: Framework, offer: Offer, reference: str, path: str
) -> SyncProof:
    """Run a trial under a reference, and judge it."""
    threads = machine.default_threads()
    python = python_of(framework)
    environment = worker_environment(
        os.environ, python, threads, Path(path), framework.environment(threads)
    )
    folder = Path(path.split(os.pathsep)[-1]) / f"trial-{reference.split('.')[0]}"
    folder.mkdir()
    assignment = Assignment(
        task="trial",
        framework=reference,
        form=offer.form,
        options=Options("cpu", offer.execution, offer.input),
        planted_slowdown=0.0,
        threads=threads,
        cpus=machine.cpus_for(threads),
        seed=1,
        data_folder=str(problem.data_folder.resolve()),
        problem_folder=str(problem.problem_folder.resolve()),
        folder=str(folder),
        foreign=(),
        events=-1,
        acknowledgements=-1,
    )
    launch = Launch(python, environment | {"PYTHONPATH": path}, 300.0)
    result = run_trial(launch, assignment, lambda event: None)
    assert isinstance(result, TrialResult), result
    found = result.measurements
    return proofs.synchronization(found.unfinished_seconds[1:], found.epoch_seconds[1:])


@pytest.mark.parametrize(
    ("name", "offer"),
    [pytest.param(name, offer, id=f"{name}-{offer.execution}") for name, offer in lanes()],
)
def test_an_early_return_is_caught_and_the_honest_one_passes(name, offer, problem, tmp_path):
    framework = registry.load(registry.BUILT_IN[name])
    reference = liar(tmp_path, name, offer.form)
    staged = staging.stage(Home(HOME).workers, [])
    folders = [str(staged), str(Path(__file__).parent), str(tmp_path)]
    path = os.pathsep.join(folders)
    early = proof(problem, framework, offer, reference, path)
    assert not early.passed
    assert early.unfinished_seconds > early.tolerance_seconds
    assert proof(problem, framework, offer, registry.BUILT_IN[name], path).passed
