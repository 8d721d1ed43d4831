"""The figure of the lanes."""

from __future__ import annotations

from bench.report.figures import compiling
from tests.report import samples
from tests.report.figures.drawn import columns_of, rows_of, subject_in, subject_of, texts
from tests.report.samples import cell


def test_each_compiled_cell_is_a_multiple_of_its_eager_one() -> None:
    [plate] = compiling.plates(subject_in(samples.lanes()))
    found = rows_of(plate)
    assert list(found)[:2] == [
        "JAX from scratch (compiled step, preloaded)",
        "JAX from scratch (compiled epoch, preloaded)",
    ]
    assert found["JAX from scratch (compiled epoch, preloaded)"] == [
        *("1.11 s", "40.4 ms", "0.036", "0.036\N{EN DASH}0.036"),
        *("575 ms", "2 epochs"),
    ]
    assert "0.036\N{MULTIPLICATION SIGN}" in texts(plate.drawings[0])
    assert texts(plate.drawings[0])[-2:] == ["← compiled is faster", "slower →"]


def test_what_is_slower_never_pays_for_itself() -> None:
    [plate] = compiling.plates(subject_in(samples.lanes()))
    assert rows_of(plate)["PyTorch from scratch (compiled step, preloaded)"][-2:] == [
        "4.88 s",
        "never",
    ]


def test_what_the_run_does_not_tell_is_left_open() -> None:
    cells = [cell("jax", trials=1), cell("jax", 0.01, execution="step", trials=1)]
    [plate] = compiling.plates(subject_of(*cells))
    assert rows_of(plate)["JAX from scratch (compiled step)"][3:] == [
        *("\N{EN DASH}", "nothing", "not told apart"),
    ]


def test_what_it_costs_and_when_it_pays_is_shown_at_once() -> None:
    [plate] = compiling.plates(subject_in(samples.lanes()))
    assert plate.table_open
    assert plate.is_whole
    assert columns_of(plate)[-2:] == ("Compiling costs", "Paid after")


def test_the_legend_says_what_marks_a_lane() -> None:
    [plate] = compiling.plates(subject_of(cell("jax"), cell("jax", 0.01, execution="epoch")))
    assert [entry.name for entry in plate.legend] == ["bare: eager", "ring: compiled epoch"]


def test_a_record_of_one_lane_has_no_such_figure() -> None:
    assert compiling.plates(subject_of(cell("numpy"), cell("torch"))) == ()


def test_a_compiled_cell_of_another_framework_is_no_lane_of_this_one() -> None:
    assert compiling.plates(subject_of(cell("numpy"), cell("jax", execution="step"))) == ()
