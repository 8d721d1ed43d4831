"""An implementation that returns before its work is done is caught, in whatever lane it trains.

That the honest ones pass is seen in test_every_framework.py and test_every_lane.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.analysis import proofs
from bench.engines.local import TrialResult, run_trial
from bench.run.setting import Home
from bench.workloads import synthetic
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry
from implementations.contract import Offer
from tests.conftest import HOME
from tests.integration.lanes import each
from tests.integration.one_worker import Job

pytestmark = pytest.mark.apart

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
    # As in test_every_lane.py: 40 batches take half as long as 235.
    training = Training(epochs=4, batch_size=1_500, seed=1)
    return prepare(workload, workload.load(None), training, Home(HOME).problems)


def liar(folder: Path, name: str, form: str) -> str:
    """Write a framework that is `name` without its ``synchronize``; return its reference."""
    package = folder / f"early_{name}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "framework.py").write_text(FRAMEWORK.format(name=name))
    (package / f"{form}.py").write_text(FORM.format(name=name, form=form))
    return f"early_{name}.framework:Framework"


def offers() -> list[tuple[str, Offer]]:
    """Return an offer of each framework for every lane that it has on the CPU."""
    found = []
    for name, reference in registry.BUILT_IN.items():
        every = registry.load(reference).offers("cpu")
        first = {offer.execution: offer for offer in reversed(every)}
        found += [(name, offer) for offer in first.values()]
    return found


@pytest.mark.parametrize(("name", "offer"), each(offers()))
def test_an_early_return_is_caught(name, offer, problem, tmp_path):
    framework = registry.load(registry.BUILT_IN[name])
    reference = liar(tmp_path, name, offer.form)
    packages = (Path(__file__).parent, tmp_path)
    job = Job("trial", framework, offer, problem, reference, packages)
    folder = tmp_path / "trial"
    folder.mkdir()
    result = run_trial(*job.prepared(folder), lambda event: None)
    assert isinstance(result, TrialResult), result
    found = result.measurements
    proof = proofs.synchronization(found.unfinished_seconds[1:], found.epoch_seconds[1:])
    assert not proof.passed
    assert proof.unfinished_seconds > proof.tolerance_seconds
