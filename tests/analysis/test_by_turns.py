"""Cells that took turns: what the machine did from one epoch to the next cancels out."""

from __future__ import annotations

import itertools
import math
import statistics
from dataclasses import dataclass, replace

import numpy as np
import pytest

from bench.analysis.by_turns import epochs_by_turn, side_by_side
from bench.analysis.comparison import compare_cells, observations, paired_observations
from bench.records.model import Cell, Probe, Settling
from tests.records import samples

SEED = 20261129
TURNS = 35


def took_turns(*epoch_seconds, block=0, **fields):
    return samples.trial(epoch_seconds=epoch_seconds, block=block, by_turns=True, **fields)


def cell(*trials, framework="numpy", **fields):
    return Cell(
        samples.identity(framework=framework), framework, status="ok", trials=trials, **fields
    )


@dataclass(frozen=True)
class Machine:
    """A machine that changes its speed in the middle of trials.

    Attributes
    ----------
    jumps : float
        How probable it is that the speed of the next epoch is another.
    factor : float
        How many times as long an epoch takes at the slower of both speeds.
    noise, processes : float
        Standard deviations of epochs and of processes.
    """

    jumps: float = 0.05
    factor: float = 2.0
    noise: float = 0.02
    processes: float = 0.01

    def cells(self, ratios, blocks, seed, by_turns=True):
        """Return cells whose epochs alternate; the first takes 50 ms when the machine is fast."""
        generator = np.random.default_rng(seed)
        trials = [[] for _ in ratios]
        for block in range(blocks):
            changes = generator.random((TURNS, len(ratios))) < self.jumps
            slow = (np.cumsum(changes.ravel()) + generator.integers(2)) % 2
            speed = math.log(self.factor) * slow.reshape(changes.shape)
            own = self.processes * generator.normal(size=len(ratios))
            logs = speed + own + self.noise * generator.normal(size=changes.shape)
            # The order within a turn is that of the block.
            order = generator.permutation(len(ratios))
            for number, place in enumerate(order):
                seconds = (0.05 * ratios[number] * np.exp(logs[:, place])).tolist()
                trials[number].append(
                    samples.trial(block=block, epoch_seconds=tuple(seconds), by_turns=by_turns)
                )
        names = ("numpy", "jax", "torch", "sklearn")
        return [cell(*own, framework=name) for own, name in zip(trials, names)]


def verdicts(cells):
    return [one.verdict for one in compare_cells(cells).found.values()]


def test_two_cells_differ_by_the_median_of_their_differences_turn_by_turn():
    one = cell(took_turns(1.0, 1.0, 2.0), framework="numpy")
    other = cell(took_turns(1.1, 1.1, 2.2), framework="jax")
    epochs, _ = paired_observations({"one": one, "other": other})
    assert epochs["other"][0] / epochs["one"][0] == pytest.approx(1.1)


def test_a_machine_that_slows_down_between_two_epochs_of_a_turn_changes_nothing():
    """The medians of the trials differ twofold; of five turns one does."""
    one = cell(took_turns(1.0, 1.0, 1.0, 2.0, 2.0), framework="numpy")
    other = cell(took_turns(1.0, 1.0, 2.0, 2.0, 2.0), framework="jax")
    epochs, _ = paired_observations({"one": one, "other": other})
    assert observations(other)[0] / observations(one)[0] == 2
    assert epochs["other"][0] == pytest.approx(epochs["one"][0])


def test_the_level_of_a_block_is_kept():
    one = cell(took_turns(1.0, 1.0, 1.0), framework="numpy")
    other = cell(took_turns(4.0, 4.0, 4.0), framework="jax")
    epochs, _ = paired_observations({"one": one, "other": other})
    assert (epochs["one"][0], epochs["other"][0]) == pytest.approx((1.0, 4.0))


def test_of_three_cells_the_differences_add_up():
    generator = np.random.default_rng(SEED)
    turns = {
        key: {0: dict(enumerate(generator.normal(size=9).tolist()))} for key in ("a", "b", "c")
    }
    found = side_by_side({key: {0: 0.0} for key in turns}, turns)
    medians = {
        (one, other): statistics.median(turns[other][0][n] - turns[one][0][n] for n in range(9))
        for one, other in itertools.permutations(turns, 2)
    }
    third = {frozenset("ab"): "c", frozenset("ac"): "b", frozenset("bc"): "a"}
    for (one, other), median in medians.items():
        way = third[frozenset((one, other))]
        expected = (2 * median + medians[one, way] + medians[way, other]) / 3
        assert found[other][0] - found[one][0] == pytest.approx(expected)


def test_a_disturbed_epoch_of_either_cell_takes_its_turn_along():
    disturbed = replace(samples.quiet(3), disturbed_epochs=(1,))
    one = cell(took_turns(1.0, 1.0, 1.0), framework="numpy")
    other = cell(took_turns(1.2, 9.0, 1.3, interference=disturbed), framework="jax")
    assert epochs_by_turn(other)[0].keys() == {0, 2}
    epochs, _ = paired_observations({"one": one, "other": other})
    ratio = epochs["other"][0] / epochs["one"][0]
    assert ratio == pytest.approx(math.sqrt(1.2 * 1.3))


def test_what_most_trials_need_to_settle_is_left_out_of_all_and_what_one_needs_of_none():
    def turns(*left_out):
        settling = [Settling(one, None) for one in left_out]
        trials = (
            took_turns(1.0, 1.0, 1.0, block=n, settling=one) for n, one in enumerate(settling)
        )
        return [set(own) for own in epochs_by_turn(cell(*trials)).values()]

    assert turns(1, 1, 0) == [{1, 2}] * 3
    assert turns(2, 0, 0) == [{0, 1, 2}] * 3


def test_a_trial_that_was_measured_alone_is_compared_by_its_median():
    """As what is measured again after a failure is."""
    one = cell(took_turns(1.0, 1.0, 2.0), samples.trial(block=1, epoch_seconds=(1.0, 1.0, 2.0)))
    other = cell(
        took_turns(1.0, 2.0, 2.0),
        samples.trial(block=1, epoch_seconds=(1.0, 2.0, 2.0)),
        framework="jax",
    )
    epochs, _ = paired_observations({"one": one, "other": other})
    assert epochs["other"][0] == pytest.approx(epochs["one"][0])
    assert (epochs["one"][1], epochs["other"][1]) == pytest.approx((1.0, 2.0))


def test_cells_without_a_turn_alike_are_compared_by_their_medians():
    first, rest = (replace(samples.quiet(2), disturbed_epochs=(number,)) for number in (0, 1))
    one = cell(took_turns(1.0, 3.0, interference=first), framework="numpy")
    other = cell(took_turns(1.0, 3.0, interference=rest), framework="jax")
    epochs, _ = paired_observations({"one": one, "other": other})
    assert (epochs["one"][0], epochs["other"][0]) == pytest.approx((3.0, 1.0))


def test_without_turns_observations_are_the_very_same_numbers():
    one, other = cell(samples.trial()), cell(samples.trial(), framework="jax")
    epochs, _ = paired_observations({"one": one, "other": other})
    assert epochs == {"one": observations(one), "other": observations(other)}


def test_probes_are_taken_from_the_same_turns():
    """The probe of boundary e stands right after steady epoch e - 2."""
    probes = (1e-3, 1e-3, 2e-3, 2e-3, 2e-3), (1e-3, 2e-3, 2e-3, 2e-3, 2e-3)
    cells = {
        name: cell(
            took_turns(
                *[1.0] * 5, probes=tuple(Probe(n + 2, 1.0, 1.0, one) for n, one in enumerate(own))
            ),
            framework=name,
        )
        for name, own in zip(("numpy", "jax"), probes)
    }
    _, found = paired_observations(cells)
    assert found["jax"][0] == pytest.approx(found["numpy"][0])


def test_five_percent_are_told_by_turns_on_a_machine_where_medians_hide_it():
    machine = Machine(jumps=0.2)
    found = {
        by_turns: sum(
            verdicts(machine.cells((1.0, 1.05), 10, SEED + run, by_turns)) == ["slower"]
            for run in range(40)
        )
        for by_turns in (True, False)
    }
    assert found[True] >= 38
    assert found[False] <= 10


def check_equal_cells(machine, blocks, runs):
    """At most 1 in 100 runs of three equal cells tells any of them apart."""
    false = sum(
        any(
            one in ("faster", "slower")
            for one in verdicts(machine.cells((1.0, 1.0, 1.0), blocks, SEED + run))
        )
        for run in range(runs)
    )
    assert false <= runs / 100


MACHINES = (
    Machine(),
    Machine(jumps=0.3),
    Machine(jumps=0.01, factor=3.0),
    Machine(jumps=0.0, noise=0.1, processes=0.0),
)


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_equal_cells_that_took_turns_are_seldom_told_apart(machine):
    check_equal_cells(machine, 8, 100)


@pytest.mark.selftest
@pytest.mark.parametrize("machine", MACHINES, ids=str)
@pytest.mark.parametrize("blocks", [3, 5, 10])
def test_equal_cells_that_took_turns_are_seldom_told_apart_in_many_runs(machine, blocks):
    check_equal_cells(machine, blocks, 2_000)
