"""How long a run will take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.estimate import (
    Length,
    rough_profile_seconds,
    rough_seconds,
    rough_trial_seconds,
    seconds_left,
)
from bench.plan.schedule import schedule
from tests.records.samples import identity

frameworks = st.sampled_from(["numpy", "torch", "tensorflow", "jax", "a newcomer"])
lengths = st.builds(Length, st.integers(1, 100), st.integers(1, 100_000))
seconds = st.floats(0.1, 100)


@given(frameworks, lengths)
def test_every_trial_takes_some_time_to_start(framework, length):
    assert rough_trial_seconds(identity(framework=framework), length) > 1


@given(frameworks, lengths)
def test_more_epochs_never_take_less_time(framework, length):
    one = identity(framework=framework)
    longer = Length(length.epochs + 1, length.examples)
    assert rough_trial_seconds(one, longer) > rough_trial_seconds(one, length)


def test_the_last_short_batch_is_a_step_too():
    one, other = (rough_trial_seconds(identity(), Length(1, examples)) for examples in (256, 257))
    assert other > one


@given(st.lists(frameworks, min_size=1, max_size=5), st.integers(1, 10))
def test_a_run_takes_as_long_as_its_trials_and_profiles_together(names, blocks):
    length = Length(3, 60_000)
    cells = [identity(framework=name) for name in names]
    trials = sum(rough_trial_seconds(cell, length) for cell in cells)
    profiles = sum(rough_profile_seconds(cell, length) for cell in cells)
    lengths = {"synthetic": length}
    assert rough_seconds(cells, [], lengths, blocks) == pytest.approx(blocks * trials)
    found = rough_seconds(cells, cells, lengths, blocks)
    assert found == pytest.approx(blocks * trials + profiles)


@given(frameworks, lengths)
def test_a_profile_takes_its_time_however_short_the_epochs_are(framework, length):
    assert rough_profile_seconds(identity(framework=framework), length) > 5


def test_nothing_left_takes_no_time():
    assert seconds_left((), {0: 3.0}, {0: 2.0}) == 0


@given(st.lists(seconds, min_size=1, max_size=5), st.integers(1, 5))
def test_before_anything_ran_the_guess_stands(rough, blocks):
    left = seconds_left(schedule(len(rough), blocks, seed=1), {}, dict(enumerate(rough)))
    assert left == pytest.approx(blocks * sum(rough))


@given(st.lists(st.tuples(seconds, seconds), min_size=1, max_size=5), st.integers(1, 5))
def test_where_every_cell_ran_once_the_guess_plays_no_part(pairs, blocks):
    measured = {cell: found for cell, (found, _) in enumerate(pairs)}
    rough = {cell: guess for cell, (_, guess) in enumerate(pairs)}
    left = seconds_left(schedule(len(pairs), blocks, seed=1), measured, rough)
    assert left == pytest.approx(blocks * sum(measured.values()))


@given(seconds, seconds, st.floats(0.1, 10))
def test_a_machine_that_is_slower_than_the_guess_is_so_for_the_other_cells_too(one, other, factor):
    (slot,) = (slot for slot in schedule(2, 1, seed=1) if slot.cell == 1)
    left = seconds_left([slot], {0: factor * one}, {0: one, 1: other})
    assert left == pytest.approx(factor * other)
