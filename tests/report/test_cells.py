"""What the page says of each cell alone: warnings, environment, source, trials."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bench.records.model import Cell, Fairness, Gpu, Record
from bench.report import page
from bench.report.cells import concerns
from tests.report import samples
from tests.report.document import parse
from tests.report.large import published
from tests.report.samples import LINEAR, cell, trial


def details_of(record: Record, label: str) -> str:
    """Return the text of the part about the first cell that is called so."""
    parts = re.findall(r'<details class="cell".*?</details>', page.render([record]), re.DOTALL)
    texts = (parse(part).text.strip() for part in parts)
    return next(text for text in texts if text.startswith(f"{label},"))


def words_of(measured: Cell) -> dict[str, str]:
    """Return the warnings of a cell by their titles."""
    return {one.title: one.words for one in concerns(measured, None)}


def test_every_cell_that_was_planned_has_a_part(eventful: Record, eventful_html: str) -> None:
    parts = re.findall(r'<details class="cell"', eventful_html)
    assert len(parts) == sum(one.role == "contender" for one in eventful.cells)


def test_a_part_begins_with_what_it_is_about(eventful: Record) -> None:
    assert details_of(eventful, "NumPy from scratch").startswith("NumPy from scratch, 3 ")
    assert "not measured, 1 warning" in details_of(eventful, "TensorFlow from scratch")


def test_a_part_can_be_linked_to_and_is_hidden_with_its_cell(eventful_html: str) -> None:
    for anchor in re.findall(r'<details class="cell" data-cell="([^"]*)"', eventful_html):
        assert f'<div id="{anchor}">' in eventful_html


def test_a_cell_without_doubts_says_so() -> None:
    assert concerns(cell(), None) == ()
    assert "Nothing was found that speaks against its figures." in details_of(
        samples.record(cell()), "NumPy from scratch"
    )


def test_why_a_cell_is_not_ranked_is_its_first_warning() -> None:
    first = concerns(samples.failed(cell()), None)[0]
    assert (first.title, first.words) == (
        "failed",
        "ValueError: shapes do not match. Read the worker's log.",
    )
    assert words_of(samples.invalid(cell()))["not the same model"].startswith("at the end")
    pending = samples.unmeasured(cell(), status="pending")
    assert words_of(pending) == {"not reached": "the run ended before this cell's turn came."}


def test_marks_of_the_table_are_explained_again() -> None:
    doubtful = samples.summarized(cell(), disturbed_trials=2, times_floor=4.0)
    assert list(words_of(doubtful)) == ["near the floor", "2 of 3 trials disturbed"]


def test_other_libraries_in_a_worker_are_named() -> None:
    crowded = replace(trial().interference, foreign_modules=("pandas", "torch"))
    measured = samples.with_trials(cell(), [trial(interference=crowded)])
    assert words_of(measured) == {
        "other libraries": "Its workers had also imported pandas and torch, which takes memory and "
        "time."
    }


def test_memory_that_could_only_be_sampled_is_said_to_be() -> None:
    sampled = replace(trial().memory, method="rss")
    assert (
        "higher in between"
        in words_of(samples.with_trials(cell(), [trial(memory=sampled)]))["memory"]
    )


def test_a_loss_that_clips_is_said_to_do_so() -> None:
    assert "clips" in words_of(replace(cell(), clips_probabilities=True))["another loss"]


def test_a_frameworks_own_arithmetic_is_said_where_its_bounds_are_wider() -> None:
    words = words_of(replace(cell(), own_arithmetic="its logarithm is off by 1e-6"))
    assert words == {
        "own arithmetic": "its logarithm is off by 1e-6. Its bounds are wider by what that does to "
        "this training."
    }


def test_a_planted_slowdown_is_said() -> None:
    assert words_of(replace(cell(), planted_slowdown=0.1)) == {
        "planted slowdown": "A self-test lengthens every epoch by 10 % on purpose."
    }


def test_notes_of_its_environment_are_warnings_of_a_cell() -> None:
    record = samples.record(cell("mxnet"))
    environments = {"mxnet": replace(record.environments["mxnet"], notes=("NumPy is held back",))}
    record = replace(record, environments=environments)
    assert "environment NumPy is held back." in details_of(record, "MXNet from scratch")


def test_every_package_is_one_click_away(eventful: Record, eventful_html: str) -> None:
    assert "NumPy 1.2.3, Python 3.11.7; all 2 packages; lock fedcba9876543210" in details_of(
        eventful, "NumPy from scratch"
    ).replace(" ;", ";")
    [link] = set(re.findall(r'<a href="#(run-1-environment-1)">all 2 packages</a>', eventful_html))
    listed = eventful_html.partition(f'<div id="{link}">')[2].partition("</ul>")[0]
    assert parse(listed).text.split() == ["numpy", "2.4.6", "psutil", "7.2.2"]


def test_what_workers_were_given_stands_with_their_environment() -> None:
    four = trial(environment_variables={"OMP_NUM_THREADS": "4"})
    record = samples.record(samples.with_trials(cell(), [trial(), four]))
    assert "no others: OMP_NUM_THREADS=2 or 4" in parse(page.render([record])).text


def test_an_environment_that_the_record_lacks_is_said_to_be_missing() -> None:
    record = samples.record(cell(), environments={})
    assert "Environment The record does not hold it." in details_of(record, "NumPy from scratch")


def test_a_source_is_named_and_linked(eventful: Record, eventful_html: str) -> None:
    assert "Source code implementations.numpy.scratch, 8 lines" in details_of(
        replace(eventful, cells=eventful.cells[:1]), "NumPy from scratch"
    )
    assert '<a href="#source-numpy-scratch">implementations.numpy.scratch</a>' in eventful_html


def test_a_record_without_sources_says_so() -> None:
    record = samples.record(cell())
    assert "Source code The record does not hold it." in details_of(record, "NumPy from scratch")
    assert 'id="source-code"' not in page.render([record])


def test_where_an_epoch_goes_stands_with_its_cell() -> None:
    whole, fused = (
        replace(cell(), profile=samples.profile(fused=fused)) for fused in (False, True)
    )
    assert (
        "whole epoch 50.0 ms; data gather 5.00 ms; forward and backward 25.0 ms; update 7.50 ms; "
        "dispatch 12.0 ms" in details_of(samples.record(whole), "NumPy from scratch")
    )
    assert "forward, backward and update 32.5 ms; dispatch" in details_of(
        samples.record(fused), "NumPy from scratch"
    )


@pytest.mark.parametrize(
    ("measured", "result"), [(cell(), "83.40 %"), (cell(info=LINEAR), "0.0125")]
)
def test_each_trial_shows_what_it_ended_at(measured: Cell, result: str) -> None:
    details = details_of(samples.record(measured), "NumPy from scratch")
    assert details.count(f"350 MiB {result} 2.0e-9 5.0e-7 1.0e-7") == 3


def test_a_trial_on_a_device_shows_the_devices_memory() -> None:
    used = replace(trial().memory, device_peak_bytes=700 * 2**20)
    on_gpu = samples.with_trials(cell(device="gpu"), [trial(memory=used), trial(block=1)])
    details = details_of(samples.record(on_gpu), "NumPy from scratch")
    assert "Device memory" in details
    assert "350 MiB 700 MiB 83.40 %" in details
    assert "350 MiB \N{EN DASH} 83.40 %" in details


def test_sixty_cells_of_five_trials_stay_small() -> None:
    record = published()
    contenders = [one for one in record.cells if one.role == "contender"]
    many = tuple(
        replace(one, identity=replace(one.identity, batch_size=batch_size))
        for batch_size in (256, 255, 254, 253)
        for one in contenders
    )
    infos = tuple(
        replace(record.workloads[0], batch_size=batch_size) for batch_size in (256, 255, 254, 253)
    )
    html = page.render([replace(record, cells=many, workloads=infos)])
    start = html.index("Cell by cell</h4>")
    assert len(many) == 60
    assert html.index("</section>", start) - start < 350_000
    start = html.index('class="environments"')
    assert html.index("</section>", start) - start < 60_000


FAIRNESS = Fairness(3, 0, 0, 5, {"float32 matrix products": "highest", "threads": "2"})
GPU = Gpu("GPU-17", "A GPU", 700 * 2**20, (1_965, 1_980), ("power limit",), 1.234, 3.1)


def test_settings_that_the_framework_reports_stand_with_its_cell() -> None:
    other = replace(FAIRNESS, settings={"threads": "1"})
    record = samples.record(
        samples.with_trials(cell(), [trial(fairness=FAIRNESS), trial(fairness=other)])
    )
    details = details_of(record, "NumPy from scratch")
    assert "Settings float32 matrix products highest; threads 2 or 1" in details
    assert "Settings" not in details_of(samples.record(cell()), "NumPy from scratch")


def test_each_trial_shows_what_was_compiled_in_it() -> None:
    unknown = replace(FAIRNESS, compilations=None, recompilations=None, graph_breaks=None)
    trials = [trial(fairness=found, block=block) for block, found in enumerate((FAIRNESS, unknown))]
    details = details_of(samples.record(samples.with_trials(cell(), trials)), "NumPy from scratch")
    assert "3, 0 0 5" in details
    assert "\N{EN DASH}, \N{EN DASH} \N{EN DASH} 5" in details
    plain = details_of(samples.record(cell()), "NumPy from scratch")
    assert "Programs compiled" not in plain


def test_what_is_unfair_is_a_warning_and_a_mark() -> None:
    late = replace(FAIRNESS, recompilations=2, graph_breaks=1)
    measured = samples.with_trials(cell(), [trial(fairness=late), trial(fairness=FAIRNESS)])
    assert list(words_of(measured)) == [
        "1 of 2 trials: compiled in steady epochs",
        "1 of 2 trials: graph breaks",
    ]
    text = parse(page.render([samples.record(measured)])).text
    assert "compiled in steady epochs the framework compiled programs after the first epoch" in text


def test_what_the_gpus_driver_told_stands_with_each_trial() -> None:
    measured = samples.with_trials(cell(device="gpu"), [trial(gpu=GPU), trial(block=1)])
    details = details_of(samples.record(measured), "NumPy from scratch")
    assert (
        "0 1965\N{EN DASH}1980 MHz power limit 1.23 J over 3.10 s 700 MiB A GPU GPU-17" in details
    )
    assert "1 of 2 trials: GPU held down" in words_of(measured)
    assert "GPU of the trials" not in details_of(samples.record(cell()), "NumPy from scratch")


def test_what_the_driver_does_not_tell_is_a_dash() -> None:
    silent = replace(
        GPU, process_peak_bytes=None, clock_mhz=(), throttle_reasons=(), joules_per_epoch=None
    )
    measured = samples.with_trials(cell(device="gpu"), [trial(gpu=silent)])
    details = details_of(samples.record(measured), "NumPy from scratch")
    assert "0 \N{EN DASH} nothing \N{EN DASH} \N{EN DASH} A GPU GPU-17" in details
