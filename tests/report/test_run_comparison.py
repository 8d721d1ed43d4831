"""Several records on one page: what became of every cell since the first run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bench.records.axes import Titles
from bench.records.model import Cell, Record, Resident
from bench.report import page
from bench.report.run_comparison import Entry, Finding, RunComparison, Table, run_comparison
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.hostile import HOSTILE, everywhere
from tests.report.samples import FASHION, LINEAR, cell

TITLES = Titles(frameworks={"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "mxnet": "MXNet"})


def compared(*records: Record) -> RunComparison:
    found = run_comparison(records, TITLES)
    assert found
    return found


def table_of(*runs: Sequence[Cell]) -> Table:
    """Return the only table on runs of these cells."""
    [table] = compared(*(samples.record(*cells) for cells in runs)).tables
    return table


def entry_of(*runs: Sequence[Cell]) -> Entry | None:
    """Return what the last run has of the only cell."""
    [row] = table_of(*runs).rows
    return row.entries[-1]


def finding_on(*runs: Sequence[Cell]) -> Finding:
    """Return what became of the only cell in the last run."""
    entry = entry_of(*runs)
    assert entry
    assert entry.finding
    return entry.finding


def section(*records: Record) -> Document:
    """Return the part of the page that stands before the runs' own sections."""
    html = page.render(records).partition('<section class="comparison"')[2]
    return parse("<section" + re.split('<(?:div class="controls"|section class="run")', html)[0])


def test_a_single_record_is_compared_with_nothing() -> None:
    assert run_comparison([samples.record(cell())], TITLES) is None
    assert "comparison-heading" not in page.render([samples.record(cell())])


def test_the_page_begins_with_the_comparison_and_leads_to_it() -> None:
    html = page.render([samples.record(cell()), samples.record(cell())])
    assert html.index('href="#comparison"') < html.index('id="comparison"')
    assert html.index('id="comparison"') < html.index('id="run-1"')


def test_it_shows_the_runs_the_verdict_and_every_cell_in_every_run() -> None:
    first = samples.record(cell("numpy", 0.04), cell("torch", 0.06), cell("jax", 0.08))
    later = samples.record(
        cell("numpy", 0.05), samples.failed(cell("torch")), created="2025-03-04T05:06:00+00:00"
    )
    text = section(first, later).text
    for words in (
        "Run 1, with which the others are compared: 2 January 2025, 03:04 UTC",
        "Run 2: 4 March 2025, 05:06 UTC, commit 0123abcd on main, 3 blocks",
        "Slower: NumPy from scratch (1.25 times as long).",
        "NumPy from scratch 40.4 ms 38.6\N{EN DASH}42.3 ms 50.5 ms 48.2\N{EN DASH}52.9 ms "
        "1.25 \N{BLACK DOWN-POINTING TRIANGLE} slower 1.02\N{EN DASH}1.53 "
        "1.00 ? not told apart 0.78\N{EN DASH}1.28 same accuracy",
        "PyTorch from scratch 60.6 ms 57.8\N{EN DASH}63.5 ms failed \N{EN DASH} \N{EN DASH}",
        "JAX from scratch 80.8 ms 77.1\N{EN DASH}84.6 ms \N{EN DASH} \N{EN DASH} \N{EN DASH}",
    ):
        assert words in text


def test_many_runs_scroll_within_a_region_that_has_a_name() -> None:
    document = section(*[samples.record(cell())] * 5)
    [scrolling] = [one for one in document.elements if one.attributes.get("class") == "scroll"]
    assert scrolling.attributes["tabindex"] == "0"
    assert scrolling.attributes["aria-labelledby"] == "comparison-heading comparison-1-heading"
    assert [one.attributes["scope"] for one in document.all("th")].count("colgroup") == 5


def test_hostile_contents_stay_text() -> None:
    document, harmless = (section(record, record) for record in map(everywhere, (HOSTILE, "x")))
    assert [one.tag for one in document.elements] == [one.tag for one in harmless.elements]


def test_how_runs_are_compared_is_explained_only_where_they_are() -> None:
    record = samples.record(cell())
    assert "Comparison of runs" in page.render([record, record])
    assert "Comparison of runs" not in page.render([record])


def test_a_finding_is_a_ratio_with_its_interval_and_a_sign_with_words() -> None:
    found = finding_on([cell("numpy", 0.04)], [cell("numpy", 0.03)])
    assert (found.ratio, found.interval) == ("0.75", "0.611\N{EN DASH}0.921")
    assert (found.sign.symbol, found.sign.words) == ("\N{BLACK UP-POINTING TRIANGLE}", "faster")


def test_what_chance_could_make_is_not_told_apart() -> None:
    found = finding_on([cell()], [samples.noisy(cell(), 0.9, 1.2, 1.0)])
    assert found.sign.words == "not told apart"


def test_steady_cells_are_not_called_level_where_runs_may_lie_apart() -> None:
    exact = samples.with_trials(cell(), [samples.trial(block=block) for block in range(5)])
    assert finding_on([exact], [exact]).sign.words == "not told apart"


def test_a_single_trial_has_a_ratio_without_an_interval() -> None:
    found = finding_on([cell("numpy", 0.04)], [cell("numpy", 0.05, trials=1)])
    assert (found.ratio, found.interval) == ("1.24", "")


def test_a_version_is_shown_where_the_runs_differ_in_it() -> None:
    old, new = (cell("torch", framework_version=version) for version in ("2.12.0", "2.13.0"))
    [row] = table_of([old], [new]).rows
    assert [entry.version for entry in row.entries if entry] == ["2.12.0", "2.13.0"]
    [row] = table_of([new], [new]).rows
    assert [entry.version for entry in row.entries if entry] == ["", ""]


def test_versions_stand_beside_the_name_where_a_run_has_several() -> None:
    old, new = (cell("torch", framework_version=version) for version in ("2.12.0", "2.13.0"))
    rows = table_of([new], [old, new]).rows
    assert [row.label for row in rows] == [
        "PyTorch from scratch (2.13.0)",
        "PyTorch from scratch (2.12.0)",
    ]


def test_a_cell_that_is_not_ranked_in_either_run_is_compared_with_nothing() -> None:
    for runs in (([cell()], [samples.invalid(cell())]), ([samples.failed(cell())], [cell()])):
        entry = entry_of(*runs)
        assert entry
        assert entry.finding is None


def test_a_cell_that_a_run_does_not_have_is_left_out() -> None:
    table = table_of([cell("numpy"), cell("torch")], [cell("numpy")])
    assert [[entry is None for entry in row.entries] for row in table.rows] == [
        [False, False],
        [False, True],
    ]


def test_memory_is_a_ratio_and_accuracy_a_difference() -> None:
    trials = [
        replace(one, test_accuracy=(0.8, 0.832), memory=replace(one.memory, peak_bytes=385 * 2**20))
        for one in cell().trials
    ]
    found = finding_on([cell()], [samples.with_trials(cell(), trials)])
    assert found.memory
    assert (found.memory.ratio, found.memory.sign.words) == ("1.10", "not told apart")
    assert found.memory.interval == "0.86\N{EN DASH}1.40"
    assert found.quality == "accuracy \N{MINUS SIGN}0.20 points"


def test_the_error_of_a_regression_is_a_ratio() -> None:
    assert finding_on([cell(info=LINEAR)], [cell(info=LINEAR)]).quality == "error 1.00"


def test_another_machine_is_a_warning_and_ratios_are_shown_all_the_same() -> None:
    record = samples.record(cell("numpy", 0.04))
    moved = replace(record, machine=replace(record.machine, fingerprint="f", cpu="Another"))
    found = compared(record, moved)
    assert [run.warning for run in found.runs] == [
        "",
        "it was measured on another machine (Another, 2 cores, 8.00 GiB; An operating system, "
        "x86_64), so that its ratios compare the machines as well",
    ]
    [row] = found.tables[0].rows
    assert row.entries[1]
    assert row.entries[1].finding
    assert row.entries[1].finding.ratio == "1.00"


@pytest.mark.parametrize(
    ("status", "warning"),
    [
        ("interrupted", "it was interrupted"),
        ("running", "it has not ended, or it was stopped without notice"),
    ],
)
def test_a_run_that_is_not_whole_is_a_warning(status: str, warning: str) -> None:
    found = compared(samples.record(cell()), samples.record(cell(), status=status))
    assert found.runs[1].warning == warning


def test_another_problem_is_a_warning_and_gives_no_ratio() -> None:
    longer = replace(FASHION, epochs=10, order_sha256="4" * 64)
    found = compared(samples.record(cell()), samples.record(cell(), workloads=(longer,)))
    [table] = found.tables
    assert table.warnings == (
        "Run 2 differs from run 1 in the number of epochs, so that its cells are not comparable.",
    )
    entry = table.rows[0].entries[1]
    assert entry
    assert entry.finding
    assert (entry.finding.sign.words, entry.finding.ratio) == ("not comparable", "")


def test_a_workload_that_only_one_run_has_is_said_to_be_alone() -> None:
    found = compared(samples.record(cell(), cell(info=LINEAR)), samples.record(cell()))
    assert [table.info.title for table in found.tables] == ["Fashion-MNIST"]
    assert found.alone == ("Run 1 alone has Linear regression, y = Xw + b.",)


def test_runs_without_a_workload_in_common_say_so() -> None:
    text = section(samples.record(cell()), samples.record(cell(info=LINEAR))).text
    assert "These runs have no workload in common." in text


def test_each_later_run_is_compared_with_the_first() -> None:
    table = table_of([cell("numpy", 0.04)], [cell("numpy", 0.05)], [cell("numpy", 0.06)])
    assert table.verdicts == (
        "Run 2 against run 1. Slower: NumPy from scratch (1.25 times as long).",
        "Run 3 against run 1. Slower: NumPy from scratch (1.50 times as long).",
    )


def test_the_verdict_names_what_changed_and_counts_the_rest() -> None:
    base = [cell("numpy", 0.04), cell("torch", 0.06), cell("jax", 0.08)]
    later = [
        cell("numpy", 0.05),
        cell("torch", 0.045),
        samples.noisy(cell("jax", 0.08), 0.9, 1.2, 1.0),
    ]
    assert table_of(base, later).verdicts == (
        "Run 2 against run 1. Slower: NumPy from scratch (1.25 times as long). "
        "Faster: PyTorch from scratch (0.75 times as long). Not told apart: 1 cell.",
    )


def test_the_largest_change_is_named_first() -> None:
    base = [cell("numpy", 0.04), cell("torch", 0.06)]
    later = [cell("numpy", 0.05), cell("torch", 0.12)]
    assert table_of(base, later).verdicts == (
        "Run 2 against run 1. "
        "Slower: PyTorch from scratch (2.00 times as long) and NumPy from scratch (1.25).",
    )


def test_many_changes_are_counted() -> None:
    base = [cell(name, 0.04) for name in TITLES.frameworks]
    later = [
        cell(name, 0.04 * factor) for name, factor in zip(TITLES.frameworks, (0.72, 0.7, 0.65, 0.6))
    ]
    assert table_of(base, later).verdicts == (
        "Run 2 against run 1. Faster: 4 cells, down to 0.60 times as long (MXNet from scratch).",
    )


def test_cells_that_one_run_alone_ranks_are_named() -> None:
    base = [cell("numpy", 0.04), cell("torch", 0.06), samples.failed(cell("jax"))]
    later = [samples.failed(cell("numpy")), cell("mxnet", 0.04), cell("jax", 0.1)]
    assert table_of(base, later).verdicts == (
        "Run 2 against run 1. "
        "Ranked in run 1 only: NumPy from scratch and PyTorch from scratch. "
        "Ranked in run 2 only: MXNet from scratch and JAX from scratch.",
    )


SIX = ("numpy", "torch", "jax", "mxnet", "tensorflow", "sklearn")


def test_what_moved_in_all_cells_alike_is_said_first_and_blamed_on_none() -> None:
    table = table_of([cell(name, 0.04) for name in SIX], [cell(name, 0.046) for name in SIX])
    assert table.verdicts == (
        "Run 2 against run 1. All 6 cells took longer, by 15 % in the geometric mean of all: the "
        "machine, not the code, is the likely cause. Not told apart: 6 cells.",
    )
    assert "9.9 % apart, by what these two show" in table.certainty[0][0]


def test_where_all_cells_are_of_one_framework_it_may_be_the_cause_as_well() -> None:
    threads = range(1, 7)
    table = table_of(
        [cell("torch", 0.04, threads=count) for count in threads],
        [cell("torch", 0.03, threads=count) for count in threads],
    )
    assert (
        "All 6 cells took less time, by 25 % in the geometric mean of all: what they share, "
        in (table.verdicts[0])
    )
    assert "the machine or the framework, is the likely cause." in table.verdicts[0]


def test_it_is_said_how_far_runs_lie_apart_and_how_that_is_known() -> None:
    [(spread, advice, agreement)] = table_of(
        [cell("numpy"), cell("torch", 0.1)], [cell("numpy"), cell("torch", 0.1)]
    ).certainty
    assert spread == (
        "Runs of the same code lie 5.0 % apart, which is assumed: no earlier run of this machine "
        "tells. So a change of less than about 25 % cannot be told."
    )
    assert advice == "What is measured in one run, in turns, is told far more closely."
    assert agreement == (
        "No verdict of run 2 contradicts run 1: of 1 pair of cells both tell 1 alike, one alone "
        "tells 0, neither 0."
    )


def test_versions_are_advised_to_be_measured_in_one_run() -> None:
    old, new = (cell("torch", framework_version=version) for version in ("2.12.0", "2.13.0"))
    assert (
        "softmax-bench run --framework torch==2.12.0,torch==2.13.0."
        in (table_of([old], [new]).certainty[0][1])
    )


def test_runs_that_contradict_each_other_say_on_what() -> None:
    table = table_of(
        [cell("numpy", 0.04), cell("torch", 0.08)], [cell("numpy", 0.08), cell("torch", 0.04)]
    )
    assert table.certainty[0][-1].startswith(
        "Run 2 contradicts run 1 on 1 pair: PyTorch from scratch against NumPy from scratch, "
        "slower in run 1 and faster since; of 1 pair of cells"
    )


def remembering(files_mib: int) -> Cell:
    """Return a cell whose process held so much of files at the end, and 200 MiB of its own."""
    resident = Resident(200 * 2**20, files_mib * 2**20, 0, 0)
    peak = (200 + files_mib) * 2**20
    return samples.with_trials(
        cell(),
        [
            replace(one, memory=replace(one.memory, peak_bytes=peak, trained=resident))
            for one in cell().trials
        ],
    )


def test_more_memory_is_told_with_the_kinds_that_it_is_made_of() -> None:
    found = finding_on([remembering(100)], [remembering(180)])
    assert found.memory
    assert (found.memory.sign.words, found.memory.ratio) == ("more", "1.27")
    assert found.memory.kinds.startswith("+80 MiB")
    assert found.memory.kinds.endswith("of files")


def test_the_same_memory_is_level_or_open_and_tells_no_kinds() -> None:
    found = finding_on([remembering(100)], [remembering(100)])
    assert found.memory
    assert (found.memory.ratio, found.memory.kinds) == ("1.00", "")
