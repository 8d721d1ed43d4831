"""Runs that never happened: epochs drawn from a stated model, in the order of a real schedule."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from bench.analysis.comparison import Comparison, compare
from bench.analysis.settling import settle
from bench.plan.schedule import schedule
from bench.records.model import Cell
from tests.records import samples

# Seconds by block by cell.
Blocks = dict[int, dict[int, float]]

EPOCH_SECONDS = 0.08
STEADY_EPOCHS = 9
WITHIN_SPREAD = 0.01


@dataclass(frozen=True)
class Setting:
    """A machine: how its processes and its hours differ.

    Attributes
    ----------
    process_spread : float
        Standard deviation between processes, as a share.
    tail : {"lognormal", "exponential", "heavy"}
        Distribution between processes: nearly symmetric, as skewed as an exponential one, or with
        the tails of Student's t with three degrees of freedom.
    drift : float
        Share by which the machine has become slower, evenly, at the end of the run.
    first_slot : float
        Share by which the first slot of a block is slower; each next slot by half as much.
    unlike : float
        How unlike cells are in how far their processes spread: the standard deviation of the
        logarithm of each one's spread. Exponential ones would not be equally fast.
    """

    process_spread: float
    tail: Literal["lognormal", "exponential", "heavy"] = "lognormal"
    drift: float = 0.0
    first_slot: float = 0.0
    unlike: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.process_spread:.0%}-{self.tail}-drift-{self.drift:.0%}-slot-"
            f"{self.first_slot:.0%}-unlike-{self.unlike}"
        )


@dataclass(frozen=True)
class Plan:
    """What to run on it: pairs of cells, the second of each slower by a share.

    Attributes
    ----------
    fixed_order : bool
        As no run should be: every block in the same order.
    """

    blocks: int
    pairs: int = 1
    slowdown: float = 0.0
    fixed_order: bool = False


def slots(plan: Plan, seed: int) -> np.ndarray:
    """Return each cell's slot by block: shape (blocks, cells)."""
    cells = 2 * plan.pairs
    if plan.fixed_order:
        return np.tile(np.arange(cells), (plan.blocks, 1))
    order = np.array([slot.cell for slot in schedule(cells, plan.blocks, seed)])
    return np.argsort(order.reshape(plan.blocks, cells), axis=1)


def epochs(setting: Setting, plan: Plan, seed: int) -> np.ndarray:
    """Return the seconds of a run's steady epochs: shape (blocks, cells, epochs)."""
    generator = np.random.default_rng(seed)
    places = slots(plan, seed)
    moments = (np.arange(plan.blocks)[:, None] + places / places.shape[1]) / plan.blocks
    spreads: Any = setting.process_spread
    if setting.unlike:
        spreads = spreads * generator.lognormal(0, setting.unlike, places.shape[1])
    if setting.tail == "lognormal":
        processes = np.exp(spreads * generator.normal(0, 1, places.shape))
    elif setting.tail == "heavy":
        processes = np.exp(spreads * generator.standard_t(3, places.shape) / math.sqrt(3))
    else:
        processes = 1 + spreads * generator.exponential(size=places.shape)
    within = generator.lognormal(0, WITHIN_SPREAD, (*places.shape, STEADY_EPOCHS))
    machine = (1 + setting.drift * moments) * (1 + setting.first_slot * 0.5**places)
    cells = np.where(np.arange(places.shape[1]) % 2, 1 + plan.slowdown, 1)
    return EPOCH_SECONDS * (cells * machine * processes)[:, :, None] * within


def runs(setting: Setting, blocks: int, cells: int, count: int, seed: int) -> Iterator[Blocks]:
    """Yield the medians of so many runs of equal cells: seconds by block by cell."""
    for run in range(count):
        plan = Plan(blocks, pairs=-(-cells // 2))
        medians = np.median(epochs(setting, plan, seed + run), axis=2)[:, :cells]
        yield {number: dict(enumerate(column)) for number, column in enumerate(medians.T.tolist())}


def comparisons(setting: Setting, plan: Plan, count: int, seed: int) -> Iterator[Comparison]:
    """Yield so many comparisons of pairs, each cell in one pair only."""
    for run in range(-(-count // plan.pairs)):
        medians = np.median(epochs(setting, plan, seed + run), axis=2)
        for pair in range(plan.pairs):
            columns = medians[:, 2 * pair : 2 * pair + 2].T.tolist()
            yield compare(*(dict(enumerate(column)) for column in columns))


def verdicts(setting: Setting, plan: Plan, count: int, seed: int) -> Counter:
    """Count the verdicts of so many comparisons."""
    return Counter(one.verdict for one in comparisons(setting, plan, count, seed))


def cell(number: int, epochs_by_block: np.ndarray) -> Cell:
    """Return a measured cell whose trials have these epochs: shape (blocks, epochs)."""
    trials = tuple(
        samples.trial(
            block=block,
            epoch_seconds=tuple(seconds),
            interference=samples.quiet(len(seconds)),
            settling=settle(seconds),
        )
        for block, seconds in enumerate(epochs_by_block.tolist())
    )
    unmeasured = Cell(samples.identity(variant=f"twin {number}"), "numpy")
    return replace(unmeasured, status="ok", trials=trials)
