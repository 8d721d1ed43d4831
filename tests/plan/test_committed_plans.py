"""The plans in plans/: each says what it is for, and leads to cells."""

from __future__ import annotations

import pytest

from bench.cli.options import surroundings
from bench.plan import plan_file
from bench.plan.options import complete, parse
from bench.run.planning import Planned, make_plan
from bench.workloads import catalog
from implementations import registry
from tests.conftest import REPOSITORY

PLANS = sorted((REPOSITORY / "plans").glob("*.toml"))
every_plan = pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)


def planned(name: str) -> Planned:
    """Return the cells of a plan, as a dry run shows them."""
    around = surroundings()
    plan = complete(plan_file.read(REPOSITORY / "plans" / f"{name}.toml", around), around)
    return make_plan(plan, [catalog.planned(workload) for workload in plan.workloads])


def contenders(name: str):
    cells = planned(name).cells
    return [cell.identity for cell in cells if cell.choice.name != registry.FLOOR_NAME]


def fields(name: str):
    return plan_file.read(REPOSITORY / "plans" / f"{name}.toml", surroundings())


def test_these_plans_are_committed():
    assert {path.stem for path in PLANS} == {
        *("all-lanes", "default", "gpu", "loaders", "quick", "scaling")
    }


@every_plan
def test_a_plan_begins_with_what_it_is_for_and_how_it_is_run(path):
    comment, _, rest = path.read_text().partition("\n\n")
    assert all(line.startswith("#") for line in comment.splitlines())
    assert f"#   softmax-bench run --plan plans/{path.name}" in comment
    assert rest.strip()


@every_plan
def test_a_plan_leads_to_cells_that_are_all_different(path):
    identities = contenders(path.stem)
    assert identities
    assert len(set(identities)) == len(identities)


def test_the_default_plan_is_that_without_options():
    around = surroundings()
    assert complete(fields("default"), around) == complete({}, around)


def test_the_quick_plan_is_that_of_the_option():
    around = surroundings()
    assert complete(fields("quick"), around) == complete(parse({"quick": "true"}, around), around)


def test_all_lanes_are_all_that_is_offered_on_the_cpu():
    found = {(one.framework, one.form, one.execution, one.input) for one in contenders("all-lanes")}
    assert found == {
        (name, *offer)
        for name, reference in registry.references().items()
        for offer in registry.load(reference).offers("cpu")
    }


def test_scaling_varies_one_thing_at_a_time():
    most = surroundings().physical_cores
    found = {(one.threads, one.batch_size) for one in contenders("scaling")}
    assert found == {(1, 256)} | {(most, size) for size in (32, 128, 256, 512, 2048, 8192)}


def test_loaders_are_fed_with_and_without_workers_beside_what_is_preloaded():
    found = {(one.input, one.loader_workers) for one in contenders("loaders")}
    assert found == {("preloaded", 0), ("loader", 0), ("loader", 2)}


def test_the_gpu_has_larger_batches_and_loaders_and_the_cpu_the_usual_ones():
    identities = contenders("gpu")
    assert fields("gpu")["environment"] == "current"
    on_gpu = {(one.input, one.batch_size) for one in identities if one.device == "gpu"}
    on_cpu = {(one.input, one.batch_size) for one in identities if one.device == "cpu"}
    assert on_gpu == {
        *(("preloaded", size) for size in (256, 2048, 16384)),
        ("loader", 256),
    }
    assert on_cpu == {("preloaded", 256)}
