"""Records on disk: whole or not at all, and readable for as long as the version stands."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records import store
from bench.records.store import RecordError, Store
from tests.records.samples import measured_record, pending_record, trial


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(store.dump(measured_record()))
    return path


def change(path: Path, **fields: object) -> None:
    """Replace top-level fields of a record's JSON."""
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_what_was_written_is_read(path):
    assert store.load(path) == measured_record()


def test_a_run_that_has_measured_nothing_is_read_too(path):
    path.write_bytes(store.dump(pending_record()))
    assert store.load(path) == pending_record()


positive = st.floats(1e-9, 1e9)


def three(values: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(values, min_size=3, max_size=3).map(tuple)


@given(
    three(positive),
    st.builds(lambda first, rest: (first, *rest), positive, three(positive | st.none())),
    st.dictionaries(st.text(), st.text()),
)
def test_every_digit_and_letter_survives(tmp_path_factory, epoch_seconds, train_loss, variables):
    unusual = trial(
        epoch_seconds=epoch_seconds, train_loss=train_loss, environment_variables=variables
    )
    record = measured_record()
    first = record.cells[0]
    trials = (unusual, *first.trials[1:])
    record = replace(record, cells=(replace(first, trials=trials), *record.cells[1:]))
    path = tmp_path_factory.mktemp("records") / "record.json"
    path.write_bytes(store.dump(record))
    assert store.load(path) == record


def test_a_record_is_json_with_the_documented_names(path):
    document = json.loads(path.read_text())
    assert document["schema_version"] == "3.5"
    assert document["cells"][0]["identity"]["execution"] == "eager"
    assert document["plan"]["seed"] == 1
    assert document["cells"][0]["trials"][0]["epoch_seconds"] == [0.08, 0.07, 0.09]
    assert document["cells"][0]["trials"][0]["memory"]["peak_bytes"] == 350 * 2**20
    assert document["cells"][0]["summary"]["epoch_seconds"].keys() == {"median", "low", "high"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RecordError, match=r"absent\.json cannot be read: No such file"):
        store.load(tmp_path / "absent.json")


def test_a_folder_is_no_record(tmp_path):
    with pytest.raises(RecordError, match="cannot be read: Is a directory"):
        store.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"schema_version": "1.0"'])
def test_what_is_not_json_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"is not a record .*: the document: Invalid JSON"):
        store.load(path)


@pytest.mark.parametrize("content", ["[]", "null", "3", '"record"'])
def test_json_that_is_no_record_is_refused(path, content):
    path.write_text(content)
    with pytest.raises(RecordError, match="is not a record of this version"):
        store.load(path)


READS = "This version of softmax-bench reads 2.1, 3.0, 3.1, 3.2, 3.3, 3.4, 3.5"
OLDER = "report it with the version that wrote it, or measure again"
NEWER = "upgrade softmax-bench to one that does"


@pytest.mark.parametrize(
    ("version", "advice"),
    [
        ("0.9", OLDER),
        ("2.0", OLDER),
        ("2.2", OLDER),
        ("3.99", NEWER),
        ("4.0", NEWER),
        ("10.1", NEWER),
        ("next", OLDER),
        ("9" * 5000, OLDER),
    ],
)
def test_an_older_or_newer_version_is_refused_by_name_with_what_to_do(path, version, advice):
    change(path, schema_version=version)
    with pytest.raises(RecordError) as error:
        store.load(path)
    assert str(error.value) == (
        f"{path} is a record of schema version {version[:20]!r}. {READS}: {advice}."
    )


@pytest.mark.parametrize("version", [None, 3, 3.0, ["3.0"], {}, ""])
def test_what_is_no_version_is_refused(path, version):
    change(path, schema_version=version)
    with pytest.raises(RecordError, match="schema"):
        store.load(path)


def test_what_is_no_text_is_refused(path):
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RecordError, match=r"cannot be read: it is not a text in UTF-8"):
        store.load(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_refused(path, number):
    path.write_text(path.read_text().replace("0.07", number, 1))
    with pytest.raises(RecordError, match=f"Invalid JSON: {number} is no number"):
        store.load(path)


def test_a_key_that_stands_twice_is_refused(path):
    path.write_text(path.read_text().replace('"cpu":', '"cpu": "another", "cpu":', 1))
    with pytest.raises(RecordError, match="an object has 'cpu' twice"):
        store.load(path)


def test_what_nests_too_deeply_is_refused(path):
    path.write_text("[" * 200_000 + "]" * 200_000)
    with pytest.raises(RecordError, match="nests too deeply"):
        store.load(path)


@pytest.mark.parametrize("text", ['"2"', "2.5", "true", "null", "1" * 5000, "1e999"])
def test_a_number_of_blocks_is_a_whole_number_and_nothing_like_one(path, text):
    path.write_text(path.read_text().replace('\n "blocks": 2', f'\n "blocks": {text}', 1))
    with pytest.raises(RecordError):
        store.load(path)


def test_a_missing_field_is_named(path):
    document = json.loads(path.read_text())
    del document["machine"]["cpu"]
    path.write_text(json.dumps(document))
    with pytest.raises(RecordError, match=r"machine\.cpu: Field required"):
        store.load(path)


def test_an_unknown_field_is_named(path):
    change(path, remark="hand-made")
    with pytest.raises(RecordError, match="remark"):
        store.load(path)


def test_a_value_of_a_wrong_type_is_named_with_its_place(path):
    document = json.loads(path.read_text())
    document["cells"][1]["trials"][0]["epoch_seconds"][2] = "fast"
    path.write_text(json.dumps(document))
    with pytest.raises(RecordError, match=r"cells\.1\.trials\.0\.epoch_seconds\.2"):
        store.load(path)


def test_an_error_is_one_plain_sentence(path):
    change(path, blocks=[])
    with pytest.raises(RecordError) as error:
        store.load(path)
    assert "\n" not in str(error.value)
    assert "pydantic" not in str(error.value)


def test_a_store_makes_its_folder(tmp_path):
    Store(tmp_path / "some" / "results" / "run.json").write(measured_record())
    assert store.load(tmp_path / "some" / "results" / "run.json") == measured_record()


def test_opening_a_store_writes_no_record(tmp_path):
    Store(tmp_path / "results" / "run.json")
    assert list((tmp_path / "results").iterdir()) == []


def test_a_record_can_be_written_again_and_again(tmp_path):
    records = Store(tmp_path / "run.json")
    records.write(pending_record())
    records.write(measured_record())
    assert store.load(records.path) == measured_record()


def test_a_write_leaves_one_file_that_everybody_may_read(tmp_path):
    records = Store(tmp_path / "run.json")
    records.write(measured_record())
    assert list(tmp_path.iterdir()) == [records.path]
    assert stat.S_IMODE(records.path.stat().st_mode) == 0o644


def test_a_failed_write_leaves_the_previous_record(tmp_path):
    records = Store(tmp_path / "run.json")
    records.write(measured_record())
    unwritable = replace(measured_record(), notices=(object(),))
    with pytest.raises(Exception, match="serialize"):
        records.write(unwritable)
    assert store.load(records.path) == measured_record()
    assert list(tmp_path.iterdir()) == [records.path]


def test_a_replacement_that_fails_leaves_nothing_partial(tmp_path):
    records = Store(tmp_path / "run.json")
    records.path.mkdir()
    with pytest.raises(RecordError, match="Is a directory"):
        records.write(measured_record())
    assert list(tmp_path.iterdir()) == [records.path]


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordError, match=r"cannot be written .*--results-dir"):
        Store(tmp_path / "file" / "results" / "run.json")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "results").write_text("in the way")
    with pytest.raises(RecordError, match="cannot be written"):
        Store(tmp_path / "results" / "run.json")


MOMENT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def test_a_run_id_is_utc_time_and_short_commit():
    assert store.run_id(MOMENT, "0123456789abcdef") == "20250102T030405Z-01234567"


def test_a_run_outside_a_repository_says_so_in_its_id():
    assert store.run_id(MOMENT, None) == "20250102T030405Z-nocommit"


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone.utc)
)


@given(moments, moments)
def test_run_ids_sort_by_time(one, other):
    in_order = store.run_id(one, None) < store.run_id(other, None)
    assert in_order == (one < other)


@given(moments, st.none() | st.from_regex(r"[0-9a-f]{40}", fullmatch=True))
def test_a_run_id_is_a_file_name_anywhere(moment, commit):
    assert re.fullmatch(r"[0-9]{8}T[0-9]{6}Z-[0-9a-z]{8}", store.run_id(moment, commit))


def test_the_latest_record_is_the_one_with_the_latest_time(tmp_path):
    for name in ("20250102T030405Z-ffffffff", "20250103T000000Z-00000000", "20241231T235959Z-a"):
        (tmp_path / f"{name}.json").write_text("{}")
    assert store.latest(tmp_path).name == "20250103T000000Z-00000000.json"


def test_an_empty_or_missing_folder_has_no_latest_record(tmp_path):
    assert store.latest(tmp_path) is None
    assert store.latest(tmp_path / "absent") is None


def test_a_second_record_of_a_second_is_later(tmp_path):
    for name in ("20250102T030405Z-ffffffff", "20250102T030405Z-ffffffff-2"):
        (tmp_path / f"{name}.json").write_text("{}")
    assert store.latest(tmp_path).name == "20250102T030405Z-ffffffff-2.json"


def test_an_id_whose_file_is_there_gets_a_number(tmp_path):
    assert store.unused_id(tmp_path / "absent", "run") == "run"
    assert store.unused_id(tmp_path, "run") == "run"
    (tmp_path / "run.json").mkdir()
    assert store.unused_id(tmp_path, "run") == "run-2"
    (tmp_path / "run-2.json").symlink_to("nowhere")
    assert store.unused_id(tmp_path, "run") == "run-3"


def test_a_record_is_told_by_what_is_in_it_whole_or_not(tmp_path, path):
    assert store.is_record(path)
    change(path, cells="of another version")
    assert store.is_record(path)
    assert not store.is_record(tmp_path)
    assert not store.is_record(tmp_path / "absent")
    for content in (b"", b"<html>", b"{}", b"[]", b"{" * 10**5, b"\xff\xfe", b'{"run_id": 1}'):
        path.write_bytes(content)
        assert not store.is_record(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert not store.is_record(tmp_path / "pipe")
