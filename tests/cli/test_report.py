"""``softmax-bench report``: what it writes, where, and what it says when it cannot."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from bench.cli import main
from bench.cli.output import output_path, write_text
from bench.cli.report import ENDINGS
from bench.records import store
from bench.records.model import Record
from bench.records.store import RecordError
from bench.report import markdown, page, tidy_csv
from tests.conftest import CommandLine
from tests.report import samples
from tests.report.samples import cell

RECORD = "results/x.json"
RENDER = {"html": page.render, "markdown": markdown.render, "csv": tidy_csv.render}


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    status: int
    output: str
    errors: str


Report = Callable[..., Done]


@pytest.fixture(scope="module")
def record() -> Record:
    return samples.record(cell("numpy", 0.04), cell("torch", 0.08))


@pytest.fixture
def folder(command_line: CommandLine, record: Record) -> Path:
    """Return a folder with a record in it."""
    path = command_line.folder / RECORD
    path.parent.mkdir()
    path.write_bytes(store.dump(record))
    return command_line.folder


@pytest.fixture
def report(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Report:
    """Return what runs ``softmax-bench report`` in that folder, within this process."""

    def run(*arguments: str) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["softmax-bench", "report", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, captured.out, captured.err)

    return run


def files_in(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_without_options_it_writes_the_page(report: Report, folder: Path, record: Record) -> None:
    done = report(RECORD)
    assert done.status == 0, done.errors
    assert done.output == "report: reports/index.html\n"
    assert (folder / "reports/index.html").read_text() == page.render([record])


def test_formats_stand_beside_each_other_and_each_is_named(
    report: Report, folder: Path, record: Record
) -> None:
    done = report(RECORD, "--format", "csv,html,markdown")
    assert done.output.splitlines() == [
        "report: reports/index.html",
        "report: reports/index.md",
        "report: reports/index.csv",
    ]
    assert (folder / "reports/index.md").read_text() == markdown.render([record])
    assert (folder / "reports/index.csv").read_bytes() == tidy_csv.render([record]).encode()


@pytest.mark.parametrize("name", ENDINGS)
def test_a_single_format_goes_to_standard_output_alone(
    report: Report, folder: Path, record: Record, name: str
) -> None:
    done = report(RECORD, "--format", name, "--output", "-")
    assert done.output == RENDER[name]([record])
    assert done.errors == ""
    assert files_in(folder) == [RECORD]


def test_the_csv_is_read_as_the_frame_that_it_was(
    report: Report, folder: Path, record: Record
) -> None:
    done = report(RECORD, "--format", "csv", "--output", "-")
    frame = pd.read_csv(io.StringIO(done.output))
    seconds = [
        second
        for one in record.cells
        for trial in one.trials
        for second in (trial.first_epoch_seconds, *trial.epoch_seconds)
    ]
    assert frame.epoch_seconds.tolist() == seconds


@pytest.mark.parametrize(
    ("output", "ending", "written"),
    [
        ("reports/index.html", ".html", "reports/index.html"),
        ("reports/index.html", ".md", "reports/index.md"),
        ("all.csv", ".html", "all.html"),
        ("comment.md", ".md", "comment.md"),
        ("summary.txt", ".md", "summary.txt"),
        ("summary", ".md", "summary"),
        ("v1.2", ".html", "v1.2"),
        ("new/", ".csv", "new/index.csv"),
        ("results", ".md", "results/index.md"),
    ],
)
def test_a_format_has_its_own_ending(
    folder: Path, monkeypatch: pytest.MonkeyPatch, output: str, ending: str, written: str
) -> None:
    monkeypatch.chdir(folder)
    assert output_path(output, ending, ENDINGS.values()) == Path(written)


def test_several_records_share_one_report(report: Report, folder: Path, record: Record) -> None:
    later = replace(record, run_id="later", created="2025-03-04T05:06:00+00:00")
    (folder / "later.json").write_bytes(store.dump(later))
    done = report(RECORD, "later.json", "--format", "markdown", "--output", "-")
    assert "comparison of 2 runs" in done.output


def test_figures_are_written_beside_the_page_on_request(report: Report, folder: Path) -> None:
    done = report(RECORD, "--output", "out/all.html", "--figures", "png,svg")
    assert done.status == 0, done.errors
    figures = [name for name in files_in(folder) if name.startswith("out/figures/")]
    endings = {name.rpartition(".")[2] for name in figures}
    assert endings == {"svg", "png"}
    announced = done.output.splitlines()
    assert announced[0] == "report: out/all.html"
    assert sorted(announced[1:]) == [f"figure: {name}" for name in figures]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "mrkdown"), "Did you mean markdown? Valid: html, markdown, csv."),
        (("--format", "pdf"), "Unknown format 'pdf'. Valid: html, markdown, csv."),
        (("--format", ","), "--format names none. Valid: html, markdown, csv."),
        (("--figures", "jpeg"), "Unknown figure format 'jpeg'."),
        (("--format", "html,csv", "--output", "-"), "takes one format, not html and csv"),
        (("--figures", "svg", "--output", "-"), "leaves no place for the files of --figures"),
        (("--format", "html,csv", "--output", "all"), "all cannot hold 2 formats"),
        (("--output", RECORD), f"{RECORD} is a record, and would be overwritten"),
    ],
)
def test_wrong_usage_is_named_and_nothing_is_written(
    report: Report, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = report(RECORD, *arguments)
    assert done.status == 3
    assert said in " ".join(done.errors.split())
    assert files_in(folder) == [RECORD]


def test_without_a_record_it_says_how_to_be_used(report: Report) -> None:
    done = report()
    assert done.status == 3
    assert "Missing argument 'RECORD...'" in done.errors


def test_a_missing_record_is_named(report: Report, folder: Path) -> None:
    done = report("absent.json", "--format", "csv")
    assert done.status == 5
    assert "absent.json cannot be read: No such file" in done.errors
    assert files_in(folder) == [RECORD]


def test_a_record_of_another_version_is_refused(report: Report, folder: Path) -> None:
    document = json.loads((folder / RECORD).read_text()) | {"schema_version": "1.0"}
    (folder / "old.json").write_text(json.dumps(document))
    done = report("old.json", "--format", "markdown", "--output", "-")
    assert done.status == 5
    assert done.output == ""
    assert "old.json is a record of schema version '1.0'" in done.errors
    assert "measure again" in done.errors


@pytest.mark.parametrize("name", ENDINGS)
def test_where_nothing_can_be_written_it_says_so(report: Report, folder: Path, name: str) -> None:
    (folder / "reports").write_text("a file, not a folder")
    done = report(RECORD, "--format", name)
    assert done.status == 5
    assert f"reports/index{ENDINGS[name]} cannot be written:" in done.errors


def test_figures_that_cannot_be_written_are_named(report: Report, folder: Path) -> None:
    (folder / "figures").write_text("a file, not a folder")
    done = report(RECORD, "--output", "all.html", "--figures", "svg")
    assert done.status == 5
    assert "figures cannot be written:" in done.errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_standard_output_that_takes_nothing_is_an_error(
    command_line: CommandLine, folder: Path
) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bench", "report", RECORD, "--format", "csv", "--output", "-"],
            cwd=folder,
            env=command_line.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 5
    assert done.stderr == "error: Standard output cannot be written: No space left on device.\n"


def test_a_reader_that_leaves_early_ends_it_quietly(
    command_line: CommandLine, folder: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "bench", "report", RECORD, "--format", "csv", "--output", "-"],
        cwd=folder,
        env=command_line.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == ""


def test_a_place_in_more_folders_than_can_be_followed_is_refused_in_a_sentence(tmp_path):
    deep = tmp_path.joinpath(*"x" * 1_500, "page.html")
    with pytest.raises(RecordError, match="cannot be written: File name too long"):
        write_text(deep, "")
