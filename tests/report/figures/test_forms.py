"""The figure of the two forms of each framework."""

from __future__ import annotations

from bench.records.model import Cell
from bench.report.figures import forms
from tests.report import samples
from tests.report.figures.drawn import rows_of, subject_of, texts
from tests.report.samples import cell

TIMES = "\N{MULTIPLICATION SIGN}"


def both(framework: str, scratch: float, high_level: float, **identity: object) -> list[Cell]:
    """Return the two forms of a framework."""
    return [
        cell(framework, scratch, **identity),
        cell(framework, high_level, form="high_level", **identity),
    ]


def test_a_framework_in_both_forms_is_a_pair() -> None:
    [found] = forms.pairs(subject_of(*both("torch", 0.1, 0.05)))
    assert found.label == "PyTorch"
    assert round(found.pair.ratio, 9) == 0.5
    assert found.pair.time.verdict == "faster"
    assert found.pair.memory_ratio == 1


def test_the_pair_whose_high_level_form_does_best_stands_on_top() -> None:
    cells = [*both("torch", 0.1, 0.12), *both("jax", 0.3, 0.15)]
    [plate] = forms.plates(subject_of(*cells))
    for drawing in plate.drawings:
        found = texts(drawing)
        assert found.index("JAX") < found.index("PyTorch")
    assert texts(plate.drawings[0])[-2:] == ["← high-level is faster", "slower →"]


def test_forms_of_different_lanes_are_no_pair() -> None:
    cells = [cell("torch", 0.1), cell("torch", 0.05, form="high_level", execution="step")]
    assert forms.plates(subject_of(*cells)) == ()


def test_each_lane_is_a_pair_of_its_own_and_named() -> None:
    cells = [*both("jax", 0.3, 0.2), *both("jax", 0.05, 0.1, execution="epoch")]
    [plate] = forms.plates(subject_of(*cells))
    assert {label: row[2] for label, row in rows_of(plate).items()} == {
        "JAX (eager)": "0.67",
        "JAX (compiled epoch)": "2.00",
    }
    assert [entry.name for entry in plate.legend] == [
        *("hollow: from scratch", "filled: high-level"),
        *("bare: eager", "ring: compiled epoch"),
    ]


def test_pairs_are_told_apart_by_what_differs() -> None:
    cells = [*both("torch", 0.1, 0.12, threads=1), *both("torch", 0.08, 0.09, threads=2)]
    [plate] = forms.plates(subject_of(*cells))
    assert set(rows_of(plate)) == {"PyTorch (1 thread)", "PyTorch (2 threads)"}


def test_a_form_without_its_other_is_in_no_pair() -> None:
    alone = cell("numpy"), *both("torch", 0.1, 0.12)
    [plate] = forms.plates(subject_of(*alone))
    assert set(rows_of(plate)) == {"PyTorch"}
    assert forms.plates(subject_of(cell("numpy"), cell("torch", form="high_level"))) == ()


def test_a_form_that_is_not_ranked_is_in_no_pair() -> None:
    scratch, high_level = both("torch", 0.1, 0.12)
    assert forms.plates(subject_of(scratch, samples.invalid(high_level))) == ()


def test_the_table_holds_the_interval_and_the_verdict() -> None:
    scratch, high_level = both("torch", 0.1, 0.12)
    [plate] = forms.plates(subject_of(scratch, samples.noisy(high_level, 1.0, 1.3, 0.8)))
    scratch_time, _, ratio, interval, verdict, *memory = rows_of(plate)["PyTorch"]
    assert scratch_time == "101 ms"
    assert ratio == "1.22"
    assert interval.startswith("0.1")
    assert verdict == "not told apart"
    assert memory == ["350 MiB", "350 MiB", "1.00"]


def test_one_block_gives_a_ratio_without_an_interval() -> None:
    cells = [cell("torch", trials=1), cell("torch", 0.1, form="high_level", trials=1)]
    [plate] = forms.plates(subject_of(*cells))
    assert rows_of(plate)["PyTorch"][2:5] == ["2.00", "\N{EN DASH}", "not told apart"]
    assert f"2.00{TIMES}" in texts(plate.drawings[0])


def test_a_very_wide_interval_does_not_squeeze_the_ratios() -> None:
    scratch, high_level = both("torch", 0.1, 0.1)
    noisy = samples.noisy(high_level, 1.0, 100.0, 10.0)
    [plate] = forms.plates(subject_of(scratch, noisy))
    # Intervals are followed for a factor of four beyond the ratios: from 0.25 to 40.
    assert [text for text in texts(plate.drawings[0]) if text.endswith(TIMES)] == [
        *(f"{ratio}{TIMES}" for ratio in ("1", "10", "10.00"))
    ]
