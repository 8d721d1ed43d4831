"""What compiling brings, what it costs, and when it has paid for itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.compiling import Compiled, best, compiled
from bench.analysis.ranking import rank
from bench.records.model import Cell
from tests.report.samples import cell


def lanes_of(*cells: Cell) -> list[list[Compiled]]:
    return [list(group) for group in compiled(rank(cells))]


def one_of(eager: Cell, other: Cell) -> Compiled:
    [[found]] = lanes_of(eager, other)
    return found


def test_each_compiled_lane_stands_beside_its_eager_cell_step_first() -> None:
    [group] = lanes_of(
        cell("jax", 0.04, execution="epoch"), cell("jax", 1.0), cell("jax", 0.06, execution="step")
    )
    assert [one.pair.other.cell.identity.execution for one in group] == ["step", "epoch"]
    assert {one.pair.first.cell.identity.execution for one in group} == {"eager"}
    assert best(group).pair.other.cell.identity.execution == "epoch"


def test_a_cell_without_an_eager_one_that_is_equal_in_all_else_is_left_out() -> None:
    assert lanes_of(cell("jax", 0.04, execution="epoch"), cell("torch")) == []
    assert lanes_of(cell("jax", 0.04, execution="epoch", threads=1), cell("jax", 1.0)) == []


def test_those_that_gain_most_come_first() -> None:
    groups = lanes_of(
        *(cell("torch", 0.07), cell("torch", 0.06, execution="step")),
        *(cell("jax", 1.0), cell("jax", 0.04, execution="epoch")),
    )
    assert [group[0].pair.first.cell.identity.framework for group in groups] == ["jax", "torch"]


def test_compiling_costs_what_the_first_epoch_takes_longer() -> None:
    eager = cell("jax", 0.2, first_epoch_seconds=0.25)
    step = cell("jax", 0.1, execution="step", first_epoch_seconds=1.0)
    assert one_of(eager, step).cost_seconds == 0.75


def test_a_first_epoch_that_takes_no_longer_costs_nothing_and_has_paid_at_once() -> None:
    eager = cell("jax", 1.0, first_epoch_seconds=2.0)
    found = one_of(eager, cell("jax", 0.1, execution="step", first_epoch_seconds=0.5))
    assert (found.cost_seconds, found.epochs_to_pay) == (0.0, 1)


def test_what_is_not_faster_never_pays() -> None:
    assert one_of(cell("torch", 0.07), cell("torch", 0.11, execution="step")).epochs_to_pay is None
    assert one_of(cell("torch", 0.07), cell("torch", 0.07, execution="step")).epochs_to_pay is None


@given(st.floats(0.01, 0.5), st.floats(0.1, 0.9), st.floats(0.0, 30.0))
def test_after_so_many_epochs_the_compiled_cell_has_trained_no_longer(
    seconds: float, share: float, cost: float
) -> None:
    eager = cell("jax", seconds, first_epoch_seconds=seconds)
    step = cell("jax", seconds * share, execution="step", first_epoch_seconds=seconds + cost)
    epochs = one_of(eager, step).epochs_to_pay
    assert epochs is not None

    def lead(count: int) -> float:
        """Return by how long the compiled cell has trained less, after so many epochs."""
        return (count - 1) * (seconds - seconds * share) * 1.01 - cost

    assert lead(epochs) >= -1e-9
    assert epochs == 1 or lead(epochs - 1) < 1e-9
