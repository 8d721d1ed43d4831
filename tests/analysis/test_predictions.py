"""Which examples are shown, and how a trial's predictions are told from the reference's."""

from __future__ import annotations

import numpy as np
import pytest

from bench.analysis.predictions import LISTED, choose_examples, compare_predictions
from bench.records.model import Differing, Example

LABELS = np.array([0, 1, 0, 1, 2, 0])
REFERENCE = np.array([0, 0, 1, 1, 2, 0])


def test_of_every_class_the_first_right_and_the_first_wrong_example_is_shown():
    assert choose_examples(LABELS, REFERENCE, classes=3) == (
        Example(0, 0, 0),
        Example(3, 1, 1),
        Example(4, 2, 2),
        Example(2, 0, 1),
        Example(1, 1, 0),
    )


def test_a_class_without_examples_shows_none():
    assert choose_examples(LABELS[:1], REFERENCE[:1], classes=10) == (Example(0, 0, 0),)


def test_equal_predictions_do_not_differ():
    examples = choose_examples(LABELS, REFERENCE, classes=3)
    found = compare_predictions(REFERENCE, REFERENCE, LABELS, examples)
    assert (found.differing, found.first_differing) == (0, ())
    assert found.examples == (0, 1, 2, 1, 0)


def test_a_differing_prediction_is_named_with_the_truth_and_the_reference():
    predicted = REFERENCE.copy()
    predicted[3] = 2
    found = compare_predictions(predicted, REFERENCE, LABELS, (Example(3, 1, 1),))
    assert found.first_differing == (Differing(Example(3, 1, 1), 2),)
    assert found.examples == (2,)


@pytest.mark.parametrize("size", [LISTED - 1, LISTED, LISTED + 1, 500])
def test_all_that_differ_are_counted_and_only_the_first_are_listed(size):
    zeros = np.zeros(size, np.int64)
    found = compare_predictions(zeros + 1, zeros, zeros, ())
    assert found.differing == size
    assert [one.example.index for one in found.first_differing] == list(range(min(size, LISTED)))


def test_numbers_are_plain_so_that_a_record_can_hold_them():
    found = compare_predictions(REFERENCE, LABELS, LABELS, (Example(1, 1, 0),))
    numbers = (found.differing, *found.examples, found.first_differing[0].predicted)
    assert {type(number) for number in numbers} == {int}
