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
        "1.5 times as fast as PyTorch high-level, the next."
    )
    assert found.certainty == "This run resolves differences of about 1.0 %."
    assert found.sameness == "All 2 cells trained the same model."


def test_the_slowest_of_several_is_named() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.06), cell("tensorflow", 0.96))
    assert found.spread == (
        "The slowest of 3 cells, TensorFlow from scratch, takes 24 times as long as the first."
    )


def test_of_two_cells_the_slowest_needs_no_naming() -> None:
    assert verdict_on(cell("numpy", 0.04), cell("torch", 0.06)).spread == ""


def test_what_the_run_resolves_is_what_the_blocks_spread() -> None:
    unsteady = samples.noisy(cell("torch", 0.08), 0.98, 1.02, 1.0)
    found = verdict_on(cell("numpy", 0.04), unsteady)
    assert found.certainty.endswith(
        "This run resolves differences of about 20 %; 1 more block would resolve 10 %."
    )


def test_cells_that_took_turns_are_said_to_be_compared_so() -> None:
    def by_turns(one: Cell) -> Cell:
        return replace(one, trials=tuple(replace(trial, by_turns=True) for trial in one.trials))

    one, other = cell("numpy", 0.04), cell("torch", 0.06)
    said = " Cells took turns and are compared epoch by epoch; medians of their epochs also differ "
    assert said in verdict_on(by_turns(one), by_turns(other)).certainty
    assert said not in verdict_on(one, by_turns(other)).certainty
    assert verdict_on(by_turns(one)).certainty == ""


def test_too_few_blocks_say_what_it_takes() -> None:
    found = verdict_on(cell("numpy", 0.04, trials=2), cell("torch", 0.08, trials=2))
    assert found.certainty == (
        "A verdict takes 3 blocks, and this run has 2 in which cells can be compared."
    )


def test_equal_times_are_level_and_the_order_does_not_matter() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.04))
    assert found.speed.startswith(
        "NumPy from scratch and PyTorch from scratch are level within 1 %: they train an epoch of "
        "Fashion-MNIST in 40.4 ms and 40.4 ms."
    )
    assert "needs" not in found.certainty


def test_a_difference_that_chance_could_make_is_no_claim_of_speed() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    found = verdict_on(cell("numpy", 0.04), unsteady)
    assert found.speed.startswith(
        "This run does not tell whether NumPy from scratch or PyTorch from scratch is the faster: "
        "they train an epoch of Fashion-MNIST in 40.4 ms and 41.8 ms."
    )
    assert "times as fast" not in found.speed
    assert re.match(
        r"Telling which is the fastest needs \d+ blocks; the ratio of the first two has the "
        r"interval [\d.]+\N{EN DASH}[\d.]+\. This run resolves ",
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
        samples.noisy(cell(name, 0.041, form=form), 0.95, 1.1, 1.0)
        for name in ("torch", "jax", "mxnet")
        for form in ("scratch", "high_level")
    ]
    found = verdict_on(cell("numpy", 0.04), *rivals)
    assert found.speed.startswith("This run does not tell which of 7 cells is the fastest: they")


def test_a_single_trial_says_that_nothing_is_sure() -> None:
    found = verdict_on(cell("numpy", 0.04, trials=1), cell("torch", 0.08, trials=1))
    assert found.speed.startswith("This run does not tell")
    assert found.certainty.startswith("A verdict takes 3 blocks, and this run has 1 ")


def test_cells_of_other_batches_are_not_said_to_be_slower() -> None:
    small = replace(FASHION, batch_size=64)
    cells = (cell("numpy", 0.04), cell("numpy", 0.08, small))
    found = verdict_of(samples.record(*cells, workloads=(FASHION, small)))
    assert found.speed.endswith("in 40.4 ms; cells of other batches are ranked apart.")


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


def test_a_record_of_one_lane_says_nothing_of_lanes() -> None:
    found = verdict_on(cell("numpy", 0.04), cell("torch", 0.06))
    assert (found.leader, found.gains) == ("", "")
    assert "operation by operation" not in found.speed


def test_the_next_in_another_lane_is_said_to_be_in_it() -> None:
    found = verdict_on(cell("jax", 0.04, execution="epoch"), cell("numpy", 0.047))
    assert found.speed.startswith(
        "JAX from scratch (compiled epoch) trains an epoch of Fashion-MNIST in 40.4 ms, 1.2 times "
        "as fast as NumPy from scratch (eager), the next and the fastest that runs operation by "
        "operation (47.5 ms)."
    )
    assert found.leader == ""


def test_the_fastest_eager_cell_is_named_where_it_is_not_among_the_first_two() -> None:
    found = verdict_of(samples.lanes())
    assert found.speed.startswith("JAX from scratch (compiled epoch, preloaded) trains an epoch")
    assert found.speed.count("NumPy from scratch (eager, preloaded)") == 1
    compiled = [
        cell("jax", 0.04, form=form, execution="epoch") for form in ("scratch", "high_level")
    ]
    found = verdict_on(*compiled, cell("numpy", 0.05), cell("torch", 0.07))
    assert found.leader == (
        "The fastest that runs operation by operation is NumPy from scratch (eager), 50.5 ms."
    )


def test_the_fastest_compiled_cell_is_named_where_the_fastest_is_eager() -> None:
    eager = [cell("numpy", 0.04), cell("torch", 0.05)]
    found = verdict_on(*eager, cell("jax", 0.06, execution="step"))
    assert (
        found.leader
        == "The only cell that is compiled is JAX from scratch (compiled step), 60.6 ms."
    )


def test_leaders_of_a_lane_that_are_not_told_apart_are_all_named() -> None:
    unsteady = samples.noisy(cell("torch", 0.051), 0.95, 1.1, 1.0)
    compiled = [cell("jax", 0.03, execution=lane) for lane in ("step", "epoch")]
    assert verdict_on(*compiled, cell("numpy", 0.05), unsteady).leader.startswith(
        "The fastest that runs operation by operation is NumPy from scratch (eager) or PyTorch "
        "from scratch (eager), which this run does not tell (50.5 ms to 52.0 ms)."
    )


def test_what_compiling_brings_is_told_for_each_framework_and_form() -> None:
    assert verdict_of(samples.lanes()).gains == (
        "Compiling speeds up an epoch of JAX from scratch (compiled epoch, preloaded) 27 times "
        "(27.5\N{EN DASH}27.5); compiling slows down an epoch of PyTorch high-level (compiled "
        "step, preloaded) 1.3 times (1.29\N{EN DASH}1.29) and PyTorch from scratch (compiled "
        "step, preloaded) 1.6 times (1.58\N{EN DASH}1.58)."
    )


def test_where_compiling_makes_no_difference_or_the_run_does_not_tell_it_says_so() -> None:
    level = cell("torch", 0.05), cell("torch", 0.05, execution="step")
    unsteady = samples.noisy(cell("jax", 0.041, execution="step"), 0.95, 1.1, 1.0)
    assert verdict_on(*level, cell("jax", 0.04), unsteady).gains == (
        "Compiling makes no difference to PyTorch from scratch (compiled step); this run does not "
        "tell what compiling brings JAX from scratch (compiled step)."
    )


def test_of_many_lanes_the_gains_are_counted() -> None:
    cells = [
        cell(
            "jax", 0.1 / threads * (1 if lane == "eager" else 0.5), execution=lane, threads=threads
        )
        for threads in range(1, 12)
        for lane in ("eager", "step")
    ]
    assert verdict_on(*cells).gains == (
        "Compiling speeds up 11 of 11 cells and slows down 0: their best lanes are from 2.0 to "
        "2.0 times as fast as eager."
    )
