"""The published JSON Schema: up to date, valid, and what records really look like."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from bench.records import store
from tests.records.samples import measured_record, pending_record


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    return json.loads(store.schema())


@pytest.fixture(scope="module")
def validator(schema) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema)


def document() -> dict:
    return json.loads(store.dump(measured_record()))


def test_the_committed_schema_is_that_of_the_dataclasses():
    assert store.SCHEMA_FILE.read_text() == store.schema(), (
        "bench/records/record.schema.json is out of date; write it again with "
        "`python -m bench.records.schema`, and raise SCHEMA_VERSION if old records no longer fit"
    )


def test_the_schema_is_a_valid_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("record", [measured_record(), pending_record()], ids=["full", "empty"])
def test_records_fit_the_schema(validator, record):
    validator.validate(json.loads(store.dump(record)))


def test_the_schema_refuses_another_version(validator):
    assert not validator.is_valid(document() | {"schema_version": "0.9"})


def test_the_schema_refuses_unknown_fields(validator):
    assert not validator.is_valid(document() | {"remark": "hand-made"})


def test_the_schema_refuses_an_unknown_status(validator):
    wrong = document()
    wrong["cells"][0]["status"] = "great"
    assert not validator.is_valid(wrong)


def test_the_schema_explains_its_fields(schema):
    definitions = schema["$defs"]
    assert "first one included" in definitions["Trial"]["properties"]["train_loss"]["description"]
    assert "training epoch" in definitions["Memory"]["properties"]["peak_bytes"]["description"]


def test_the_records_module_needs_nothing_but_the_standard_library():
    program = (
        "import sys, bench.records.model\n"
        "print(sorted({'numpy', 'pydantic', 'scipy', 'pandas'} & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr
