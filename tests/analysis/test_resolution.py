"""How small a difference a run resolves, and what would resolve a smaller one."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bench.analysis import statistics
from bench.analysis.comparison import compare_cells
from bench.analysis.resolution import resolution
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


def difference(cells: Sequence[Cell]) -> float:
    """Return what the cells resolve; each gets an identity of its own."""
    found = resolution(compare_cells(named(cells)))
    assert found is not None
    return found.difference


def named(cells: Sequence[Cell]) -> list[Cell]:
    return [
        replace(cell, identity=replace(cell.identity, variant=str(number)))
        for number, cell in enumerate(cells)
    ]


def test_cells_that_keep_their_ratio_differ_from_the_noise_band_on():
    found = difference([cell(1.0, 1.1, 1.2), cell(2.0, 2.2, 2.4)])
    assert found == pytest.approx(0.01)


def test_what_slows_a_whole_block_is_no_noise():
    drifting = [cell(1.0, 2.0, 3.0, 4.0), cell(1.5, 3.0, 4.5, 6.0)]
    assert difference(drifting) == pytest.approx(0.01)


def test_a_wider_spread_is_more_noise():
    quiet, loud = (
        difference([noisy(1.0, spread, 1), noisy(1.5, spread, 2)]) for spread in (0.01, 0.05)
    )
    assert quiet < loud


def test_more_blocks_leave_less_noise():
    few, many = (
        difference([noisy(1.0, 0.03, seed, blocks) for seed in range(8)]) for blocks in (5, 20)
    )
    assert many < few / 2


def test_one_unsteady_cell_does_not_make_the_machine_unsteady():
    steady = [noisy(second, 0.01, seed) for seed, second in enumerate((1.1, 1.2, 1.3, 1.4))]
    with_unsteady = difference([noisy(1.0, 0.2, 9), *steady])
    assert with_unsteady < 3 * difference(steady)


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_of_two_cells_it_is_where_their_verdict_begins(factor):
    one, other = (1.0, 1.02, 0.99, 1.01), (1.0, 0.98, 1.02, 1.0)
    bound = difference([cell(*one), cell(*other)])
    mean = math.exp(sum(math.log(b / a) for a, b in zip(one, other)) / 4)
    ratio = (1 + bound * factor) / mean
    slower = cell(*(seconds * ratio for seconds in other))
    pair = named([cell(*one), slower])
    found = compare_cells(pair).between(*(entry.identity for entry in pair))
    assert (found.verdict == "slower") == (factor > 1)


def test_too_few_blocks_tell_nothing():
    assert resolution(compare_cells(named([cell(1.0, 1.1), cell(2.0, 2.1)]))) is None


def test_a_single_cell_tells_nothing():
    assert resolution(compare_cells([cell(1.0, 1.1, 1.2)])) is None
    assert resolution(compare_cells([])) is None


def test_cells_of_other_batches_are_not_paired():
    cells = [cell(1.0, 1.1, 1.2), cell(2.0, 2.2, 2.4, batch_size=64)]
    assert resolution(compare_cells(cells)) is None


def test_so_many_more_blocks_resolve_the_finer_difference():
    cells = [noisy(1.0, 0.03, seed) for seed in range(4)]
    found = resolution(compare_cells(named(cells)))
    assert found.finer == found.difference / 2
    longer = difference([noisy(1.0, 0.03, seed, 5 + found.more_blocks) for seed in range(40, 44)])
    assert longer == pytest.approx(found.finer, rel=0.5)


def test_where_half_of_it_lies_within_the_noise_band_no_blocks_resolve_it():
    found = resolution(compare_cells(named([cell(1.0, 1.1, 1.2), cell(2.0, 2.2, 2.4)])))
    assert found.more_blocks is None
