"""The figures of sweeps over batch sizes and threads."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell
from bench.report.figures import sweeps
from bench.report.figures.sweeps import BATCH_SIZE, IDEAL, THREADS
from tests.report import samples
from tests.report.figures.drawn import columns_of, rows_of, subject_of, texts
from tests.report.samples import FASHION, cell

INFOS = tuple(replace(FASHION, batch_size=size) for size in (64, 256))


def swept(framework: str, threads: tuple[int, ...], batch_sizes: tuple[int, ...]) -> list[Cell]:
    """Return a framework's cells, an epoch being shorter the more threads and examples."""
    return [
        cell(framework, 8 / one / size, replace(FASHION, batch_size=size), threads=one)
        for one in threads
        for size in batch_sizes
    ]


def test_a_record_with_one_value_of_each_has_no_sweep() -> None:
    assert sweeps.plates(subject_of(cell("numpy"), cell("torch"))) == ()


def test_frameworks_that_differ_in_a_value_are_no_sweep() -> None:
    assert sweeps.plates(subject_of(cell("numpy", threads=1), cell("torch", threads=2))) == ()


def test_threads_are_a_sweep_with_the_ideal_beside_them() -> None:
    [plate] = sweeps.plates(subject_of(*swept("numpy", (1, 2, 4), (256,))))
    assert plate.heading == "Epoch time by threads"
    assert [entry.name for entry in plate.legend] == ["NumPy from scratch", IDEAL.name]
    assert {"1", "2", "4", "threads"} <= set(texts(plate.drawings[0]))
    assert columns_of(plate) == ("Cell", "1 thread", "2 threads", "4 threads")
    assert rows_of(plate)["NumPy from scratch"][0] == "31.6 ms (30.1\N{EN DASH}33.1 ms)"


def test_batch_sizes_are_a_sweep_without_an_ideal() -> None:
    subject = subject_of(*swept("numpy", (2,), (64, 256)), workloads=INFOS)
    [plate] = sweeps.plates(subject)
    assert plate.heading == "Epoch time by batch size"
    assert [entry.name for entry in plate.legend] == ["NumPy from scratch"]
    assert columns_of(plate) == ("Cell", "Batches of 64", "Batches of 256")


def test_each_value_of_the_other_has_a_drawing_of_its_own() -> None:
    subject = subject_of(*swept("numpy", (1, 2), (64, 256)), workloads=INFOS)
    by_batch, by_threads = sweeps.plates(subject)
    assert [drawing.key for drawing in by_batch.drawings] == [
        "epoch-time-by-batch-size-1-thread",
        "epoch-time-by-batch-size-2-threads",
    ]
    assert [drawing.title for drawing in by_threads.drawings] == [
        "Epoch time by threads, batches of 64",
        "Epoch time by threads, batches of 256",
    ]
    assert len(by_batch.legend) == 1
    assert [row[:2] for row in by_batch.table.rows] == [
        ("NumPy from scratch", "1 thread"),
        ("NumPy from scratch", "2 threads"),
    ]


def test_a_value_that_a_cell_was_not_measured_with_is_left_open() -> None:
    cells = [*swept("numpy", (1, 2), (256,)), *swept("torch", (2, 4), (256,))]
    [plate] = sweeps.plates(subject_of(*cells))
    assert rows_of(plate)["PyTorch from scratch"][0] == "\N{EN DASH}"
    assert texts(plate.drawings[0])


def test_two_versions_of_a_framework_are_two_series_with_different_dashes() -> None:
    cells = [
        cell("torch", 0.1 / threads, threads=threads, framework_version=version)
        for version in ("2.1", "2.2")
        for threads in (1, 2)
    ]
    [plate] = sweeps.plates(subject_of(*cells))
    one, other, _ = plate.legend
    assert (one.name, other.name) == ("PyTorch from scratch (2.1)", "PyTorch from scratch (2.2)")
    assert one.glyph() != other.glyph()


def test_cells_that_are_not_ranked_are_in_no_sweep() -> None:
    one, other = swept("numpy", (1, 2), (256,))
    assert sweeps.plates(subject_of(one, samples.invalid(other))) == ()


def test_the_drawings_of_a_sweep_have_the_same_axis() -> None:
    subject = subject_of(*swept("numpy", (1, 2), (64, 256)), workloads=INFOS)
    for plate in sweeps.plates(subject):
        ticks = [
            [text for text in texts(drawing) if text.endswith(" ms")] for drawing in plate.drawings
        ]
        assert ticks[0] == ticks[1] != []


def test_the_description_says_how_each_series_begins_and_ends() -> None:
    [plate] = sweeps.plates(subject_of(*swept("numpy", (1, 4), (256,))))
    assert plate.drawings[0].description == "NumPy from scratch: 31.6 ms at 1, 7.89 ms at 4."


def test_the_two_sweeps_vary_different_parts() -> None:
    assert (BATCH_SIZE.swept, BATCH_SIZE.other) == (THREADS.other, THREADS.swept)
