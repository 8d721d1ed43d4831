"""A record that is written or shown holds no secret in any of its texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.records import store
from bench.records.privacy import private
from bench.records.store import Store
from bench.report.reading import read
from tests.report.hostile import everywhere

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = sorted((REPOSITORY / "results" / "published").glob("*.json"))
SECRET = "ghp_a1B2c3D4e5F6g7H8i9J0"


def test_no_text_of_a_record_holds_a_secret():
    record = private(everywhere(f" {SECRET} "))
    for cell in record.cells:
        assert SECRET not in f"{cell.reason}{cell.remedy}{cell.failures}{cell.set_aside}"
        assert SECRET not in f"{[trial.fairness for trial in cell.trials]}"
        assert SECRET not in f"{[trial.environment_variables for trial in cell.trials]}"
    for part in (record.command, record.notices, record.commit, record.machine, record.checks):
        assert SECRET not in str(part)
    assert SECRET not in "".join(record.sources.values())
    assert SECRET not in str([*record.environments.values()])
    # By its name cells find a workload.
    assert SECRET not in str([replace(info, name="") for info in record.workloads])
    assert SECRET not in str(record.conditions)


def test_what_no_file_can_hold_is_replaced(tmp_path):
    record = replace(everywhere(""), command=("softmax-bench", "run", "--plan", "\udcff.toml"))
    records = Store(tmp_path / "run.json")
    records.write(record)
    assert store.load(records.path).command[-1] == "\ufffd.toml"


def test_what_is_private_stays_as_it_is():
    record = private(everywhere(f" {SECRET} "))
    assert private(record) is record


def test_a_store_writes_no_secret(tmp_path):
    record = everywhere(f" {SECRET} ")
    records = Store(tmp_path / "run.json")
    records.write(record)
    assert store.load(records.path) == private(record)


def test_an_older_record_that_holds_secrets_shows_none(tmp_path):
    path = tmp_path / "older.json"
    text = (REPOSITORY / "tests" / "records" / "record-2.1.json").read_text()
    leaking = '"NVIDIA_API_KEY": "swordfish", "MXNET_HOME_PAGE": "https://me:hunter2@host", "HOME":'
    path.write_text(text.replace('"HOME":', leaking))
    shown = store.dump(read(path)).decode()
    assert "NVIDIA_API_KEY" in shown
    assert "swordfish" not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_records_have_nothing_to_hide(path):
    record = store.load(path)
    assert private(record) is record
