"""The figures of learning."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell
from bench.report.figures import learning_curves
from bench.report.figures.plate import Plate
from tests.report import samples
from tests.report.figures.drawn import columns_of, subject_of, texts
from tests.report.samples import FASHION, cell


def figure(*cells: Cell) -> Plate:
    [plate] = learning_curves.plates(subject_of(*cells))
    return plate


def test_coinciding_curves_are_said_to_coincide() -> None:
    assert figure(cell("numpy"), cell("torch")).caption.startswith(
        "All curves lie on the reference, the wide pale band: no loss is further from it than "
        "1.0e-7."
    )


def test_a_curve_that_departs_is_named_and_marked() -> None:
    plate = figure(cell("numpy"), samples.invalid(cell("torch")))
    assert plate.caption.startswith(
        "PyTorch from scratch trained another model. The other curve lies on the reference"
    )
    alarms = {entry.name: entry.alarm for entry in plate.legend}
    assert alarms == {
        "float64 reference": "",
        "NumPy from scratch": "",
        "PyTorch from scratch": "not the same model",
    }


def test_losses_that_are_not_finite_leave_a_gap() -> None:
    diverged = samples.invalid(cell("torch"))
    trials = tuple(replace(one, train_loss=(0.9, None, None)) for one in diverged.trials)
    plate = figure(cell("numpy"), replace(diverged, trials=trials))
    assert all(texts(drawing) for drawing in plate.drawings)
    assert [row[-1] for row in plate.table.rows] == ["0.9", "not finite", "not finite"]


def test_losses_of_which_none_is_finite_leave_nothing_but_the_reference() -> None:
    diverged = samples.invalid(cell("torch"))
    trials = tuple(replace(one, train_loss=(None, None, None)) for one in diverged.trials)
    plate = figure(replace(diverged, trials=trials))
    assert all(texts(drawing) for drawing in plate.drawings)


def test_a_loss_that_is_exactly_the_references_can_be_drawn() -> None:
    exact = cell("numpy")
    trials = tuple(replace(one, train_loss=samples.LOSSES) for one in exact.trials)
    plate = figure(replace(exact, trials=trials))
    assert "no loss is further from it than 0." in plate.caption
    assert "≤ 1e-10" in texts(plate.drawings[1])


def test_the_tolerance_is_drawn() -> None:
    assert "tolerance 2.9e-5" in texts(figure(cell()).drawings[1])


def test_the_table_leaves_out_the_middle_of_many_epochs_and_says_so() -> None:
    losses = tuple(1 / (epoch + 1) for epoch in range(100))
    info = replace(FASHION, reference_train_loss=losses, clipped_reference_train_loss=losses)
    long = cell("numpy")
    trials = [replace(one, train_loss=losses) for one in long.trials]
    subject = subject_of(samples.with_trials(long, trials), workloads=(info,))
    [plate] = learning_curves.plates(subject)
    assert [row[0] for row in plate.table.rows] == [
        *("1", "2", "3", "4", "5", "96", "97", "98", "99", "100")
    ]
    assert plate.table.note == (
        "The first 5 and the last 5 epochs are listed; the record holds the 90 between them."
    )


def test_the_legend_of_many_cells_names_frameworks_and_what_is_wrong() -> None:
    many = [cell("numpy", 0.05, threads=threads) for threads in range(1, 14)]
    wrong = samples.invalid(cell("torch", threads=1))
    names = [entry.name for entry in figure(*many, wrong).legend]
    assert names == ["float64 reference", "NumPy from scratch", "PyTorch from scratch (1 thread)"]


def test_each_batch_size_has_a_figure() -> None:
    small = replace(FASHION, batch_size=64)
    subject = subject_of(cell("numpy"), cell("numpy", info=small), workloads=(small, FASHION))
    found = learning_curves.plates(subject)
    assert [plate.heading for plate in found] == [
        "Learning, batches of 64",
        "Learning, batches of 256",
    ]
    assert found[0].drawings[0].title == "Training loss by epoch, batches of 64"
    assert all(len(columns_of(plate)) == 3 for plate in found)


def test_cells_without_a_trial_have_no_curve() -> None:
    assert learning_curves.plates(subject_of(samples.failed(cell()))) == ()
