"""The figure of epoch times."""

from __future__ import annotations

from bench.report.figures import epoch_times
from tests.report import samples
from tests.report.figures.drawn import rows_of, subject_of, texts
from tests.report.samples import cell


def test_every_ranked_cell_has_a_row_with_its_label_and_its_median() -> None:
    [plate] = epoch_times.plates(subject_of(cell("numpy", 0.05), cell("torch", 0.08)))
    for size in plate.drawings[0].sizes:
        found = texts(plate.drawings[0], size)
        assert found.index("NumPy from scratch") < found.index("PyTorch from scratch")
        assert {"50.5 ms", "80.8 ms"} <= set(found)


def test_the_table_holds_interval_and_trials() -> None:
    [plate] = epoch_times.plates(subject_of(cell("numpy", 0.05)))
    assert rows_of(plate)["NumPy from scratch"] == [
        *("50.5 ms", "48.2 ms", "52.9 ms"),
        "50.0 ms, 50.5 ms, 51.0 ms",
    ]


def test_the_description_names_the_fastest_and_the_slowest_once() -> None:
    [plate] = epoch_times.plates(subject_of(cell("numpy", 0.05), cell("torch", 0.08)))
    assert plate.drawings[0].description == (
        "2 cells, fastest first. NumPy from scratch: 50.5 ms; PyTorch from scratch: 80.8 ms."
    )
    [alone] = epoch_times.plates(subject_of(cell("numpy", 0.05)))
    assert alone.drawings[0].description == "1 cell, fastest first. NumPy from scratch: 50.5 ms."


def test_the_axis_is_logarithmic_beyond_a_range_of_ten() -> None:
    for slowest, name in ((0.3, "time of an epoch"), (0.6, "time of an epoch, logarithmic")):
        [plate] = epoch_times.plates(subject_of(cell("numpy", 0.05), cell("torch", slowest)))
        assert name in texts(plate.drawings[0])


def test_the_axis_of_many_cells_is_repeated_at_the_top() -> None:
    few = [cell("numpy", 0.05 + number / 1000, threads=number) for number in range(1, 17)]
    many = [*few, cell("torch")]
    for cells, times in ((few, 1), (many, 2)):
        [plate] = epoch_times.plates(subject_of(*cells))
        assert texts(plate.drawings[0]).count("40 ms") == times


def test_without_a_ranked_cell_there_is_no_figure() -> None:
    assert (
        epoch_times.plates(subject_of(samples.invalid(cell()), samples.failed(cell("jax")))) == ()
    )
