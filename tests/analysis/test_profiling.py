"""A profile is believed if its parts add up."""

from __future__ import annotations

import pytest

from bench.analysis.profiling import adds_up, best
from bench.records.model import Profile


def profile(sum_over_whole: float) -> Profile:
    return Profile(9, 0.1, 0.02, 0.05, 0.01, 0.02, sum_over_whole)


@pytest.mark.parametrize(
    ("sum_over_whole", "believed"), [(1.0, True), (0.951, True), (0.94, False), (1.06, False)]
)
def test_parts_may_differ_from_the_whole_by_five_percent(sum_over_whole, believed):
    assert adds_up(profile(sum_over_whole)) == believed


def test_of_several_profiles_the_one_that_adds_up_best_counts():
    assert best(profile(0.9), profile(1.04), profile(1.2)) == profile(1.04)
