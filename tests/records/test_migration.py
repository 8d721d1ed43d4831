"""Records of the version before are read; what they did not say has the meaning it had then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records import store
from bench.records.store import RecordError
from tests.conftest import REPOSITORY
from tests.records.samples import measured_record

PUBLISHED = sorted((REPOSITORY / "results" / "published").glob("*.json"))
# As version 2.1 wrote it: the default plan of its time, on a real machine.
OF_2_1 = Path(__file__).parent / "record-2.1.json"
# Of schema 3.0, each with the value that a record of 2.1 stands for.
NEW_IN_A_TRIAL = ("fairness", "gpu")
NEW_IN_A_WORKLOAD = ("target",)


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def as_2_1() -> dict[str, Any]:
    """Return the sample record as 2.1 would have written it."""
    document = json.loads(store.dump(measured_record()))
    plan = document["plan"]
    document["schema_version"] = "2.1"
    document |= {"seed": plan["seed"], "timeout_seconds": plan["timeout_seconds"]}
    new = ("seed", "timeout_seconds", "executions", "inputs", "loader_workers", "include")
    document["plan"] = without(plan, *new, "exclude", "target")
    document["workloads"] = [without(info, *NEW_IN_A_WORKLOAD) for info in document["workloads"]]
    for cell, execution in zip(document["cells"], ("eager", "compiled")):
        identity = without(cell["identity"], "input", "loader_workers")
        cell["identity"] = identity | {"execution": execution}
        cell["trials"] = [without(trial, *NEW_IN_A_TRIAL) for trial in cell["trials"]]
        summary = cell["summary"]
        new = ("cpus_busy", "seconds_to_target", "seconds_to_target_from_cold")
        cell["summary"] = summary and without(summary, *new)
    return document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.json"


def load(document: object, path: Path) -> store.Record:
    path.write_text(json.dumps(document))
    return store.load(path)


def test_a_record_of_2_1_is_read_in_todays_form(path):
    record = load(as_2_1(), path)
    assert record.schema_version == "3.5"
    assert record.machine == measured_record().machine
    assert record.plan == measured_record().plan


def test_what_was_compiled_was_a_compiled_step(path):
    executions = [cell.identity.execution for cell in load(as_2_1(), path).cells]
    assert executions == ["eager", "step"]


def test_everything_was_preloaded(path):
    cells = load(as_2_1(), path).cells
    assert {(cell.identity.input, cell.identity.loader_workers) for cell in cells} == {
        ("preloaded", 0)
    }


def test_seed_and_timeout_stand_in_the_plan(path):
    plan = load(as_2_1() | {"seed": 7, "timeout_seconds": 40.0}, path).plan
    assert (plan.seed, plan.timeout_seconds) == (7, 40.0)


def test_what_was_not_measured_then_is_unknown(path):
    record = load(as_2_1(), path)
    assert record.workloads[0].target is None
    trial = record.cells[0].trials[0]
    assert (trial.fairness, trial.gpu) == (None, None)
    summary = record.cells[0].summary
    assert (summary.cpus_busy, summary.seconds_to_target) == (None, None)


def test_what_is_read_can_be_written_and_read_again(path):
    record = load(as_2_1(), path)
    path.write_bytes(store.dump(record))
    assert store.load(path) == record


@pytest.mark.parametrize("real", [*PUBLISHED, OF_2_1], ids=lambda path: path.name)
def test_every_real_record_is_read(real):
    record = store.load(real)
    written = json.loads(real.read_text())
    assert len(record.cells) == len(written["cells"])
    lanes = {"eager": "eager", "compiled": "step", "step": "step", "epoch": "epoch"}
    assert [cell.identity.execution for cell in record.cells] == [
        lanes[cell["identity"]["execution"]] for cell in written["cells"]
    ]


def remove(*place: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for step in place[:-1]:
            document = document[step]
        del document[place[-1]]

    return change


def put(value: object, *place: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for step in place[:-1]:
            document = document[step]
        document[place[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (remove("plan"), "not a whole record of an older version: 'plan' is missing"),
        (remove("seed"), "'seed' is missing"),
        (remove("cells"), "'cells' is missing"),
        (remove("cells", 0, "identity"), "'identity' is missing"),
        (remove("cells", 0, "identity", "execution"), "'execution' is missing"),
        (put([], "plan"), "parts are of other types"),
        (put(None, "cells"), "parts are of other types"),
        (put("cells", "cells"), "parts are of other types"),
        (put([], "cells", 0, "identity"), "parts are of other types"),
        (put([], "cells", 0, "identity", "execution"), "parts are of other types"),
        (put("fast", "cells", 0, "identity", "execution"), "cells.0.identity.execution"),
        (put("early", "seed"), "plan.seed"),
        (remove("machine", "cpu"), "machine.cpu: Field required"),
    ],
)
def test_a_damaged_record_of_2_1_is_refused_in_a_sentence(path, change, said):
    document = as_2_1()
    change(document)
    with pytest.raises(RecordError) as error:
        load(document, path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)


@given(st.data())
def test_whatever_stands_in_the_place_of_a_part_it_is_never_a_traceback(tmp_path_factory, data):
    document = as_2_1()
    part: Any = document
    for _ in range(data.draw(st.integers(0, 4))):
        if isinstance(part, dict) and part:
            deeper = part[data.draw(st.sampled_from(sorted(part)))]
        elif isinstance(part, list) and part:
            deeper = data.draw(st.sampled_from(part))
        else:
            break
        if not isinstance(deeper, (dict, list)):
            break
        part = deeper
    value = data.draw(anything)
    if isinstance(part, dict) and part:
        part[data.draw(st.sampled_from(sorted(part)))] = value
    elif isinstance(part, list):
        part.append(value)
    path = tmp_path_factory.mktemp("damaged") / "record.json"
    try:
        load(document, path)
    except RecordError as error:
        said = str(error)
    else:
        said = str(path)
    assert str(path) in said
