"""Peak memory of a workload's cells: how sure each median is, and which of them need least."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.analysis import statistics
from bench.analysis.memory import (
    Difference,
    Need,
    memory_differences,
    memory_needs,
    memory_observations,
)
from bench.analysis.ranking import rank
from bench.records.model import Cell, Resident
from tests.records.samples import identity, pending_record, trial

MIB = 2**20


def cell(framework: str, *peaks_mib: float, **fields: object) -> Cell:
    """Return a cell with one trial a block, whose epochs are those of all others."""
    usual = trial()
    trials = tuple(
        replace(usual, block=block, memory=replace(usual.memory, peak_bytes=round(peak * MIB)))
        for block, peak in enumerate(peaks_mib)
    )
    summary = statistics.summarize(trials, pending_record().workloads[0])
    return Cell(
        identity(framework=framework, **fields),
        framework,
        status="ok",
        trials=trials,
        summary=summary,
    )


def needs(*cells: Cell) -> dict[str, Need]:
    return {one.framework: need for one, need in memory_needs(rank(cells)).items()}


def verdicts(*cells: Cell) -> dict[str, str]:
    return {name: need.against_least.verdict for name, need in needs(*cells).items()}


def test_the_observation_of_a_trial_is_its_peak():
    assert memory_observations(cell("numpy", 350, 352)) == {0: 350 * MIB, 1: 352 * MIB}


def test_the_median_has_the_interval_that_epochs_have():
    peaks = (350.0, 352.0, 351.0, 350.5, 351.5)
    found = needs(cell("numpy", *peaks))["numpy"].bytes
    assert found == statistics.median_with_interval([peak * MIB for peak in peaks])
    assert found.low < found.median == 351 * MIB < found.high


def test_two_trials_have_no_interval_and_tell_nothing_apart():
    one, other = needs(cell("numpy", 350, 350), cell("torch", 700, 700)).values()
    assert one.bytes.low is None
    assert one.against_least.verdict == other.against_least.verdict == "inconclusive"


def test_one_cell_needs_least_and_the_others_more():
    found = verdicts(cell("torch", 520, 521, 522), cell("numpy", 338, 338, 339))
    assert found == {"torch": "slower", "numpy": "faster"}


def test_a_cell_stands_over_the_least_of_the_others():
    found = needs(cell("torch", 700, 700, 700), cell("numpy", 350, 350, 350))
    assert found["torch"].against_least.ratio == pytest.approx(2)
    assert found["numpy"].against_least.ratio == pytest.approx(0.5)


def test_cells_that_hold_the_same_in_every_trial_are_level():
    found = verdicts(cell("torch", 350, 350, 350), cell("numpy", 350, 350, 350))
    assert set(found.values()) == {"same"}


def test_less_than_the_noise_band_is_told_by_no_verdict_however_sure_it_is():
    found = verdicts(cell("torch", 350, 350, 350), cell("numpy", 351, 351, 351))
    assert set(found.values()) == {"same"}


def test_what_varies_by_more_than_cells_differ_is_not_told_apart():
    found = verdicts(cell("torch", 350, 500, 360), cell("numpy", 400, 380, 420))
    assert set(found.values()) == {"inconclusive"}


def test_the_only_cell_has_nothing_to_be_compared_with():
    found = needs(cell("numpy", 350, 350, 350))["numpy"].against_least
    assert found.verdict == "incomparable"
    assert math.isnan(found.ratio)


def test_cells_of_another_batch_size_are_not_compared():
    found = verdicts(
        cell("numpy", 350, 350, 350),
        cell("torch", 300, 300, 300, batch_size=64),
        cell("jax", 500, 500, 500),
    )
    assert found == {"numpy": "faster", "torch": "incomparable", "jax": "slower"}


def resident(cell: Cell, moment: str, *sizes_mib: tuple[int, int]) -> Cell:
    """Return the cell with so many MiB of its own and of files in each trial."""
    trials = tuple(
        replace(one, memory=replace(one.memory, **{moment: Resident(own * MIB, files * MIB, 0, 0)}))
        for one, (own, files) in zip(cell.trials, sizes_mib)
    )
    return replace(cell, trials=trials)


def test_where_a_difference_between_runs_comes_from():
    measured = cell("tensorflow", 780, 780, 780)
    first = resident(measured, "imported", (200, 300), (201, 300), (199, 300))
    later = resident(measured, "imported", (202, 372), (202, 372), (900, 372))
    assert memory_differences(first, later) == (
        Difference("imported", 74 * MIB, 2 * MIB, 72 * MIB, 0),
    )


def test_every_moment_that_both_runs_tell_of_is_compared():
    measured = cell("tensorflow", 780)
    first = resident(resident(measured, "imported", (1, 1)), "trained", (5, 5))
    assert [one.moment for one in memory_differences(first, first)] == ["imported", "trained"]
    assert memory_differences(first, resident(measured, "trained", (9, 9)))[0].moment == "trained"


def test_runs_that_do_not_tell_kinds_apart_have_no_differences():
    measured = cell("tensorflow", 780, 780)
    half = resident(measured, "imported", (1, 1))
    assert memory_differences(measured, measured) == ()
    assert memory_differences(half, replace(half, trials=(*half.trials, trial()))) == ()


def test_it_does_not_matter_which_is_faster():
    slow_and_small = cell("numpy", 300, 300, 300)
    trials = [replace(one, epoch_seconds=(9.0, 9.0, 9.0)) for one in slow_and_small.trials]
    slow_and_small = replace(slow_and_small, trials=tuple(trials))
    found = verdicts(slow_and_small, cell("torch", 400, 400, 400))
    assert found == {"numpy": "faster", "torch": "slower"}
