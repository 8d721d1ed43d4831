"""From a plan to cells."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.choices import FrameworkChoice
from bench.plan.matrix import Offers, expand, fits, floors, wanted
from bench.records.axes import AXES, EXECUTIONS, FORMS, INPUTS
from bench.records.plan import Plan, Rule
from implementations.contract import Offer
from tests.records.drawn import identities as any_identities


def offered(*lanes: str, teaches_eager: bool = True, version: str = "1.0") -> Offers:
    """Return offers that are written ``form/execution/input``, the same on both devices."""
    ways = tuple(Offer(*lane.split("/")) for lane in lanes)
    return Offers({"cpu": ways, "gpu": ways}, teaches_eager, version)


OFFERS = {
    "numpy": offered("scratch/eager/preloaded", version="2.4.6"),
    "sklearn": offered("high_level/eager/preloaded", version="1.9.1"),
    "torch": offered(
        *("scratch/step/preloaded", "scratch/step/loader"),
        *("scratch/eager/preloaded", "scratch/eager/loader"),
        *("high_level/eager/preloaded", "high_level/step/preloaded"),
        version="2.13.0",
    ),
    "jax": offered(
        *("scratch/epoch/preloaded", "scratch/step/preloaded", "scratch/step/loader"),
        *("scratch/eager/preloaded", "scratch/eager/loader"),
        *("high_level/epoch/preloaded", "high_level/step/preloaded"),
        teaches_eager=False,
        version="0.10.2",
    ),
}
ALL_EXECUTIONS = tuple(EXECUTIONS)
PLAN = Plan(frameworks=tuple(OFFERS), workloads=("synthetic",))
BATCH_SIZES = {"synthetic": (256,)}


def cells(batch_sizes=BATCH_SIZES, choices=None, **fields):
    plan = replace(PLAN, **fields)
    choices = choices or [FrameworkChoice(name) for name in plan.frameworks]
    return expand(plan, choices, batch_sizes, OFFERS)


def identities(*arguments, **fields):
    return [cell.identity for cell in cells(*arguments, **fields)]


def lanes(**fields):
    """Return framework, form, execution and input of each cell, in a word each."""
    return [
        f"{one.framework}/{one.form}/{one.execution}/{one.input}" for one in identities(**fields)
    ]


def test_the_usual_lanes_are_eager_where_it_is_taught_and_each_form_s_fastest():
    assert lanes() == [
        "numpy/scratch/eager/preloaded",
        "sklearn/high_level/eager/preloaded",
        "torch/scratch/eager/preloaded",
        "torch/scratch/step/preloaded",
        # Where eager is the fastest it comes once.
        "torch/high_level/eager/preloaded",
        "jax/scratch/epoch/preloaded",
        "jax/high_level/epoch/preloaded",
    ]


def test_the_fastest_lane_is_that_of_the_input():
    assert lanes(frameworks=("torch", "jax"), inputs=("loader",)) == [
        "torch/scratch/eager/loader",
        "torch/scratch/step/loader",
        "jax/scratch/step/loader",
    ]


def test_a_lane_that_is_asked_for_is_a_cell_wherever_it_is_offered():
    assert lanes(executions=("epoch",)) == [
        "jax/scratch/epoch/preloaded",
        "jax/high_level/epoch/preloaded",
    ]
    assert lanes(frameworks=("jax",), executions=("eager",)) == ["jax/scratch/eager/preloaded"]


def test_what_nobody_offers_leaves_nothing_and_is_no_error():
    assert cells(frameworks=("numpy",), forms=("high_level",)) == ()
    assert cells(frameworks=("numpy",), executions=("step", "epoch")) == ()
    assert cells(frameworks=("sklearn",), inputs=("loader",)) == ()


@given(st.permutations(ALL_EXECUTIONS))
def test_lanes_stand_from_eager_to_epoch_in_whatever_order_they_were_named(executions):
    assert lanes(executions=tuple(executions)) == lanes(executions=ALL_EXECUTIONS)


def test_everything_that_is_offered_can_be_asked_for():
    found = lanes(executions=ALL_EXECUTIONS, inputs=("preloaded", "loader"))
    assert sorted(found) == sorted(
        f"{name}/{'/'.join(way)}" for name, offers in OFFERS.items() for way in offers.ways["cpu"]
    )


def test_the_lanes_are_those_of_the_device():
    eager, step = (Offer("scratch", execution, "preloaded") for execution in ("eager", "step"))
    offers = {"torch": Offers({"cpu": (eager,), "gpu": (step, eager)}, True, "2.13.0")}
    plan = replace(PLAN, devices=("cpu", "gpu"))
    found = expand(plan, [FrameworkChoice("torch")], BATCH_SIZES, offers)
    assert [(cell.identity.device, cell.identity.execution) for cell in found] == [
        ("cpu", "eager"),
        ("gpu", "eager"),
        ("gpu", "step"),
    ]


def test_only_cells_with_a_loader_come_once_for_each_number_of_its_workers():
    found = identities(
        frameworks=("torch",),
        forms=("scratch",),
        executions=("eager",),
        inputs=("preloaded", "loader"),
        loader_workers=(0, 2),
    )
    assert [(one.input, one.loader_workers) for one in found] == [
        ("preloaded", 0),
        ("loader", 0),
        ("loader", 2),
    ]


def test_the_version_is_the_pinned_one_unless_another_was_chosen():
    choices = (FrameworkChoice("jax"), FrameworkChoice("jax", "0.10.1"))
    versions = [one.framework_version for one in identities(choices=choices, forms=("scratch",))]
    assert versions == ["0.10.2", "0.10.1"]


def test_each_workload_has_its_own_batch_sizes():
    found = identities({"synthetic": (128, 256), "linear": (10,)}, forms=("scratch",))
    assert {(one.workload, one.batch_size) for one in found} == {
        ("synthetic", 128),
        ("synthetic", 256),
        ("linear", 10),
    }


def some(values):
    return st.sets(st.sampled_from(list(values)), min_size=1).map(tuple)


@given(
    frameworks=some(OFFERS),
    forms=some(FORMS),
    executions=some(EXECUTIONS),
    inputs=some(INPUTS),
    loader_workers=st.sets(st.integers(0, 3), min_size=1).map(tuple),
    devices=some(["cpu", "gpu"]),
    threads=st.sets(st.integers(1, 8), min_size=1, max_size=3).map(tuple),
    batch_sizes=st.sets(st.integers(1, 512), min_size=1, max_size=3).map(tuple),
)
def test_every_combination_that_is_offered_has_exactly_one_cell(batch_sizes, **fields):
    found = identities({"synthetic": batch_sizes, "linear": (10,)}, **fields)
    asked = itertools.product(
        fields["frameworks"], fields["forms"], fields["executions"], fields["inputs"]
    )
    ways = [Offer(*way) for name, *way in asked if Offer(*way) in OFFERS[name].ways["cpu"]]
    fed = sum(len(fields["loader_workers"]) if way.input == "loader" else 1 for way in ways)
    places = len(fields["devices"]) * len(fields["threads"])
    assert len(found) == len(set(found)) == fed * places * (len(batch_sizes) + 1)


def test_the_same_plan_gives_the_same_cells():
    assert cells(threads=(1, 2)) == cells(threads=(1, 2))


def test_forms_of_a_framework_share_an_environment():
    jax = [cell.environment for cell in cells() if cell.identity.framework == "jax"]
    assert jax == ["jax", "jax"]


def test_another_version_has_an_environment_of_its_own():
    found = cells(choices=(FrameworkChoice("jax"), FrameworkChoice("jax", "0.10.1")))
    assert {cell.environment for cell in found} == {"jax", "jax==0.10.1"}


def test_the_gpu_has_an_environment_of_its_own():
    found = cells(frameworks=("jax",), devices=("cpu", "gpu"))
    assert {cell.environment for cell in found} == {"jax", "jax (gpu)"}


def test_the_cell_that_does_nothing_is_planned_once_for_each_workload():
    rule = Rule({"framework": ("torch",)})
    plan = replace(
        PLAN,
        threads=(2, 4),
        devices=("cpu", "gpu"),
        executions=("step",),
        inputs=("loader",),
        include=(rule,),
    )
    batch_sizes = {"synthetic": (256, 512), "linear": (10,)}
    found = floors(plan, batch_sizes, offered("scratch/eager/preloaded"), "null")
    assert [(one.identity.workload, one.identity.batch_size) for one in found] == [
        ("synthetic", 256),
        ("linear", 10),
    ]
    assert {(one.identity.device, one.identity.threads) for one in found} == {("cpu", 2)}
    assert {one.environment for one in found} == {"null"}


def test_of_two_rules_that_include_either_is_enough():
    rules = (
        Rule({"threads": ("1",), "batch_size": ("256",)}),
        Rule({"threads": ("2",), "batch_size": ("32", "256")}),
    )
    found = identities(
        {"synthetic": (32, 256, 512)}, frameworks=("numpy",), threads=(1, 2), include=rules
    )
    assert [(one.threads, one.batch_size) for one in found] == [(1, 256), (2, 32), (2, 256)]


def test_what_is_excluded_is_not_measured_though_it_is_included():
    torch = Rule({"framework": ("torch",)})
    compiled = Rule({"execution": ("step", "epoch")})
    assert lanes(include=(torch,), exclude=(compiled,)) == [
        "torch/scratch/eager/preloaded",
        "torch/high_level/eager/preloaded",
    ]


@st.composite
def rules(draw, identity):
    """Draw a rule on some axes, of which each has the identity's own value among others or not."""
    fields = draw(st.sets(st.sampled_from([axis.field for axis in AXES]), min_size=1))
    return Rule(
        {
            field: draw(some([str(getattr(identity, field)), "something else"]))
            for field in sorted(fields)
        }
    )


@given(st.data())
def test_a_rule_fits_a_cell_that_has_one_of_its_values_on_every_axis_it_names(data):
    identity = data.draw(any_identities())
    rule = data.draw(rules(identity))
    assert fits(rule, identity) == all(
        str(getattr(identity, field)) in values for field, values in rule.values.items()
    )
    for field in rule.values:
        elsewhere = Rule(rule.values | {field: ("something else",)})
        assert not fits(elsewhere, identity)


@given(st.data())
def test_a_cell_is_measured_if_some_include_and_no_exclude_fits_it(data):
    identity = data.draw(any_identities())
    drawn = st.lists(rules(identity), max_size=3).map(tuple)
    include, exclude = data.draw(drawn), data.draw(drawn)
    plan = replace(PLAN, include=include, exclude=exclude)
    included = not include or any(fits(rule, identity) for rule in include)
    excluded = any(fits(rule, identity) for rule in exclude)
    assert wanted(plan, identity) == (included and not excluded)


@given(st.data())
def test_rules_only_ever_take_cells_away_and_keep_the_order_of_the_others(data):
    everything = cells(executions=ALL_EXECUTIONS, inputs=("preloaded", "loader"), threads=(1, 2))
    one = data.draw(st.sampled_from(everything)).identity
    include = data.draw(st.lists(rules(one), max_size=2).map(tuple))
    exclude = data.draw(st.lists(rules(one), max_size=2).map(tuple))
    plan = replace(PLAN, include=include, exclude=exclude)
    left = cells(
        executions=ALL_EXECUTIONS,
        inputs=("preloaded", "loader"),
        threads=(1, 2),
        include=include,
        exclude=exclude,
    )
    assert left == tuple(cell for cell in everything if wanted(plan, cell.identity))


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.field)
def test_a_rule_can_name_every_axis(axis):
    [identity, *_] = identities()
    assert fits(Rule({axis.field: (str(axis.value(identity)),)}), identity)
