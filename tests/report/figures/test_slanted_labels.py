"""Labels aslant above the ends of curves."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from bench.report.figures.slanted_labels import SLANTS, headroom, spread


def test_labels_that_have_room_stand_where_they_should() -> None:
    assert spread([10.0, 50.0, 90.0], 19, (0, 100)) == [10.0, 50.0, 90.0]


def test_labels_at_one_place_share_what_they_have_to_move() -> None:
    assert spread([50.0, 50.0, 50.0], 10, (0, 100)) == [40.0, 50.0, 60.0]


def test_no_label_begins_beyond_the_left_edge() -> None:
    assert spread([1.0, 2.0, 90.0], 10, (20, 100)) == [20.0, 30.0, 90.0]


@given(
    st.lists(st.floats(0, 300), min_size=1, max_size=12).map(sorted),
    st.floats(1, 20),
    st.floats(0, 50),
)
def test_labels_never_come_closer_and_stay_within(
    wanted: list[float], spacing: float, first: float
) -> None:
    places = spread(wanted, spacing, (first, 300.0))
    assert all(b - a >= spacing - 1e-9 for a, b in itertools.pairwise(places))
    assert places[0] >= first - 1e-9
    assert places[-1] <= 300 + 1e-9


def test_neighbours_are_a_line_apart() -> None:
    for slant in SLANTS.values():
        assert slant.spacing * math.sin(slant.angle) > 13


def test_longer_labels_need_more_room() -> None:
    assert headroom(["a label", "a longer label"], "wide") > headroom(["a label"], "wide")
    assert headroom(["a label"], "narrow") > headroom(["a label"], "wide")
