"""Which epochs, and which trials, count as disturbed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.interference import judge, least_disturbed
from bench.records.model import Interference
from tests.records.samples import quiet, trial

# An epoch of NumPy on two CPUs, undisturbed, and beside a neighbour that burns a core: as measured.
EPOCH = 0.041
HELD_UP = 0.079


def two_cpus(epochs: int, **fields: tuple[float, ...]) -> Interference:
    return replace(quiet(epochs), cpus=(0, 1), **fields)


def test_quiet_epochs_are_not_disturbed():
    judged = judge(two_cpus(9), [EPOCH] * 9)
    assert judged.disturbed_epochs == ()
    assert judged.reason is None


def test_a_clock_tick_that_falls_into_an_epoch_by_chance_is_no_disturbance():
    evidence = two_cpus(9, foreign_cpu_seconds=(0.0, 0.01, -0.005, 0.019, 0, 0, 0.01, 0, -0.01))
    judged = judge(evidence, [EPOCH] * 9)
    assert judged.disturbed_epochs == ()
    assert judged.reason is None


def test_a_neighbour_that_burns_a_core_is_seen_in_every_epoch_and_in_the_trial():
    evidence = two_cpus(9, foreign_cpu_seconds=(0.04,) * 9, waiting_seconds=(0.04,) * 9)
    judged = judge(evidence, [HELD_UP] * 9)
    assert judged.disturbed_epochs == tuple(range(9))
    assert "0.36 s of CPU time in 0.71 s of epochs" in judged.reason


def test_threads_that_wait_for_each_other_are_no_disturbance():
    judged = judge(two_cpus(9, waiting_seconds=(0.03,) * 9), [EPOCH] * 9)
    assert judged.disturbed_epochs == ()
    assert judged.reason is None


def test_an_epoch_that_the_hypervisor_held_up_is_left_out_and_the_others_still_count():
    evidence = two_cpus(9, steal_seconds=(0, 0, 0.03, 0, 0, 0, 0, 0, 0))
    judged = judge(evidence, [EPOCH] * 9)
    assert judged.disturbed_epochs == (2,)
    assert judged.reason is None


def test_a_trial_with_many_disturbed_epochs_is_disturbed_as_a_whole():
    evidence = two_cpus(8, steal_seconds=(0.02, 0, 0.01, 0, 0, 0.01, 0, 0))
    judged = judge(evidence, [EPOCH] * 8)
    assert judged.disturbed_epochs == (0, 2, 5)
    assert "3 of 8 epochs" in judged.reason


def test_short_epochs_are_judged_together():
    epochs = 1_000
    foreign = tuple(0.01 if number % 10 == 0 else 0.0 for number in range(epochs))
    judged = judge(two_cpus(epochs, foreign_cpu_seconds=foreign), [1e-3] * epochs)
    assert "1 s of CPU time in 1 s of epochs" in judged.reason


def test_the_doubt_about_ticks_grows_with_the_root_of_the_number_of_epochs():
    ticks = tuple(0.01 if number % 60 == 0 else 0.0 for number in range(300))
    judged = judge(two_cpus(300, foreign_cpu_seconds=ticks), [1e-6] * 300)
    assert judged.reason is None


def test_where_the_system_counts_nothing_nothing_is_judged():
    evidence = replace(two_cpus(0), method="none")
    assert judge(evidence, [EPOCH] * 9) == evidence


@given(st.lists(st.floats(1e-5, 10.0), min_size=1, max_size=30))
def test_no_evidence_means_no_alarm_however_long_the_epochs(epoch_seconds):
    judged = judge(two_cpus(len(epoch_seconds)), epoch_seconds)
    assert (judged.disturbed_epochs, judged.reason) == ((), None)


@given(st.lists(st.floats(0.0, 0.2), min_size=4, max_size=20), st.integers(0, 3))
def test_more_disturbance_never_marks_fewer_epochs(foreign, index):
    epoch_seconds = [EPOCH] * len(foreign)
    worse = tuple(seconds + 0.1 * (place == index) for place, seconds in enumerate(foreign))
    one = judge(two_cpus(len(foreign), foreign_cpu_seconds=tuple(foreign)), epoch_seconds)
    other = judge(two_cpus(len(foreign), foreign_cpu_seconds=worse), epoch_seconds)
    assert set(one.disturbed_epochs) <= set(other.disturbed_epochs)


def test_of_several_attempts_the_least_disturbed_counts():
    bad = trial(interference=replace(quiet(3), disturbed_epochs=(0, 1, 2), reason="busy"))
    better = trial(interference=replace(quiet(3), disturbed_epochs=(0,), reason="busy"))
    assert least_disturbed([bad, better, bad]) is better


def test_an_attempt_that_is_not_disturbed_as_a_whole_wins():
    bad = trial(interference=replace(quiet(3), disturbed_epochs=(), reason="busy"))
    good = trial(interference=replace(quiet(3), disturbed_epochs=(1,)))
    assert least_disturbed([bad, good]) is good


def test_of_equal_attempts_the_latest_counts():
    first, second = trial(block=0), trial(block=0, import_seconds=1.0)
    assert least_disturbed([first, second]) is second
