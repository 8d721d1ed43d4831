"""The sentences that a ranking becomes."""

from __future__ import annotations

import re
from dataclasses import replace

from bench.analysis.ranking import rankings
from bench.records import axes
from bench.records.model import Cell, Record
from bench.report.naming import titles
from bench.report.verdict import Verdict, verdict
from tests.report import samples
from tests.report.samples import FASHION, cell


def verdict_on(*cells: Cell) -> Verdict:
    return verdict_of(samples.record(*cells))


def verdict_of(record: Record) -> Verdict:
    (ranking,) = rankings(record)
    labels = axes.labels((one.identity for one in record.cells), titles([record]))
    return verdict(ranking, "Fashion-MNIST", labels)


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
        "1.5 times as fast as PyTorch high-level, the next; "
        "differences under about 1.0 % are within this machine's noise."
    )
    assert (
        found.certainty == "The ratio of the first two has the 95 % interval 1.50\N{EN DASH}1.50."
    )
    assert found.sameness == "All 2 cells trained the same model."


def test_the_slowest_of_several_is_named() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.06), cell("tensorflow", 0.96))
    assert found.spread == (
        "The slowest of 3 cells, TensorFlow from scratch, takes 24 times as long as the first."
    )


def test_of_two_cells_the_slowest_needs_no_naming() -> None:
    assert verdict_on(cell("numpy", 0.04), cell("torch", 0.06)).spread == ""


def test_noise_is_what_the_blocks_spread() -> None:
    unsteady = samples.noisy(cell("torch", 0.08), 0.98, 1.02, 1.0)
    found = verdict_on(cell("numpy", 0.04), unsteady)
    assert "; differences under about 18 % are within this machine's noise." in found.speed


def test_too_few_blocks_say_nothing_of_noise() -> None:
    found = verdict_on(cell("numpy", 0.04, trials=2), cell("torch", 0.08, trials=2))
    assert "noise" not in found.speed


def test_equal_times_are_level_and_the_order_does_not_matter() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.04))
    assert found.speed.startswith(
        "NumPy from scratch and PyTorch from scratch are level within 1 %: they train an epoch of "
        "Fashion-MNIST in 40.4 ms and 40.4 ms; "
    )
    assert "needs" not in found.certainty


def test_a_difference_that_chance_could_make_is_no_claim_of_speed() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    found = verdict_on(cell("numpy", 0.04), unsteady)
    assert found.speed.startswith(
        "This run does not tell whether NumPy from scratch or PyTorch from scratch is the faster: "
        "they train an epoch of Fashion-MNIST in 40.4 ms and 41.8 ms; "
    )
    assert "times as fast" not in found.speed
    assert re.fullmatch(
        r"The ratio of the first two has the 95 % interval [\d.]+\N{EN DASH}[\d.]+; "
        r"telling them apart needs \d+ blocks\.",
        found.certainty,
    )


def test_all_that_may_be_the_fastest_are_named() -> None:
    rivals = [samples.noisy(cell(name, 0.041), 0.95, 1.1, 1.0) for name in ("torch", "jax")]
    found = verdict_on(cell("numpy", 0.04), *rivals, cell("tensorflow", 0.9))
    assert found.speed.startswith(
        "This run does not tell which of NumPy from scratch, PyTorch from scratch and JAX from "
        "scratch is the fastest: they train an epoch of Fashion-MNIST in 40.4 ms to 41.8 ms"
    )


def test_many_that_may_be_the_fastest_are_counted() -> None:
    rivals = [
        samples.noisy(cell(name, 0.041), 0.95, 1.1, 1.0) for name in ("torch", "jax", "mxnet")
    ]
    found = verdict_on(cell("numpy", 0.04), *rivals)
    assert found.speed.startswith(
        "This run does not tell which of 4 cells, NumPy from scratch to MXNet from scratch, is the "
        "fastest"
    )


def test_a_single_trial_says_that_nothing_is_sure() -> None:
    found = verdict_on(cell("numpy", 0.04, trials=1), cell("torch", 0.08, trials=1))
    assert found.speed.startswith("This run does not tell")
    assert "noise" not in found.speed
    assert "A single trial has no interval" in found.certainty
    assert "needs 3 blocks" in found.certainty


def test_cells_of_other_batches_are_not_said_to_be_slower() -> None:
    small = replace(FASHION, batch_size=64)
    cells = (cell("numpy", 0.04), cell("numpy", 0.08, small))
    found = verdict_of(samples.record(*cells, workloads=(FASHION, small)))
    assert found.speed.endswith(
        "; NumPy from scratch (batches of 64), the next, trains in other batches."
    )


def test_the_cell_that_does_nothing_is_never_counted_or_compared() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.08), samples.floor())
    assert found == verdict_on(cell("numpy", 0.04), cell("torch", 0.08))


def test_an_invalid_cell_is_not_counted_as_ranked() -> None:
    found = verdict_on(cell("numpy", 0.04), samples.invalid(cell("mxnet", 0.01)))
    assert found.speed.startswith("NumPy from scratch trains an epoch")
    assert "MXNet" not in found.speed
    assert found.sameness == (
        "1 of 2 cells is proven to have trained the same model; "
        "MXNet from scratch trained another model."
    )


def test_an_invalid_cell_is_told_by_the_proof_that_it_does_not_give() -> None:
    found = verdict_on(
        cell("numpy"), samples.asynchronous(cell("jax")), samples.other_input(cell("torch"))
    )
    assert found.sameness == (
        "1 of 3 cells is proven to have trained the same model; "
        "JAX from scratch returned before the work of an epoch was done; "
        "PyTorch from scratch did not keep to the run's initial parameters or order of examples."
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
        "1 of 5 cells is proven to have trained the same model; PyTorch from scratch failed; "
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


def test_a_cell_of_other_batches_is_no_rival_for_the_first_place() -> None:
    small = replace(FASHION, batch_size=64)
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    cells = (cell("numpy", 0.04), unsteady, cell("numpy", 0.08, small))
    found = verdict_of(samples.record(*cells, workloads=(FASHION, small)))
    assert found.speed.startswith(
        "This run does not tell whether NumPy from scratch (batches of 256) or PyTorch from "
    )
