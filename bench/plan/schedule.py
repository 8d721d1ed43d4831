"""In which order trials run: blocks of all cells, balanced over slots and neighbours, seeded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.records.model import Slot


def schedule(cells: int, blocks: int, seed: int | tuple[int, ...]) -> tuple[Slot, ...]:
    """Return one slot for every cell in every block; the seed fixes the order.

    What runs first finds a cool machine, and what one cell leaves behind (caches, clock rates,
    heat) falls on the next. So the blocks are rows of a Williams design, whose cells are relabelled
    at random for every cycle and whose rows come in a random order:

    - with an even number of cells, that number of blocks is a cycle: every cell comes once in
      every slot and once directly after every other cell;
    - with an odd number, twice as many blocks are: both happen twice. The second half mirrors
      the first, so that each half alone puts every cell once in every slot.

    At any moment the numbers of times that cells have been in slots differ by at most one. More
    blocks never change the order of the earlier ones.

    References
    ----------
    E. J. Williams, Experimental designs balanced for the estimation of residual effects of
    treatments, Australian Journal of Scientific Research A 2, 1949, 149-168.
    """
    if not cells:
        return ()
    orders = _orders(cells, np.random.default_rng(seed))
    return tuple(
        Slot(block, position, int(cell))
        for block, order in zip(range(blocks), orders)
        for position, cell in enumerate(order)
    )


def side_by_side(slots: Sequence[Slot], group: Callable[[int], Hashable]) -> tuple[Slot, ...]:
    """Return slots whose cells of one group follow each other within their block.

    What is held against each other is then measured as close in time as can be. Groups come in
    the order of their first cells, and cells of a group in the order that they had.

    Parameters
    ----------
    group : callable
        Returns what a cell belongs to, by its number.
    """
    first: dict[tuple[int, Hashable], int] = {}
    for slot in slots:
        first.setdefault((slot.block, group(slot.cell)), slot.slot)
    ordered = sorted(slots, key=lambda one: (one.block, first[one.block, group(one.cell)]))
    places: dict[int, int] = {}
    found = []
    for slot in ordered:
        places[slot.block] = place = places.get(slot.block, -1) + 1
        found.append(Slot(slot.block, place, slot.cell))
    return tuple(found)


def _orders(cells: int, generator: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Yield the cells in the order of one block after another, without end."""
    square = williams_square(cells)
    squares = (square,) if cells % 2 == 0 else (square, square[:, ::-1])
    while True:
        labels = generator.permutation(cells)
        for one in squares:
            yield from labels[generator.permutation(one)]


def williams_square(cells: int) -> NDArray[np.intp]:
    """Return the cells' numbers by block and slot; every row and column holds each once.

    The first row is 0, 1, n - 1, 2, n - 2, ...: for an even n, its steps modulo n are all
    different. Adding 1 modulo n makes each next row, so that every pair of neighbours turns up.
    """
    first = [-(slot // 2) if slot % 2 == 0 else slot // 2 + 1 for slot in range(cells)]
    return np.add.outer(np.arange(cells), np.array(first, dtype=np.intp)) % cells
