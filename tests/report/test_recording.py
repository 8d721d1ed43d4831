"""``bench.load``: records in a notebook."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import bench
from bench.analysis import frames
from bench.analysis.accumulate import summarized
from bench.records import store
from bench.records.model import Record
from bench.records.store import RecordError
from bench.report.recording import Recording
from tests.report import hostile, samples
from tests.report.document import parse
from tests.report.samples import cell


@pytest.fixture
def path(tmp_path: Path, eventful: Record) -> Path:
    path = tmp_path / "x.json"
    path.write_bytes(store.dump(eventful))
    return path


def test_a_record_is_loaded_from_a_path_or_its_name(path: Path, eventful: Record) -> None:
    assert bench.load(path).record == bench.load(str(path)).record == summarized(eventful)


def test_its_frame_has_a_row_for_each_epoch(path: Path, eventful: Record) -> None:
    assert bench.load(path).frame().equals(frames.epochs([eventful]))


def test_its_cells_are_the_summaries(path: Path, eventful: Record) -> None:
    assert bench.load(path).cells().equals(frames.cells([summarized(eventful)]))


def test_several_records_make_one_frame(path: Path, eventful: Record) -> None:
    later = path.with_name("later.json")
    later.write_bytes(store.dump(replace(eventful, run_id="later")))
    recording = bench.load(path, later)
    assert len(recording.frame()) == 2 * len(frames.epochs([eventful]))
    assert [record.run_id for record in recording.records] == [eventful.run_id, "later"]


def test_of_several_records_none_is_the_record(eventful: Record) -> None:
    with pytest.raises(ValueError, match=r"2 records were loaded: \.records"):
        _ = Recording((eventful, eventful)).record


def test_what_is_no_record_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"absent\.json cannot be read"):
        bench.load(tmp_path / "absent.json")


def test_it_prints_short(eventful: Record) -> None:
    assert repr(Recording((eventful,))) == f"Recording({eventful.run_id})"


def test_a_notebook_shows_verdict_and_ranking_of_every_workload(eventful: Record) -> None:
    shown = parse(Recording((eventful,))._repr_html_())
    assert "NumPy from scratch trains an epoch of Fashion-MNIST in 40.4 ms" in shown.text
    assert "trains an epoch of Linear regression in" in shown.text
    assert len(shown.all("table")) == 2
    assert "PyTorch high-level (near the floor, 1 of 3 trials disturbed) 80.8 ms" in shown.text


def test_a_notebook_shows_names_as_text() -> None:
    shown = Recording((hostile.everywhere(hostile.HOSTILE),))._repr_html_()
    assert {element.tag for element in parse(shown).elements} == {
        *("p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br")
    }
    assert shown.encode()


def test_a_run_without_a_ranked_cell_is_shown_too() -> None:
    shown = parse(Recording((samples.record(samples.failed(cell("torch"))),))._repr_html_())
    assert "No cell of Fashion-MNIST can be ranked." in shown.text


def test_importing_bench_imports_nothing_but_the_standard_library() -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import bench\n"
        "added = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(added - set(sys.stdlib_module_names)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "['bench']", answer.stderr
