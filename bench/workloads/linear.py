"""Linear regression on data with known parameters: y = Xw + b + noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.workloads.workload import Dataset, Workload
from implementations.contract import Parameters

DATA_SEED = 1
TRAIN_EXAMPLES = 1_000
TEST_EXAMPLES = 200
TRUE_WEIGHT = (2.0, -3.4)
TRUE_BIAS = 4.2
NOISE = 0.01


def load(data_dir: Path | None) -> Dataset:
    """Return the data set; `data_dir` plays no part."""
    generator = np.random.default_rng(DATA_SEED)
    weight = np.array(TRUE_WEIGHT)[:, None]
    features = generator.normal(size=(TRAIN_EXAMPLES + TEST_EXAMPLES, len(TRUE_WEIGHT)))
    noise = generator.normal(scale=NOISE, size=(len(features), 1))
    values = features @ weight + TRUE_BIAS + noise
    return Dataset(
        train_features=features[:TRAIN_EXAMPLES].astype(np.float32),
        train_targets=values[:TRAIN_EXAMPLES].astype(np.float32),
        test_features=features[TRAIN_EXAMPLES:].astype(np.float32),
        test_targets=values[TRAIN_EXAMPLES:].astype(np.float32),
        source=f"generated, seed {DATA_SEED}",
        true_parameters=Parameters(weight, np.array([TRUE_BIAS])),
    )


WORKLOAD = Workload(
    name="linear",
    title="Linear regression, y = Xw + b",
    model="LinearRegression",
    train_examples=TRAIN_EXAMPLES,
    outputs=1,
    batch_size=10,
    learning_rate=0.03,
    epochs=3,
    quick_epochs=3,
    load=load,
)
