"""``python -m tests.integration.mistaken ASSIGNMENT``: train honestly, and with every mistake.

Runs inside a framework's environment and writes the course of each training beside the assignment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from bench.worker import loading
from implementations import registry
from implementations.contract import Options, Parameters, Problem
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP

HONEST = "honest"


def course(implementation_class, problem, orders, options):
    """Return the arrays of a training: losses, parameters at the end and after the first step."""
    implementation = implementation_class(problem, options)
    train_loss = [implementation.train_epoch(order) for order in orders]
    final = implementation.parameters()
    fresh = implementation_class(problem, options)
    fresh.train_epoch(orders[0][: problem.batch_size])
    first = fresh.parameters()
    return {
        "train_loss": train_loss,
        "first_weight": first.weight,
        "first_bias": first.bias,
        "final_weight": final.weight,
        "final_bias": final.bias,
    }


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
    for name, implementation_class in classes.items():
        found = course(implementation_class, problem, arrays["orders"], options)
        np.savez(folder / f"{name}.npz", **found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
