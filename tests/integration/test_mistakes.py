"""In every lane of every framework one mistake is enough for a model to be another one."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from bench.analysis.parity import Course, Distances
from bench.engines.worker_environment import worker_environment
from bench.workloads import reference, rounding, synthetic
from bench.workloads.preparation import Training
from bench.workloads.reference import Reference
from bench.workloads.rounding import Rounding, bounds_for
from implementations import registry
from implementations.contract import Framework, Offer, Problem
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP
from tests.conftest import REPOSITORY
from tests.integration.interpreters import python_of
from tests.integration.lanes import each
from tests.integration.mistaken import HONEST, REASONS
from tests.workloads.samples import full_synthetic, problem_of

pytestmark = pytest.mark.apart

# Five batches, the last of which is short: enough to tell every mistake in a few seconds.
EXAMPLES = 1_100
TRAINING = Training(epochs=3, batch_size=256, seed=1)
LANES = [
    (name, offer)
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


def reasons(
    framework: Framework,
    offer: Offer,
    given_problem: tuple[Problem, np.ndarray],
    expected: Course,
    bounds: Distances,
    folder: Path,
) -> dict[str, str | None]:
    """Train honestly and with every mistake, in a process of the framework's environment.

    Returns
    -------
    dict
        Why each is not the same model; None where the proof holds it for that.
    """
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
        # JSON's numbers are float64 to the last bit.
        "expected": asdict(expected),
        "bounds": asdict(bounds),
    }
    (folder / "assignment.json").write_text(json.dumps(assignment, default=np.ndarray.tolist))
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
    return json.loads((folder / REASONS).read_text())


@pytest.mark.parametrize(("name", "offer"), each(LANES))
def test_the_honest_model_passes_and_every_mistake_is_rejected(
    name, offer, given_problem, expected, rounded, tmp_path
):
    framework = registry.load(registry.BUILT_IN[name])
    course = expected.course(framework.clips_probabilities)
    bounds = bounds_for(framework, offer.form, rounded, expected)
    found = reasons(framework, offer, given_problem, course, bounds, tmp_path)
    within = WITHIN_A_STEP if offer.form == "scratch" else ()
    mistakes = {mistake.__name__ for mistake in (*AROUND_AN_EPOCH, *within)}
    assert found.keys() == {HONEST, *mistakes}
    assert [name for name, reason in found.items() if reason is None] == [HONEST], found[HONEST]
