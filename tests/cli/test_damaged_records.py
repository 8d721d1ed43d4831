"""Damaged records: a sentence and a documented exit status, or all that can be shown of them."""

from __future__ import annotations

import io
import itertools
import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli.exit_status import ExitStatus
from bench.cli.run import read_unfinished
from bench.cli.tables import print_rankings
from bench.cli.terminal import Console
from bench.records import store
from bench.records.model import Record
from bench.records.store import RecordError
from bench.report import markdown, page, tidy_csv
from bench.report.reading import read
from tests.conftest import CommandLine
from tests.records.damaged import damaged, drawn
from tests.report import hostile

# Of a run that was killed: what --resume would finish.
DOCUMENT: dict[str, Any] = json.loads(store.dump(replace(hostile.everywhere(""), status="running")))
# No divisor of the number of damages: some of every kind, and some in every place.
EVERY = 23
PAGES = 5


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "record.json"


def outcome_of(read_record: Callable[[Path], Any], path: Path) -> Any:
    """Return what is read from a file, or None where it is refused in a sentence."""
    try:
        return read_record(path)
    except RecordError as error:
        said = str(error)
        assert "\n" not in said
        assert len(said) < 1_000
        assert said.endswith(".")
        return None


def show(record: Record) -> None:
    """Show a record in every way but as a page, which takes its time."""
    markdown.render([record])
    tidy_csv.render([record])
    print_rankings(Console(file=io.StringIO()), record)


def test_the_whole_record_is_read(path):
    path.write_text(json.dumps(DOCUMENT))
    show(read(path))


def test_every_kind_of_damage_is_refused_or_shown_by_report(path):
    refused, shown = [], []
    for name, content in damaged(DOCUMENT, every=EVERY):
        path.write_bytes(content)
        record = outcome_of(read, path)
        if record is None:
            refused.append(name)
            continue
        show(record)
        shown.append((name, record))
    assert len(refused) >= 150
    assert shown
    for _, record in shown[:: max(1, len(shown) // PAGES)]:
        page.render([record])


def test_every_kind_of_damage_is_refused_by_resume_before_anything_is_measured(path):
    refused = 0
    for _, content in damaged(DOCUMENT, seed=1, every=EVERY):
        path.write_bytes(content)
        refused += outcome_of(read_unfinished, path) is None
    assert refused >= 150


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_however_a_record_is_damaged_there_is_no_traceback(path, seed):
    for _, content in itertools.islice(drawn(DOCUMENT, seed), 3):
        path.write_bytes(content)
        record = outcome_of(read, path)
        if record is not None:
            show(record)
        outcome_of(read_unfinished, path)


def put(*place: Any) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value, the last of these, in a place of a document."""
    *steps, key, value = place

    def change(part: Any) -> None:
        for step in steps:
            part = part[step]
        part[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("cells", 0, "trials", 0, "epoch_seconds", 0, float("nan")), "NaN is no number"),
        (put("cells", 0, "trials", 0, "epoch_seconds", 0, -1.0), "epoch_seconds.0 is -1.0"),
        (put("schedule", 0, "cell", 99), "schedule.0.cell is 99"),
        (put("schema_version", "99.0"), "upgrade softmax-bench"),
        (put("schema_version", "1.0"), "report it with the version that wrote it"),
        (put("machine", None), "machine: Input should be an object"),
    ],
)
@pytest.mark.parametrize("words", [("report",), ("run", "--resume")], ids=["report", "resume"])
def test_the_command_line_says_what_is_wrong_with_a_record(command_line, change, said, words):
    document = json.loads(json.dumps(DOCUMENT))
    change(document)
    (command_line.folder / "x.json").write_text(json.dumps(document))
    done = command_line(*words, "x.json")
    assert done.returncode == ExitStatus.RECORD, done.stdout + done.stderr
    assert "x.json" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def a_large_file(path: Path) -> None:
    path.touch()
    os.truncate(path, 200_000_000)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_pipe, "x.json cannot be read: it is a named pipe, not a file."),
        (a_socket, "x.json cannot be read: it is a socket, not a file."),
        (a_large_file, "x.json cannot be read: it is larger than 200 MB."),
        (a_device, "x.json cannot be read: it is a device, not a file."),
        (Path.mkdir, "x.json cannot be read: Is a directory."),
    ],
)
@pytest.mark.parametrize("words", [("report",), ("run", "--resume")], ids=["report", "resume"])
def test_what_is_no_file_to_be_read_is_refused_at_once(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, make, said, words
):
    # A socket's address is short.
    monkeypatch.chdir(command_line.folder)
    make(Path("x.json"))
    done = command_line(*words, "x.json")
    assert done.returncode == ExitStatus.RECORD, done.stdout + done.stderr
    assert said in done.stderr


def test_what_lies_beside_records_and_is_no_file_is_passed_over(command_line, monkeypatch):
    monkeypatch.chdir(command_line.folder)
    for name in ("a.json", "b.json"):
        Path(name).write_text(json.dumps(DOCUMENT))
    a_pipe(Path("c.json"))
    a_large_file(Path("d.json"))
    done = command_line("report", "a.json", "b.json", "--format", "csv", "--output", "-")
    assert done.returncode == ExitStatus.OK, done.stderr
