"""What models predict beside the float64 reference, and which test examples are worth a look."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.records.model import Differing, Example, Predictions

# A model that learned something else differs nearly everywhere; so many tell what it does.
LISTED = 20


def choose_examples(
    labels: NDArray[Any], reference: NDArray[np.int64], classes: int
) -> tuple[Example, ...]:
    """Return a few test examples: of every class the first right one and the first wrong one.

    Parameters
    ----------
    labels, reference : int ndarray of shape (n,)
        The true classes, and those that the reference predicts.
    classes : int
        How many there are.
    """
    right = labels == reference
    first = [
        np.flatnonzero((labels == label) & (right == wanted))[:1]
        for wanted in (True, False)
        for label in range(classes)
    ]
    return tuple(_example(index, labels, reference) for index in np.concatenate(first))


def compare_predictions(
    predicted: NDArray[np.int64],
    reference: NDArray[np.int64],
    labels: NDArray[Any],
    examples: tuple[Example, ...],
) -> Predictions:
    """Return what a trial predicts of `examples`, and where it differs from the reference.

    Parameters
    ----------
    predicted, reference, labels : int ndarray of shape (n,)
        The classes of all test examples by the trial, by the reference, and the true ones.
    """
    differing = np.flatnonzero(predicted != reference)
    return Predictions(
        examples=tuple(int(predicted[example.index]) for example in examples),
        differing=len(differing),
        first_differing=tuple(
            Differing(_example(index, labels, reference), int(predicted[index]))
            for index in differing[:LISTED]
        ),
    )


def _example(index: np.intp, labels: NDArray[Any], reference: NDArray[np.int64]) -> Example:
    return Example(int(index), int(labels[index]), int(reference[index]))
