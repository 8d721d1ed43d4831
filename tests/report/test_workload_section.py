"""A workload's section: the ranking, what is not ranked, parameters and trials."""

from __future__ import annotations

import re
from dataclasses import replace

from bench.records.model import Ceiling, Cell, Settling, WorkloadInfo
from bench.report import page
from tests.records.samples import quiet
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import FASHION, LINEAR, cell


def text_of(*cells: Cell) -> str:
    return parse(page.render([samples.record(*cells)])).text


def unsteady() -> Cell:
    """Return a cell that may or may not be slower than one of 40 ms."""
    return samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)


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
        "77.1\N{EN DASH}84.6 ms",
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


def test_times_the_fastest_has_its_interval_and_a_mark_where_it_is_sure() -> None:
    row = part(text_of(cell("numpy", 0.04), cell("torch", 0.08)), "2 PyTorch", "Time of an epoch")
    assert "2.0 2.00\N{EN DASH}2.00 \N{BLACK DOWN-POINTING TRIANGLE} slower" in row


def test_a_place_that_chance_could_give_is_left_open_in_plain_words() -> None:
    ranking = part(text_of(cell("numpy", 0.04), unsteady()), "Ranking", "Time of an epoch")
    assert re.search(r"\? may be fastest needs \d+ blocks", ranking)


def test_a_shared_rank_is_seen_and_read_out() -> None:
    html = page.render([samples.record(cell("numpy", 0.04), unsteady())])
    assert html.count('<span class="shared" aria-hidden="true">=</span><span class="unseen">') == 2
    assert "1 = shared PyTorch from scratch" in parse(html).text


def test_a_rank_of_its_own_has_no_sign() -> None:
    assert "shared" not in part(
        text_of(cell("numpy", 0.04), cell("torch", 0.08)), "1 NumPy", "Time of an epoch"
    )


def test_a_cell_that_is_sure_to_be_slower_has_a_rank_of_its_own_though_intervals_overlap() -> None:
    # All blocks differ far more than the two cells do within each.
    blocks = (1.0, 1.3, 0.8)
    record = samples.record(
        samples.noisy(cell("numpy", 0.04), *blocks), samples.noisy(cell("torch", 0.042), *blocks)
    )
    ranking = part(parse(page.render([record])).text, "Ranking", "Time of an epoch")
    assert "2 PyTorch from scratch" in ranking
    assert "\N{BLACK DOWN-POINTING TRIANGLE} slower" in ranking
    assert "\N{BLACK UP-POINTING TRIANGLE} fastest" in ranking


def test_a_cell_behind_that_is_not_told_apart_shares_the_rank_though_intervals_do_not() -> None:
    apart = samples.noisy(cell("torch", 0.05), 1.0, 1.0, 1.3)
    ranking = part(text_of(cell("numpy", 0.04), apart), "Ranking", "Time of an epoch")
    assert "1 = shared PyTorch from scratch" in ranking


def test_cells_of_single_trials_are_not_told_apart_however_far() -> None:
    text = text_of(cell("numpy", 0.04, trials=1), cell("torch", 0.4, trials=1))
    ranking = part(text, "Ranking", "Time of an epoch")
    assert "1 = shared PyTorch from scratch" in ranking
    assert "one trial" in ranking
    assert "A verdict takes 3 blocks, and this run has 1" in text


def test_cells_that_are_level_are_said_to_be() -> None:
    text = text_of(cell("numpy", 0.04), cell("torch", 0.04))
    ranking = part(text, "Ranking", "Time of an epoch")
    assert "\N{ALMOST EQUAL TO} level within 1 %" in ranking


def test_the_fastest_is_not_compared_with_itself() -> None:
    smaller = samples.holding(cell("numpy", 0.04), 300, 300, 300)
    row = part(text_of(smaller, cell("torch", 0.08)), "1 NumPy", "2 PyTorch")
    assert "level" not in row


def test_each_cell_shows_times_the_ceiling() -> None:
    slow = samples.summarized(cell("numpy"), times_ceiling=2.13)
    text = text_of(slow)
    assert "Times the ceiling" in text
    assert "1.00 \N{EN DASH} 2.1 1,190,000" in text


def test_the_ceiling_says_what_binds() -> None:
    ceiling = Ceiling("cpu", 2, 95.3e9, 17.1e9, "a product of matrices")
    text = parse(page.render([samples.record(cell(), ceilings=(ceiling,))])).text
    assert (
        "With 2 threads this machine computes at most 95.3 GFLOP/s and reads at most 17.1 GB/s. "
        "An epoch needs 1.88 GFLOP and 189 MB, so that it takes no less than 19.7 ms, bound by "
        "arithmetic; memory alone would allow 11.1 ms." in text
    )
    assert "Ceiling of the CPU with 2 threads: a product of matrices." in text


def test_the_ceiling_of_cpus_that_no_cell_had_is_not_told() -> None:
    ceiling = Ceiling("cpu", 64, 95.3e9, 17.1e9, "a product of matrices")
    assert (
        "64 threads this machine"
        not in parse(page.render([samples.record(cell(), ceilings=(ceiling,))])).text
    )


def test_the_floor_stands_in_the_report_and_is_no_contender() -> None:
    text = text_of(cell("numpy", 0.04), cell("torch", 0.08), samples.floor(1.3e-6))
    assert (
        "The harness itself adds 1.31 µs to an epoch (3 trials, 95 % interval "
        "1.25\N{EN DASH}1.38 µs), measured with an implementation that does nothing." in text
    )
    assert "null from scratch" not in text
    assert "All 2 cells trained the same model." in text
    assert text.count("from scratch, 3 trials") == 2


def test_the_floor_changes_no_figure() -> None:
    contenders = (cell("newcomer", 0.04), cell("torch", 0.08))
    environments = samples.record(*contenders).environments
    pages = [
        page.render([samples.record(*cells, environments=environments)])
        for cells in (contenders, (samples.floor(), *contenders))
    ]
    drawings = [re.findall(r"<svg.*?</svg>", html, re.DOTALL) for html in pages]
    assert drawings[0] == drawings[1]


def test_a_floor_that_failed_is_said_to_be_unknown() -> None:
    floor = replace(samples.failed(cell("null")), role="floor", reason="it could not be imported")
    text = text_of(cell("numpy"), floor)
    assert "an epoch is not known: it could not be imported." in text
    assert "Not ranked" not in text


def test_a_cell_near_the_floor_is_marked_and_the_mark_explained() -> None:
    text = text_of(samples.summarized(cell("numpy"), times_floor=9.9), samples.floor())
    ranking = part(text, "Ranking", "Time of an epoch")
    assert "NumPy from scratch near the floor" in ranking
    assert "less than 10 times as long as one that does nothing" in ranking


def test_a_cell_with_disturbed_or_unsettled_trials_is_marked() -> None:
    doubtful = samples.summarized(cell("numpy"), disturbed_trials=2, unsettled_trials=1)
    ranking = part(text_of(doubtful), "Ranking", "Time of an epoch")
    assert "NumPy from scratch 2 of 3 trials disturbed 1 of 3 trials not settled" in ranking
    assert "other work on the machine held up these trials" in ranking


def test_a_cell_that_nothing_speaks_against_has_no_mark() -> None:
    assert "badge doubt" not in page.render([samples.record(cell(), samples.floor())])


def test_an_invalid_cell_is_called_by_the_proof_that_it_does_not_give() -> None:
    text = text_of(
        cell("numpy"), samples.asynchronous(cell("jax")), samples.other_input(cell("torch"))
    )
    unranked = part(text, "Not ranked", "Time of an epoch")
    assert "JAX from scratch returns too early" in unranked
    assert "PyTorch from scratch not the same input" in unranked
    assert "not the same model" not in unranked


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


def test_what_happened_to_several_cells_is_said_once() -> None:
    broken = [samples.failed(cell(name)) for name in ("torch", "jax", "mxnet")]
    text = part(text_of(cell("numpy"), *broken), "Not ranked", "Time of an epoch")
    assert (
        "PyTorch from scratch JAX from scratch MXNet from scratch failed ValueError: shapes do "
        "not match. Advice: Read the worker's log."
    ) in text
    assert text.count("ValueError") == 1
    for label in ("PyTorch", "JAX", "MXNet"):
        assert f"What the worker of {label} from scratch printed in block 1" in text


def test_cells_that_failed_differently_stand_apart() -> None:
    other = replace(samples.failed(cell("jax")), reason="out of memory")
    text = part(
        text_of(cell("numpy"), samples.failed(cell("torch")), other),
        "Not ranked",
        "Time of an epoch",
    )
    assert "PyTorch from scratch failed ValueError" in text
    assert "JAX from scratch failed out of memory." in text


def test_of_a_long_reason_the_beginning_is_shown_and_the_rest_folded_away() -> None:
    long = replace(samples.failed(cell("jax")), reason=f"no solution: {'because ' * 100}of this")
    html = page.render([samples.record(cell("numpy"), long)])
    before, _, after = html.partition("The reason in full")
    assert "no solution: because because" in before
    assert "of this" not in before
    assert "of this" in after


def test_what_is_not_ranked_stands_right_below_the_ranking() -> None:
    text = text_of(cell("numpy"), samples.failed(cell("torch")), samples.floor())
    assert text.index("Not ranked") < text.index("The harness itself adds")


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
    table = part(eventful_page.text, "Recovered parameters", "Cell by cell")
    assert "Weight 1 Weight 2 Bias" in table
    assert "True 2 -3.4 4.2" in table
    assert "PyTorch from scratch 1.999500 -3.400500 4.199700 5.0e-4" in table


def test_a_classification_has_no_table_of_parameters() -> None:
    assert "Recovered parameters" not in text_of(cell())


def test_every_trial_is_shown_raw() -> None:
    trials = text_of(cell(trials=2)).partition("Cell by cell")[2]
    assert "NumPy from scratch, 2 trials" in trials
    assert "50.5 ms, 49.5 ms" in trials
    assert "350 MiB 83.40 % 2.0e-9 5.0e-7 1.0e-7" in trials


def test_epochs_that_do_not_count_are_marked() -> None:
    usual = samples.trial()
    evidence = replace(usual.interference, disturbed_epochs=(1,))
    marked = replace(usual, interference=evidence, settling=Settling(1, True))
    trials = text_of(samples.with_trials(cell(), [marked])).partition("Cell by cell")[2]
    assert "50.5 ms ?, 49.5 ms !" in trials
    assert "one with ! was disturbed by other work and one with ? had not settled" in trials


def test_of_very_many_epochs_only_the_ends_are_listed() -> None:
    epochs = tuple(0.001 + number / 1e6 for number in range(999))
    long = samples.trial(epoch_seconds=epochs, cpu_seconds=epochs, interference=quiet(999))
    trials = text_of(samples.with_trials(cell(), [long])).partition("Cell by cell")[2]
    assert "1.00 ms, 1.00 ms" in trials
    assert "… 969 more, all between 1.00 ms and 2.00 ms …" in trials
    assert trials.count("ms, 1.") < 60


def test_a_run_of_a_thousand_epochs_fits_into_a_small_page() -> None:
    losses = tuple(0.5 + 0.4 / (1 + number / 20) for number in range(1_000))
    info = replace(FASHION, reference_train_loss=losses, clipped_reference_train_loss=losses)
    epochs = tuple(0.001 * (1 + number % 7 / 100) for number in range(999))
    disturbed = replace(quiet(999), disturbed_epochs=tuple(range(0, 999, 3)))
    trials = [
        samples.trial(
            block=block,
            epoch_seconds=epochs,
            cpu_seconds=epochs,
            train_loss=tuple(loss + 1e-7 for loss in losses),
            interference=disturbed,
        )
        for block in range(5)
    ]
    cells = [
        replace(
            samples.with_trials(cell(f"framework{number}"), trials),
            profile=samples.profile(),
        )
        for number in range(10)
    ]
    html = page.render([samples.record(*cells, workloads=(info,))])
    assert len(html.encode()) < 1_500_000


def test_cells_of_several_batch_sizes_are_told_apart_and_compared_with_their_own_reference() -> (
    None
):
    small: WorkloadInfo = replace(FASHION, batch_size=64)
    record = samples.record(
        cell("numpy", 0.04), cell("numpy", 0.06, small), workloads=(FASHION, small)
    )
    text = parse(page.render([record])).text
    assert "NumPy from scratch (batches of 64)" in text
    assert "Learning, batches of 256" in text
    assert "Learning, batches of 64" in text


def test_a_framework_that_is_not_known_here_keeps_its_name() -> None:
    assert "newcomer from scratch trains an epoch" in text_of(cell("newcomer"))


def test_a_row_shows_lane_and_input_busy_cpus_and_time_to_target() -> None:
    text = parse(page.render([samples.lanes()])).text
    row = part(text, "JAX from scratch (compiled epoch, preloaded) 40.4 ms", "2 NumPy")
    for figure in ("compiled epoch preloaded, 1.2.3", "350\N{EN DASH}350 741 ms 1.45 s"):
        assert figure in row


def test_a_record_that_does_not_say_what_is_enough_has_no_time_to_target() -> None:
    row = part(text_of(cell("numpy", 0.04)), "1 NumPy", "Time of an epoch")
    assert "1.00 350 MiB 350\N{EN DASH}350 875 ms" in row


def test_a_cell_that_never_learned_enough_says_so() -> None:
    info = replace(FASHION, target=0.9)
    text = parse(page.render([samples.record(cell(info=info), workloads=(info,))])).text
    assert "350\N{EN DASH}350 never 875 ms" in part(text, "1 NumPy", "Time of an epoch")


def test_marks_of_lanes_and_inputs_are_explained_above_the_table() -> None:
    text = parse(page.render([samples.lanes()])).text
    assert part(text, "Ranking", "Fastest first").split(" ", 1)[1].strip() == (
        "hollow: from scratch filled: high-level bare: eager, preloaded stroke: compiled step "
        "ring: compiled epoch line below: loader"
    )


def test_the_first_screen_tells_the_lanes_apart() -> None:
    text = parse(page.render([samples.lanes()])).text
    above = text[: text.index("Search cells")]
    assert "JAX from scratch (compiled epoch, preloaded) trains an epoch" in above
    assert "the fastest that runs operation by operation" in above
    assert "Compiling speeds up an epoch of JAX from scratch" in above
