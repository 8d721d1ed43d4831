"""A plan in a record is the plan that was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from bench.plan.options import complete, parse
from bench.records import store
from bench.records.plan import Plan
from tests.plan.drawn import AROUND, given_options, typed
from tests.records.drawn import plans
from tests.records.samples import pending_record


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "record.json"


def read_back(plan: Plan, path: Path) -> Plan:
    """Return a plan that was written in a record."""
    path.write_bytes(store.dump(replace(pending_record(cells=0), workloads=(), plan=plan)))
    return store.load(path).plan


@given(plans)
def test_whatever_was_planned_is_read_from_the_record(path, plan):
    assert read_back(plan, path) == plan


@given(given_options())
def test_what_was_asked_for_on_the_command_line_is_read_from_the_record(path, given_):
    texts = {name: typed(value) for name, value in given_.items()}
    plan = complete(parse(texts, AROUND), AROUND)
    assert read_back(plan, path) == plan
