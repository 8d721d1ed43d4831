"""The scales of axes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures import scale, svg

POSITIVE = st.floats(1e-6, 1e4)


def ticks(axes: Axes) -> list[str]:
    """Return the words at the ticks that lie within the axis."""
    low, high = axes.get_xlim()
    labels = axes.xaxis.get_ticklabels()
    return [
        label.get_text() for place, label in zip(axes.get_xticks(), labels) if low <= place <= high
    ]


def axes_of(width: float) -> Axes:
    """Return axes so many points wide."""
    with svg.style():
        return Figure(figsize=(width / 72, 3)).add_axes((0, 0, 1, 1))


@pytest.mark.parametrize(
    ("values", "logarithmic"),
    [
        ([1, 10], False),
        ([1, 10.1], True),
        ([0, 100], False),
        ([-1, 100], False),
        ([1, math.nan, math.inf, 2], False),
        ([], False),
    ],
)
def test_an_axis_is_logarithmic_beyond_a_range_of_ten(
    values: list[float], logarithmic: bool
) -> None:
    assert scale.spans_decades(values) == logarithmic


def test_a_linear_axis_of_durations_begins_at_0() -> None:
    axes = axes_of(400)
    scale.show_seconds(axes, "x", (0.05, 0.09), logarithmic=False)
    assert ticks(axes) == ["0 s", "20 ms", "40 ms", "60 ms", "80 ms"]


def test_a_logarithmic_axis_has_as_many_ticks_as_there_is_room_for() -> None:
    expected = {
        900: ["50 ms", "100 ms", "200 ms", "500 ms", "1 s", "2 s"],
        300: ["100 ms", "300 ms", "1 s"],
        120: ["100 ms", "1 s"],
    }
    for width, words in expected.items():
        axes = axes_of(width)
        scale.show_seconds(axes, "x", (0.045, 2.2), logarithmic=True)
        assert ticks(axes) == words


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        ((1.0, 1.0), ["0.9", "1", "1.1"]),
        ((0.95, 1.2), ["0.9", "1", "1.1", "1.2"]),
        ((0.59, 1.6), ["0.7", "1", "1.5"]),
        ((0.2, 4.0), ["0.2", "0.5", "1", "2"]),
        ((0.01, 50.0), ["0.01", "0.1", "1", "10"]),
    ],
)
def test_an_axis_of_ratios_has_round_ticks_around_1(
    reach: tuple[float, float], words: list[str]
) -> None:
    axes = axes_of(400)
    scale.show_ratios(axes, "x", reach)
    assert ticks(axes) == [f"{word}\N{MULTIPLICATION SIGN}" for word in words]


def test_an_axis_of_counts_has_each_of_them() -> None:
    axes = axes_of(400)
    scale.show_counts(axes, "x", (64, 256, 1024))
    assert ticks(axes) == ["64", "256", "1,024"]


@given(POSITIVE, POSITIVE)
def test_all_values_lie_within_a_widened_range(one: float, other: float) -> None:
    low, high = scale.widened(min(one, other), max(one, other))
    assert low < min(one, other) <= max(one, other) < high
