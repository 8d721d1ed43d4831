"""Cells in order: the comparable ones by their median epoch, the others apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import statistics
from bench.analysis.ranking import distinguishing_labels, rank, rankings
from bench.records.model import Cell
from tests.records.samples import identity, pending_record, trial


def cell(epoch_seconds: float, status: str = "ok", **fields: str) -> Cell:
    """Return a cell that was measured at `epoch_seconds`."""
    trials = (trial(epoch_seconds=(epoch_seconds,)),)
    summary = statistics.summarize(trials, 60_000)
    return Cell(identity(**fields), "numpy", status=status, trials=trials, summary=summary)


epoch_seconds = st.floats(1e-3, 1e3)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_cells_are_ordered_by_their_median_epoch(values):
    medians = [one.summary.epoch_seconds.median for one in rank([cell(value) for value in values])]
    assert medians == sorted(values)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_ranks_count_from_one(values):
    ranked = rank([cell(value) for value in values])
    assert [one.rank for one in ranked] == list(range(1, len(values) + 1))


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_the_fastest_is_once_the_fastest(values):
    ranked = rank([cell(value) for value in values])
    assert ranked[0].times_fastest == 1
    assert all(one.times_fastest >= 1 for one in ranked)


def test_times_fastest_is_the_ratio_of_medians():
    assert [one.times_fastest for one in rank([cell(0.6), cell(0.2)])] == [1, 0.6 / 0.2]


def test_cells_of_equal_speed_keep_their_order():
    ranked = rank([cell(0.1, framework="one"), cell(0.1, framework="other")])
    assert [one.cell.identity.framework for one in ranked] == ["one", "other"]


def test_nothing_measured_ranks_nothing():
    assert rank([]) == ()


def test_a_cell_that_is_not_the_same_model_is_never_ranked():
    invalid = cell(0.001, status="invalid", framework="cheat")
    honest = cell(0.1)
    record = replace(pending_record(), cells=(invalid, honest))
    (ranking,) = rankings(record)
    assert [one.cell for one in ranking.ranked] == [honest]
    assert ranking.unranked == (invalid,)


def test_each_workload_is_ranked_by_itself():
    cells = (
        cell(0.2, workload="linear"),
        cell(0.1, workload="synthetic"),
        cell(0.4, workload="linear", form="high_level"),
    )
    record = replace(pending_record(), cells=cells)
    found = rankings(record)
    assert [ranking.workload for ranking in found] == ["linear", "synthetic"]
    assert [one.times_fastest for one in found[0].ranked] == [1, 2]
    assert [one.rank for one in found[1].ranked] == [1]


def test_every_cell_is_either_ranked_or_listed():
    statuses = ("ok", "failed", "timeout", "unavailable", "pending", "invalid", "ok")
    cells = tuple(
        cell(0.1, status=status, framework=str(number)) for number, status in enumerate(statuses)
    )
    (ranking,) = rankings(replace(pending_record(), cells=cells))
    shown = [*(one.cell for one in ranking.ranked), *ranking.unranked]
    assert {one.identity for one in shown} == {one.identity for one in cells}
    assert len(shown) == len(cells)


def labels(*cells: Cell) -> list[str]:
    return list(distinguishing_labels(cells).values())


def test_a_label_names_framework_and_form():
    assert labels(cell(0.1, framework="torch", form="high_level")) == ["torch high-level"]


def test_a_label_names_what_differs_and_nothing_else():
    assert labels(cell(0.1), cell(0.1, threads=2)) == [
        "numpy scratch 1 thread",
        "numpy scratch 2 threads",
    ]


def test_a_label_names_the_version_where_one_framework_runs_in_two():
    assert labels(cell(0.1), cell(0.1, framework_version="1.26.4")) == [
        "numpy scratch 2.4.6",
        "numpy scratch 1.26.4",
    ]


def test_different_frameworks_need_no_version_to_be_told_apart():
    assert labels(cell(0.1), cell(0.1, framework="torch", framework_version="2.13.0")) == [
        "numpy scratch",
        "torch scratch",
    ]


identities = st.builds(
    identity,
    framework=st.sampled_from(["numpy", "torch"]),
    framework_version=st.sampled_from(["1.0", "2.0"]),
    form=st.sampled_from(["scratch", "high_level"]),
    device=st.sampled_from(["cpu", "gpu"]),
    threads=st.integers(1, 3),
    batch_size=st.sampled_from([128, 256]),
)


@given(st.lists(identities, unique=True, max_size=10))
def test_different_cells_have_different_labels(found):
    cells = [Cell(one, one.framework) for one in found]
    assert len(set(distinguishing_labels(cells).values())) == len(cells)
