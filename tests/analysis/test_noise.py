"""How small a difference a run tells apart, from how its cells spread over the blocks."""

from __future__ import annotations

import math
import random

import pytest

from bench.analysis import statistics
from bench.analysis.comparison import compare_cells
from bench.analysis.noise import smallest_difference
from bench.analysis.ranking import rank
from bench.records.model import Cell
from tests.records.samples import identity, pending_record, trial

[INFO] = pending_record().workloads


def cell(*epoch_seconds: float, **fields: object) -> Cell:
    """Return a cell with one trial a block."""
    trials = tuple(
        trial(block=block, epoch_seconds=(seconds,)) for block, seconds in enumerate(epoch_seconds)
    )
    summary = statistics.summarize(trials, INFO)
    return Cell(identity(**fields), "numpy", status="ok", trials=trials, summary=summary)


def noisy(seconds: float, spread: float, seed: int, blocks: int = 5) -> Cell:
    source = random.Random(seed)
    return cell(*(seconds * math.exp(source.gauss(0, spread)) for _ in range(blocks)))


def test_cells_that_keep_their_ratio_differ_from_the_noise_band_on():
    found = smallest_difference(rank([cell(1.0, 1.1, 1.2), cell(2.0, 2.2, 2.4)]))
    assert found == pytest.approx(0.01)


def test_what_slows_a_whole_block_is_no_noise():
    drifting = rank([cell(1.0, 2.0, 3.0, 4.0), cell(1.5, 3.0, 4.5, 6.0)])
    assert smallest_difference(drifting) == pytest.approx(0.01)


def test_a_wider_spread_is_more_noise():
    quiet, loud = (
        smallest_difference(rank([noisy(1.0, spread, 1), noisy(1.5, spread, 2)]))
        for spread in (0.01, 0.05)
    )
    assert quiet < loud


def test_more_blocks_leave_less_noise():
    few, many = (
        smallest_difference(rank([noisy(1.0, 0.03, seed, blocks) for seed in range(8)]))
        for blocks in (5, 20)
    )
    assert many < few / 2


def test_one_unsteady_cell_does_not_make_the_machine_unsteady():
    steady = [noisy(second, 0.01, seed) for seed, second in enumerate((1.1, 1.2, 1.3, 1.4))]
    with_unsteady = smallest_difference(rank([noisy(1.0, 0.2, 9), *steady]))
    assert with_unsteady < 3 * smallest_difference(rank(steady))


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_of_two_cells_it_is_where_their_verdict_begins(factor):
    one, other = (1.0, 1.02, 0.99, 1.01), (1.0, 0.98, 1.02, 1.0)
    bound = smallest_difference(rank([cell(*one), cell(*other)]))
    mean = math.exp(sum(math.log(b / a) for a, b in zip(one, other)) / 4)
    ratio = (1 + bound * factor) / mean
    slower = cell(*(seconds * ratio for seconds in other))
    assert (compare_cells(cell(*one), slower).verdict == "slower") == (factor > 1)


def test_too_few_blocks_tell_nothing():
    assert smallest_difference(rank([cell(1.0, 1.1), cell(2.0, 2.1)])) is None


def test_a_single_cell_tells_nothing():
    assert smallest_difference(rank([cell(1.0, 1.1, 1.2)])) is None
    assert smallest_difference(()) is None


def test_cells_of_other_batches_are_not_paired():
    cells = [cell(1.0, 1.1, 1.2), cell(2.0, 2.2, 2.4, batch_size=64)]
    assert smallest_difference(rank(cells)) is None
