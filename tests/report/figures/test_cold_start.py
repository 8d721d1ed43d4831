"""The figure of the cold start."""

from __future__ import annotations

from bench.report.figures import cold_start
from tests.report import samples
from tests.report.figures.drawn import rows_of, subject_of, texts
from tests.report.samples import cell


def test_a_cold_start_is_stacked_from_import_set_up_and_first_epoch() -> None:
    [plate] = cold_start.plates(subject_of(cell("numpy")))
    assert [part.name for part in plate.legend] == ["import", "set-up", "first epoch"]
    for size in ("wide", "narrow"):
        assert {"500 ms", "250 ms", "875 ms"} <= set(texts(plate.drawings[0], size))


def test_the_numbers_stand_behind_it() -> None:
    [plate] = cold_start.plates(subject_of(cell("numpy")))
    assert rows_of(plate)["NumPy from scratch"] == ["500 ms", "250 ms", "125 ms", "875 ms"]


def test_the_description_names_the_extremes() -> None:
    slow = samples.summarized(cell("torch"), cold_start_seconds=3.0)
    [plate] = cold_start.plates(subject_of(cell("numpy"), slow))
    assert plate.drawings[0].description == (
        "NumPy from scratch takes least, 875 ms. PyTorch from scratch takes most, 3.00 s."
    )


def test_without_a_ranked_cell_there_is_no_figure() -> None:
    assert cold_start.plates(subject_of(samples.invalid(cell()))) == ()
