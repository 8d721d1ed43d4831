"""The sentences that a ranking becomes."""

from __future__ import annotations

from bench.analysis.ranking import rankings
from bench.records.model import Cell
from bench.report.naming import cell_labels, framework_titles
from bench.report.verdict import Verdict, verdict
from tests.report import samples
from tests.report.samples import cell


def verdict_on(*cells: Cell) -> Verdict:
    (ranking,) = rankings(samples.record(*cells))
    titles = framework_titles(one.identity.framework for one in cells)
    return verdict(ranking, "Fashion-MNIST", cell_labels(cells, titles))


def test_a_single_cell_is_compared_with_nothing() -> None:
    found = verdict_on(cell("numpy", 0.04))
    assert found.speed == "NumPy from scratch trains an epoch of Fashion-MNIST in 40.4 ms."
    assert found.sameness == (
        "It is the only cell, and it trained the same model as the reference."
    )


def test_the_first_of_two_is_compared_with_the_second() -> None:
    found = verdict_on(cell("torch", 0.06, form="high_level"), cell("numpy", 0.04))
    assert found.speed == (
        "NumPy from scratch trains an epoch of Fashion-MNIST in 40.4 ms, "
        "1.5 times as fast as PyTorch high-level, the next."
    )
    assert found.certainty == ""
    assert found.sameness == "All 2 cells trained the same model."


def test_the_slowest_of_several_is_named() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.06), cell("tensorflow", 0.96))
    assert found.speed.endswith(
        "the next; the slowest of 3 cells, TensorFlow from scratch, takes 24 times as long."
    )


def test_equal_times_are_level_and_the_order_is_open() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.04))
    assert ", level with PyTorch from scratch, the next" in found.speed
    assert "does not tell which is faster" in found.certainty


def test_overlapping_intervals_leave_the_order_open() -> None:
    found = verdict_on(cell("numpy", 0.0400), cell("torch", 0.0405))
    assert "1.01 times as fast" in found.speed
    assert "does not tell which is faster" in found.certainty


def test_a_single_trial_says_that_nothing_is_sure() -> None:
    found = verdict_on(cell("numpy", 0.04, trials=1), cell("torch", 0.08, trials=1))
    assert "no interval" in found.certainty


def test_an_invalid_cell_is_not_counted_as_ranked() -> None:
    found = verdict_on(cell("numpy", 0.04), samples.invalid(cell("mxnet", 0.01)))
    assert found.speed.startswith("NumPy from scratch trains an epoch")
    assert "MXNet" not in found.speed
    assert found.sameness == (
        "1 of 2 cells trained the same model; MXNet from scratch trained another model."
    )


def test_every_other_fate_is_told() -> None:
    found = verdict_on(
        cell("numpy"),
        samples.failed(cell("torch")),
        samples.unmeasured(cell("jax"), status="timeout"),
        samples.unavailable(cell("mxnet")),
        samples.unmeasured(cell("sklearn"), status="pending"),
    )
    assert found.sameness == (
        "1 of 5 cells trained the same model; PyTorch from scratch failed; "
        "JAX from scratch ran out of time; MXNet from scratch could not be set up; "
        "scikit-learn from scratch was not reached."
    )


def test_many_cells_of_one_fate_are_counted_not_named() -> None:
    found = verdict_on(
        *(
            samples.unmeasured(cell(name), status="pending")
            for name in ("numpy", "torch", "jax", "mxnet")
        )
    )
    assert found.speed == "No cell of Fashion-MNIST can be ranked."
    assert found.sameness == "4 were not reached."
