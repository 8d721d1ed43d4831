"""``python -m benchmarks.plain_loops.compare``: one contender against its plain loop, alternating.

Runs in the framework's environment and prints one JSON line; benchmarks/overhead.py starts it.
"""

import importlib
import json
import sys
import time

import numpy as np

from implementations import registry
from implementations.contract import Options, Parameters, Problem

EXAMPLES, FEATURES, CLASSES = 60_000, 784, 10
WARM_UP_EPOCHS = 2
EPOCHS = 15


def problem():
    generator = np.random.default_rng(0)
    return Problem(
        features=generator.random((EXAMPLES, FEATURES), dtype=np.float32),
        targets=generator.integers(CLASSES, size=EXAMPLES),
        initial=Parameters(
            generator.normal(0, 0.01, (FEATURES, CLASSES)).astype(np.float32),
            np.zeros(CLASSES, np.float32),
        ),
        learning_rate=0.1,
        batch_size=256,
    )


def main(name, form, threads):
    framework = registry.load(registry.BUILT_IN[name])
    module = importlib.import_module(f"implementations.{name}.{form}")
    plain = importlib.import_module(f"benchmarks.plain_loops.{name}")
    framework.configure(threads, 0, "cpu")
    data = problem()
    epochs = {
        "implementation": module.SoftmaxRegression(data, Options()).train_epoch,
        "plain": getattr(plain, form)(data),
    }
    seconds = {which: [] for which in epochs}
    generator = np.random.default_rng(1)
    for number in range(WARM_UP_EPOCHS + EPOCHS):
        order = generator.permutation(EXAMPLES)
        for which in generator.permutation(list(epochs)):
            start = time.perf_counter()
            epochs[which](order)
            if number >= WARM_UP_EPOCHS:
                seconds[which].append(time.perf_counter() - start)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
