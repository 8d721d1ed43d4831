"""Three clouds of points in the plane by full-batch gradient descent: all call overhead."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.workloads.workload import Dataset, Workload

DATA_SEED = 2
EXAMPLES = 1_000
TRAIN_EXAMPLES = 800
CENTRES = ((0.0, 1.5), (-1.3, -0.75), (1.3, -0.75))


def load(data_dir: Path | None) -> Dataset:
    """Return the data set; `data_dir` plays no part."""
    generator = np.random.default_rng(DATA_SEED)
    labels = generator.integers(len(CENTRES), size=EXAMPLES)
    points = np.array(CENTRES)[labels] + generator.normal(size=(EXAMPLES, 2))
    features = points.astype(np.float32)
    return Dataset(
        train_features=features[:TRAIN_EXAMPLES],
        train_targets=labels[:TRAIN_EXAMPLES],
        test_features=features[TRAIN_EXAMPLES:],
        test_targets=labels[TRAIN_EXAMPLES:],
        source=f"generated, seed {DATA_SEED}",
    )


WORKLOAD = Workload(
    name="blobs",
    title="Three blobs, full-batch",
    model="SoftmaxRegression",
    train_examples=TRAIN_EXAMPLES,
    outputs=len(CENTRES),
    batch_size=TRAIN_EXAMPLES,
    learning_rate=0.1,
    epochs=1_000,
    quick_epochs=100,
    load=load,
)
