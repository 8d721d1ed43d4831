"""``python -m tests.integration.mistaken FOLDER``: train honestly, and with every mistake.

Runs inside a framework's environment and writes what the proof says of each training beside the
assignment.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.analysis import parity
from bench.analysis.parity import Course, Distances
from bench.worker import loading
from implementations import registry
from implementations.contract import Options, Parameters, Problem
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP

HONEST = "honest"
REASONS = "reasons.json"


def reason(implementation_class, problem, orders, options, expected, bounds):
    """Return why a training is not the expected one; None if it is."""
    implementation = implementation_class(problem, options)
    train_loss = [implementation.train_epoch(order) for order in orders]
    final = implementation.parameters()
    found = Course(train_loss, expected.first_step, (final.weight, final.bias))
    told = parity.check(found, expected, bounds)
    if told.passed:
        # Only now, for a model of its own is compiled once more.
        fresh = implementation_class(problem, options)
        fresh.train_epoch(orders[0][: problem.batch_size])
        first = fresh.parameters()
        found = replace(found, first_step=(first.weight, first.bias))
        told = parity.check(found, expected, bounds)
    return told.reason


def main(folder: Path) -> None:
    assignment = json.loads((folder / "assignment.json").read_text())
    arrays = np.load(folder / "problem.npz")
    framework = registry.load(assignment["framework"])
    module = loading.import_module(framework, assignment["form"])
    framework.configure(assignment["threads"], seed=1, device="cpu")
    problem = Problem(
        features=arrays["features"],
        targets=arrays["targets"],
        initial=Parameters(arrays["weight"], arrays["bias"]),
        learning_rate=assignment["learning_rate"],
        batch_size=assignment["batch_size"],
    )
    options = Options(execution=assignment["execution"])
    # Of high-level forms the framework's own optimizer has the gradients.
    within = WITHIN_A_STEP if assignment["form"] == "scratch" else ()
    honest = module.SoftmaxRegression
    classes = {HONEST: honest}
    classes |= {mistake.__name__: mistake(honest) for mistake in (*AROUND_AN_EPOCH, *within)}
    expected, bounds = (assignment[name] for name in ("expected", "bounds"))
    reasons = {
        name: reason(
            one, problem, arrays["orders"], options, Course(**expected), Distances(**bounds)
        )
        for name, one in classes.items()
    }
    (folder / REASONS).write_text(json.dumps(reasons))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
