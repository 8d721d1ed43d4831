"""What a trial records that would make a comparison unfair."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis.fairness import CPUS_MARGIN, LEAST_SECONDS, Finding, findings, held_down
from bench.records.model import CLOCKS_SET_BY_THE_USER, Cell, Fairness, Gpu, Trial
from tests.records.samples import identity, trial

CALM = Fairness(compilations=3, recompilations=0, graph_breaks=0, threads=4, settings={})
GPU = Gpu("GPU-1", "a GPU", None, (1_980,), (), None, None)


def found(*trials: Trial, **fields: Any) -> tuple[Finding, ...]:
    """Return what is found of a cell with these trials."""
    return findings(Cell(identity(**fields), "numpy", status="ok", trials=trials))


def test_a_trial_that_compiles_nothing_later_is_fair() -> None:
    assert found(trial(fairness=CALM)) == ()


def test_what_is_not_recorded_or_not_counted_speaks_against_nothing() -> None:
    unknown = replace(CALM, compilations=None, recompilations=None, graph_breaks=None)
    assert found(trial(), trial(fairness=unknown)) == ()


def test_programs_compiled_in_steady_epochs_are_found_with_the_most_of_a_trial() -> None:
    trials = [trial(fairness=replace(CALM, recompilations=number)) for number in (0, 2, 1)]
    assert found(*trials) == (Finding("recompiled", 2, 2),)


def test_graph_breaks_are_found() -> None:
    broken = replace(CALM, graph_breaks=3)
    assert found(trial(fairness=broken)) == (Finding("graph_broken", 1, 3),)


@pytest.mark.parametrize(("busy", "kinds"), [(1.0, []), (1 + 2 * CPUS_MARGIN, ["more_cpus"])])
def test_more_cpus_than_a_worker_was_bound_to_are_found(busy: float, kinds: list[str]) -> None:
    crowded = trial(cpu_seconds=tuple(seconds * busy for seconds in (0.08, 0.07, 0.09)))
    assert [one.kind for one in found(crowded)] == kinds


def test_without_evidence_of_its_cpus_a_cell_has_as_many_as_threads() -> None:
    unbound = replace(trial().interference, cpus=())
    busy = trial(cpu_seconds=(0.16, 0.14, 0.18), interference=unbound)
    assert [one.kind for one in found(busy, threads=1)] == ["more_cpus"]
    assert found(busy, threads=2) == ()


def test_clocks_do_not_tell_in_very_short_trials() -> None:
    short = LEAST_SECONDS / 10
    assert found(trial(epoch_seconds=(short,) * 3, cpu_seconds=(8 * short,) * 3)) == ()


def test_a_clock_that_is_held_down_is_found_unless_the_user_set_it() -> None:
    set_by_user = replace(GPU, throttle_reasons=(CLOCKS_SET_BY_THE_USER,))
    hot = replace(GPU, throttle_reasons=(CLOCKS_SET_BY_THE_USER, "power limit"))
    assert held_down(trial(gpu=hot)) == ("power limit",)
    assert found(trial(gpu=set_by_user)) == ()
    assert found(trial(gpu=set_by_user), trial(gpu=hot)) == (Finding("held_down", 1, 1),)
