"""In which order trials run."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.schedule import schedule, side_by_side

cells = st.integers(1, 20)
blocks = st.integers(1, 50)
seeds = st.integers(0, 2**32)


def orders(cells, blocks, seed):
    """Return the cells of each block in their order."""
    slots = schedule(cells, blocks, seed)
    return [tuple(slot.cell for slot in slots if slot.block == block) for block in range(blocks)]


def full_cycle(cells):
    return cells if cells % 2 == 0 else 2 * cells


def slot_counts(rows):
    """Return how often each cell was in each slot."""
    counts = Counter((cell, slot) for row in rows for slot, cell in enumerate(row))
    return [counts[pair] for pair in itertools.product(range(len(rows[0])), repeat=2)]


def predecessor_counts(rows):
    """Return how often each cell came directly after each other."""
    counts = Counter(pair for row in rows for pair in itertools.pairwise(row))
    return [counts[pair] for pair in itertools.permutations(range(len(rows[0])), 2)]


@given(cells, blocks, seeds)
def test_every_cell_runs_once_in_every_block(cells, blocks, seed):
    assert all(sorted(row) == list(range(cells)) for row in orders(cells, blocks, seed))


@given(cells, blocks, seeds)
def test_a_block_ends_before_the_next_begins(cells, blocks, seed):
    found = [(slot.block, slot.slot) for slot in schedule(cells, blocks, seed)]
    assert found == [(block, slot) for block in range(blocks) for slot in range(cells)]


@given(cells, blocks, seeds)
def test_at_any_moment_all_cells_were_in_all_slots_equally_often_or_once_more(cells, blocks, seed):
    counts = slot_counts(orders(cells, blocks, seed))
    assert max(counts) - min(counts) <= 1


@given(cells, st.integers(1, 3), seeds)
def test_full_cycles_put_every_cell_in_every_slot_equally_often(cells, cycles, seed):
    rows = orders(cells, cycles * full_cycle(cells), seed)
    assert len(set(slot_counts(rows))) == 1


@given(st.integers(2, 20), st.integers(1, 3), seeds)
def test_in_full_cycles_every_cell_follows_every_other_equally_often(cells, cycles, seed):
    rows = orders(cells, cycles * full_cycle(cells), seed)
    assert set(predecessor_counts(rows)) == {cycles * (1 if cells % 2 == 0 else 2)}


@given(st.integers(3, 20), st.integers(5, 50), seeds)
def test_in_five_blocks_no_cell_always_follows_the_same_one(cells, blocks, seed):
    rows = orders(cells, blocks, seed)
    for cell in range(cells):
        followed = {row[row.index(cell) - 1] for row in rows if row[0] != cell}
        assert len(followed) > 1


@given(st.integers(2, 20), st.integers(2, 50), seeds)
def test_in_two_blocks_no_cell_always_comes_first(cells, blocks, seed):
    assert len({row[0] for row in orders(cells, blocks, seed)}) > 1


def test_three_cells_go_through_all_their_orders():
    assert set(orders(3, 6, seed=1)) == set(itertools.permutations(range(3)))


@given(cells, blocks, seeds)
def test_the_same_seed_gives_the_same_order(cells, blocks, seed):
    assert schedule(cells, blocks, seed) == schedule(cells, blocks, seed)


@given(seeds)
def test_another_seed_gives_another_order(seed):
    assert schedule(20, 5, seed) != schedule(20, 5, seed + 1)


def test_seeds_give_every_cell_the_first_slot_of_the_run():
    assert {schedule(5, 1, seed)[0].cell for seed in range(100)} == set(range(5))


@given(st.integers(4, 20), seeds)
def test_cycles_differ_in_their_order(cells, seed):
    """By chance, two may agree; not five."""
    cycle = full_cycle(cells)
    rows = orders(cells, 5 * cycle, seed)
    assert len({tuple(rows[first : first + cycle]) for first in range(0, 5 * cycle, cycle)}) > 1


@given(cells, blocks, st.integers(1, 30), seeds)
def test_a_longer_run_begins_like_a_shorter_one(cells, blocks, more, seed):
    shorter = schedule(cells, blocks, seed)
    assert schedule(cells, blocks + more, seed)[: len(shorter)] == shorter


@pytest.mark.parametrize("blocks", [0, 1, 5])
def test_one_cell_is_alone_in_every_block(blocks):
    assert orders(1, blocks, seed=1) == [(0,)] * blocks


def test_without_cells_there_is_nothing_to_run():
    assert schedule(0, 5, seed=1) == ()


def test_the_order_of_a_seed_is_this_one():
    """Records hold their seed: that it replays their order is a promise to readers."""
    assert orders(4, 4, seed=1) == ORDER_OF_SEED_1


ORDER_OF_SEED_1 = [(3, 0, 2, 1), (0, 1, 3, 2), (2, 3, 1, 0), (1, 2, 0, 3)]


@given(cells, st.integers(1, 5), blocks, seeds)
def test_cells_of_a_group_follow_each_other_within_their_block(cells, groups, blocks, seed):
    whole = schedule(cells, blocks, seed)
    found = side_by_side(whole, lambda cell: cell % groups)
    assert [slot.slot for slot in found] == [slot.slot for slot in whole]
    assert [slot.block for slot in found] == [slot.block for slot in whole]
    for block in range(blocks):
        own = [slot.cell for slot in found if slot.block == block]
        assert sorted(own) == list(range(cells))
        ordered = [cell % groups for cell in own]
        assert len(list(itertools.groupby(ordered))) == len(set(ordered))


@given(cells, blocks, seeds)
def test_groups_of_one_cell_change_nothing(cells, blocks, seed):
    whole = schedule(cells, blocks, seed)
    assert side_by_side(whole, lambda cell: cell) == whole


def test_groups_and_their_cells_keep_the_order_in_which_they_came():
    def rows(slots):
        return [slot.cell for slot in slots]

    whole = schedule(6, 1, 7)
    found = rows(side_by_side(whole, lambda cell: cell // 3))
    for group in (0, 1):
        assert [one for one in found if one // 3 == group] == [
            one for one in rows(whole) if one // 3 == group
        ]
    assert found[0] == rows(whole)[0]
