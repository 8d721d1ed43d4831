"""docs/reports.md: its commands run, its examples work, and it explains every column."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from bench.analysis import frames
from bench.analysis.ranking import rankings
from bench.records import store
from bench.records.model import Record
from bench.report.reading import read
from tests.conftest import REPOSITORY, CommandLine
from tests.records.samples import measured_record

PAGE = (REPOSITORY / "docs" / "reports.md").read_text()
[PUBLISHED] = (REPOSITORY / "results" / "published").glob("*-fashion-mnist.json")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^softmax-bench (report .*)$", PAGE, re.MULTILINE)


def place_records(folder: Path, record: Record) -> None:
    """Write a record under each of the names that the page speaks of."""
    (folder / "results").mkdir()
    for name in sorted(set(re.findall(r"results/(\w+)\.json", PAGE))):
        named = replace(record, run_id=f"{record.run_id}-{name}")
        (folder / "results" / f"{name}.json").write_bytes(store.dump(named))


def test_the_examples_in_python_do_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_records(tmp_path, read(PUBLISHED))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in PYTHON:
        exec(compile(example, "docs/reports.md", "exec"), names)
    [ranking] = rankings(read(PUBLISHED))
    assert isinstance(names["ranking"], pd.Series)
    assert [*names["ranking"].items()] == [
        (
            (one.framework, one.form, one.execution),
            ranked.summary.epoch_seconds.median,
        )
        for ranked in ranking.ranked
        for one in [ranked.cell.identity]
    ]
    losses, medians = names["losses"], names["medians"]
    assert isinstance(losses, pd.DataFrame)
    assert isinstance(medians, pd.DataFrame)
    assert losses.shape == (10, len(ranking.ranked))
    assert medians.shape[1] == 2


def test_the_commands_write_what_the_page_says(command_line: CommandLine) -> None:
    records = command_line.folder
    place_records(records, measured_record())
    for command in COMMANDS:
        words, _, redirected = command.partition(" > ")
        done = command_line(*shlex.split(words))
        assert done.returncode == 0, done.stderr
        if redirected:
            (records / redirected).write_text(done.stdout)
    for name in (
        *("reports/index.html", "reports/index.md", "reports/index.csv", "epochs.csv"),
        *("reports/comparison.html", "comment.md", "tables/index.csv"),
    ):
        assert (records / name).stat().st_size > 0
    figures = {path.suffix for path in (records / "reports" / "figures").iterdir()}
    assert figures == {".svg", ".png"}
    assert (records / "epochs.csv").read_text() == (records / "tables/index.csv").read_text()


def test_every_column_of_the_frame_is_explained() -> None:
    table = PAGE[PAGE.index("### Columns") :]
    explained = [
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ]
    assert explained == list(frames.EPOCH_COLUMNS)
