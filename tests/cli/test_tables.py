"""The ranked table of the terminal: what fits into 80 columns, and what its signs say."""

from __future__ import annotations

import io
import re

from bench.cli.tables import LEGEND, print_rankings
from bench.cli.terminal import Console
from bench.records.model import Ceiling, Cell
from tests.report import samples
from tests.report.samples import cell


def printed(*cells: Cell, **fields: object) -> str:
    """Return what is printed for a run of these cells, on a terminal of 80 columns."""
    console = Console(file=io.StringIO(), width=80)
    print_rankings(console, samples.record(*cells, **fields))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row_of(text: str, label: str) -> list[str]:
    return next(line for line in text.splitlines() if label in line).split()


def legend_of(text: str) -> str:
    """Return what follows the meaning of the columns, as one line."""
    line = " ".join(text.split())
    return line[line.index(LEGEND) + len(LEGEND) :].strip()


def test_every_column_fits_into_80() -> None:
    wide = samples.summarized(
        cell("tensorflow", 0.0999, form="high_level"), times_ceiling=2_345.0, disturbed_trials=1
    )
    unsteady = samples.noisy(wide, 1.0, 9.0, 10.0)
    text = printed(cell("numpy", 0.0998), unsteady)
    table = text.partition("The harness")[0]
    assert "…" not in table
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "epoch 95 % CI times x ceil MiB cold acc. error" in " ".join(table.split())


def test_a_cell_shows_times_the_fastest_and_times_the_ceiling() -> None:
    text = printed(cell("numpy", 0.04), samples.summarized(cell("torch", 0.08), times_ceiling=4.1))
    assert row_of(text, "torch from scratch")[7:9] == ["2.0", "4.1"]
    assert row_of(text, "numpy from scratch")[7:9] == ["1.00", "-"]


def test_a_place_that_is_open_has_a_sign_and_an_explanation() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    text = printed(cell("numpy", 0.04), unsteady)
    assert row_of(text, "torch from scratch")[7] == "1.04"
    words = " ".join(text.split())
    assert "This run does not tell whether numpy from scratch or torch from scratch" in words
    assert re.search(r"Telling which is the fastest needs \d+ blocks;", words)


def test_a_shared_rank_has_a_sign_and_an_explanation() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    text = printed(cell("numpy", 0.04), unsteady, cell("jax", 0.9))
    assert [row_of(text, f"{name} from scratch")[0] for name in ("numpy", "torch", "jax")] == [
        "1=",
        "1=",
        "3",
    ]
    assert "= shares its rank: this run does not tell them apart." in text


def test_a_sure_order_has_no_sign() -> None:
    assert legend_of(printed(cell("numpy", 0.04), cell("torch", 0.08))) == ""


def test_the_least_memory_has_a_sign_and_so_has_what_is_not_told_from_it() -> None:
    text = printed(
        samples.holding(cell("numpy", 0.04), 338, 338.2, 338.1),
        samples.holding(cell("torch", 0.08), 522, 523, 522.5),
    )
    assert row_of(text, "numpy from scratch")[9] == "338<"
    assert row_of(text, "torch from scratch")[9] == "522"
    level = printed(cell("numpy", 0.04), cell("torch", 0.08))
    assert (
        row_of(level, "numpy from scratch")[9] == row_of(level, "torch from scratch")[9] == "350="
    )


def test_doubtful_cells_have_signs_beside_their_names_and_an_explanation() -> None:
    doubtful = samples.summarized(
        cell("torch", 0.08), disturbed_trials=1, unsettled_trials=2, times_floor=3.0
    )
    text = printed(cell("numpy", 0.04), doubtful)
    assert row_of(text, "torch from scratch")[4] == "*!?"
    legend = legend_of(text)
    for start in ("* near the floor:", "! disturbed:", "? not settled:"):
        assert start in legend


def test_the_floor_is_told_below_the_table_and_is_not_in_it() -> None:
    text = printed(cell("numpy"), samples.floor(1.3e-6))
    assert "The harness itself adds 1.31 µs to an epoch" in text
    assert "null" not in text


def test_the_ceiling_is_told_below_the_table() -> None:
    text = printed(cell("numpy"), ceilings=(Ceiling("cpu", 2, 95.3e9, 17.1e9, "products"),))
    assert "takes no less than 19.7 ms, bound by arithmetic" in " ".join(text.split())


def test_a_floor_that_failed_is_no_cell_that_failed() -> None:
    text = printed(cell("numpy"), samples.failed(samples.floor()))
    assert "an epoch is not known" in " ".join(text.split())
    assert "failed" not in text


def test_brackets_of_a_name_are_printed_as_they_are() -> None:
    assert "[bold]odd from scratch" in printed(cell("[bold]odd"))


def test_sentences_below_the_table_tell_the_lanes_apart() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_rankings(console, samples.lanes())
    assert isinstance(console.file, io.StringIO)
    text = " ".join(console.file.getvalue().split())
    assert (
        "jax from scratch (compiled epoch, preloaded) trains an epoch of Fashion-MNIST in 40.4 ms"
        in text
    )
    assert "the next and the fastest that runs operation by operation" in text
    assert "Compiling speeds up an epoch of jax from scratch (compiled epoch" in text


def test_an_error_that_is_not_finite_is_no_number() -> None:
    diverged = samples.trial(samples.LINEAR, test_mean_squared_error=(0.2, 0.1, None))
    text = printed(
        samples.with_trials(cell("numpy", info=samples.LINEAR), [diverged], samples.LINEAR)
    )
    assert row_of(text, "numpy from scratch")[-2] == "-"
