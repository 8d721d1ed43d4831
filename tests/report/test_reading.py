"""Records from files, and those that lie beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.records import store
from bench.records.model import Record
from bench.report.reading import MOST_EARLIER, read_earlier
from tests.report import samples
from tests.report.samples import cell


def written(folder: Path, number: int, **changes: object) -> tuple[Path, Record]:
    """Write a record with an id of its own."""
    record = replace(samples.record(cell()), run_id=f"run-{number:03}", **changes)
    kept = store.Store(folder / f"{record.run_id}.json")
    kept.write(record)
    return kept.path, record


def test_other_runs_of_the_machine_that_lie_beside_are_found(tmp_path: Path) -> None:
    first, later, other = (written(tmp_path, number) for number in range(3))
    found = read_earlier([first[0], later[0]], [first[1], later[1]])
    assert [record.run_id for record in found] == [other[1].run_id]


def test_a_single_record_needs_none(tmp_path: Path) -> None:
    first, _ = (written(tmp_path, number) for number in range(2))
    assert read_earlier([first[0]], [first[1]]) == ()


def test_unfinished_runs_other_machines_and_what_is_no_record_are_passed_over(
    tmp_path: Path,
) -> None:
    first, later = (written(tmp_path, number) for number in range(2))
    written(tmp_path, 2, status="interrupted")
    written(tmp_path, 3, machine=replace(first[1].machine, fingerprint="another"))
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "broken.json").write_text("{")
    assert read_earlier([first[0], later[0]], [first[1], later[1]]) == ()


def test_of_many_the_newest_count(tmp_path: Path) -> None:
    pairs = [written(tmp_path, number) for number in range(MOST_EARLIER + 5)]
    (first, one), (later, other) = pairs[:2]
    found = read_earlier([first, later], [one, other])
    assert len(found) == MOST_EARLIER
    assert found[-1].run_id == f"run-{MOST_EARLIER + 4:03}"
