"""``python -m benchmarks.idioms.compare``: one cell against the loops known for its lane.

Runs in the framework's environment and prints one JSON line; benchmarks/overhead.py starts it.
"""

import importlib
import json
import sys
import time

import numpy as np

from benchmarks import kernel
from implementations import registry
from implementations.contract import Options, Parameters, Problem

EXAMPLES, FEATURES, CLASSES = 60_000, 784, 10
WARM_UP_EPOCHS = 2
EPOCHS = 5
# Threads of the loop before spin for a while in the hope of more work.
SETTLING_SECONDS = 0.1
OURS, KERNEL = "implementation", "kernel"


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


def main(name, form, execution, threads, seed):
    framework = registry.load(registry.BUILT_IN[name])
    framework.configure(threads, 0, "cpu")
    module = importlib.import_module(f"implementations.{name}.{form}")
    idioms = importlib.import_module(f"benchmarks.idioms.{name}").IDIOMS[form, execution]
    options = Options(execution=execution)
    makers = {OURS: lambda given: module.SoftmaxRegression(given, options).train_epoch} | idioms
    library = kernel.compiled()
    if library is not None:
        makers[KERNEL] = lambda given: kernel.Kernel(library, given, threads).train_epoch
    generator = np.random.default_rng(seed)
    # Each has its data to itself: what several loops share stays in a large cache, and the cell was
    # seen to be 6 % slower than loops that shared. Where the data come to lie is luck, and differs
    # with the order in which they are made.
    epochs = {which: makers[which](problem()) for which in generator.permutation(list(makers))}
    seconds = {which: [] for which in epochs}
    for number in range(WARM_UP_EPOCHS + EPOCHS):
        order = generator.permutation(EXAMPLES)
        for which in generator.permutation(list(epochs)):
            time.sleep(SETTLING_SECONDS)
            start = time.perf_counter()
            epochs[which](order)
            if number >= WARM_UP_EPOCHS:
                seconds[which].append(time.perf_counter() - start)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
