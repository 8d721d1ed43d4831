"""What a run's section says about the run, and what it does not hide."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Record
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import FASHION, cell

STAND_IN = "Synthetic images stand in for Fashion-MNIST."


def text_of(record: Record) -> str:
    return parse(page.render([record])).text


def test_it_says_where_and_how_it_was_measured(eventful_page: Document) -> None:
    for fact in (
        "A processor, 2 cores, 8.00 GiB; An operating system, x86_64",
        "2 January 2025, 03:04 UTC",
        "0123abcd on main",
        "Seed 20170825",
        "Blocks 3",
        "softmax-bench 0.1.0",
    ):
        assert fact in eventful_page.text


def test_uncommitted_changes_are_said() -> None:
    record = samples.record(cell())
    dirty = replace(record, commit=replace(record.commit, dirty=True))
    assert "with uncommitted changes" in text_of(dirty)


def test_a_gpu_is_named_with_its_driver() -> None:
    record = samples.record(cell(device="gpu"))
    machine = replace(record.machine, gpu="A GPU", driver="555.1")
    assert "A GPU (driver 555.1)" in text_of(replace(record, machine=machine))


def test_an_interrupted_run_is_said_first() -> None:
    text = text_of(samples.record(cell(), status="interrupted"))
    assert text.index("Interrupted.") < text.index("trains an epoch")


def test_a_run_that_never_ended_is_said_first() -> None:
    text = text_of(samples.record(cell(), status="running"))
    assert text.index("has not ended") < text.index("trains an epoch")


def test_a_complete_run_says_nothing_of_it() -> None:
    assert 'role="note"' not in page.render([samples.record(cell())])


def test_notices_of_the_run_stand_before_its_results() -> None:
    text = text_of(samples.record(cell(), notices=("The battery was low.",)))
    assert text.index("Note. The battery was low.") < text.index("trains an epoch")


def test_a_workloads_notice_stands_once_before_its_verdict() -> None:
    info = replace(FASHION, notice=STAND_IN)
    text = text_of(samples.record(cell(), workloads=(info,), notices=(STAND_IN,)))
    assert text.count(STAND_IN) == 1
    assert text.index(STAND_IN) < text.index("trains an epoch")


def test_environments_list_versions_and_packages(eventful_page: Document) -> None:
    ending = eventful_page.text.rpartition("Environments")[2]
    assert "PyTorch 1.2.3, Python 3.11.7, managed, 2 packages torch" in ending
    assert "psutil 7.2.2" in ending


def test_notes_of_an_environment_are_not_folded_away() -> None:
    record = samples.record(cell("mxnet"))
    environments = {
        "mxnet": replace(record.environments["mxnet"], notes=("NumPy is held below 1.24.",))
    }
    html = page.render([replace(record, environments=environments)])
    assert '<p class="note">MXNet: NumPy is held below 1.24.</p>' in html
    assert html.rindex("</details>") < html.index("NumPy is held below 1.24.")
