"""Variances of cells, and of pairs by way of them: better known, and right where it matters."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.cell_spread import FEWEST_CELLS, by_cell, cell_freedom
from bench.analysis.comparison import compare_all
from bench.analysis.spread import Variance, moderated

CELLS = 10


def own_variances(logs: np.ndarray) -> dict[tuple[int, int], Variance]:
    """Return the variance of each pair's differences; logs are of shape (blocks, cells)."""
    blocks, cells = logs.shape
    return {
        (one, other): Variance(float(np.var(logs[:, other] - logs[:, one], ddof=1)), blocks - 1.0)
        for one, other in itertools.combinations(range(cells), 2)
    }


def freedom(blocks: int, cells: int) -> dict[int, float]:
    return cell_freedom({cell: dict.fromkeys(range(blocks), 1.0) for cell in range(cells)})


def draw(seed: int, spreads: np.ndarray, blocks: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(blocks, len(spreads))) * spreads


def test_in_whole_blocks_each_cell_has_its_share_of_the_degrees_of_freedom():
    found = freedom(5, CELLS)
    assert math.fsum(found.values()) == pytest.approx((5 - 1) * (CELLS - 1))


def test_a_block_of_two_cells_tells_no_more_of_them_than_of_their_difference():
    whole = {cell: dict.fromkeys(range(3), 1.0) for cell in range(CELLS)}
    added = {
        cell: times | (dict.fromkeys(range(3, 12), 1.0) if cell < 2 else {})
        for cell, times in whole.items()
    }
    more = [cell_freedom(added)[cell] - cell_freedom(whole)[cell] for cell in (0, 1)]
    assert math.fsum(more) == pytest.approx(9)


def test_of_many_blocks_a_pair_has_the_variance_of_its_two_cells():
    spreads = np.linspace(0.01, 0.1, CELLS)
    found = by_cell(own_variances(draw(1, spreads, 4_000)), freedom(4_000, CELLS))
    for (one, other), variance in found.items():
        assert variance.value == pytest.approx(spreads[one] ** 2 + spreads[other] ** 2, rel=0.1)


@pytest.mark.parametrize(("cells", "better"), [(FEWEST_CELLS, 1.1), (10, 1.3), (25, 1.8)])
def test_pairs_are_better_known_than_by_pairs_alone_the_more_cells_there_are(cells, better):
    def gain(seed: int) -> float:
        own = own_variances(draw(seed, np.full(cells, 0.05), 3))
        by_pairs = moderated(list(own.values()), cells)
        found = by_cell(own, freedom(3, cells)).values()
        return np.median([one.freedom for one in found]) / by_pairs[0].freedom

    assert np.mean([gain(seed) for seed in range(30)]) > better


def test_a_cell_that_spreads_far_leaves_the_pairs_of_the_others_alone():
    spreads = np.full(CELLS, 0.02)
    spreads[0] = 1.0
    found = by_cell(own_variances(draw(3, spreads, 40)), freedom(40, CELLS))
    quiet = [math.sqrt(one.value) for pair, one in found.items() if 0 not in pair]
    assert max(quiet) < 0.05
    assert min(math.sqrt(one.value) for pair, one in found.items() if 0 in pair) > 0.7


def test_cells_that_answer_to_the_machine_in_opposite_ways_are_known_by_their_own_variance():
    generator = np.random.default_rng(4)
    machine = generator.normal(0, 0.1, (200, 1)) * np.where(np.arange(CELLS) % 2, 1, -1)
    logs = generator.normal(0, 0.02, (200, CELLS)) + machine
    found = by_cell(own_variances(logs), freedom(200, CELLS))
    alike, opposite = found[0, 2].value, found[0, 1].value
    assert opposite > 1.4 * alike


variances = st.lists(st.floats(1e-8, 1.0), min_size=15, max_size=15)


@given(variances, st.integers(3, 8))
def test_nobody_loses_by_it_nor_gains_more_than_all_have_together(values, blocks):
    pairs = itertools.combinations(range(FEWEST_CELLS), 2)
    own = {pair: Variance(value, blocks - 1.0) for pair, value in zip(pairs, values)}
    found = by_cell(own, freedom(blocks, FEWEST_CELLS))
    assert all(
        blocks - 1 <= one.freedom <= (blocks - 1) * FEWEST_CELLS and one.value > 0
        for one in found.values()
    )


def test_a_pair_that_never_varies_has_no_variance():
    own = own_variances(draw(5, np.full(CELLS, 0.05), 3))
    own[0, 1] = Variance(0.0, 2.0)
    assert by_cell(own, freedom(3, CELLS))[0, 1] == Variance(0.0, 2.0)


def false_runs(blocks: int, cells: int, unlike: float, opposite: float, runs: int) -> float:
    """Return the share of runs of equal cells that tell any two of them apart.

    Parameters
    ----------
    unlike : float
        Standard deviation of the logarithm of cells' spreads.
    opposite : float
        How far the machine moves half of the cells one way and half the other, over how far each
        spreads by itself.
    """
    generator = np.random.default_rng(6)
    sign = np.where(np.arange(cells) % 2, 1, -1)
    wrong = 0
    for _ in range(runs):
        spreads = 0.05 * generator.lognormal(0, unlike, cells)
        logs = generator.normal(size=(blocks, cells)) * spreads
        logs += generator.normal(size=(blocks, 1)) * 0.05 * opposite * sign
        seconds = np.exp(logs + generator.normal(0, 0.1, (blocks, 1)))
        found = compare_all({cell: dict(enumerate(seconds[:, cell])) for cell in range(cells)})
        wrong += any(one.verdict in ("faster", "slower") for one in found.found.values())
    return wrong / runs


@pytest.mark.parametrize("opposite", [0.0, 1.0])
def test_equal_cells_are_told_apart_in_at_most_one_of_a_hundred_runs(opposite):
    assert false_runs(5, CELLS, 0.5, opposite, 200) <= 0.01


@pytest.mark.selftest
@pytest.mark.parametrize("blocks", [3, 5, 8])
@pytest.mark.parametrize("cells", [FEWEST_CELLS, 10, 15])
@pytest.mark.parametrize(("unlike", "opposite"), [(0, 0), (0.5, 0), (1, 0), (0, 1), (0.5, 1)])
def test_they_are_in_many_runs(blocks, cells, unlike, opposite):
    assert false_runs(blocks, cells, unlike, opposite, 3_000) <= 0.01
