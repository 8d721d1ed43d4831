"""The one evaluator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from bench.worker.evaluation import accuracy, mean_squared_error

labels = arrays_of.arrays(np.int64, st.integers(1, 50), elements=st.integers(0, 9))
values = arrays_of.arrays(
    np.float32,
    st.tuples(st.integers(1, 50), st.just(1)),
    elements=st.floats(-1e3, 1e3, width=32),
)


@given(labels)
def test_right_predictions_are_wholly_accurate(given_):
    assert accuracy(given_, given_) == 1


@given(labels)
def test_wrong_predictions_are_not_accurate_at_all(given_):
    assert accuracy((given_ + 1) % 10, given_) == 0


def test_accuracy_is_the_share_of_right_predictions():
    assert accuracy(np.array([0, 1, 2, 3]), np.array([0, 1, 2, 0])) == 0.75


@given(labels, st.sampled_from([np.int8, np.int32, np.uint8, np.float32]))
def test_the_type_of_class_indices_does_not_matter(given_, dtype):
    assert accuracy(given_.astype(dtype), given_) == 1


@pytest.mark.parametrize("shape", [(4, 1), (3,), (4, 10), ()])
def test_predictions_that_are_not_one_class_for_each_label_are_refused(shape):
    with pytest.raises(ValueError, match=r"predict\(\) returned shape .*, expected \(4,\)"):
        accuracy(np.zeros(shape), np.zeros(4, np.int64))


@given(values)
def test_right_values_have_no_error(given_):
    assert mean_squared_error(given_, given_) == 0


@given(values, st.floats(-100, 100))
def test_a_constant_offset_is_squared(given_, offset):
    moved = given_.astype(np.float64) + offset
    assert mean_squared_error(moved, given_) == pytest.approx(offset**2, rel=1e-6, abs=1e-9)


def test_the_error_is_computed_in_float64():
    predicted = np.array([[1e-30]], np.float32)
    assert mean_squared_error(predicted, np.zeros((1, 1), np.float32)) > 0


@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 1), ()])
def test_values_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"predict\(\) returned shape .*, expected \(4, 1\)"):
        mean_squared_error(np.zeros(shape), np.zeros((4, 1), np.float32))
