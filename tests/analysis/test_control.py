"""Probes as a control variate: what they cut, and that they do no harm where they are of no use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.comparison import compare_all, compare_cells, compare_controlled
from bench.analysis.control import control, log_probe
from bench.records.model import Cell, Probe
from tests.records.samples import identity, trial

SEED = 2_000_000


@dataclass(frozen=True)
class Machine:
    """A machine, and what its probes tell of it; standard deviations of logarithms.

    Attributes
    ----------
    common : float
        Of its own speed, from trial to trial.
    own : float
        Of processes, besides.
    slope : float
        By how much an epoch rises with the machine's speed.
    unit : float
        By how much the probe does: 1 if it is in proportion.
    error : float
        Of the probe.
    influence : float
        By how much a cell moves its own probe.
    """

    common: float = 0.1
    own: float = 0.04
    slope: float = 0.6
    unit: float = 1.0
    error: float = 0.03
    influence: float = 0.0


USEFUL = Machine()
UNRELATED = Machine(slope=0.0)
OTHER_UNIT = Machine(unit=5.0)
NOTHING_IN_COMMON = Machine(common=0.0)
MACHINES = {
    "useful": USEFUL,
    "unrelated": UNRELATED,
    "other unit": OTHER_UNIT,
    "nothing in common": NOTHING_IN_COMMON,
    "moved by the cells": Machine(influence=0.3),
}


def drawn(machine: Machine, cells: int, blocks: int, seed: int, slowdown: float = 0.0):
    """Return epochs and log probes by cell by block; every second cell is slower by a share."""
    generator = np.random.default_rng(seed)
    shape = (cells, blocks)
    speed = machine.common * generator.normal(size=shape)
    epochs = machine.slope * speed + machine.own * generator.normal(size=shape)
    epochs += np.where(np.arange(cells) % 2, math.log1p(slowdown), 0.0)[:, None]
    probes = machine.unit * speed + machine.error * generator.normal(size=shape)
    probes += machine.influence * generator.normal(size=(cells, 1))
    by_block = [
        {number: dict(enumerate(row)) for number, row in enumerate(rows.tolist())}
        for rows in (np.exp(epochs), probes)
    ]
    return by_block[0], by_block[1]


def found_slower(compare: Callable, machine: Machine, cells: int, blocks: int, runs: int) -> int:
    """Count the runs in which the second cell, 15 % slower, is told to be slower than the first."""
    return sum(
        compare(*drawn(machine, cells, blocks, SEED + run, slowdown=0.15)).between(0, 1).verdict
        == "slower"
        for run in range(runs)
    )


def raw(epochs, probes):
    return compare_all(epochs)


def check_errors(machine, cells, blocks, runs):
    """At most 1 in 100 runs of equal cells tells any of them apart, give or take chance."""
    false = sum(
        any(
            one.verdict in ("faster", "slower")
            for one in compare_controlled(*drawn(machine, cells, blocks, SEED + run)).found.values()
        )
        for run in range(runs)
    )
    assert false <= runs / 100 + 2 * math.sqrt(runs / 100)


def check_power(machine, cells, blocks, runs):
    """Never more than 5 % of power is lost, beyond what chance makes of so many runs."""
    without = found_slower(raw, machine, cells, blocks, runs)
    corrected = found_slower(compare_controlled, machine, cells, blocks, runs)
    assert corrected >= 0.95 * without - 2 * math.sqrt(runs) * 0.5


# With so few blocks of so few cells the placebo does not see all that it should.
SMALL = {(2, 8), (4, 5)}
in_every_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
of_many_sizes = pytest.mark.parametrize(("cells", "blocks"), [(2, 8), (4, 5), (10, 3), (10, 12)])


@in_every_machine
@of_many_sizes
def test_equal_cells_are_seldom_told_apart(machine, cells, blocks):
    if machine.influence and (cells, blocks) in SMALL:
        pytest.skip("the placebo needs more cells or blocks")
    check_errors(machine, cells, blocks, runs=60)


@pytest.mark.selftest
@in_every_machine
@of_many_sizes
def test_equal_cells_are_seldom_told_apart_in_many_runs(machine, cells, blocks):
    if machine.influence and (cells, blocks) in SMALL:
        pytest.skip("the placebo needs more cells or blocks")
    check_errors(machine, cells, blocks, runs=4_000)


@in_every_machine
@of_many_sizes
def test_no_probe_costs_power(machine, cells, blocks):
    check_power(machine, cells, blocks, runs=30)


@pytest.mark.selftest
@in_every_machine
@of_many_sizes
def test_no_probe_costs_power_in_many_runs(machine, cells, blocks):
    check_power(machine, cells, blocks, runs=3_000)


@pytest.mark.parametrize("machine", [USEFUL, OTHER_UNIT], ids=["useful", "other unit"])
def test_a_probe_that_feels_what_the_cells_feel_finds_more(machine):
    without = found_slower(raw, machine, 4, 8, 100)
    assert found_slower(compare_controlled, machine, 4, 8, 100) >= without + 30


def test_the_slope_is_estimated_whatever_the_unit_of_the_probe():
    slopes = [control(*drawn(one, 10, 20, SEED)).slope for one in (USEFUL, OTHER_UNIT)]
    assert slopes[0] == pytest.approx(0.6, abs=0.1)
    assert slopes[1] == pytest.approx(0.6 / 5, abs=0.02)


def test_the_variance_is_cut_as_the_correlation_says():
    found = control(*drawn(USEFUL, 10, 20, SEED + 1))
    epochs, probes = drawn(USEFUL, 10, 20, SEED + 1)
    compared = compare_controlled(epochs, probes)
    spreads, raw_spreads = (
        np.mean([one.spread**2 for one in comparisons.evidence.values()])
        for comparisons in (compared, compared.raw)
    )
    assert raw_spreads / spreads == pytest.approx(found.variance_cut, rel=0.1)
    assert found.variance_cut > 2


def test_a_probe_that_its_cells_move_is_switched_off():
    found = control(*drawn(Machine(influence=0.1), 10, 12, SEED))
    assert (found.off, found.variance_cut) == ("differs between cells", 1.0)


def test_a_probe_that_does_not_pay_is_mostly_switched_off():
    found = [control(*drawn(UNRELATED, 10, 12, SEED + run)).off for run in range(100)]
    assert found.count("does not pay") > 70


def test_where_it_is_off_the_raw_result_is_the_result():
    epochs, probes = drawn(Machine(influence=0.1), 10, 12, SEED)
    found = compare_controlled(epochs, probes)
    assert found.found == compare_all(epochs).found
    assert found.raw is found


def test_the_raw_result_stands_beside_the_corrected_one():
    epochs, probes = drawn(USEFUL, 4, 8, SEED)
    found = compare_controlled(epochs, probes)
    assert found.raw.found == compare_all(epochs).found
    assert found.found != found.raw.found


def test_one_trial_without_probes_leaves_all_uncorrected():
    epochs, probes = drawn(USEFUL, 4, 8, SEED)
    del probes[1][3]
    found = compare_controlled(epochs, probes)
    assert (found.control, found.uncorrected) == (None, None)


def test_cells_that_lack_blocks_are_corrected_as_the_others_are():
    whole = drawn(USEFUL, 6, 12, SEED)
    epochs, probes = drawn(USEFUL, 6, 12, SEED)
    for block in range(6, 12):
        del epochs[5][block]
    found = control(epochs, probes)
    assert found.slope == pytest.approx(control(*whole).slope, abs=0.05)
    assert found.probes[5].keys() == epochs[5].keys()


def test_two_cells_alone_are_compared_as_an_analysis_of_covariance_does():
    epochs, probes = drawn(USEFUL, 2, 10, SEED, slowdown=0.1)
    found = compare_controlled(epochs, probes).evidence[0, 1]
    differences = [math.log(epochs[1][block] / epochs[0][block]) for block in range(10)]
    apart = [probes[1][block] - probes[0][block] for block in range(10)]
    design = np.column_stack((np.ones(10), apart))
    solved, [rest], *_ = np.linalg.lstsq(design, np.array(differences), rcond=None)
    variance = rest / 8 * np.linalg.inv(design.T @ design)[0, 0]
    assert found.mean == pytest.approx(solved[0])
    assert found.freedom == pytest.approx(8)
    assert found.spread**2 / 10 == pytest.approx(variance)


@given(st.floats(-5, 5))
def test_a_probe_that_is_slower_throughout_changes_nothing(shift):
    epochs, probes = drawn(USEFUL, 4, 6, SEED)
    moved = {key: {b: log + shift for b, log in logs.items()} for key, logs in probes.items()}
    one, other = compare_controlled(epochs, probes), compare_controlled(epochs, moved)
    assert other.between(0, 1).low == pytest.approx(one.between(0, 1).low)


def probed(*epochs: int) -> tuple[Probe, ...]:
    return tuple(Probe(epoch, 1.0, 1.0, math.exp(epoch)) for epoch in epochs)


def test_the_probes_beside_the_epochs_that_count_are_those_of_a_trial():
    """Boundary 1 lies before the first steady epoch, boundary 4 after the third."""
    one = trial(probes=probed(1, 2, 3, 4, 5))
    assert log_probe(one, [1, 2]) == pytest.approx((2 + 3 + 4) / 3)


def test_where_none_is_beside_them_all_probes_count():
    assert log_probe(trial(probes=probed(7)), [0]) == pytest.approx(7)


def test_a_trial_without_probes_has_none():
    assert log_probe(trial(), [0]) is None


def test_cells_are_corrected_by_their_trials_probes():
    epochs, probes = drawn(USEFUL, 3, 8, SEED)
    cells = [
        Cell(
            identity(variant=str(number)),
            "numpy",
            status="ok",
            trials=tuple(
                trial(
                    block=block,
                    epoch_seconds=(seconds,),
                    probes=(Probe(1, 1.0, 1.0, math.exp(probes[number][block])),),
                )
                for block, seconds in times.items()
            ),
        )
        for number, times in epochs.items()
    ]
    found = compare_cells(cells)
    expected = compare_controlled(epochs, probes)
    seen = found.between(cells[0].identity, cells[1].identity)
    assert seen.low == pytest.approx(expected.between(0, 1).low)
    first, *others = cells
    unprobed = tuple(replace(one, probes=()) for one in first.trials)
    assert compare_cells([replace(first, trials=unprobed), *others]).control is None
