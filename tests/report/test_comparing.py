"""The few words that a comparison becomes."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.analysis.comparison import INCOMPARABLE, Comparison, Verdict
from bench.analysis.ranking import rank
from bench.report import comparing
from tests.report import samples
from tests.report.samples import FASHION, cell

UNSURE = Comparison("inconclusive", 1.02, 0.98, 1.07, 0.2, 5, 12)


def test_what_chance_could_make_says_what_it_takes_to_tell() -> None:
    assert comparing.detail(UNSURE) == "needs 12 blocks"


def test_what_no_thousand_blocks_could_tell_says_so() -> None:
    hopeless = replace(UNSURE, blocks_needed=None)
    assert comparing.detail(hopeless) == "needs more than 1,000 blocks"


@pytest.mark.parametrize(
    ("verdict", "words", "detail"),
    [
        ("slower", "slower", ""),
        ("same", "level", "within 1 %"),
        ("faster", "faster", "block by block"),
        ("inconclusive", "not told apart", "needs 12 blocks"),
        ("incomparable", "not comparable", "other batches"),
    ],
)
def test_every_verdict_has_its_words(verdict: Verdict, words: str, detail: str) -> None:
    assert comparing.SIGNS[verdict].words == words
    assert comparing.detail(replace(UNSURE, verdict=verdict)) == detail


def test_signs_differ_in_more_than_colour() -> None:
    symbols = [sign.symbol for sign in comparing.SIGNS.values()]
    assert len(set(symbols)) == len(symbols)


def test_a_shared_rank_has_an_equals_sign() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    ranked = rank([cell("numpy", 0.04), unsteady, cell("jax", 0.9)])
    assert [comparing.place(entry) for entry in ranked] == ["1=", "1=", "3"]


def test_a_place_is_open_unless_the_cell_is_sure_to_be_slower() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    ranked = rank([cell("numpy", 0.04), unsteady, cell("jax", 0.9)])
    assert [comparing.is_open(entry) for entry in ranked] == [False, True, False]


@pytest.mark.parametrize(
    ("number", "words"), [(0.7, "0.70"), (1.124, "1.12"), (9.994, "9.99"), (12.3, "12")]
)
def test_a_ratio_of_runs_shows_small_changes(number: float, words: str) -> None:
    assert comparing.ratio(number) == words


def test_the_interval_is_finer_than_the_ratio() -> None:
    assert comparing.interval(UNSURE) == "0.980\N{EN DASH}1.070"
    assert comparing.interval(replace(UNSURE, low=1.4, high=1.6)) == "1.40\N{EN DASH}1.60"
    assert comparing.interval(replace(UNSURE, low=21.0, high=24.25)) == "21.0\N{EN DASH}24.2"


def test_an_interval_without_end_is_none() -> None:
    assert comparing.interval(replace(UNSURE, low=0.0, high=math.inf)) == ""


def test_times_the_fastest_is_paired_by_block() -> None:
    slower = samples.noisy(cell("torch", 0.08), 1.0, 1.5, 1.0)
    second = rank([cell("numpy", 0.04), slower])[1]
    assert comparing.times_fastest(second) == pytest.approx(2 * 1.5 ** (1 / 3))


def test_what_cannot_be_paired_keeps_the_ratio_of_medians() -> None:
    small = replace(FASHION, batch_size=64)
    second = rank([cell("numpy", 0.04), cell("numpy", 0.08, small)])[1]
    assert second.against_fastest == INCOMPARABLE
    assert comparing.times_fastest(second) == pytest.approx(2)
