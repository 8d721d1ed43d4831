"""In every lane whose steps are written out it is found where an epoch goes."""

from __future__ import annotations

import pytest

from bench.engines.local import run_worker
from bench.run.setting import Home
from bench.worker.assignment import Outcome
from bench.workloads import blobs
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry
from implementations.contract import Offer
from tests.conftest import HOME
from tests.integration.lanes import each
from tests.integration.one_worker import Job

pytestmark = pytest.mark.apart

# TorchInductor takes long: one form of it will do.
LEFT_OUT = ("torch", "high_level", "step")


def offers() -> list[tuple[str, Offer]]:
    """Return the offers of the usual frameworks that have stages."""
    return [
        (name, offer)
        for name in registry.USUAL
        for offer in registry.load(registry.BUILT_IN[name]).offers("cpu")
        if offer.execution in ("eager", "step") and offer.input == "preloaded"
        if (name, offer.form, offer.execution) != LEFT_OUT
    ]


@pytest.fixture(scope="module")
def problem() -> PreparedProblem:
    workload = blobs.WORKLOAD
    training = Training(epochs=2, batch_size=workload.batch_size, seed=1)
    return prepare(workload, workload.load(None), training, Home(HOME).problems)


@pytest.mark.parametrize(("name", "offer"), each(offers()))
def test_every_cell_with_stages_can_be_profiled(name, offer, problem, tmp_path):
    framework = registry.load(registry.BUILT_IN[name])
    job = Job("profile", framework, offer, problem)
    outcome = run_worker(*job.prepared(tmp_path), lambda event: None)
    assert isinstance(outcome, Outcome), outcome
    profile = outcome.profile
    assert profile is not None
    assert profile.whole_seconds > 0
    assert (profile.update_seconds is not None) == (name != "sklearn")
