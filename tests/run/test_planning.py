"""From a plan and the workloads that were loaded to the cells of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.records.plan import Plan, Rule
from bench.run.planning import make_plan, offers_of
from bench.workloads.catalog import WORKLOADS
from implementations import registry

PLAN = Plan(frameworks=("numpy", "torch"), workloads=("auto", "linear"))
LOADED = [WORKLOADS["synthetic"], WORKLOADS["linear"]]


def planned(**fields):
    return make_plan(replace(PLAN, **fields), LOADED)


def cells_of(role_is_floor, **fields):
    return [
        cell.identity
        for cell in planned(**fields).cells
        if (cell.choice.name == registry.FLOOR_NAME) == role_is_floor
    ]


def contenders(**fields):
    return cells_of(False, **fields)


def floor_cells(**fields):
    return cells_of(True, **fields)


def test_a_workload_that_comes_twice_counts_once():
    twice = make_plan(PLAN, [*LOADED, LOADED[0]])
    assert twice.cells == planned().cells
    assert twice.plan.workloads == ("synthetic", "linear")


def test_a_plan_names_the_workloads_that_were_loaded():
    assert planned().plan.workloads == ("synthetic", "linear")


def test_each_workload_comes_with_a_cell_that_does_nothing():
    assert [(one.workload, one.batch_size) for one in floor_cells()] == [
        ("synthetic", 256),
        ("linear", 10),
    ]


def test_the_default_plan_has_what_the_frameworks_usually_offer():
    for name in PLAN.frameworks:
        offers = offers_of(registry.load(registry.BUILT_IN[name]))
        usual = {
            way
            for form in ("scratch", "high_level")
            for way in offers.usual("cpu", form, "preloaded")
        }
        found = {
            (one.form, one.execution, one.input) for one in contenders() if one.framework == name
        }
        assert found == usual


def test_what_rules_leave_out_needs_neither_problem_nor_floor():
    linear = Rule({"workload": ("linear",)})
    small = Rule({"batch_size": ("32",)})
    fields = {"batch_sizes": (32, 256), "exclude": (linear, small)}
    assert {(one.workload, one.batch_size) for one in contenders(**fields)} == {("synthetic", 256)}
    assert [(one.workload, one.batch_size) for one in floor_cells(**fields)] == [("synthetic", 256)]


@pytest.mark.parametrize("rule", [Rule({"framework": ("jax",)}), Rule({"form": ("none",)})])
def test_where_rules_leave_nothing_there_are_no_cells_at_all(rule):
    assert planned(include=(rule,)).cells == ()


def test_epochs_are_the_workloads_own_unless_few_or_so_many_were_asked_for():
    workload = WORKLOADS["synthetic"]
    assert planned().epochs(workload) == workload.epochs
    assert planned(quick=True).epochs(workload) == workload.quick_epochs
    assert planned(quick=True, epochs=7).epochs(workload) == 7
