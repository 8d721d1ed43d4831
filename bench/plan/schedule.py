"""In which order trials run: blocks of all cells, each block in a random, seeded order."""

from __future__ import annotations

import numpy as np

from bench.records.model import Slot


def schedule(cells: int, blocks: int, seed: int) -> tuple[Slot, ...]:
    """Return one slot for every cell in every block; the seed fixes the order.

    A fixed order would tie each cell to its neighbours: what one leaves behind (caches, clock
    rates, heat) would always fall on the same other.
    """
    generator = np.random.default_rng(seed)
    return tuple(
        Slot(block, position, int(cell))
        for block in range(blocks)
        for position, cell in enumerate(generator.permutation(cells))
    )
