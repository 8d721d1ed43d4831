"""Runs against each other: which cells are the same, and what became of them."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import statistics
from bench.analysis.runs import Matched, compare, compare_runs, differences
from bench.records.model import Cell, Record, WorkloadInfo
from tests.records.samples import identity, pending_record, trial

[INFO] = pending_record().workloads

STEADY = (1.0, 1.01, 0.99, 1.005, 0.995)


def cell(*epoch_seconds: float, status: str = "ok", **fields: object) -> Cell:
    """Return a cell with one trial for each of these times."""
    trials = tuple(
        trial(block=block, epoch_seconds=(seconds,)) for block, seconds in enumerate(epoch_seconds)
    )
    summary = statistics.summarize(trials, INFO) if trials else None
    return Cell(identity(**fields), "numpy", status=status, trials=trials, summary=summary)


def run(*cells: Cell, **problem: object) -> Record:
    """Return a run of these cells; `problem` changes what they trained on."""
    record = pending_record()
    [known] = record.workloads
    wanted = dict.fromkeys((one.identity.workload, one.identity.batch_size) for one in cells)
    infos = tuple(
        replace(known, name=name, batch_size=batch_size, **problem) for name, batch_size in wanted
    )
    return replace(record, cells=cells, workloads=infos)


def matched(*records: Record) -> tuple[Matched, ...]:
    [workload] = compare_runs(records)
    return workload.matched


def slowed(factor: float, samples: tuple[float, ...] = STEADY) -> tuple[float, ...]:
    return tuple(seconds * factor for seconds in samples)


def test_a_clear_slowdown_is_slower_and_its_reverse_faster():
    assert compare(STEADY, slowed(1.3)).verdict == "slower"
    assert compare(slowed(1.3), STEADY).verdict == "faster"


def test_the_ratio_is_that_of_the_medians_within_its_interval():
    found = compare((1.0, 2.0, 9.0), (3.0, 4.0, 4.5))
    assert found.ratio == 2.0
    assert found.low <= found.ratio <= found.high


def test_steady_runs_that_agree_are_the_same():
    steady = tuple(1 + 0.001 * number for number in range(-5, 6))
    assert compare(steady, slowed(1.0005, steady)).verdict == "same"


def test_a_few_trials_that_agree_by_chance_are_not_called_the_same():
    assert compare((1.0, 1.02, 0.98), (1.0, 0.98, 1.02)).verdict == "inconclusive"


def test_a_difference_within_the_noise_band_is_no_slowdown():
    exact = (1.0,) * 5
    assert compare(exact, slowed(1.009, exact)).verdict == "same"
    assert compare(exact, slowed(1.011, exact)).verdict == "slower"


@pytest.mark.parametrize("trials", [1, 2])
def test_too_few_trials_tell_nothing(trials):
    assert compare(STEADY[:trials], slowed(3.0)).verdict == "inconclusive"
    assert compare(STEADY, slowed(3.0)[:trials]).verdict == "inconclusive"


def test_a_single_trial_has_no_interval():
    found = compare((1.0,), slowed(3.0))
    assert (found.low, found.high) == (0.0, math.inf)
    assert found.ratio == 3.0


samples = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=6)


@given(samples, samples)
def test_the_same_samples_always_give_the_same_answer(one, other):
    assert compare(one, other) == compare(one, other)


@given(samples, samples)
def test_turned_around_a_verdict_is_the_opposite(one, other):
    opposite = {"slower": "faster", "faster": "slower", "same": "same"}
    found, turned = compare(one, other).verdict, compare(other, one).verdict
    # The two bootstraps draw differently, so that one interval may just touch the band.
    if "inconclusive" not in (found, turned):
        assert turned == opposite[found]


def test_identical_cells_are_told_apart_in_at_most_one_of_a_hundred_comparisons():
    source = random.Random(1)

    def draw() -> list[float]:
        return [math.exp(source.gauss(0, 0.03)) for _ in range(5)]

    alarms = sum(compare(draw(), draw()).verdict in ("slower", "faster") for _ in range(400))
    assert alarms <= 4


def test_a_cell_of_another_version_is_the_same_cell():
    [found] = matched(
        run(cell(*STEADY, framework_version="1.0")), run(cell(*STEADY, framework_version="2.0"))
    )
    assert [one.identity.framework_version for one in found.cells] == ["1.0", "2.0"]
    assert found.identity.framework_version == ""


def test_versions_tell_cells_apart_where_a_run_holds_several():
    both = run(cell(*STEADY, framework_version="1.0"), cell(*slowed(2), framework_version="2.0"))
    found = matched(run(cell(*STEADY, framework_version="2.0")), both)
    assert {one.identity.framework_version: [*map(bool, one.cells)] for one in found} == {
        "1.0": [False, True],
        "2.0": [True, True],
    }


def test_form_threads_and_batches_tell_cells_apart():
    first = run(cell(*STEADY), cell(*STEADY, threads=2), cell(*STEADY, batch_size=64))
    second = run(cell(*STEADY, form="high_level"))
    assert len(matched(first, second)) == 4


def test_a_cell_that_one_run_does_not_have_is_compared_with_nothing():
    found = matched(run(cell(*STEADY)), run(cell(*STEADY, framework="torch")))
    assert [one.cells[0] is None for one in found] == [False, True]
    assert [one.changes for one in found] == [(None, None), (None, None)]


def test_cells_stand_by_their_median_in_the_first_run_that_measured_them():
    first = run(cell(3.0, framework="slow"), cell(status="failed", framework="broken"))
    second = run(
        cell(1.0, framework="slow"), cell(2.0, framework="late"), cell(9.0, framework="broken")
    )
    names = [one.identity.framework for one in matched(first, second)]
    assert names == ["late", "slow", "broken"]


def test_a_run_is_not_compared_with_itself_but_with_its_copy():
    record = run(cell(*STEADY))
    [found] = matched(record, record)
    assert found.changes[0] is None
    assert found.changes[1].ratio == 1.0


def test_a_cell_that_is_not_ranked_is_not_compared():
    failed = run(cell(status="failed"))
    invalid = run(cell(*STEADY, status="invalid"))
    [found] = matched(run(cell(*STEADY)), failed, invalid)
    assert [change.verdict for change in found.changes[1:]] == ["incomparable"] * 2


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ({"checksum": "other"}, "the data or the initial parameters"),
        ({"epochs": 99, "order_sha256": "other"}, "the number of epochs"),
        ({"learning_rate": 9.0}, "the learning rate"),
        ({"order_sha256": "other"}, "the order of examples"),
    ],
)
def test_another_problem_is_not_compared_and_is_named(problem, words):
    [workload] = compare_runs([run(cell(*STEADY)), run(cell(*STEADY), **problem)])
    assert workload.differences == ((), (words,))
    assert workload.matched[0].changes[1].verdict == "incomparable"


def test_titles_and_sources_are_no_part_of_the_problem():
    info: WorkloadInfo = pending_record().workloads[0]
    assert differences(info, replace(info, title="Other", source="elsewhere")) == ()


def test_only_workloads_that_two_runs_have_are_compared():
    first = run(cell(*STEADY, workload="linear"), cell(*STEADY, workload="blobs"))
    second = run(cell(*STEADY, workload="blobs"), cell(*STEADY, workload="synthetic"))
    assert [one.info.name for one in compare_runs([first, second])] == ["blobs"]


def test_what_does_nothing_is_no_cell_to_compare():
    floor = replace(cell(*STEADY, framework="null"), role="floor")
    assert [one.identity.framework for one in matched(run(cell(*STEADY), floor), run(floor))] == [
        "numpy"
    ]
