"""What a run's section says about the run, and what it does not hide."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import BusyProcess, Check, Record
from bench.report import page
from tests.records.samples import CONDITIONS
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import FASHION, cell

WARNING = Check("load", "warning", "load average 3.00 on 4 CPUs", "Stop other work.")
FINE = Check("swap", "ok", "nothing swapped out", "")
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


def test_frameworks_and_python_are_named_with_their_versions_before_the_results() -> None:
    record = samples.record(cell("numpy"), cell("torch", 0.08, framework_version="2.13.0+cpu"))
    text = text_of(record)
    assert "Versions NumPy 1.2.3, PyTorch 2.13.0+cpu; Python 3.11.7" in text
    assert text.index("PyTorch 2.13.0+cpu;") < text.index("trains an epoch")


def test_every_python_is_named() -> None:
    record = samples.record(cell("numpy"), cell("mxnet", 0.08))
    older = replace(record.environments["mxnet"], python="3.9.2")
    environments = {**record.environments, "mxnet": older}
    assert "Python 3.11.7 and 3.9.2" in text_of(replace(record, environments=environments))


def test_what_could_not_be_installed_has_no_version() -> None:
    record = samples.record(cell("numpy"), samples.unavailable(cell("mxnet")))
    missing = replace(record.environments["mxnet"], version=None)
    environments = {**record.environments, "mxnet": missing}
    text = text_of(replace(record, environments=environments))
    assert "Versions NumPy 1.2.3; Python 3.11.7" in text


def test_many_versions_are_folded_away() -> None:
    record = samples.record(*(cell(f"framework{number}") for number in range(9)))
    html = page.render([record])
    assert "<summary>9 versions, Python 3.11.7</summary>" in html


def test_the_floor_has_no_version() -> None:
    text = text_of(samples.record(cell("numpy"), samples.floor()))
    assert "Versions NumPy 1.2.3; Python 3.11.7" in text


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
    assert html.rindex("</details>") < html.rindex("NumPy is held below 1.24.")


def test_the_plan_is_told() -> None:
    record = samples.record(cell())
    planned = replace(
        record.plan,
        blocks=3,
        precision=0.02,
        repeats=2,
        max_time_seconds=1800.0,
    )
    text = text_of(replace(record, blocks=5, plan=planned))
    for fact in (
        "Blocks 3, and 2 added",
        "no farther than 2 % of their median to either side, for 30 min at most",
        "Disturbed trials measured again up to 2 times",
        "Where an epoch goes profiled",
    ):
        assert fact in text


def test_a_plan_that_adds_blocks_where_they_matter_says_which_and_how_its_time_was_spent() -> None:
    first, second = cell("numpy", 0.04, trials=5), cell("torch", 0.041, trials=5)
    record = samples.record(first, second, cell("jax", 0.9))
    planned = replace(record.plan, blocks=3, adaptive=True, max_time_seconds=360.0)
    text = text_of(replace(record, blocks=5, plan=planned, looks=(3, 5)))
    for fact in (
        "Blocks 3 to 5",
        "3 of every cell, then more of those that were not told apart, for 6 min at most; looked "
        "at after 3 and 5",
        "on 3 blocks of every cell, about 10 s on up to 2 more of 2 cells",
    ):
        assert fact in text


def test_warnings_stand_before_the_results() -> None:
    text = text_of(samples.record(cell(), checks=(WARNING, FINE)))
    assert "1 thing may have spoiled measurements on this machine." in text
    assert text.index("load: load average 3.00 on 4 CPUs.") < text.index("trains an epoch")


def test_what_was_found_well_is_folded_away() -> None:
    html = page.render([samples.record(cell(), checks=(FINE,))])
    assert 'role="note"' not in html
    before = html.partition("nothing swapped out")[0]
    assert before.rfind("<details>") > before.rfind("</details>")


def test_every_check_stands_in_a_table_with_its_advice() -> None:
    text = text_of(samples.record(cell(), checks=(WARNING, FINE)))
    assert "doctor found, 2 checks" in text
    assert "load warning load average 3.00 on 4 CPUs Stop other work." in text
    assert "swap ok nothing swapped out" in text


def test_what_got_worse_during_the_run_is_a_warning() -> None:
    after = replace(CONDITIONS, thermal_throttle_events=12)
    text = text_of(samples.record(cell(), conditions_after=after))
    assert "thermal-throttling: 12 events during the run: CPUs slowed down for heat." in text
    assert "Let the machine cool" in text


def test_the_machine_is_shown_before_and_after() -> None:
    before = replace(
        CONDITIONS,
        governor="schedutil",
        turbo=True,
        steal_share=0.004,
        cpu_quota=1.5,
        busy_processes=(BusyProcess("indexer", 0.97),),
    )
    text = text_of(samples.record(cell(), conditions=before))
    for reading in (
        "Load average of a minute 0.1 0.1",
        "CPU quota 1.5 CPUs none",
        "Busy processes, CPUs each indexer 0.97 none",
        "Frequency governor schedutil performance",
        "Turbo yes no",
        "Memory available 6.00 GiB 6.00 GiB",
        "On battery not readable not readable",
        "CPU time stolen 0.4 % 0.0 %",
    ):
        assert reading in text
    assert "GPU clock" not in text


def test_a_run_that_has_not_ended_has_no_reading_after_it() -> None:
    text = text_of(samples.record(cell(), status="running", conditions_after=None))
    assert "Load average of a minute 0.1 \N{EN DASH}" in text


def test_a_gpu_is_read_where_there_is_one() -> None:
    record = samples.record(cell(device="gpu"))
    there = replace(CONDITIONS, gpu_clock_mhz=1500, gpu_max_clock_mhz=1980, gpu_busy_percent=3)
    machine = replace(record.machine, gpu="A GPU")
    text = text_of(replace(record, machine=machine, conditions=there, conditions_after=there))
    assert "GPU clock 1500 of 1980 MHz 1500 of 1980 MHz" in text
    assert "GPU busy 3 % 3 %" in text
    assert "GPU held down by nothing nothing" in text


def test_the_environment_of_the_floor_is_called_so() -> None:
    text = text_of(samples.record(cell(), samples.floor()))
    assert "Nothing, the harness's own floor 1.2.3" in text
