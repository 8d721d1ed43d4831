"""In which order trials run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.plan.schedule import schedule

cells = st.integers(1, 20)
blocks = st.integers(1, 10)
seeds = st.integers(0, 2**32)


@given(cells, blocks, seeds)
def test_every_cell_runs_once_in_every_block(cells, blocks, seed):
    slots = schedule(cells, blocks, seed)
    for block in range(blocks):
        assert sorted(slot.cell for slot in slots if slot.block == block) == list(range(cells))


@given(cells, blocks, seeds)
def test_a_block_ends_before_the_next_begins(cells, blocks, seed):
    found = [(slot.block, slot.slot) for slot in schedule(cells, blocks, seed)]
    assert found == [(block, slot) for block in range(blocks) for slot in range(cells)]


@given(cells, blocks, seeds)
def test_the_same_seed_gives_the_same_order(cells, blocks, seed):
    assert schedule(cells, blocks, seed) == schedule(cells, blocks, seed)


@given(seeds)
def test_another_seed_gives_another_order(seed):
    assert schedule(20, 5, seed) != schedule(20, 5, seed + 1)


@given(seeds)
def test_blocks_differ_in_their_order(seed):
    slots = schedule(20, 2, seed)
    assert [slot.cell for slot in slots[:20]] != [slot.cell for slot in slots[20:]]


@given(cells, blocks, seeds)
def test_a_longer_run_begins_like_a_shorter_one(cells, blocks, seed):
    shorter = schedule(cells, blocks, seed)
    assert schedule(cells, blocks + 1, seed)[: len(shorter)] == shorter


def test_every_cell_comes_first_in_some_block():
    firsts = {slot.cell for slot in schedule(4, 200, seed=1) if slot.slot == 0}
    assert firsts == {0, 1, 2, 3}


def test_without_cells_there_is_nothing_to_run():
    assert schedule(0, 5, seed=1) == ()
