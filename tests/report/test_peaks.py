"""The few words that a cell's peak memory becomes."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.analysis.comparison import Comparison
from bench.analysis.memory import Difference, Need
from bench.analysis.verdicts import Verdict
from bench.records.model import Estimate
from bench.report import comparing, peaks

MIB = 2**20
UNSURE = Comparison("inconclusive", 1.02, 0.98, 1.07, 5, lambda: 12)
NEED = Need(Estimate(338.24 * MIB, 337.9 * MIB, 340 * MIB), UNSURE)


def found(**fields: object) -> peaks.Peak:
    return peaks.peak(replace(NEED, against_least=replace(UNSURE, **fields)))


def test_the_median_has_its_interval() -> None:
    assert peaks.peak(NEED).interval == "338\N{EN DASH}340"


def test_an_interval_whose_ends_would_look_the_same_is_finer() -> None:
    narrow = replace(NEED, bytes=Estimate(338.2 * MIB, 338.1 * MIB, 338.4 * MIB))
    assert peaks.peak(narrow).interval == "338.1\N{EN DASH}338.4"


def test_no_digit_is_added_that_tells_nothing() -> None:
    constant = replace(NEED, bytes=Estimate(338 * MIB, 338 * MIB, 338 * MIB))
    assert peaks.peak(constant).interval == "338\N{EN DASH}338"


def test_the_interval_is_in_the_unit_of_the_median() -> None:
    across = replace(NEED, bytes=Estimate(1000 * MIB, 900 * MIB, 1100 * MIB))
    assert peaks.peak(across).interval == "900\N{EN DASH}1100"


def test_large_sizes_are_in_gibibytes() -> None:
    large = replace(NEED, bytes=Estimate(1200 * MIB, 1000 * MIB, 1300 * MIB))
    assert peaks.peak(large).interval == "0.98\N{EN DASH}1.27"


def test_too_few_trials_have_no_interval() -> None:
    assert peaks.peak(replace(NEED, bytes=Estimate(MIB, None, None))).interval == ""


@pytest.mark.parametrize(
    ("verdict", "words", "detail"),
    [
        (
            "slower",
            "more",
            "more: 1.02 times the least of the others (0.980\N{EN DASH}1.070)",
        ),
        (
            "faster",
            "least memory",
            "least memory: 1.02 times the least of the others (0.980\N{EN DASH}1.070)",
        ),
        ("same", "level", "level with the least, within 1 %"),
        ("inconclusive", "not told apart", "not told apart from the least, needs 12 blocks"),
    ],
)
def test_every_verdict_has_its_words(verdict: Verdict, words: str, detail: str) -> None:
    shown = found(verdict=verdict)
    assert shown.sign is not None
    assert (shown.verdict, shown.sign.words, shown.detail) == (verdict, words, detail)


def test_signs_are_those_of_time() -> None:
    for verdict in ("slower", "faster", "same", "inconclusive"):
        sign = found(verdict=verdict).sign
        assert sign is not None
        assert sign.symbol == comparing.SIGNS[verdict].symbol


def test_a_ratio_without_an_interval_stands_alone() -> None:
    shown = found(verdict="slower", low=0.0, high=math.inf)
    assert shown.detail == "more: 1.02 times the least of the others"


def test_a_cell_without_others_has_no_sign() -> None:
    alone = found(verdict="incomparable", ratio=math.nan)
    assert alone.sign is None
    assert alone.detail == ""


def test_a_difference_between_runs_is_told_by_kind_the_largest_first() -> None:
    found = Difference("imported", 74 * MIB, 2 * MIB, 72 * MIB, 0)
    assert peaks.difference_words(found) == (
        "+74 MiB after the import: +72 MiB of files, +2 MiB its own"
    )


def test_less_has_a_sign_of_its_own() -> None:
    found = Difference("trained", -30 * MIB, 10 * MIB, -40 * MIB, 0)
    assert peaks.difference_words(found) == (
        "\N{MINUS SIGN}30 MiB at the end of training: "
        "\N{MINUS SIGN}40 MiB of files, +10 MiB its own"
    )


def test_what_counting_may_move_is_no_difference() -> None:
    found = Difference("baseline", 2**19, 0, 2**19, 0)
    assert peaks.difference_words(found) == "the same before the first epoch"
