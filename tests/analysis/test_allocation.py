"""Which cells get more blocks, and that looking on the way costs nothing in truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.analysis import accumulate, statistics
from bench.analysis.allocation import Allotment, next_blocks, spent, trial_seconds
from bench.analysis.comparison import compare_all, compare_cells, compare_controlled
from bench.analysis.ranking import rankings
from bench.analysis.verdicts import SIGNIFICANCE
from bench.records.model import Cell, Record, Slot, Trial
from tests.records.samples import PLAN, identity, pending_record, trial

SEED = 3_000_000
PLENTY = 1e9


def measured(seconds: float, block: int) -> Trial:
    return trial(block=block, epoch_seconds=(seconds,) * 3)


def with_trials(record: Record, number: int, trials: list[Trial]) -> Record:
    """Return the record with more trials of a cell."""
    cell = record.cells[number]
    trials = [*cell.trials, *trials]
    summary = statistics.summarize(trials, record.workloads[0])
    cell = replace(cell, status="ok", trials=tuple(trials), summary=summary)
    cells = (*record.cells[:number], cell, *record.cells[number + 1 :])
    return replace(record, cells=cells)


class Machine:
    """Runs what is allotted, with processes that spread so far about each cell's own speed."""

    def __init__(self, speeds: list[float], spread: float, seed: int):
        self.generator = np.random.default_rng(seed)
        self.speeds, self.spread = speeds, spread
        cells = tuple(Cell(identity(variant=str(number)), "numpy") for number in range(len(speeds)))
        plan = replace(PLAN, blocks=3, adaptive=True)
        self.record = replace(pending_record(), cells=cells, plan=plan, blocks=0, schedule=())

    def run(self, allotted: Allotment) -> None:
        start = self.record.blocks
        for block in range(start, start + allotted.blocks):
            machine = self.generator.normal(0, 0.1)
            for number in allotted.cells:
                own = self.generator.normal(0, self.spread)
                seconds = self.speeds[number] * float(np.exp(machine + own))
                self.record = with_trials(self.record, number, [measured(seconds, block)])
        self.record = replace(self.record, blocks=start + allotted.blocks)
        self.record = accumulate.with_look(self.record)

    def finish(self, seconds: float) -> Record:
        """Run until nothing more is allotted in so many seconds of trials."""
        allotted: Allotment | None = Allotment(tuple(range(len(self.speeds))), 3)
        while allotted is not None:
            self.run(allotted)
            used = sum(trial_seconds(cell) * len(cell.trials) for cell in self.record.cells)
            allotted = next_blocks(self.record, seconds - used)
        return self.record


def blocks_of(record: Record) -> list[int]:
    return [len(cell.trials) for cell in record.cells]


def test_what_is_settled_after_three_blocks_gets_no_more():
    record = Machine([1.0, 1.04, 4.0, 10.0], 0.02, SEED).finish(PLENTY)
    first, second, third, slow = blocks_of(record)
    assert slow == third == 3
    assert first == second > 3
    assert rankings(record)[0].ranked[0].against_best.verdict == "faster"


def test_no_block_is_begun_that_the_time_does_not_hold():
    machine = Machine([1.0, 1.02, 1.01], 0.05, SEED)
    machine.run(Allotment((0, 1, 2), 3))
    assert next_blocks(machine.record, 1.0) is None


def test_what_no_affordable_number_of_blocks_would_tell_is_left():
    """Two cells are level at the edge of the band; in the time of a block they stay open."""
    machine = Machine([1.0, 1.0101], 0.05, SEED)
    machine.run(Allotment((0, 1), 3))
    assert next_blocks(machine.record, 4 * trial_seconds(machine.record.cells[0])) is None


def test_the_first_places_come_before_the_others():
    machine = Machine([1.0, 1.03, 5.0, 5.1], 0.02, SEED)
    machine.run(Allotment((0, 1, 2, 3), 3))
    assert next_blocks(machine.record, PLENTY).cells == (0, 1)


def test_where_the_first_is_told_the_others_are_asked():
    machine = Machine([1.0, 5.0, 5.15], 0.02, SEED)
    machine.run(Allotment((0, 1, 2), 3))
    assert next_blocks(machine.record, PLENTY).cells == (1, 2)


def test_the_leaders_of_a_lane_are_of_interest():
    machine = Machine([1.0, 5.0, 5.1], 0.02, SEED)
    cells = [
        replace(cell, identity=replace(cell.identity, execution=lane))
        for cell, lane in zip(machine.record.cells, ("step", "eager", "eager"))
    ]
    machine.record = replace(machine.record, cells=tuple(cells))
    machine.run(Allotment((0, 1, 2), 3))
    assert next_blocks(machine.record, PLENTY).cells == (1, 2)


def test_a_single_cell_asks_for_nothing():
    machine = Machine([1.0], 0.02, SEED)
    machine.run(Allotment((0,), 3))
    assert next_blocks(machine.record, PLENTY) is None


def test_a_run_in_which_nothing_was_measured_asks_for_nothing():
    assert next_blocks(pending_record(), PLENTY) is None


def test_looks_come_at_half_as_many_blocks_again():
    record = Machine([1.0, 1.04], 0.04, SEED).finish(PLENTY)
    assert len(record.looks) > 3
    assert record.looks[:4] == (3, 5, 8, 12)
    assert record.looks[-1] == record.blocks


def test_it_is_told_how_the_time_was_spent():
    record = Machine([1.0, 1.04, 10.0], 0.02, SEED).finish(PLENTY)
    found = spent(record)
    assert set(found.more) == {cell.identity for cell in record.cells[:2]}
    assert found.more_seconds > 0
    total = sum(trial_seconds(cell) * len(cell.trials) for cell in record.cells)
    assert found.first_seconds + found.more_seconds == pytest.approx(total)


def check_equal_cells(cells, spread, seconds, runs):
    """At most 1 in 100 runs of equal cells tells any of them apart, peeking included."""
    false = 0
    for run in range(runs):
        record = Machine([1.0] * cells, spread, SEED + run).finish(seconds)
        found = compare_cells(record.cells, record.looks).found.values()
        false += any(one.verdict in ("faster", "slower") for one in found)
    assert false <= runs / 100 + 2 * np.sqrt(runs / 100)


def test_of_ten_equal_cells_seldom_any_is_told_apart_by_the_whole_procedure():
    check_equal_cells(10, 0.03, seconds=800, runs=40)


@pytest.mark.selftest
@pytest.mark.parametrize("cells", [2, 10])
@pytest.mark.parametrize("spread", [0.01, 0.05])
def test_of_equal_cells_seldom_any_is_told_apart_by_the_whole_procedure_in_many_runs(cells, spread):
    check_equal_cells(cells, spread, seconds=80 * cells, runs=1_000)


def blocks(*rows):
    return {number: dict(enumerate(row)) for number, row in enumerate(rows)}


def settled(epochs, looks):
    """Compare cells without probes at these looks."""
    return compare_controlled(epochs, {key: {} for key in epochs}, looks=looks)


def drawn(ratio: float, count: int):
    generator = np.random.default_rng(1)
    rows = np.array([[1.0], [ratio]]) * np.exp(generator.normal(0, 0.01, (2, count)))
    return blocks(*rows.tolist())


def test_a_run_that_was_not_looked_at_spends_all_of_its_significance_once():
    epochs = drawn(1.1, 8)
    found = settled(epochs, ())
    assert (found, found.significance) == (compare_all(epochs), SIGNIFICANCE)


def test_each_look_has_a_part_of_the_significance():
    found = [settled(drawn(1.0, 8), looks) for looks in ((3,), (3, 5), (3, 5, 8))]
    assert [SIGNIFICANCE / one.significance for one in found] == pytest.approx([2, 6, 12])


def test_what_an_earlier_look_told_is_not_taken_back():
    epochs = drawn(1.3, 3)
    early = settled(epochs, (3,)).between(0, 1)
    assert early.verdict == "slower"
    assert settled(epochs, (3, 5, 8, 12)).between(0, 1) == early


def test_a_look_sees_what_was_measured_before_it():
    """What turns everything round later does not change an early verdict."""
    epochs = drawn(1.3, 8)
    later = {number: dict(times) for number, times in epochs.items()}
    for block in range(3, 8):
        later[1][block] *= 0.5
    found = [settled(one, (3, 8)).between(0, 1) for one in (epochs, later)]
    assert found[0] == found[1]


def test_a_pair_that_was_told_leaves_its_share_to_the_others():
    """Once the third is told from both, the two that are alike have all of a look."""
    generator = np.random.default_rng(2)
    rows = np.array([[1.0], [1.01], [9.0]]) * np.exp(generator.normal(0, 0.02, (3, 8)))
    found = settled(blocks(*rows.tolist()), (3, 8))
    assert found.between(0, 2).verdict == found.between(1, 2).verdict == "slower"
    assert found.significance == pytest.approx(SIGNIFICANCE / 6)


def test_what_was_measured_after_the_last_look_is_looked_at_in_the_end():
    machine = Machine([1.0, 1.5], 0.01, SEED)
    machine.run(Allotment((0, 1), 3))
    for number, seconds in enumerate((1.0, 1.5)):
        machine.record = with_trials(machine.record, number, [measured(seconds, 3)])
    record = replace(machine.record, blocks=4)
    assert record.looks == (3,)
    [ranking] = rankings(record)
    assert ranking.ranked[1].against_best.verdict == "slower"


def test_more_slots_make_more_blocks():
    record = pending_record(cells=2, blocks=2)
    more = accumulate.with_blocks(record, [Slot(2, 0, 1), Slot(3, 0, 1)])
    assert more.blocks == 4
    assert len(more.schedule) == 6
