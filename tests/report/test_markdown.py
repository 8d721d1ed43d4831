"""The Markdown: the verdict first, everything else folded, and short enough for a comment."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bench.records.model import Record
from bench.report import markdown, reading
from bench.report.markdown import MOST_CHARACTERS
from tests.report import hostile, samples
from tests.report.document import Document, parse
from tests.report.large import PUBLISHED, large
from tests.report.samples import LINEAR, cell

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What GitHub takes for a comment.
COMMENT = 65_536


def read(*records: Record) -> Document:
    """Return the Markdown of records as GitHub shows it."""
    return parse(READER.render(markdown.render(records)))


def words(document: Document) -> str:
    """Return what a reader sees."""
    text = document.text.replace("\N{WORD JOINER}", "")
    return text.replace("\N{ZERO WIDTH SPACE}", "")


@pytest.fixture(scope="module")
def published() -> Record:
    return reading.read(PUBLISHED)


@pytest.fixture(scope="module")
def document(eventful: Record) -> Document:
    return read(eventful)


def test_the_verdict_comes_first() -> None:
    lines = markdown.render([samples.record(cell("numpy", 0.04), cell("torch", 0.08))]).split("\n")
    first = next(line for line in lines if line and not line.startswith("#"))
    assert first.startswith("**NumPy from scratch trains an epoch of Fashion-MNIST in 40.4 ms")


def test_the_table_holds_every_figure_of_a_ranked_cell(document: Document) -> None:
    for figure in (
        "NumPy from scratch",
        "40.4 ms",
        "38.6\N{EN DASH}42.3 ms",
        "1,490,000",
        "350 MiB",
        "875 ms",
        "83.40 %",
        "5.0e-7",
        "Rank Cell Epoch, 95 % interval Times the fastest",
    ):
        assert figure in words(document)


def test_lanes_are_told_apart_and_what_compiling_brings_is_said() -> None:
    text = words(read(samples.lanes()))
    assert "the next and the fastest that runs operation by operation" in text
    assert "Compiling speeds up an epoch of JAX from scratch (compiled epoch, preloaded)" in text
    assert "CPUs busy" in text
    assert "Time to target" in text


def test_marks_stand_beside_the_cell_and_are_explained(document: Document) -> None:
    assert "PyTorch high-level (near the floor, 1 of 3 trials disturbed)" in words(document)
    assert "Near the floor: the epoch takes less than" in words(document)


def test_peak_memory_has_its_interval_and_its_verdict() -> None:
    text = words(
        read(
            samples.record(
                samples.holding(cell("numpy", 0.04), 338, 338.2, 338.1),
                samples.holding(cell("torch", 0.08), 522, 523, 522.5),
            )
        )
    )
    assert re.search(r"338 MiB 33\d.33\d ▲ least memory", text)
    assert re.search(r"522 MiB 5\d\d.5\d\d ▼ more", text)


def test_a_place_that_is_open_says_so() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    text = words(read(samples.record(cell("numpy", 0.04), unsteady)))
    assert re.search(r"PyTorch from scratch \(may be fastest, needs \d+ blocks\)", text)


def test_cells_that_share_a_rank_are_marked_so() -> None:
    unsteady = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    assert "| 1= | PyTorch" in markdown.render([samples.record(cell("numpy", 0.04), unsteady)])


def test_a_regression_shows_its_error() -> None:
    text = words(read(samples.record(cell("numpy", 0.001, LINEAR))))
    assert "Test mean squared error" in text
    assert "0.0125" in text


def test_what_is_not_ranked_has_its_reason_and_advice(document: Document) -> None:
    for sentence in (
        "MXNet from scratch, not the same model: at the end parameters are off by 1.3 > 5e-05.",
        "TensorFlow from scratch, failed: ValueError: shapes do not match. Advice: Read the",
        "MXNet high-level, unavailable: no Python 3.11 was found. Advice: Install Python 3.11.",
        "scikit-learn high-level, not reached: the run ended before this cell's turn came.",
    ):
        assert sentence in words(document)


def test_a_log_is_folded_and_whole(document: Document) -> None:
    assert "What the worker of TensorFlow from scratch printed in block 1" in words(document)
    assert "Traceback: line 17 of scratch.py" in words(document)


def test_details_are_folded(document: Document) -> None:
    folded = "".join(document.words)
    assert len(document.all("details")) == len(document.all("summary")) == 7
    assert not any("open" in one.attributes for one in document.all("details"))
    for title in ("Where an epoch goes", "Trials", "How to read this", "Circumstances"):
        assert title in folded


def test_circumstances_are_named(document: Document) -> None:
    for fact in (
        "A processor, 2 cores, 8.00 GiB; An operating system, x86_64",
        "0123abcd on main",
        "NumPy 1.2.3",
        "Python 3.11.7",
        "softmax-bench run with softmax-bench 0.1.0",
        "seed 20170825",
        "20250102T030405Z-0123abcd",
        "1 thing may have spoiled measurements on this machine: load (load average 3.00 on 4 CPUs)",
        "Stop other work.",
    ):
        assert fact in words(document)


def test_what_an_epoch_goes_into_is_told_in_numbers(document: Document) -> None:
    assert "JAX from scratch 90.0 ms 585 ms with the update \N{EN DASH} 216 ms" in words(document)


def test_every_trial_has_a_row(eventful: Record, document: Document) -> None:
    rows = re.findall(r"^\| [^|]* \| \d+ \| [^|]* \|", markdown.render([eventful]), re.MULTILINE)
    contenders = [one for one in eventful.cells if one.role == "contender"]
    assert len(rows) == sum(len(one.trials) for one in contenders)


def test_an_interrupted_run_is_said_before_the_verdict() -> None:
    text = words(read(samples.record(cell(), status="interrupted")))
    assert text.index("Interrupted.") < text.index("trains an epoch")


def test_notices_are_said_before_the_verdict() -> None:
    text = words(read(samples.record(cell(), notices=("Something to know.",))))
    assert text.index("Note. Something to know.") < text.index("trains an epoch")


def test_a_single_trial_has_no_interval() -> None:
    assert "one trial" in words(read(samples.record(cell(trials=1))))


def test_several_runs_are_compared_before_each_is_shown(eventful: Record) -> None:
    later = replace(eventful, created="2025-03-04T05:06:00+00:00")
    text = words(read(eventful, later))
    order = ("comparison of 2 runs", "Run 2 against run 1", "run 1, 2 Jan", "run 2, 4 March 2025")
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)


def test_what_changed_stands_beside_each_run() -> None:
    before = samples.record(cell("numpy", 0.04, trials=5))
    after = samples.record(cell("numpy", 0.08, trials=5, framework_version="2.0"))
    text = words(read(before, after))
    assert "40.8 ms 39.9\N{EN DASH}41.7 ms version 1.2.3 81.6 ms" in text
    assert "2.00 (" in text
    assert "slower memory 1.00 (" in text
    assert "? not told apart, same accuracy" in text


def test_a_record_without_cells_is_shown_too() -> None:
    assert "This record holds no cells" in words(read(samples.record()))


def test_the_same_records_give_the_same_bytes(eventful: Record) -> None:
    assert markdown.render([eventful]) == markdown.render([eventful])


def test_headings_skip_no_level(eventful: Record) -> None:
    levels = [int(one.tag[1]) for one in read(eventful, eventful).all("h1", "h2", "h3", "h4")]
    assert set(levels) == {2, 3}
    assert levels[0] == 2


def test_blocks_are_set_off_by_one_blank_line(eventful: Record) -> None:
    text = markdown.render([eventful, eventful])
    assert "\n\n\n" not in text
    assert text.endswith("\n")


def test_the_published_record_fits_into_a_comment_whole(published: Record) -> None:
    text = markdown.render([published])
    assert len(text) < COMMENT
    assert "left out" not in text


def test_sixty_cells_fit_into_a_comment(published: Record) -> None:
    text = markdown.render([large(published)])
    assert len(text) <= MOST_CHARACTERS < COMMENT
    assert len(re.findall(r"^\| \d+=? \|", text, re.MULTILINE)) == 60


def test_what_is_left_out_is_said(published: Record) -> None:
    text = markdown.render([large(published), large(published)])
    assert len(text) <= MOST_CHARACTERS
    ending = text.rstrip().rpartition("\n")[2]
    assert ending == (
        "To keep this short enough for a comment, the trials are left out; the page and the "
        "records hold all."
    )


def test_no_more_is_left_out_than_has_to_be(published: Record) -> None:
    runs = [replace(published, run_id=f"run {number}") for number in range(6)]
    text = markdown.render(runs)
    assert len(text) <= MOST_CHARACTERS
    assert "the trials are left out" in text
    assert "Where an epoch goes" in text


def test_many_runs_keep_their_verdicts(published: Record) -> None:
    text = markdown.render([published] * 30)
    assert text.count("This run resolves differences of") == 30
    assert "the trials, where an epoch goes, the circumstances and the rankings are left" in text


def test_hostile_text_stays_text() -> None:
    shown = read(hostile.everywhere(hostile.HOSTILE))
    assert {element.tag for element in shown.elements} <= {
        *("h2", "h3", "p", "strong", "span", "ul", "li", "blockquote", "details", "summary"),
        *("table", "thead", "tbody", "tr", "th", "td", "br", "pre", "code"),
    }
    for element in shown.elements:
        assert element.attributes.keys() <= {"style", "class"}


def test_hostile_text_calls_nobody() -> None:
    text = markdown.render([hostile.everywhere(" @octocat #12 https://example.org `@a` |\n# b")])
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"@\w|#\d|://", parse(READER.render(outside)).text)
