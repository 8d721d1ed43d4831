"""A profile is believed if its parts add up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis.profiling import adds_up, best, is_wanted
from bench.records.model import Cell, Profile
from tests.records.samples import identity


def profile(sum_over_whole: float) -> Profile:
    return Profile(9, 0.1, 0.02, 0.05, 0.01, 0.02, sum_over_whole)


@pytest.mark.parametrize(
    ("sum_over_whole", "believed"), [(1.0, True), (0.951, True), (0.94, False), (1.06, False)]
)
def test_parts_may_differ_from_the_whole_by_five_percent(sum_over_whole, believed):
    assert adds_up(profile(sum_over_whole)) == believed


def test_of_several_profiles_the_one_that_adds_up_best_counts():
    assert best(profile(0.9), profile(1.04), profile(1.2)) == profile(1.04)


def test_a_cell_that_trained_and_has_no_profile_yet_wants_one():
    cell = Cell(identity(), "numpy", status="ok")
    assert is_wanted(cell)
    assert not is_wanted(replace(cell, profile=profile(1.0)))
    assert not is_wanted(replace(cell, status="invalid"))
    assert not is_wanted(replace(cell, role="floor"))


@pytest.mark.parametrize(("execution", "has"), [("eager", True), ("step", True), ("epoch", False)])
def test_an_epoch_that_is_compiled_as_one_program_has_no_stages_to_tell_apart(execution, has):
    assert is_wanted(Cell(identity(execution=execution), "jax", status="ok")) is has
