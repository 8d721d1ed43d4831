"""Figures of one row a cell: where things stand."""

from __future__ import annotations

import pytest

from bench.report.figures.lettering import LONGEST, shortened, shown, text_width
from bench.report.figures.rows import LABEL_SHARE, SMALLEST, Rows

SHORT = ("NumPy from scratch", "PyTorch high-level")
LONG = tuple(f"{label} (2.13.0, GPU, 16 threads, batches of 1,024)" for label in SHORT)
NUMBERS = ("45.1 ms", "1.05 s")


def test_labels_stand_beside_their_rows_where_there_is_room() -> None:
    wide = Rows(SHORT, NUMBERS, "wide")
    assert not wide.names_above
    assert wide.left > text_width(SHORT[0])
    assert wide.right > text_width(NUMBERS[0])


@pytest.mark.parametrize(("labels", "size"), [(SHORT, "narrow"), (LONG, "wide")])
def test_labels_stand_above_their_rows_where_there_is_none(
    labels: tuple[str, ...], size: str
) -> None:
    layout = Rows(labels, NUMBERS, size)
    assert layout.names_above
    assert layout.drawn_width > layout.width * (1 - LABEL_SHARE)
    assert layout.row > Rows(SHORT, NUMBERS, "wide").row


def test_labels_that_would_reach_the_numbers_are_written_smaller() -> None:
    assert Rows(SHORT, NUMBERS, "narrow").label_size == 12
    lanes = tuple(f"{label} (eager, preloaded)" for label in SHORT)
    assert SMALLEST < Rows(lanes, ("",) * 2, "narrow").label_size <= 12
    assert SMALLEST <= Rows(LONG, NUMBERS, "narrow").label_size < 12


def test_labels_too_long_for_one_line_have_what_tells_them_apart_on_a_second() -> None:
    layout = Rows(LONG, NUMBERS, "narrow")
    assert layout.lines[0] == ("NumPy from scratch", "(2.13.0, GPU, 16 threads, batches of 1,024)")
    assert layout.row > Rows(SHORT, NUMBERS, "narrow").row
    assert Rows(SHORT, NUMBERS, "narrow").lines == (
        ("NumPy from scratch",),
        ("PyTorch high-level",),
    )
    assert not Rows(LONG, NUMBERS, "wide").breaks_labels


def test_the_figure_grows_with_its_rows() -> None:
    two, sixty = Rows(SHORT, NUMBERS, "wide"), Rows(SHORT * 30, NUMBERS * 30, "wide")
    assert sixty.row == two.row
    assert sixty.height > 58 * two.row + two.height


def test_the_axis_of_many_rows_is_repeated_at_the_top() -> None:
    assert not Rows(SHORT, NUMBERS, "wide").ticks_above
    assert Rows(SHORT * 30, NUMBERS * 30, "wide").ticks_above


def test_a_very_long_name_is_cut() -> None:
    assert shown("NumPy") == "NumPy"
    assert len(shown("x" * 10_000)) == LONGEST
    assert shown("x" * 10_000).endswith("x\N{HORIZONTAL ELLIPSIS}")
    assert text_width("x" * 10_000) == text_width("x" * 20_000)


def test_a_name_is_cut_where_it_would_reach_what_stands_beside_it() -> None:
    assert shortened("NumPy from scratch", 500) == "NumPy from scratch"
    cut = shortened("NumPy from scratch", 80)
    assert cut.startswith("NumPy f")
    assert cut.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert text_width(cut) <= 80
    assert shortened("NumPy from scratch", 0) == ""


def test_a_wide_letter_takes_more_room_than_a_narrow_one() -> None:
    assert text_width("mmm") > text_width("iii") > 0
