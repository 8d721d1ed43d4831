"""From choices to cells."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.plan.choices import Choices, FrameworkChoice
from bench.plan.matrix import Offer, device_of, expand, floors

OFFERS = {
    "numpy": Offer({"scratch": "eager"}, "2.4.6"),
    "sklearn": Offer({"high_level": "eager"}, "1.9.1"),
    "jax": Offer({"scratch": "compiled", "high_level": "compiled"}, "0.10.2"),
}
CHOICES = Choices(
    frameworks=tuple(FrameworkChoice(name) for name in OFFERS), workloads=("synthetic",)
)
BATCH_SIZES = {"synthetic": (256,)}


def cells(batch_sizes=BATCH_SIZES, **choices):
    return expand(replace(CHOICES, **choices), batch_sizes, OFFERS)


def identities(*arguments, **choices):
    return [cell.identity for cell in cells(*arguments, **choices)]


def test_a_framework_gets_a_cell_for_each_form_that_it_offers():
    assert [(one.framework, one.form) for one in identities()] == [
        ("numpy", "scratch"),
        ("sklearn", "high_level"),
        ("jax", "scratch"),
        ("jax", "high_level"),
    ]


def test_a_form_that_was_not_chosen_gets_no_cell():
    assert {one.form for one in identities(forms=("scratch",))} == {"scratch"}


def test_a_form_that_nobody_offers_leaves_nothing():
    numpy = (FrameworkChoice("numpy"),)
    assert cells(frameworks=numpy, forms=("high_level",)) == ()


def test_execution_is_what_the_framework_offers():
    executions = {one.framework: one.execution for one in identities()}
    assert executions == {"numpy": "eager", "sklearn": "eager", "jax": "compiled"}


def test_the_version_is_the_pinned_one_unless_another_was_chosen():
    choices = (FrameworkChoice("jax"), FrameworkChoice("jax", "0.10.1"))
    versions = [one.framework_version for one in identities(frameworks=choices, forms=("scratch",))]
    assert versions == ["0.10.2", "0.10.1"]


def test_each_workload_has_its_own_batch_sizes():
    found = identities({"synthetic": (128, 256), "linear": (10,)}, forms=("scratch",))
    assert {(one.workload, one.batch_size) for one in found} == {
        ("synthetic", 128),
        ("synthetic", 256),
        ("linear", 10),
    }


@given(
    frameworks=st.sets(st.sampled_from(list(OFFERS)), min_size=1),
    forms=st.sets(st.sampled_from(["scratch", "high_level"]), min_size=1),
    devices=st.sets(st.sampled_from(["cpu", "gpu"]), min_size=1),
    threads=st.sets(st.integers(1, 8), min_size=1, max_size=3),
    batch_sizes=st.sets(st.integers(1, 512), min_size=1, max_size=3),
)
def test_every_combination_has_exactly_one_cell(frameworks, forms, devices, threads, batch_sizes):
    found = identities(
        {"synthetic": tuple(batch_sizes), "linear": (10,)},
        frameworks=tuple(map(FrameworkChoice, frameworks)),
        forms=tuple(forms),
        devices=tuple(devices),
        threads=tuple(threads),
    )
    offered = sum(form in OFFERS[name].forms for name in frameworks for form in forms)
    places = len(devices) * len(threads)
    assert len(found) == len(set(found)) == offered * places * (len(batch_sizes) + 1)


def test_the_same_choices_give_the_same_cells():
    assert cells(threads=(1, 2)) == cells(threads=(1, 2))


def test_forms_of_a_framework_share_an_environment():
    jax = [cell.environment for cell in cells() if cell.identity.framework == "jax"]
    assert jax == ["jax", "jax"]


def test_another_version_has_an_environment_of_its_own():
    found = cells(frameworks=(FrameworkChoice("jax"), FrameworkChoice("jax", "0.10.1")))
    assert {cell.environment for cell in found} == {"jax", "jax==0.10.1"}


def test_the_gpu_has_an_environment_of_its_own():
    found = cells(frameworks=(FrameworkChoice("jax"),), devices=("cpu", "gpu"))
    assert {cell.environment for cell in found} == {"jax", "jax (gpu)"}


def test_the_device_of_an_environment_is_that_of_its_cells():
    found = cells(frameworks=(FrameworkChoice("jax"),), devices=("cpu", "gpu"))
    assert device_of(found, "jax") == "cpu"
    assert device_of(found, "jax (gpu)") == "gpu"


def test_the_cell_that_does_nothing_is_planned_once_for_each_workload():
    choices = replace(CHOICES, threads=(2, 4), devices=("cpu", "gpu"))
    batch_sizes = {"synthetic": (256, 512), "linear": (10,)}
    found = floors(choices, batch_sizes, Offer({"scratch": "eager"}, "2.4.6"), "null")
    assert [(one.identity.workload, one.identity.batch_size) for one in found] == [
        ("synthetic", 256),
        ("linear", 10),
    ]
    assert {(one.identity.device, one.identity.threads) for one in found} == {("cpu", 2)}
    assert {one.environment for one in found} == {"null"}
