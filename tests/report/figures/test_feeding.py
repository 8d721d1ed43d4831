"""The figure of the inputs."""

from __future__ import annotations

from bench.report.figures import feeding
from tests.report import samples
from tests.report.figures.drawn import rows_of, subject_in, subject_of, texts
from tests.report.samples import cell


def test_each_fed_cell_is_a_multiple_of_the_one_that_is_not() -> None:
    [plate] = feeding.plates(subject_of(cell("torch", 0.1), cell("torch", 0.15, input="loader")))
    assert rows_of(plate) == {
        "PyTorch from scratch": [
            *("101 ms", "152 ms", "1.50", "1.50\N{EN DASH}1.50", "the loader is slower"),
        ]
    }
    assert texts(plate.drawings[0])[-2:] == ["← the loader is faster", "slower →"]
    assert [entry.name for entry in plate.legend] == ["bare: preloaded", "line below: loader"]


def test_each_number_of_workers_and_each_lane_is_a_row() -> None:
    [plate] = feeding.plates(subject_in(samples.lanes()))
    assert {label: row[2] for label, row in rows_of(plate).items()} == {
        "JAX from scratch (compiled step, 0 workers)": "1.38",
        "PyTorch from scratch (eager, 2 workers)": "1.51",
        "PyTorch from scratch (eager, 0 workers)": "1.92",
    }


def test_a_lane_that_has_one_input_is_in_no_pair() -> None:
    cells = cell("torch"), cell("torch", execution="step", input="loader")
    assert feeding.plates(subject_of(*cells)) == ()
