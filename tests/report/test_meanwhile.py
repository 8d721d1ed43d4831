"""What the page says of the machine's own pace, and of what probes corrected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bench.analysis.ranking import Ranked, rank
from bench.records.model import Cell, Probe
from bench.report import markdown, meanwhile, page
from tests.report import samples
from tests.report.document import parse
from tests.report.samples import cell

BLOCKS = 8


def probed(
    name: str, seconds: float, seed: int, slope: float = 0.6, influence: float = 0.0
) -> Cell:
    """Return a cell whose epochs go with the probes beside them."""
    generator = np.random.default_rng(seed)
    speed = generator.normal(0, 0.1, BLOCKS)
    factors = np.exp(slope * speed + generator.normal(0, 0.01, BLOCKS))
    measured = samples.noisy(cell(name, seconds, trials=BLOCKS), *factors.tolist())
    gathering = np.exp(speed + influence + generator.normal(0, 0.01, BLOCKS))
    trials = [
        replace(one, probes=(Probe(1, 1e-3 * time, 1e-3, 1e-3 * time),))
        for one, time in zip(measured.trials, gathering.tolist())
    ]
    return samples.with_trials(measured, trials)


def ranked(*cells: Cell) -> tuple[Ranked, ...]:
    return rank(cells)


def words(*cells: Cell) -> dict[str, str]:
    labels = {one.identity: one.identity.framework for one in cells}
    return {topic.name: topic.words for topic in meanwhile.topics(ranked(*cells), labels)}


USEFUL = (probed("numpy", 0.04, 1), probed("torch", 0.042, 2), probed("jax", 0.08, 3))
MOVED = (
    probed("numpy", 0.04, 1),
    probed("torch", 0.046, 2, influence=0.5),
    probed("jax", 0.08, 3),
)
UNRELATED = (probed("numpy", 0.04, 1, 0.0), probed("jax", 0.05, 7, 0.0))


def test_the_pace_is_told_with_its_reach() -> None:
    assert words(*USEFUL)["Pace"].startswith("Between epochs this machine computed at ")
    assert "It was not steady" in words(*USEFUL)["Pace"]


def test_what_probes_cut_is_told() -> None:
    assert "Corrected by that the variance of comparisons is" in words(*USEFUL)["Probes"]


def test_probes_that_cells_move_correct_nothing() -> None:
    assert "as if they had moved them: nothing is corrected." in words(*MOVED)["Probes"]


def test_probes_that_do_not_pay_correct_nothing() -> None:
    assert "too little to be of use: nothing is corrected." in words(*UNRELATED)["Probes"]


def test_a_run_without_probes_says_nothing_of_them() -> None:
    assert words(cell("numpy", 0.04), cell("torch", 0.05)) == {}
    assert meanwhile.pace_mark([cell("numpy", 0.04)]) is None


def test_the_raw_result_stands_beside_the_corrected_one() -> None:
    text = parse(page.render([samples.record(*USEFUL)])).text
    assert "raw 1." in text
    assert "raw: may be fastest" in text
    written = markdown.render([samples.record(*USEFUL)])
    assert "raw\N{NO-BREAK SPACE}1." in written
    assert "raw: may be fastest" in written


def test_where_nothing_is_corrected_nothing_is_called_raw() -> None:
    assert "raw 1." not in parse(page.render([samples.record(*MOVED)])).text


def test_the_page_marks_a_machine_that_was_not_steady() -> None:
    document = parse(page.render([samples.record(*USEFUL)]))
    assert "Machine ran at" in document.text
    mark = meanwhile.pace_mark(USEFUL)
    assert mark is not None
    assert not mark.steady
    assert mark.words in document.text
