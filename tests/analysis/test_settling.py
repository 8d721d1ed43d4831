"""Which first epochs of a trial are left out, and which trials never settle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.settling import settle
from bench.records.model import Settling

seconds = st.floats(1e-6, 1e4)
series = st.lists(seconds, max_size=40)


def noisy(count, spread=0.01, seed=0):
    return np.random.default_rng(seed).lognormal(0, spread, count)


@given(st.lists(seconds, max_size=3))
def test_of_fewer_than_four_epochs_none_is_left_out_and_nothing_is_said(epochs):
    assert settle(epochs) == Settling(left_out=0, settled=None)


@given(seconds, st.integers(4, 40))
def test_equal_epochs_have_settled(value, count):
    assert settle([value] * count) == Settling(left_out=0, settled=True)


@pytest.mark.parametrize("count", [4, 9, 19, 99, 999])
def test_epochs_that_differ_by_chance_only_have_settled(count):
    settled = [settle(noisy(count, seed=seed)) for seed in range(100)]
    assert settled.count(Settling(0, True)) >= 99


def test_slow_first_epochs_are_left_out():
    assert settle([2.0, 1.5, 1.1, 1.0, 1.01, 0.99, 1.0, 1.0]) == Settling(3, True)


def test_fast_first_epochs_are_left_out():
    assert settle([0.7, 0.8, 1.0, 1.01, 0.99, 1.0]) == Settling(2, True)


def test_an_odd_epoch_after_the_first_that_has_settled_counts():
    assert settle([1.0, 3.0, 1.0, 1.0, 1.0, 1.0]) == Settling(0, True)


def test_five_percent_are_tolerated_however_even_the_later_epochs_are():
    assert settle([1.049, *[1.0] * 7]).left_out == 0
    assert settle([1.051, *[1.0] * 7]).left_out == 1


def test_what_uneven_later_epochs_reach_is_tolerated_in_first_ones():
    later = [0.9, 1.1, 0.9, 1.1, 1.0]  # median absolute deviation 0.1: 0.74 is tolerated
    assert settle([1.74, 1.0, 1.0, 1.0, *later]).left_out == 0
    assert settle([1.75, 1.0, 1.0, 1.0, *later]).left_out == 1


def test_no_more_than_the_first_half_is_left_out():
    assert settle([4.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0]) == Settling(3, False)


def test_a_trial_whose_first_half_is_off_never_settled():
    assert settle([2.0, 2.0, 1.0, 1.0]) == Settling(2, False)


def test_a_trial_that_becomes_ever_slower_never_settled():
    assert settle(np.linspace(1, 1.2, 20) * noisy(20)).settled is False


def test_a_trial_that_becomes_ever_faster_never_settled():
    assert settle(np.linspace(1.2, 1, 20) * noisy(20)).settled is False


def test_a_drift_of_less_than_five_percent_is_tolerated():
    assert settle(np.linspace(1, 1.04, 20)) == Settling(0, True)


def test_a_drift_is_found_in_many_epochs_too():
    assert settle(np.linspace(1, 1.1, 999) * noisy(999)).settled is False
    assert settle(np.linspace(1, 1.03, 999) * noisy(999)).settled is True


def test_a_step_in_the_middle_is_no_settled_trial():
    assert settle([*[1.0] * 10, *[1.2] * 10]).settled is False


@given(series)
def test_never_more_than_half_is_left_out(epochs):
    assert 0 <= settle(epochs).left_out <= len(epochs) // 2


@given(series, st.integers(-10, 10))
def test_another_unit_of_time_changes_nothing(epochs, exponent):
    assert settle([one * 2.0**exponent for one in epochs]) == settle(epochs)


@given(st.lists(seconds, min_size=4, max_size=40))
def test_the_rule_holds_for_whatever_is_left_out(epochs):
    later = epochs[len(epochs) // 2 :]
    centre = np.median(later)
    bound = max(0.05 * centre, 5 * 1.4826 * np.median(np.abs(np.array(later) - centre)))
    left_out = settle(epochs).left_out
    assert all(abs(one - centre) > bound for one in epochs[:left_out])
    if left_out < len(epochs) // 2:
        assert abs(epochs[left_out] - centre) <= bound
