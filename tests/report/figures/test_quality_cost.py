"""The figure of quality against cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.report.figures import quality_cost
from tests.report import samples
from tests.report.figures.drawn import columns_of, rows_of, subject_of, texts
from tests.report.samples import FASHION, LINEAR, cell


def test_a_curve_begins_after_the_first_epoch_and_goes_on_by_the_median_of_the_steady_ones() -> (
    None
):
    [courses] = quality_cost.courses(subject_of(cell("numpy", 0.05)))
    [course] = courses.cells
    assert course.seconds == pytest.approx((0.125, 0.125 + 0.0505, 0.125 + 2 * 0.0505))
    assert course.quality == (0.75, 0.8, 0.834)


def test_quality_is_the_median_over_trials() -> None:
    usual = cell("numpy")
    trials = [
        replace(one, test_accuracy=(0.7, 0.8, last))
        for one, last in zip(usual.trials, (0.81, 0.83, 0.89))
    ]
    [courses] = quality_cost.courses(subject_of(samples.with_trials(usual, trials)))
    assert courses.cells[0].quality[-1] == 0.83


def test_each_of_a_few_curves_has_its_label() -> None:
    [plate] = quality_cost.plates(subject_of(cell("numpy"), cell("torch", form="high_level")))
    assert plate.legend == ()
    for size in ("wide", "narrow"):
        assert {"NumPy from scratch", "PyTorch high-level"} <= set(texts(plate.drawings[0], size))


def test_many_curves_have_a_legend_of_frameworks_and_forms() -> None:
    cells = [
        cell(framework, 0.05 + threads / 1000, form=form, threads=threads)
        for framework in ("numpy", "torch")
        for form in ("scratch", "high_level")
        for threads in (1, 2, 3, 4)
    ]
    [plate] = quality_cost.plates(subject_of(*cells))
    assert [entry.name for entry in plate.legend] == [
        *("NumPy from scratch", "NumPy high-level"),
        *("PyTorch from scratch", "PyTorch high-level"),
    ]
    assert "PyTorch from scratch 2 threads" not in texts(plate.drawings[0])


def test_each_batch_size_has_a_drawing_of_its_own() -> None:
    small = replace(FASHION, batch_size=64)
    cells = cell("numpy"), cell("numpy", info=small)
    [plate] = quality_cost.plates(subject_of(*cells, workloads=(small, FASHION)))
    assert [drawing.key for drawing in plate.drawings] == [
        "quality-cost-batches-of-64",
        "quality-cost-batches-of-256",
    ]
    assert len(plate.table.rows) == 2


def test_a_regression_is_judged_by_its_error() -> None:
    [plate] = quality_cost.plates(subject_of(cell("numpy", 0.001, LINEAR)))
    assert "test mean squared error" in texts(plate.drawings[0])
    assert rows_of(plate)["NumPy from scratch"][-3:] == ["0.2", "0.1", "0.0125"]


def test_an_error_that_is_not_finite_leaves_a_gap() -> None:
    diverged = cell("numpy", 0.001, LINEAR)
    trials = [replace(one, test_mean_squared_error=(0.2, None, None)) for one in diverged.trials]
    subject = subject_of(samples.with_trials(diverged, trials, LINEAR))
    [plate] = quality_cost.plates(subject)
    assert "NumPy from scratch" in texts(plate.drawings[0])
    assert rows_of(plate)["NumPy from scratch"][-1] == "not finite"


def test_the_table_leaves_out_the_middle_of_many_epochs_and_says_so() -> None:
    long = cell("numpy")
    accuracies = tuple(0.5 + epoch / 1000 for epoch in range(100))
    trials = [replace(one, test_accuracy=accuracies) for one in long.trials]
    [plate] = quality_cost.plates(subject_of(samples.with_trials(long, trials)))
    assert columns_of(plate)[:4] == ("Cell", "First epoch", "Each later epoch", "All 100")
    assert columns_of(plate)[-1] == "After epoch 100"
    assert len(columns_of(plate)) == 4 + 10
    assert "the record holds the 90 between them" in plate.table.note


def test_the_caption_says_what_is_counted() -> None:
    [plate] = quality_cost.plates(subject_of(cell("numpy"), cell("torch")))
    assert "the first epoch with any compilation, then one median epoch after" in plate.caption
    assert "All cells train the same model" in plate.caption
    [alone] = quality_cost.plates(subject_of(cell("numpy")))
    assert "same model" not in alone.caption


def test_the_description_says_who_ends_first() -> None:
    [plate] = quality_cost.plates(subject_of(cell("numpy", 0.05), cell("torch", 0.5)))
    assert plate.drawings[0].description == (
        "3 epochs of training. NumPy from scratch ends first, after 226 ms. PyTorch from scratch "
        "ends last, after 1.14 s."
    )


def test_cells_that_are_not_ranked_have_no_curve() -> None:
    assert quality_cost.plates(subject_of(samples.invalid(cell()))) == ()
