"""Images in the shape of Fashion-MNIST from a seeded generator: no network, same bytes anywhere.

Ten class prototypes are drawn as coarse patterns. An example is a blend of its own class's
prototype and another's, plus noise; where the other outweighs its own, no model can be right, so
softmax regression ends between 0.75 and 0.9.

Everything up to the last division is integer arithmetic on PCG64's raw output, whose stream NumPy
guarantees; sampling routines of NumPy and the C library's transcendental functions, which may
change, are not used.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.workloads.fashion_mnist import scaled
from bench.workloads.workload import Dataset, Workload

DATA_SEED = 20170825
TRAIN_EXAMPLES = 60_000
TEST_EXAMPLES = 10_000
CLASSES = 10
SIDE = 28
COARSE_SIDE = 7
# Weight of the own prototype in 1/256, uniform in [LOWEST, LOWEST + 128).
LOWEST_OWN_WEIGHT = 108
CHUNK_EXAMPLES = 5_000

# Images (n, pixels) and their labels (n,).
Labelled = tuple[NDArray[np.uint8], NDArray[np.int64]]


def _bytes(generator: np.random.PCG64, count: int) -> NDArray[np.uint8]:
    words = np.asarray(generator.random_raw(-(-count // 8)), dtype="<u8")
    return words.view(np.uint8)[:count]


def _prototypes(generator: np.random.PCG64) -> NDArray[np.int32]:
    coarse = _bytes(generator, CLASSES * COARSE_SIDE**2).astype(np.int32)
    enlarged = np.kron(
        coarse.reshape(CLASSES, COARSE_SIDE, COARSE_SIDE),
        np.ones((1, SIDE // COARSE_SIDE, SIDE // COARSE_SIDE), np.int32),
    )
    return enlarged.reshape(CLASSES, SIDE * SIDE)


def _examples(generator: np.random.PCG64, prototypes: NDArray[np.int32], count: int) -> Labelled:
    pixels = SIDE * SIDE
    labels = _bytes(generator, 4 * count).view("<u4").astype(np.int64) % CLASSES
    others = (labels + 1 + _bytes(generator, 4 * count).view("<u4") % (CLASSES - 1)) % CLASSES
    own_weights = LOWEST_OWN_WEIGHT + _bytes(generator, count).astype(np.int32) % 128
    images = np.empty((count, pixels), np.uint8)
    for start in range(0, count, CHUNK_EXAMPLES):
        chunk = slice(start, min(start + CHUNK_EXAMPLES, count))
        size = chunk.stop - chunk.start
        own = own_weights[chunk, None]
        blend = own * prototypes[labels[chunk]] + (256 - own) * prototypes[others[chunk]]
        # The sum of four uniform bytes is close to normal: mean 510, standard deviation 148.
        noise = _bytes(generator, size * pixels * 4).reshape(size, pixels, 4).sum(2, np.int32)
        images[chunk] = np.clip(blend // 256 + (noise - 510) // 2, 0, 255)
    return images, labels


def _generate(train_examples: int, test_examples: int) -> tuple[Labelled, Labelled]:
    """Return training and test examples."""
    generator = np.random.PCG64(DATA_SEED)
    prototypes = _prototypes(generator)
    train = _examples(generator, prototypes, train_examples)
    return train, _examples(generator, prototypes, test_examples)


def generate(train_examples: int, test_examples: int) -> Dataset:
    """Return a data set of the given sizes; a size fixes every byte."""
    (train_images, train_labels), (test_images, test_labels) = _generate(
        train_examples, test_examples
    )
    return Dataset(
        train_features=scaled(train_images),
        train_targets=train_labels,
        test_features=scaled(test_images),
        test_targets=test_labels,
        source=f"generated, seed {DATA_SEED}",
    )


def load(data_dir: Path | None) -> Dataset:
    """Return the full-sized data set; `data_dir` plays no part."""
    return generate(TRAIN_EXAMPLES, TEST_EXAMPLES)


def test_images(data_dir: Path | None) -> NDArray[np.uint8]:
    """Return the test images (10000, 28, 28); `data_dir` plays no part."""
    _, (images, _) = _generate(TRAIN_EXAMPLES, TEST_EXAMPLES)
    return images.reshape(-1, SIDE, SIDE)


WORKLOAD = Workload(
    name="synthetic",
    title="Synthetic images",
    model="SoftmaxRegression",
    train_examples=TRAIN_EXAMPLES,
    outputs=CLASSES,
    batch_size=256,
    learning_rate=0.1,
    epochs=10,
    quick_epochs=3,
    load=load,
    image_shape=(SIDE, SIDE),
    images=test_images,
)
