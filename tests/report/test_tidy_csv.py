"""The CSV: tidy, exact, the same bytes every time, and safe to open."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from bench.analysis import frames
from bench.records.model import Record
from bench.report import tidy_csv
from tests.report import hostile, samples
from tests.report.samples import cell, trial


def lines_of(record: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tidy_csv.render([record]), newline="")))


def test_it_has_a_line_for_each_row_of_the_frame_and_one_for_the_names(eventful: Record) -> None:
    text = tidy_csv.render([eventful])
    assert text.split("\n")[0] == ",".join(frames.EPOCH_COLUMNS)
    assert text.count("\n") == 1 + len(frames.epochs([eventful]))


def test_lines_end_as_on_linux_everywhere(eventful: Record) -> None:
    assert "\r" not in tidy_csv.render([eventful])


def test_the_same_record_gives_the_same_bytes(eventful: Record) -> None:
    assert tidy_csv.render([eventful]) == tidy_csv.render([eventful])


def test_every_digit_is_there() -> None:
    seconds = (0.1 + 0.2, 1 / 3)
    record = samples.record(samples.with_trials(cell(), [trial(epoch_seconds=seconds)]))
    assert tuple(float(line["epoch_seconds"]) for line in lines_of(record)[1:]) == seconds


def test_what_is_missing_is_empty(eventful: Record) -> None:
    first = lines_of(eventful)[0]
    assert first["phase"] == "first"
    assert first["cpu_seconds"] == first["device_peak_bytes"] == first["run_queue"] == ""


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r\n=1+1"])
def test_no_text_is_a_formula_to_a_spreadsheet(formula: str) -> None:
    record = samples.record(cell(formula), run_id=formula)
    for line in lines_of(record):
        assert line["framework"] == line["run_id"] == f"'{formula.strip()}"


def test_a_negative_number_stays_one() -> None:
    measured = trial()
    below = replace(measured.interference, foreign_cpu_seconds=(-0.25, 0.0))
    record = samples.record(samples.with_trials(cell(), [replace(measured, interference=below)]))
    assert lines_of(record)[1]["foreign_cpu_seconds"] == "-0.25"


def test_two_texts_that_become_one_are_both_written() -> None:
    record = samples.record(cell("=a"), cell("'=a"))
    assert {line["framework"] for line in lines_of(record)} == {"'=a"}


def test_commas_quotes_and_breaks_stay_within_their_field() -> None:
    lines = lines_of(samples.record(cell('a "b", c\nd\x00')))
    assert {line["framework"] for line in lines} == {'a "b", c d\N{REPLACEMENT CHARACTER}'}
    assert {line["form"] for line in lines} == {"scratch"}


def test_hostile_text_breaks_neither_lines_nor_columns() -> None:
    record = hostile.everywhere(hostile.HOSTILE)
    lines = lines_of(record)
    assert len(lines) == len(frames.epochs([record]))
    assert all(line.keys() == frames.EPOCH_COLUMNS.keys() for line in lines)
    assert tidy_csv.render([record]).encode()
