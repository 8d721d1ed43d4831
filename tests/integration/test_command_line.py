"""The command line: help, plans, and what it says when something is wrong."""

from __future__ import annotations

import gzip
import re
import shutil
import time

import pytest

from bench.engines import machine
from bench.records import store
from bench.workloads import fashion_mnist
from tests.conftest import BRIEFLY, REPOSITORY, UNSEEN
from tests.records.samples import measured_record

pytestmark = pytest.mark.apart


@pytest.mark.parametrize("command", ["run", "report", "list", "doctor", "selftest"])
def test_help_shows_examples(command_line, command):
    done = command_line(command, "--help")
    assert done.returncode == 0
    assert "Examples" in done.stdout
    assert f"softmax-bench {command}" in done.stdout


def test_a_dry_run_prints_plan_and_estimate_and_writes_nothing(command_line):
    done = command_line("run", "--dry-run", "--framework", "torch,numpy", "--execution", "eager")
    assert done.returncode == 0
    assert "3 cells x 3 blocks = 9 trials; roughly" in done.stdout
    assert "high_level" in done.stdout
    assert not (command_line.folder / "results").exists()


def test_a_dry_run_of_a_plan_with_a_time_says_what_is_added(command_line):
    done = command_line("run", "--dry-run", "--framework", "numpy", "--max-time", "10min")
    assert "1 cells x 3 blocks = 3 trials; roughly" in done.stdout
    words = " ".join(done.stdout.split())
    assert "then more blocks of cells that are not told apart, until trials have taken" in words


def test_a_dry_run_of_a_plan_file_shows_its_cells(command_line):
    scaling = str(REPOSITORY / "plans" / "scaling.toml")
    done = command_line("run", "--dry-run", "--plan", scaling, "--framework", "numpy")
    assert done.returncode == 0, done.stderr
    most = machine.default_threads()
    cells = {(most, size) for size in (32, 128, 256, 512, 2048, 8192)} | {(1, 256)}
    assert f"{len(cells)} cells x 3 blocks" in done.stdout
    assert "8192" in done.stdout


def test_options_on_the_command_line_win_over_those_of_a_plan_file(after_a_run):
    plan = after_a_run.record().plan
    assert plan.frameworks == ("numpy",)
    assert plan.blocks == 1
    assert not plan.profile
    assert not plan.ceiling


def test_a_run_without_a_ceiling_measures_none_and_says_so(after_a_run):
    assert after_a_run.record().ceilings == ()
    page = (after_a_run.folder / "reports" / "index.html").read_text()
    assert re.search(r"Machine&#39;s ceiling.{,80}not measured", page, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '\nframwork = "torch"',
            "plan.toml, line 2: unknown key 'framwork'. Did you mean framework",
        ),
        ("[[include]]\nlane = 1", "plan.toml, line 2: unknown axis 'lane'."),
        ('blocks = 5\nmax-time = "10min"', "name a precision, such as 2%"),
        ("blocks = [[", "The plan plan.toml is not TOML"),
        ('[[exclude]]\nform = ["scratch", "high_level"]', "mend the rules of the plan file"),
    ],
)
def test_a_wrong_plan_file_is_refused_with_what_would_be_right(command_line, text, said):
    (command_line.folder / "plan.toml").write_text(text)
    done = command_line("run", "--plan", "plan.toml")
    assert done.returncode == 3
    assert said in " ".join(done.stderr.split())


def test_list_names_frameworks_forms_lanes_and_workloads(command_line):
    done = command_line("list")
    words = ("tensorflow", "high_level: epoch, step", "2.13.0", "fashion-mnist", "blobs")
    for word in words:
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--framework", "trch"), "Did you mean torch? Valid: numpy, sklearn, torch"),
        (("--workload", "fashionmnist"), "Did you mean fashion-mnist?"),
        (("--form", "highlevel"), "Did you mean high_level?"),
        (("--device", "tpu"), "Unknown device 'tpu'"),
        (("--framework", "torch==new"), "is not of the form torch==1.2.3"),
        (("--framework", "numpy", "--form", "high_level"), "Nothing to measure"),
        (("--threads", "0"), "not a positive whole number"),
        (("--threads", "100000"), "as many CPUs"),
        (("--batch-size", "ten"), "not a positive whole number"),
        (("--epochs", "1"), "Number of epochs '1' is not a whole number from 2 up"),
        (("--execution", "compiled"), "Unknown lane 'compiled'. Valid: eager, step, epoch, all."),
        (("--input", "loader", "--framework", "sklearn"), "Nothing to measure: sklearn offers"),
        (("--loader-workers", "some"), "Number of loader workers 'some' is not a whole number"),
        (("--plan", "absent.toml"), "The plan absent.toml cannot be read: No such file"),
        (("--precision", "2"), "is not a share from 0.1% to 50%"),
        (("--blocks", "5", "--max-time", "10min"), "name a precision"),
        (("--precision", "2%", "--max-time", "soon"), "is not a duration such as"),
        (("--blok", "1"), "No such option"),
        (("--report", "page.html", "--no-report"), "cannot go together: leave one out"),
    ],
)
def test_wrong_usage_is_named_and_has_its_own_status(command_line, arguments, said):
    done = command_line("run", *arguments)
    assert done.returncode == 3
    assert said in " ".join(done.stderr.split())


def test_an_unwritable_results_folder_is_found_before_anything_is_measured(command_line):
    (command_line.folder / "results").write_text("a file, not a folder")
    done = command_line("run", "--workload", "linear", "--framework", "numpy")
    assert done.returncode == 5
    assert "--results-dir" in done.stderr


def test_an_unwritable_report_is_found_before_anything_is_measured(command_line):
    (command_line.folder / "reports").write_text("a file, not a folder")
    done = command_line("run", "--workload", "linear", "--framework", "numpy", "--blocks", "1")
    assert done.returncode == 5
    assert "index.html cannot be written" in done.stderr
    assert not (command_line.folder / "results").exists()


def test_a_report_that_can_no_longer_be_written_leaves_the_record_and_says_how_to_go_on(
    command_line,
):
    few = ("--blocks", "1", *BRIEFLY)
    run = command_line.start("run", "--workload", "linear", "--framework", "numpy", *few)
    wait_for_record(command_line)
    (command_line.folder / "reports").rmdir()
    (command_line.folder / "reports").write_text("a file, not a folder")
    output, errors = run.communicate()
    assert run.returncode == 5
    [path] = (command_line.folder / "results").glob("*.json")
    name = path.relative_to(command_line.folder)
    assert f"softmax-bench report {name}" in errors
    assert output.splitlines()[-1] == f"record: {name}"
    assert command_line.record().status == "complete"


def wait_for_record(command_line):
    while not list((command_line.folder / "results").glob("*.json")):
        time.sleep(0.05)


def test_a_report_does_not_take_the_place_of_a_record(command_line, tmp_path):
    path = tmp_path / "kept.html"
    path.write_bytes(store.dump(measured_record()))
    done = command_line("run", "--workload", "linear", "--framework", "numpy", "--report", path)
    assert done.returncode == 3
    assert "is a record, and would be overwritten" in done.stderr
    assert store.load(path) == measured_record()


def test_a_damaged_record_is_refused_by_report(command_line):
    path = command_line.folder / "record.json"
    path.write_text('{"schema_version": "3.0"}')
    done = command_line("report", str(path))
    assert done.returncode == 5
    assert "is not a record" in done.stderr


def test_a_record_of_a_version_that_cannot_be_read_is_refused_by_report(command_line):
    path = command_line.folder / "record.json"
    path.write_text('{"schema_version": "1.0"}')
    done = command_line("report", str(path))
    assert done.returncode == 5
    assert "is a record of schema version '1.0'" in done.stderr


def test_report_rebuilds_the_page_from_a_record_byte_for_byte(after_a_run):
    first = (after_a_run.folder / "reports" / "index.html").read_bytes()
    [record] = (after_a_run.folder / "results").glob("*.json")
    done = after_a_run("report", str(record), "--output", "again.html")
    assert done.returncode == 0
    assert (after_a_run.folder / "again.html").read_bytes() == first


def test_a_folder_without_the_data_is_refused_by_name(command_line):
    empty = command_line.folder / "data"
    empty.mkdir()
    done = command_line(
        *("run", "--workload", "fashion-mnist", "--framework", "numpy"),
        *("--data-dir", str(empty)),
    )
    assert done.returncode == 4
    assert "t10k-labels-idx1-ubyte.gz is missing" in done.stderr


def test_damaged_data_are_refused_even_by_auto(command_line):
    folder = command_line.folder / "data"
    folder.mkdir()
    for file in fashion_mnist.OFFICIAL_FILES:
        (folder / file.name).write_bytes(gzip.compress(b"something else"))
    done = command_line("run", "--framework", "numpy", "--data-dir", str(folder))
    assert done.returncode == 4
    assert "truncated" in done.stderr
    shutil.rmtree(folder)


def test_auto_falls_back_to_synthetic_data_and_says_so(command_line):
    """The proxy that the downloads are sent to does not exist."""
    nowhere = "http://127.0.0.1:9"
    variables = {"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "XDG_CACHE_HOME": "cache"}
    variables |= {"NO_PROXY": "", "no_proxy": ""}
    command_line.variables |= {**variables, **{k.lower(): v for k, v in variables.items()}}
    arguments = ("--framework", "numpy", "--blocks", "1", "--quick", "--environment", "current")
    arguments += ("--epochs", "4", "--repeats", "0", "--no-ceiling")
    done = command_line("run", *arguments)
    assert done.returncode == 0, done.stderr
    record = command_line.record()
    assert record.cells[0].identity.workload == "synthetic"
    assert "stand in for Fashion-MNIST" in record.notices[0]
    assert "stand in for Fashion-MNIST" in done.stdout
    assert "stand in for Fashion-MNIST" in (command_line.folder / "reports/index.html").read_text()
    named = command_line("run", "--workload", "fashion-mnist", *arguments)
    assert named.returncode == 4
    assert "could not be downloaded" in named.stderr


def test_environments_may_be_kept_in_a_relative_folder(command_line):
    done = command_line(
        *("run", "--workload", "linear", "--framework", "numpy", "--blocks", "1"),
        *(*UNSEEN, "--repeats", "0", "--home", "kept here"),
    )
    assert done.returncode == 0, done.stderr
    [environment] = (command_line.folder / "kept here" / "environments").glob("numpy-*")
    assert (environment / "bin" / "python").exists()


def test_a_run_of_which_no_report_is_wanted_leaves_its_record_alone(command_line):
    done = command_line(
        *("run", "--workload", "linear", "--framework", "numpy", "--blocks", "1", *UNSEEN)
    )
    assert done.returncode == 0, done.stderr
    assert "report:" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("record: results/")
    assert not (command_line.folder / "reports").exists()


def test_a_message_keeps_its_square_brackets(command_line):
    done = command_line("report", "[red].json")
    assert done.returncode == 5
    assert "[red].json cannot be read" in done.stderr


def test_the_self_test_compares_cells_whose_difference_is_known(command_line):
    brief = ("--max-time", "1s", "--epochs", "4")
    done = command_line("selftest", *brief, "--environment", "current")
    # On a busy machine three blocks may show anything; what they must not do is crash.
    assert done.returncode in (0, 8), done.stdout + done.stderr
    assert "5% slower" in done.stdout
    assert "identical cells were" in done.stdout
    # Where this interpreter has no JAX, that is said and no lie.
    assert "JAX" in done.stdout
    [path] = (command_line.folder / "results" / "selftest").glob("*.json")
    cells = store.load(path).cells
    assert {cell.planted_slowdown for cell in cells} == {0.0, 0.05}
    assert len({cell.identity for cell in cells}) == len(cells)
    numpy = [cell for cell in cells if cell.identity.framework == "numpy"]
    for trial in (trial for cell in numpy for trial in cell.trials):
        assert trial.by_turns
        # Turns changed at every boundary, however short the epochs.
        assert {probe.epoch for probe in trial.probes} >= set(range(1, len(trial.epoch_seconds)))
    for block in {trial.block for cell in numpy for trial in cell.trials}:
        places = [trial.slot for cell in numpy for trial in cell.trials if trial.block == block]
        assert max(places) - min(places) == len(places) - 1


def test_in_a_given_time_those_blocks_are_added_that_matter(command_line):
    done = command_line(
        *("run", "--framework", "numpy,sklearn", "--workload", "linear", *BRIEFLY),
        *("--repeats", "0", "--max-time", "15s"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = command_line.record()
    assert record.plan.adaptive
    assert record.looks[0] == 3
    assert record.looks[-1] == record.blocks
    assert all(len(cell.trials) >= 3 for cell in record.cells)
    page = (command_line.folder / "reports" / "index.html").read_text()
    assert "then more of those that were not told apart" in page


def test_blocks_are_added_until_the_time_is_spent(command_line):
    # On a busy machine the first blocks alone may take longer than the time that is given.
    for seconds in (5, 10, 20, 40, 80, 160, 320):
        done = command_line(
            *("run", "--framework", "numpy", "--workload", "linear", "--blocks", "2"),
            *(*UNSEEN, "--repeats", "0", "--precision", "0.1%", "--max-time", f"{seconds}s"),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        record = command_line.record()
        if record.blocks > 2:
            break
    assert record.plan.blocks == 2
    assert record.blocks > 2
    for cell in record.cells:
        assert len(cell.trials) == record.blocks
    assert "is added" in done.stdout
    assert any("was not reached in the time given" in notice for notice in record.notices)


def test_a_wrong_framework_for_the_self_test_is_named(command_line):
    done = command_line("selftest", "--framework", "numpi")
    assert done.returncode == 3
    assert "Did you mean numpy?" in done.stderr


def test_two_choices_that_the_running_interpreter_makes_the_same_are_refused(command_line):
    done = command_line(
        *("run", "--environment", "current", "--framework", "numpy,numpy==1.0"),
        *("--workload", "linear", "--epochs", "2", "--blocks", "1"),
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "numpy and numpy==1.0 are both version" in done.stderr
