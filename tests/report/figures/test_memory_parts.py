"""The figure of memory."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell, Memory, Resident
from bench.report.figures import memory_parts
from bench.report.figures.memory_parts import Held
from tests.report import samples
from tests.report.figures.drawn import columns_of, rows_of, subject_of, texts
from tests.report.samples import cell

MEBIBYTE = 2**20


def held(imported: int, baseline: int, peak: int) -> Held:
    return Held("a cell", imported * MEBIBYTE, baseline * MEBIBYTE, peak * MEBIBYTE, None)


def amounts(one: Held) -> list[float]:
    return [size / MEBIBYTE for _, size in memory_parts.bar(one).amounts]


def with_memory(measured: Cell, *memories: Memory) -> Cell:
    trials = [replace(one, memory=memory) for one, memory in zip(measured.trials, memories)]
    return samples.with_trials(measured, trials)


def test_the_parts_of_a_peak_add_up_to_it() -> None:
    assert amounts(held(100, 300, 350)) == [100, 200, 50]


def test_what_was_given_back_before_the_peak_is_no_part_of_it() -> None:
    assert amounts(held(100, 400, 350)) == [100, 250, 0]
    assert amounts(held(400, 300, 350)) == [350, 0, 0]
    assert amounts(held(300, 200, 350)) == [300, 0, 50]


def test_every_cell_has_a_bar_that_ends_with_its_peak() -> None:
    [plate] = memory_parts.plates(subject_of(cell("numpy"), cell("torch")))
    assert [part.name for part in plate.legend] == [
        *("interpreter and framework", "data and set-up", "training")
    ]
    for size in ("wide", "narrow"):
        found = texts(plate.drawings[0], size)
        assert found.count("350 MiB") == 2
        assert found.count("200 MiB") == 2


def test_the_table_holds_medians_over_trials() -> None:
    memories = [
        Memory("VmHWM", size * MEBIBYTE, 2 * size * MEBIBYTE, 3 * size * MEBIBYTE, None)
        for size in (100, 120, 400)
    ]
    [plate] = memory_parts.plates(subject_of(with_memory(cell("numpy"), *memories)))
    assert rows_of(plate)["NumPy from scratch"] == ["120 MiB", "240 MiB", "360 MiB"]


def test_pages_of_files_are_columns_where_the_record_tells_of_them() -> None:
    size = 100 * MEBIBYTE
    plain = Memory("VmHWM", size, 2 * size, 3 * size, None)
    telling = replace(
        plain,
        imported=Resident(size // 2, size // 2, 0, None),
        trained=Resident(size, 2 * size, 0, None),
    )
    cells = (with_memory(cell("numpy"), *[telling] * 3), with_memory(cell("torch"), *[plain] * 3))
    [plate] = memory_parts.plates(subject_of(*cells))
    assert columns_of(plate)[-2:] == ("Files' pages after the import", "Files' pages at the end")
    assert rows_of(plate)["NumPy from scratch"][-2:] == ["50 MiB", "200 MiB"]
    assert rows_of(plate)["PyTorch from scratch"][-2:] == ["\N{EN DASH}"] * 2
    [without] = memory_parts.plates(subject_of(with_memory(cell("numpy"), *[plain] * 3)))
    assert len(columns_of(without)) == len(columns_of(plate)) - 2


def test_memory_of_a_device_is_a_column_where_there_is_some() -> None:
    size = 100 * MEBIBYTE
    on_device = [Memory("VmHWM", size, size, size, 7 * size)] * 3
    one = with_memory(cell("torch", device="gpu"), *on_device)
    [plate] = memory_parts.plates(subject_of(one, cell("numpy")))
    assert columns_of(plate)[-1] == "Device memory"
    assert {row[-1] for row in plate.table.rows} == {"700 MiB", "\N{EN DASH}"}


def test_the_description_names_the_extremes() -> None:
    small = Memory("VmHWM", MEBIBYTE, MEBIBYTE, MEBIBYTE, None)
    [plate] = memory_parts.plates(
        subject_of(cell("numpy"), with_memory(cell("torch"), small, small, small))
    )
    assert plate.drawings[0].description == (
        "PyTorch from scratch needs least, 1 MiB. NumPy from scratch needs most, 350 MiB."
    )


def test_without_a_ranked_cell_there_is_no_figure() -> None:
    assert memory_parts.plates(subject_of(samples.failed(cell()))) == ()
