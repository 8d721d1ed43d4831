"""How much one run may be: what is beyond that is refused before anything is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.plan.choices import ChoiceError, parse_frameworks
from bench.plan.matrix import combinations, expand
from bench.records.plan import Plan, Rule
from bench.run.planning import make_plan, offers_of
from bench.run.selftest import selftest_choices, selftest_plan
from bench.workloads.catalog import WORKLOADS
from implementations import registry

PLAN = Plan(frameworks=("numpy", "torch"), workloads=("synthetic",), blocks=1)
SYNTHETIC, BLOBS, LINEAR = (WORKLOADS[name] for name in ("synthetic", "blobs", "linear"))


def refusal(*workloads, **fields) -> str:
    """Return why a plan is refused."""
    with pytest.raises(ChoiceError) as error:
        make_plan(replace(PLAN, **fields), workloads or (SYNTHETIC,))
    return str(error.value)


def test_a_billion_combinations_are_counted_and_not_made():
    said = refusal(
        batch_sizes=tuple(range(1, 30_001)),
        threads=tuple(range(1, 1_001)),
        inputs=("loader",),
        loader_workers=tuple(range(16)),
    )
    assert "combinations, of which no more than 100,000 are looked at" in said
    assert "days or more. Name fewer values." in said


def test_as_many_combinations_are_counted_as_are_made():
    plan = replace(
        PLAN,
        executions=("eager", "step", "epoch"),
        inputs=("preloaded", "loader"),
        loader_workers=(0, 2),
        devices=("cpu", "gpu"),
        threads=(1, 2),
    )
    choices = parse_frameworks("numpy,torch", tuple(registry.BUILT_IN))
    offers = {one.name: offers_of(registry.load(registry.BUILT_IN[one.name])) for one in choices}
    sizes = {"synthetic": (8, 16, 32), "linear": (10,)}
    made = expand(plan, choices, sizes, offers)
    assert combinations(plan, choices, sizes, offers) == len(made) > 100


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"batch_sizes": tuple(range(1, 1_001))}, "cells, and one run compares no more than 1,000"),
        ({"batch_sizes": tuple(range(1, 51)), "blocks": 10_000}, "trials, which would take"),
        ({"epochs": 100_000}, "epochs, and one record holds no more than 300,000"),
    ],
)
def test_more_than_a_record_takes_is_refused_with_its_number(fields, said):
    assert said in refusal(**fields)


def test_a_batch_of_more_examples_than_there_are_is_refused_for_its_workload():
    assert refusal(SYNTHETIC, BLOBS, batch_sizes=(256, 801)) == (
        "A batch of 801 is more than the 800 training examples of blobs: name a batch size up to "
        "that, or leave blobs out."
    )
    whole = make_plan(replace(PLAN, batch_sizes=(800,)), (SYNTHETIC, BLOBS))
    assert {cell.identity.batch_size for cell in whole.cells} == {800}


def test_a_batch_that_rules_leave_out_is_not_refused():
    rule = Rule({"workload": ("blobs",), "batch_size": ("1000",)})
    planned = make_plan(replace(PLAN, batch_sizes=(100, 1000), exclude=(rule,)), (SYNTHETIC, BLOBS))
    assert {
        cell.identity.batch_size for cell in planned.cells if cell.identity.workload == "blobs"
    } == {100}


def test_the_pinned_version_named_beside_the_framework_is_refused():
    [pinned] = {
        cell.identity.framework_version
        for cell in make_plan(replace(PLAN, frameworks=("numpy",)), (SYNTHETIC,)).cells
        if cell.choice.name == "numpy"
    }
    assert refusal(frameworks=("numpy", f"numpy=={pinned}")) == (
        f"numpy and numpy=={pinned} are the same version: name one of them."
    )


def test_a_self_test_with_a_thousand_slowdowns_is_refused():
    plan = selftest_choices(replace(PLAN, frameworks=("numpy",)))
    shares = [0.001 * number for number in range(1, 1_001)]
    with pytest.raises(ChoiceError, match="cells, and one run compares no more than"):
        selftest_plan(shares, plan, (SYNTHETIC,))


@pytest.mark.parametrize("workload", WORKLOADS.values(), ids=WORKLOADS.keys())
def test_every_workload_has_more_examples_than_its_own_batch(workload):
    assert workload.batch_size <= workload.train_examples
