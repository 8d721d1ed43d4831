"""The few words that a comparison becomes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis.comparison import Comparison
from bench.analysis.ranking import Ranked, rank
from bench.analysis.verdicts import Verdict
from bench.report import comparing
from tests.report import samples
from tests.report.samples import cell

UNSURE = Comparison("inconclusive", 1.02, 0.98, 1.07, 5, lambda: 12)


def placed(**fields: Any) -> Ranked:
    """Return a cell that was found so against the best of the others."""
    one = rank([cell("numpy", 0.04)])[0]
    return replace(one, against_best=replace(UNSURE, **fields))


def test_what_chance_could_make_says_what_it_takes_to_tell() -> None:
    assert comparing.detail(placed()) == "needs 12 blocks"


def test_what_no_thousand_blocks_could_tell_says_so() -> None:
    assert comparing.detail(placed(wanted=lambda: None)) == "needs more than 1,000 blocks"


@pytest.mark.parametrize(
    ("verdict", "words", "detail"),
    [
        ("slower", "slower", ""),
        ("same", "level", "within 1 %"),
        ("faster", "fastest", ""),
        ("inconclusive", "may be fastest", "needs 12 blocks"),
    ],
)
def test_every_place_has_its_words(verdict: Verdict, words: str, detail: str) -> None:
    found = placed(verdict=verdict)
    sign = comparing.sign(found)
    assert sign is not None
    assert (sign.words, sign.symbol) == (words, comparing.SIGNS[verdict].symbol)
    assert comparing.detail(found) == detail


def test_a_cell_without_others_has_no_sign() -> None:
    assert comparing.sign(rank([cell("numpy", 0.04)])[0]) is None


def test_signs_differ_in_more_than_colour() -> None:
    symbols = [sign.symbol for sign in comparing.SIGNS.values()]
    assert len(set(symbols)) == len(symbols)


def test_a_shared_rank_has_an_equals_sign() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    ranked = rank([cell("numpy", 0.04), unsteady, cell("jax", 0.9)])
    assert [comparing.place(entry) for entry in ranked] == ["1=", "1=", "3"]


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


def test_the_first_has_no_interval_for_it_stands_at_one() -> None:
    slower = samples.noisy(cell("torch", 0.08), 1.0, 1.5, 1.0)
    first, second = rank([cell("numpy", 0.04), slower])
    assert comparing.times_interval(first) == ""
    assert comparing.times_interval(second) == comparing.interval(second.against_best)
