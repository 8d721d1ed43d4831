"""Numbers as people read them."""

from __future__ import annotations

import pytest

from bench.report import wording


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.00 µs"),
        (7.96e-5, "79.6 µs"),
        (0.0432, "43.2 ms"),
        (0.075, "75.0 ms"),
        (0.11, "110 ms"),
        (0.9996, "1.00 s"),
        (1.07, "1.07 s"),
        (999.7, "1000 s"),
        (1234.5, "1234 s"),
    ],
)
def test_durations_have_three_digits_and_a_fitting_unit(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


def test_an_interval_names_a_shared_unit_once() -> None:
    assert wording.duration_interval(0.04, 0.05) == "40.0\N{EN DASH}50.0 ms"
    assert wording.duration_interval(0.97, 1.17) == "970 ms\N{EN DASH}1.17 s"


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.0, "1.00"), (1.02, "1.02"), (1.5, "1.5"), (4.0, "4.0"), (24.3, "24"), (1234.0, "1,234")],
)
def test_a_ratio_is_finer_the_closer_it_is_to_one(ratio: float, words: str) -> None:
    assert wording.times(ratio) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0.00 B"),
        (999.6, "1.00 kB"),
        (189_120_000, "189 MB"),
        (17.1e9, "17.1 GB"),
        (3.4e13, "34.0 TB"),
    ],
)
def test_a_number_of_a_unit_has_three_digits_and_a_fitting_prefix(
    number: float, words: str
) -> None:
    assert wording.scaled(number, "B") == words


@pytest.mark.parametrize(
    ("fraction", "words"), [(0.0, "0.0 %"), (0.004, "0.4 %"), (0.0996, "10 %"), (1.04, "104 %")]
)
def test_a_share_is_finer_where_it_is_small(fraction: float, words: str) -> None:
    assert wording.percent(fraction) == words


def test_large_numbers_are_rounded_and_grouped() -> None:
    assert wording.grouped(1_374_035.0) == "1,370,000"


@pytest.mark.parametrize(
    ("number", "words"), [(2.06e-7, "2.1e-7"), (0.0, "0"), (None, "not finite")]
)
def test_small_numbers_are_scientific(number: float | None, words: str) -> None:
    assert wording.scientific(number) == words


def test_a_list_reads_as_a_sentence() -> None:
    assert wording.listing(["a"]) == "a"
    assert wording.listing(["a", "b", "c"]) == "a, b and c"


def test_nouns_agree_with_their_number() -> None:
    assert wording.count(1, "class", "classes") == "1 class"
    assert wording.count(10, "class", "classes") == "10 classes"
    assert wording.count(60_000, "example") == "60,000 examples"


def test_a_sentence_ends_with_one_full_stop() -> None:
    assert wording.sentence("It failed") == "It failed."
    assert wording.sentence("It failed.") == "It failed."
