"""The figure of time to target."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell, WorkloadInfo
from bench.report.figures import time_to_target
from bench.report.figures.plate import Plate
from tests.report import samples
from tests.report.figures.drawn import columns_of, rows_of, subject_of, texts
from tests.report.samples import FASHION, LINEAR, cell

# Trials of the samples end at 0.75, 0.8 and 0.834.
AIMED = replace(FASHION, target=0.8)
UNREACHED = replace(FASHION, target=0.9)


def figure(*cells: Cell, info: WorkloadInfo = AIMED) -> Plate:
    [plate] = time_to_target.plates(subject_of(*cells, workloads=(info,)))
    return plate


def test_a_bar_has_the_training_and_then_import_and_set_up() -> None:
    plate = figure(cell("numpy", 0.05, AIMED))
    assert [entry.name for entry in plate.legend] == [
        "training up to the target",
        "import and set-up",
    ]
    # The first epoch and one steady one; import and set-up take 750 ms.
    assert "176 ms, cold 926 ms" in texts(plate.drawings[0])
    assert rows_of(plate)["NumPy from scratch"][:5] == [
        *("176 ms", "926 ms", "2", "125 ms", "50.5 ms"),
    ]


def test_cells_stand_by_when_they_are_there_not_by_their_epoch() -> None:
    late = cell("torch", 0.01, AIMED, first_epoch_seconds=5.0)
    plate = figure(late, cell("numpy", 0.05, AIMED))
    assert [row[0] for row in plate.table.rows] == ["NumPy from scratch", "PyTorch from scratch"]
    assert plate.drawings[0].description == (
        "NumPy from scratch is there first, after 176 ms. PyTorch from scratch is there last, "
        "after 5.01 s."
    )


def test_a_cell_that_never_reaches_the_target_is_said_not_to() -> None:
    usual = cell("torch", 0.05, AIMED)
    worse = [replace(one, test_accuracy=(0.5, 0.6, 0.7)) for one in usual.trials]
    plate = figure(cell("numpy", 0.05, AIMED), samples.with_trials(usual, worse, AIMED))
    assert plate.caption.endswith("Not reached within the epochs of the run: PyTorch from scratch.")
    assert "not reached" in texts(plate.drawings[0])
    assert rows_of(plate)["PyTorch from scratch"][:3] == ["not reached", *"\N{EN DASH}" * 2]


def test_where_none_reaches_it_there_are_numbers_and_no_drawing() -> None:
    plate = figure(cell("numpy", 0.05, UNREACHED), info=UNREACHED)
    assert plate.drawings == ()
    assert "Not reached" in plate.caption
    assert list(rows_of(plate)) == ["NumPy from scratch"]


def test_a_regression_aims_at_an_error() -> None:
    info = replace(LINEAR, target=0.1)
    plate = figure(cell("numpy", 0.001, info), info=info)
    assert "until a test mean squared error of 0.1" in plate.caption
    assert rows_of(plate)["NumPy from scratch"][2] == "2"
    assert rows_of(plate)["NumPy from scratch"][-3:] == ["0.2", "0.1", "0.0125"]


def test_trials_that_take_different_numbers_of_epochs_are_told() -> None:
    usual = cell("numpy", 0.05, AIMED)
    first, *others = usual.trials
    soon = replace(first, test_accuracy=(0.81, 0.82, 0.83))
    plate = figure(samples.with_trials(usual, [soon, *others], AIMED))
    assert rows_of(plate)["NumPy from scratch"][2] == "1\N{EN DASH}2"


def test_each_batch_size_has_a_drawing_and_a_target_of_its_own() -> None:
    small = replace(AIMED, batch_size=64, target=0.75)
    cells = cell("numpy", 0.05, AIMED), cell("numpy", 0.05, small)
    [plate] = time_to_target.plates(subject_of(*cells, workloads=(small, AIMED)))
    assert [drawing.key for drawing in plate.drawings] == [
        "time-to-target-batches-of-64",
        "time-to-target-batches-of-256",
    ]
    assert "75.00 % with batches of 64 and a test accuracy of 80.00 %" in plate.caption


def test_the_table_leaves_out_the_middle_of_many_epochs_and_says_so() -> None:
    usual = cell("numpy", 0.05, AIMED)
    accuracies = tuple(0.5 + epoch / 1000 for epoch in range(100))
    trials = [replace(one, test_accuracy=accuracies) for one in usual.trials]
    plate = figure(samples.with_trials(usual, trials, UNREACHED), info=UNREACHED)
    assert columns_of(plate)[-1] == "After epoch 100"
    assert len(columns_of(plate)) == 6 + 10
    assert "the record holds the 90 between them" in plate.table.note


def test_a_record_without_a_target_has_no_such_figure() -> None:
    assert time_to_target.plates(subject_of(cell("numpy"))) == ()


def test_cells_that_are_not_ranked_are_left_out() -> None:
    assert time_to_target.plates(subject_of(samples.invalid(cell()), workloads=(AIMED,))) == ()
