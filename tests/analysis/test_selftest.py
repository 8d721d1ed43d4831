"""What a self-test comes to, on machines whose truth is known."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest

from bench.analysis.comparison import Comparison
from bench.analysis.selftest import assess, judge
from tests.analysis.selftests import Machine, record

QUIET = Machine()
WANDERS = Machine(own=0.005, common=0.05)


def outcomes(machine, blocks=12, seed=1):
    return [
        Counter(finding.outcome for finding in assessment.findings)
        for assessment in assess(record(machine, blocks, seed))
    ]


@pytest.mark.parametrize(
    ("planted", "verdict", "outcome"),
    [
        (0.0, "same", "right"),
        (0.0, "inconclusive", "open"),
        (0.0, "slower", "false alarm"),
        (0.0, "faster", "false alarm"),
        (0.05, "slower", "right"),
        (0.05, "inconclusive", "open"),
        (0.05, "same", "missed"),
        (0.05, "faster", "missed"),
    ],
)
def test_a_verdict_is_right_open_or_a_lie(planted, verdict, outcome):
    assert judge(planted, Comparison(verdict, 1.0, 0.9, 1.1, 5)) == outcome


def test_each_framework_is_assessed_apart():
    found = assess(record(QUIET))
    assert [one.cell.framework for one in found] == ["numpy", "jax"]
    assert {one.cell.variant for one in found} == {""}
    for one in found:
        assert [finding.planted for finding in one.identical] == [0.0]
        assert sorted(finding.planted for finding in one.slowed) == [
            0.02,
            0.02,
            0.05,
            0.05,
            0.1,
            0.1,
        ]
        assert one.blocks == 12


def test_on_a_quiet_machine_every_verdict_is_right_and_every_interval_holds_the_truth():
    assert outcomes(QUIET) == [Counter(right=7), Counter(right=7)]
    for assessment in assess(record(QUIET)):
        assert assessment.lies == 0
        assert all(finding.holds_truth for finding in assessment.findings)
        assert assessment.smallest_effect < 0.02


def test_a_noisy_machine_leaves_open_what_it_cannot_tell():
    assert all(found.keys() == {"open"} for found in outcomes(Machine(own=0.2), blocks=4))
    for assessment in assess(record(Machine(own=0.2), blocks=4)):
        assert assessment.smallest_effect > 0.1


def test_too_few_blocks_say_nothing_of_the_smallest_effect():
    for assessment in assess(record(QUIET, blocks=2)):
        assert assessment.smallest_effect is None
        assert {finding.outcome for finding in assessment.findings} == {"open"}


def test_a_bias_between_identical_cells_is_a_false_alarm():
    for assessment in assess(record(Machine(real={"identical B": 0.08}))):
        assert [finding.outcome for finding in assessment.identical] == ["false alarm"]
        assert assessment.lies >= 1


def test_a_slowdown_that_leaves_no_trace_is_missed():
    for assessment in assess(record(Machine(own=0.001, real={"5% slower": 0.0}))):
        missed = [finding for finding in assessment.findings if finding.outcome == "missed"]
        assert [finding.planted for finding in missed] == [0.05, 0.05]
        assert not any(finding.holds_truth for finding in missed)


def test_probes_make_the_smallest_effect_smaller_where_the_machine_wanders():
    for assessment in assess(record(WANDERS)):
        assert assessment.corrected
        assert assessment.smallest_effect < assessment.raw_smallest_effect / 3
        found = Counter(finding.outcome for finding in assessment.slowed)
        raw = Counter(finding.raw_outcome for finding in assessment.slowed)
        assert found["right"] > raw["right"]


def test_where_probes_correct_nothing_the_raw_result_is_the_result():
    for assessment in assess(record(Machine(own=0.01, common=0.05, influence=0.5))):
        assert not assessment.corrected
        assert assessment.raw_smallest_effect == assessment.smallest_effect
        assert all(finding.raw == finding.comparison for finding in assessment.findings)


def test_each_framework_has_its_own_slope():
    machine = replace(WANDERS, slopes={"numpy": 0.5, "jax": 2.0})
    slopes = [assessment.control.slope for assessment in assess(record(machine))]
    assert slopes == pytest.approx([0.5, 2.0], abs=0.1)


def test_a_framework_that_was_not_measured_is_left_out():
    whole = record(QUIET)
    cells = tuple(
        replace(cell, status="unavailable", trials=()) if cell.identity.framework == "jax" else cell
        for cell in whole.cells
    )
    assert [one.cell.framework for one in assess(replace(whole, cells=cells))] == ["numpy"]


def test_the_smallest_effect_is_found_at_least_95_times_in_100():
    """With a slowdown of that size planted instead of 5 %, against both identical cells."""
    spread = 0.01
    effects = [
        assessment.smallest_effect
        for seed in range(20)
        for assessment in assess(record(Machine(own=spread), seed=seed))
    ]
    effect = math.fsum(effects) / len(effects)
    machine = Machine(own=spread, real={"5% slower": effect})
    found = [
        finding.comparison.verdict == "slower"
        for seed in range(100, 150)
        for assessment in assess(record(machine, seed=seed))
        for finding in assessment.slowed
        if finding.planted == 0.05
    ]
    assert sum(found) >= 0.95 * len(found)
