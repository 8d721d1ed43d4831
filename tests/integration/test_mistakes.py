"""In every lane of every framework one mistake is enough for a model to be another one."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.analysis import parity
from bench.analysis.parity import Course, Distances
from bench.engines.worker_environment import worker_environment
from bench.records.model import Parity
from bench.workloads import reference, rounding, synthetic
from bench.workloads.preparation import Training
from bench.workloads.reference import Reference
from bench.workloads.rounding import Rounding, bounds_for
from implementations import registry
from implementations.contract import Framework, Offer, Problem
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP
from tests.conftest import REPOSITORY
from tests.integration.interpreters import python_of
from tests.integration.mistaken import HONEST
from tests.workloads.samples import full_synthetic, problem_of

pytestmark = pytest.mark.apart

# Five batches, the last of which is short: enough to tell every mistake in a few seconds.
EXAMPLES = 1_100
TRAINING = Training(epochs=3, batch_size=256, seed=1)
LANES = [
    (name, offer.form, offer.execution)
    for name, framework in registry.BUILT_IN.items()
    for offer in registry.load(framework).offers("cpu")
    if offer.input == "preloaded"
]


@pytest.fixture(scope="module")
def given_problem() -> tuple[Problem, np.ndarray]:
    dataset = full_synthetic()
    few = replace(
        dataset,
        train_features=dataset.train_features[:EXAMPLES],
        train_targets=dataset.train_targets[:EXAMPLES],
    )
    return problem_of(synthetic.WORKLOAD, few, TRAINING)


@pytest.fixture(scope="module")
def expected(given_problem) -> Reference:
    problem, orders = given_problem
    return reference.train(synthetic.WORKLOAD.model, problem, orders)


@pytest.fixture(scope="module")
def rounded(given_problem, expected) -> Rounding:
    problem, orders = given_problem
    return rounding.measure(synthetic.WORKLOAD.model, problem, orders, expected)


def train(
    framework: Framework, offer: Offer, given_problem: tuple[Problem, np.ndarray], folder: Path
) -> None:
    """Train honestly and with every mistake, in a process of the framework's environment."""
    problem, orders = given_problem
    np.savez(
        folder / "problem.npz",
        features=problem.features,
        targets=problem.targets,
        weight=problem.initial.weight,
        bias=problem.initial.bias,
        orders=orders,
    )
    assignment = {
        "framework": registry.BUILT_IN[framework.name],
        "form": offer.form,
        "execution": offer.execution,
        "threads": 1,
        "learning_rate": problem.learning_rate,
        "batch_size": problem.batch_size,
    }
    (folder / "assignment.json").write_text(json.dumps(assignment))
    python = python_of(framework)
    variables = worker_environment(os.environ, python, 1, REPOSITORY, framework.environment(1))
    # What was compiled for one mistake may serve the next: nothing is timed here.
    variables.pop("TORCHINDUCTOR_FORCE_DISABLE_CACHES", None)
    subprocess.run(
        [python, "-m", "tests.integration.mistaken", str(folder)],
        env=variables,
        cwd=folder,
        check=True,
    )


def judge(folder: Path, name: str, expected: Course, bounds: Distances) -> Parity:
    """Return what the proof says of a training."""
    arrays = np.load(folder / f"{name}.npz")
    found = Course(
        arrays["train_loss"].tolist(),
        (arrays["first_weight"], arrays["first_bias"]),
        (arrays["final_weight"], arrays["final_bias"]),
    )
    return parity.check(found, expected, bounds)


@pytest.mark.parametrize(("name", "form", "execution"), LANES)
def test_the_honest_model_passes_and_every_mistake_is_rejected(
    name, form, execution, given_problem, expected, rounded, tmp_path
):
    framework = registry.load(registry.BUILT_IN[name])
    train(framework, Offer(form, execution, "preloaded"), given_problem, tmp_path)
    course = expected.course(framework.clips_probabilities)
    bounds = bounds_for(framework, form, rounded, expected)
    honest = judge(tmp_path, HONEST, course, bounds)
    assert honest.passed, honest.reason
    within = WITHIN_A_STEP if form == "scratch" else ()
    passed = {
        mistake.__name__
        for mistake in (*AROUND_AN_EPOCH, *within)
        if judge(tmp_path, mistake.__name__, course, bounds).passed
    }
    assert passed == set()
