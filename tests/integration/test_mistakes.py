"""In every lane of every framework one mistake is enough for a model to be another one.

What is made around an epoch compiles everything once more for each: `tox -e selftest` has the whole
product of lanes and mistakes.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from bench.analysis.parity import Course, Distances
from bench.engines.worker_environment import worker_environment
from bench.workloads import reference, rounding, synthetic
from bench.workloads.preparation import Training
from bench.workloads.reference import Reference
from bench.workloads.rounding import Rounding, bounds_for
from implementations import registry
from implementations.contract import Execution, Form, Framework, Offer, Problem
from tests.analysis import mistakes
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP
from tests.conftest import REPOSITORY
from tests.integration.interpreters import python_of
from tests.integration.mistaken import HONEST, REASONS
from tests.workloads.samples import full_synthetic, problem_of

pytestmark = pytest.mark.apart

# Five batches, the last of which is short: enough to tell every mistake in a few seconds.
EXAMPLES = 1_100
TRAINING = Training(epochs=3, batch_size=256, seed=1)
EXECUTIONS = get_args(Execution)
LANES = [
    (name, offer.form, offer.execution)
    for name, framework in registry.BUILT_IN.items()
    for offer in registry.load(framework).offers("cpu")
    if offer.input == "preloaded"
]
# Where a form compiles least: a mistake around its epochs is the same one in its other lanes.
LEAST_COMPILED = [
    min((lane for lane in LANES if lane[:2] == form), key=lambda lane: EXECUTIONS.index(lane[2]))
    for form in dict.fromkeys(lane[:2] for lane in LANES)
]
# An implementation is turned into one with the mistake.
Mistake = Callable[[type[Any]], type[Any]]
# The smallest of those around an epoch: in a constant that is compiled, and in the order.
SMALLEST = (mistakes.learning_rate_off_by_a_ten_thousandth, mistakes.two_examples_swapped)


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
    made: Sequence[str],
    folder: Path,
) -> dict[str, str | None]:
    """Train honestly and with mistakes, in a process of the framework's environment.

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
        "mistakes": made,
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


@pytest.fixture
def require_rejected(given_problem, expected, rounded, tmp_path) -> Callable[..., None]:
    """Return a function that asserts that in a lane all but the honest training is rejected."""

    def check(name: str, form: Form, execution: Execution, made: Sequence[Mistake]) -> None:
        framework = registry.load(registry.BUILT_IN[name])
        offer = Offer(form, execution, "preloaded")
        course = expected.course(framework.clips_probabilities)
        bounds = bounds_for(framework, form, rounded, expected)
        names = [mistake.__name__ for mistake in made]
        found = reasons(framework, offer, given_problem, course, bounds, names, tmp_path)
        assert found.keys() == {HONEST, *names}
        assert [name for name, reason in found.items() if reason is None] == [HONEST], found[HONEST]

    return check


def within(form: Form) -> Sequence[Mistake]:
    """Return the mistakes within a step: in high-level forms the optimizer has the gradients."""
    return WITHIN_A_STEP if form == "scratch" else ()


@pytest.mark.parametrize(("name", "form", "execution"), LANES)
def test_the_honest_model_passes_and_mistakes_are_rejected(name, form, execution, require_rejected):
    around = AROUND_AN_EPOCH if (name, form, execution) in LEAST_COMPILED else SMALLEST
    require_rejected(name, form, execution, (*around, *within(form)))


@pytest.mark.selftest
@pytest.mark.parametrize(
    ("name", "form", "execution"), [lane for lane in LANES if lane not in LEAST_COMPILED]
)
def test_every_mistake_is_rejected_wherever_it_is_compiled(name, form, execution, require_rejected):
    require_rejected(name, form, execution, (*AROUND_AN_EPOCH, *within(form)))
