"""Was the work done when the clock stopped, and was the input the run's own?"""

from __future__ import annotations

import pytest

from bench.analysis.proofs import same_input, synchronization
from tests.records.samples import pending_record


def test_an_implementation_that_returns_when_it_is_done_passes():
    assert synchronization([1e-5, 2e-5, 0.0], [0.05, 0.05, 0.05]).passed


def test_one_that_returns_at_once_and_works_on_does_not():
    proof = synchronization([0.05, 0.049, 0.051], [1e-4, 1e-4, 1e-4])
    assert not proof.passed
    assert proof.unfinished_seconds == 0.05


@pytest.mark.parametrize("readings", [(1e-5, 0.03, 1e-5), (0.03, 1e-5)])
def test_one_reading_that_was_held_up_proves_nothing(readings):
    assert synchronization(readings, [0.05] * len(readings)).passed


def test_two_readings_that_waited_for_work_are_enough():
    assert not synchronization([0.03, 0.02], [0.05] * 2).passed


@pytest.mark.parametrize(("epoch", "tolerance"), [(1e-4, 1e-3), (1.0, 0.05)])
def test_the_tolerance_is_a_share_of_the_epoch_but_no_less_than_a_millisecond(epoch, tolerance):
    assert synchronization([0.0], [epoch]).tolerance_seconds == tolerance


def test_equal_digests_pass():
    (info,) = pending_record().workloads
    assert same_input(info.initial_sha256, info.order_sha256, info).passed


@pytest.mark.parametrize("which", ["initial", "order"])
def test_another_start_or_another_order_does_not(which):
    (info,) = pending_record().workloads
    initial = "f" * 64 if which == "initial" else info.initial_sha256
    order = "f" * 64 if which == "order" else info.order_sha256
    assert not same_input(initial, order, info).passed
