"""Runs against each other: which cells are the same, and what became of them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.analysis import statistics
from bench.analysis.run_spread import ASSUMED, FEWEST_RUNS
from bench.analysis.runs import Against, Matched, compare_runs, differences
from bench.records.model import Cell, Probe, Record, WorkloadInfo
from tests.records.samples import identity, pending_record, trial, workload

STEADY = (1.0, 1.01, 0.99, 1.005, 0.995)


def cell(*epoch_seconds: float, status: str = "ok", **fields: object) -> Cell:
    """Return a cell with one trial for each of these times."""
    trials = tuple(
        trial(block=block, epoch_seconds=(seconds,)) for block, seconds in enumerate(epoch_seconds)
    )
    summary = statistics.summarize(trials, workload()) if trials else None
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


# How far runs lie apart, and what they agree on.


def against(*records: Record, earlier: tuple[Record, ...] = ()) -> Against:
    """Return the last run against the first."""
    [workload] = compare_runs(records, earlier)
    found = workload.against[-1]
    assert found is not None
    return found


def numbered(number: int, *cells: Cell, **machine: str) -> Record:
    """Return a run of these cells with an id of its own."""
    record = run(*cells)
    return replace(record, run_id=f"run-{number}", machine=replace(record.machine, **machine))


def history(runs: int, **machine: str) -> tuple[Record, ...]:
    """Return earlier runs, every other of which was 2 % slower."""
    return tuple(
        numbered(10 + number, cell(*slowed(1 + 0.02 * (number % 2))), **machine)
        for number in range(runs)
    )


def test_what_changed_beyond_what_runs_do_is_told():
    first, later = numbered(1, cell(*STEADY)), numbered(2, cell(*slowed(1.6)))
    [found] = matched(first, later)
    assert found.changes[1].verdict == "slower"
    [found] = matched(first, numbered(2, cell(*slowed(1.1))))
    assert found.changes[1].verdict == "inconclusive"


def test_the_spread_between_runs_comes_from_earlier_ones_of_the_same_machine():
    first, later = numbered(1, cell(*STEADY)), numbered(2, cell(*STEADY))
    many = against(first, later, earlier=history(FEWEST_RUNS)).time.spread
    assert many.value == pytest.approx(0.011, abs=0.001)
    assert many.earlier_runs == FEWEST_RUNS
    few = against(first, later, earlier=history(3)).time.spread
    assert (few.value, few.earlier_runs) == (ASSUMED, 3)
    elsewhere = history(FEWEST_RUNS, fingerprint="another")
    assert against(first, later, earlier=elsewhere).time.spread.earlier_runs == 0


def test_the_runs_that_are_compared_tell_nothing_of_how_far_runs_lie_apart():
    first, later = numbered(1, cell(*STEADY)), numbered(2, cell(*STEADY))
    found = against(first, later, earlier=(first, later))
    assert found.time.spread.earlier_runs == 0


def test_earlier_runs_of_another_version_or_problem_do_not_count():
    first, later = numbered(1, cell(*STEADY)), numbered(2, cell(*STEADY))
    others = [numbered(10 + number, cell(*STEADY, framework_version="0.1")) for number in range(6)]
    assert against(first, later, earlier=tuple(others)).time.spread.earlier_runs == 0


def test_memory_is_compared_as_time_is():
    def remembering(factor: float) -> Cell:
        given = cell(*STEADY)
        trials = tuple(
            replace(
                one,
                memory=replace(one.memory, peak_bytes=int(one.memory.peak_bytes * factor)),
            )
            for one in given.trials
        )
        return replace(given, trials=trials)

    [found] = matched(numbered(1, remembering(1.0)), numbered(2, remembering(2.0)))
    assert found.memory_changes[1].verdict == "slower"
    assert found.memory_changes[1].ratio == pytest.approx(2.0)
    assert found.changes[1].ratio == pytest.approx(1.0)


def probed(given: Cell, slower: float, wander: float = 0.2) -> Cell:
    """Return a cell whose machine was slower by a factor, and wandered from block to block."""

    def pace(block: int) -> float:
        return slower * math.exp(wander * math.sin(7 * block + len(given.identity.framework)))

    def on_machine(one):
        seconds = tuple(pace(one.block) * epoch for epoch in one.epoch_seconds)
        probes = (Probe(1, 1e-3, 1e-3, 1e-3 * pace(one.block)),)
        return replace(one, epoch_seconds=seconds, probes=probes)

    trials = tuple(map(on_machine, given.trials))
    return replace(given, trials=trials, summary=statistics.summarize(trials, workload()))


def test_probes_of_both_runs_take_out_what_the_machine_did():
    names = ("numpy", "torch", "jax", "mxnet")
    first, later = (
        numbered(number, *(probed(cell(*STEADY, framework=name), slower) for name in names))
        for number, slower in ((1, 1.0), (2, 1.5))
    )
    found = against(first, later).time
    assert found.probes == pytest.approx(1.5)
    assert all(change.ratio == pytest.approx(1.0, abs=0.02) for change in found.found.values())
    assert all(change.ratio == pytest.approx(1.5, abs=0.02) for change in found.raw.values())


def test_probes_of_another_version_of_the_harness_correct_nothing():
    first, later = (
        numbered(
            number,
            *(
                probed(cell(*STEADY, framework=name), 1.0)
                for name in ("numpy", "torch", "jax", "mxnet")
            ),
        )
        for number in (1, 2)
    )
    assert against(first, later).time.probes is not None
    found = against(first, replace(later, harness_version="0.0.1"))
    assert found.time.probes is None


def test_two_runs_that_tell_the_same_agree():
    def pair(number: int, factor: float) -> Record:
        return numbered(number, cell(*STEADY), cell(*slowed(factor), framework="torch"))

    agreed = against(pair(1, 2.0), pair(2, 1.7)).agreement
    assert (agreed.pairs, agreed.alike, agreed.contradictions) == (1, 1, ())


def test_two_runs_that_tell_opposite_things_contradict_each_other():
    first = numbered(1, cell(*STEADY), cell(*slowed(2.0), framework="torch"))
    later = numbered(2, cell(*slowed(2.0)), cell(*STEADY, framework="torch"))
    agreed = against(first, later).agreement
    [found] = agreed.contradictions
    assert set(found.verdicts) == {"slower", "faster"}
    assert agreed.pairs == 1


def test_what_one_run_leaves_open_is_no_contradiction():
    first = numbered(1, cell(*STEADY), cell(*slowed(2.0), framework="torch"))
    wild = (0.6, 2.9, 1.1, 3.0, 0.7)
    later = numbered(2, cell(*STEADY), cell(*wild, framework="torch"))
    agreed = against(first, later).agreement
    assert (agreed.in_one, agreed.neither, agreed.contradictions) == (1, 0, ())
