"""A workload's section: the ranking, what is not ranked, parameters and trials."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell, WorkloadInfo
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import FASHION, LINEAR, cell


def text_of(*cells: Cell) -> str:
    return parse(page.render([samples.record(*cells)])).text


def part(text: str, begin: str, end: str) -> str:
    """Return the text from one heading to another."""
    start = text.index(begin)
    return text[start : text.index(end, start)]


def test_the_data_set_and_its_source_are_said() -> None:
    text = text_of(cell())
    assert "60,000 training examples and 10,000 test examples of 784 features" in text
    assert "data: the four official files" in text


def test_a_row_holds_every_figure_of_its_cell() -> None:
    row = part(text_of(cell("numpy", 0.04), cell("torch", 0.08)), "2 PyTorch", "Time of an epoch")
    for figure in (
        "80.8 ms",
        "80.0\N{EN DASH}81.6 ms",
        "2.0",
        "1.2.3",
        "eager",
        "743,000",
        "350 MiB",
        "875 ms",
        "83.40 %",
        "5.0e-7 ≤ 5.0e-5",
    ):
        assert figure in row


def test_rows_stand_in_order_of_speed(eventful_page: Document) -> None:
    ranking = part(eventful_page.text, "Ranking", "Not ranked")
    assert (
        ranking.index("1 NumPy from scratch")
        < ranking.index("2 PyTorch high-level")
        < ranking.index("3 JAX from scratch")
    )


def test_a_regression_shows_its_test_error_instead_of_accuracy() -> None:
    text = text_of(cell(info=LINEAR))
    assert "Test mean squared error" in text
    assert "0.0125" in text
    assert "Test accuracy" not in text


def test_a_single_trial_shows_no_interval() -> None:
    ranking = part(text_of(cell(trials=1)), "Ranking", "Time of an epoch")
    assert "one trial" in ranking


def test_what_is_not_ranked_has_a_reason_and_a_remedy(eventful_page: Document) -> None:
    unranked = part(eventful_page.text, "Not ranked", "Time of an epoch")
    for words in (
        "ValueError: shapes do not match. Advice: Read the worker's log.",
        "no Python 3.11 was found. Advice: Install Python 3.11.",
        "off by 1.3 > 5e-05. Advice: docs/method.md lists",
        "The run ended before this cell's turn came. Advice: Run it again.",
    ):
        assert words in unranked


def test_an_invalid_cell_shows_its_figures_as_not_ranked(eventful_page: Document) -> None:
    unranked = part(eventful_page.text, "Not ranked", "Time of an epoch")
    assert "MXNet from scratch not the same model" in unranked
    assert "Epoch, not ranked 60.6 ms" in unranked
    assert "Parity error 1.3e0, tolerance 5.0e-5" in unranked


def test_a_workers_log_is_folded_away(eventful_html: str) -> None:
    before, _, after = eventful_html.partition("Traceback: line 17")
    assert before.rfind("<details>") > before.rfind("</details>")
    assert "</details>" in after


def test_a_workload_without_a_ranked_cell_has_no_table_and_no_figure_of_times() -> None:
    document = parse(page.render([samples.record(samples.failed(cell()))]))
    assert "Ranking" not in document.text
    assert "Time of an epoch" not in document.text
    assert "No trial was measured." in document.text


def test_recovered_parameters_stand_beside_the_true_ones(eventful_page: Document) -> None:
    table = part(eventful_page.text, "Recovered parameters", "Raw trials")
    assert "Weight 1 Weight 2 Bias" in table
    assert "True 2 -3.4 4.2" in table
    assert "PyTorch from scratch 1.999500 -3.400500 4.199700 5.0e-4" in table


def test_a_classification_has_no_table_of_parameters() -> None:
    assert "Recovered parameters" not in text_of(cell())


def test_every_trial_is_shown_raw() -> None:
    trials = text_of(cell(trials=2)).partition("Raw trials")[2]
    assert "NumPy from scratch, 2 trials" in trials
    assert "50.5 ms, 49.5 ms" in trials
    assert "350 MiB 37 2.0e-9 5.0e-7 1.0e-7" in trials


def test_cells_of_several_batch_sizes_are_told_apart_and_compared_with_their_own_reference() -> (
    None
):
    small: WorkloadInfo = replace(FASHION, batch_size=64)
    record = samples.record(
        cell("numpy", 0.04), cell("numpy", 0.06, small), workloads=(FASHION, small)
    )
    text = parse(page.render([record])).text
    assert "NumPy from scratch batch 64" in text
    assert "Learning, batches of 256" in text
    assert "Learning, batches of 64" in text


def test_a_framework_that_is_not_known_here_keeps_its_name() -> None:
    assert "newcomer from scratch trains an epoch" in text_of(cell("newcomer"))
