"""At what share of its best a machine ran, and cells whose order hangs on it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.comparison import compare_controlled
from bench.analysis.pace import pace, pace_of, turns
from bench.records.model import Cell, Probe
from tests.records.samples import identity, trial

seconds = st.lists(st.floats(1e-4, 1e-2), min_size=1, max_size=20)


def cell(*products: float, **fields: object) -> Cell:
    """Return a cell with one trial for each product, probed once."""
    trials = tuple(
        trial(block=block, probes=(Probe(1, product, 1.0, 1.0),))
        for block, product in enumerate(products)
    )
    return Cell(identity(**fields), "numpy", status="ok", trials=trials)


@given(seconds)
def test_the_best_is_all_of_it_and_nothing_is_more(products):
    found = pace_of(products)
    assert found.low <= found.median <= found.high == 1


def test_twice_as_long_is_half_the_rate():
    assert pace_of([1e-3, 2e-3]).low == 0.5


def test_a_machine_that_falls_far_below_its_best_is_not_steady():
    assert pace_of([1.0, 1.1, 1.2]).steady
    assert not pace_of([1.0, 1.1, 1.5]).steady


def test_of_a_trial_the_median_probe_counts():
    moment = tuple(Probe(1, product, 1.0, 1.0) for product in (1.0, 9.0, 1.0))
    one = cell(1.0)
    found = pace([replace(one, trials=(replace(one.trials[0], probes=moment), *one.trials))])
    assert (found.low, found.readings) == (1.0, 2)


def test_cells_of_other_numbers_of_threads_have_a_best_of_their_own():
    found = pace([cell(1.0, 1.0), cell(3.0, 3.0, threads=8)])
    assert (found.low, found.high) == (1.0, 1.0)


def test_without_probes_nothing_is_known():
    assert pace([Cell(identity(), "numpy", trials=(trial(),))]) is None
    assert pace_of([]) is None


def turning(apart: float, blocks: int = 16):
    """Return two cells of which the second gains where the machine is slow, and their probes."""
    generator = np.random.default_rng(1)
    slow = np.arange(blocks) % 2
    own = generator.normal(0, 0.01, (2, blocks))
    one = 0.5 * slow + own[0]
    other = 0.5 * slow + own[1] + np.where(slow, -apart, apart)
    probes = slow + generator.normal(0, 0.02, (2, blocks))
    cells = [dict(enumerate(np.exp(row).tolist())) for row in (one, other)]
    keyed = dict(zip((identity(), identity(framework="torch")), cells))
    return keyed, dict(zip(keyed, (dict(enumerate(row.tolist())) for row in probes)))


def found_turns(apart: float, blocks: int = 16):
    epochs, probes = turning(apart, blocks)
    return turns(compare_controlled(epochs, probes), list(epochs.items()))


def test_an_order_that_hangs_on_the_machine_is_told():
    [found] = found_turns(0.05)
    assert found.fast == pytest.approx(math.exp(0.05), rel=0.02)
    assert found.slow == pytest.approx(math.exp(-0.05), rel=0.02)


def test_an_order_that_does_not_is_not():
    assert found_turns(0.0) == ()


def test_few_blocks_do_not_tell():
    assert found_turns(0.05, blocks=5) == ()


def test_without_probes_no_order_is_told_to_hang_on_them():
    epochs, _ = turning(0.05)
    comparisons = compare_controlled(epochs, {key: {} for key in epochs})
    assert turns(comparisons, list(epochs.items())) == ()
