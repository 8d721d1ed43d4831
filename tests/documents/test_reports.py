"""docs/reports.md: its commands run, its examples work, and it explains every column."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from bench.analysis import frames
from bench.analysis.ranking import rankings
from bench.report.reading import read
from tests.conftest import REPOSITORY, CommandLine

PAGE = (REPOSITORY / "docs" / "reports.md").read_text()
[PUBLISHED] = (REPOSITORY / "results" / "published").glob("*-fashion-mnist.json")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^softmax-bench (report .*)$", PAGE, re.MULTILINE)


@pytest.fixture
def records(command_line: CommandLine) -> Path:
    """Return a folder with the records that the page speaks of."""
    record = read(PUBLISHED)
    folder = command_line.folder / "results"
    folder.mkdir()
    for name in sorted(set(re.findall(r"results/(\w+)\.json", PAGE))):
        text = PUBLISHED.read_text().replace(record.run_id, f"{record.run_id}-{name}")
        (folder / f"{name}.json").write_text(text)
    return command_line.folder


def test_the_examples_in_python_do_what_the_page_says(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(records)
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


def test_the_commands_write_what_the_page_says(command_line: CommandLine, records: Path) -> None:
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
