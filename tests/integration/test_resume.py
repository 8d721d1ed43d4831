"""A run that ended early can be finished from its record, and only then; nothing is lost."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.cli.measuring import Places, Unfinished, carry_out
from bench.engines.lock import FOLDER_VARIABLE
from bench.records import store
from bench.records.model import Record, Trial
from bench.records.store import RecordError
from tests.conftest import HOME, UNSEEN, CommandLine
from tests.disks import small_disk
from tests.records.samples import measured_record


def trials_of(record: Record) -> dict[tuple[int, int], Trial]:
    """Return what was measured, by cell and block; each at most once."""
    found = {}
    for index, cell in enumerate(record.cells):
        for trial in cell.trials:
            assert (index, trial.block) not in found, "a finished trial was repeated"
            found[index, trial.block] = trial
    return found


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory, measured: Path) -> CommandLine:
    """A folder with the record of a complete run."""
    folder = tmp_path_factory.mktemp("complete")
    shutil.copytree(measured / "results", folder / "results")
    return CommandLine(folder)


def unfinished(complete: CommandLine, name: str, **changes: object) -> Path:
    """Write the complete run's record as if it had been killed, with changes, under a name."""
    document = json.loads(store.dump(complete.record()))
    document |= {"status": "running", "run_id": name, **changes}
    document["cells"][0] |= {"trials": [], "status": "pending", "summary": None, "parity": None}
    path = complete.folder / "unfinished" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def test_only_what_is_missing_is_measured(complete):
    path = unfinished(complete, "a-trial-is-missing")
    before = trials_of(store.load(path))
    done = complete("run", "--resume", str(path), "--no-report")
    assert done.returncode == 0, done.stdout + done.stderr
    after = store.load(path)
    assert before.items() <= trials_of(after).items()
    assert len(trials_of(after)) == len(before) + 1
    assert any("taken up again" in notice for notice in after.notices)


def test_a_complete_run_has_nothing_to_resume(complete):
    done = complete("run", "--resume", str(store.latest(complete.folder / "results")))
    assert done.returncode == 5
    assert "nothing left to measure" in done.stderr


def test_options_that_the_plan_has_answered_are_refused(complete):
    path = unfinished(complete, "with-an-option")
    done = complete("run", "--resume", str(path), "--blocks", "3")
    assert done.returncode == 3
    assert "--blocks cannot go with --resume" in done.stderr


def test_another_machine_does_not_finish_a_run(complete):
    machine = json.loads(store.dump(complete.record()))["machine"]
    path = unfinished(complete, "elsewhere", machine=machine | {"fingerprint": "another"})
    done = complete("run", "--resume", str(path))
    assert done.returncode == 5
    assert "the machine" in done.stderr


def test_other_code_does_not_finish_a_run(complete):
    code = complete.record().code | {"implementations/numpy/scratch.py": "another"}
    path = unfinished(complete, "older", code=code)
    done = complete("run", "--resume", str(path))
    assert done.returncode == 5
    assert "the code that measures (implementations/numpy/scratch.py)" in done.stderr


@pytest.mark.parametrize("called", ["renamed", "a link"])
def test_a_run_is_finished_in_the_file_that_was_given(complete, called):
    path = unfinished(complete, "original")
    other = path.with_name("renamed.json")
    other.write_bytes(path.read_bytes())
    path.write_text("another run, which has this name")
    given = other
    if called == "a link":
        given = path.with_name("link.json")
        given.symlink_to(other)
    done = complete("run", "--resume", str(given))
    assert done.returncode == 0, done.stdout + done.stderr
    assert store.load(other).status == "complete"
    assert given.is_symlink() == (called == "a link")
    assert path.read_text() == "another run, which has this name"
    assert done.stdout.splitlines()[-1] == f"record: {other}"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_resumption_that_is_interrupted_at_once_says_so(complete, sent):
    path = unfinished(complete, f"interrupted-{sent}")
    lock = complete.folder / "tmp" / "softmax-bench.lock"
    run = complete.start("run", "--resume", str(path))
    while not lock.read_bytes():
        time.sleep(0.01)
    time.sleep(0.1)
    run.send_signal(sent)
    output, errors = run.communicate()
    assert run.returncode == 130, output + errors
    assert store.load(path).status == "interrupted"
    assert output.splitlines()[-1] == f"record: {path}"


def test_a_resumption_is_refused_where_another_has_gone_on_meanwhile(complete, monkeypatch):
    path = unfinished(complete, "two-at-once")
    read = Unfinished(store.load(path), path)
    unfinished(complete, "two-at-once", notices=["another was here"])
    monkeypatch.setenv(FOLDER_VARIABLE, complete.environment()[FOLDER_VARIABLE])
    with pytest.raises(RecordError, match="has changed"):
        carry_out(read.record.plan, Places(HOME, None, path.parent), unfinished=read)


WRITE_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from bench.records import store

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
record = store.load(folder / "record.json")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store.Store(folder / "record.json").write(record)
except store.RecordError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on files here")
def test_a_record_that_cannot_be_written_leaves_the_last_one_whole(tmp_path):
    written = store.Store(tmp_path / "record.json")
    written.write(measured_record())
    before = written.path.read_bytes()
    assert len(before) > 4096
    done = subprocess.run(
        [sys.executable, "-c", WRITE_WITHOUT_ROOM, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout
    assert "--resume" in done.stdout
    assert written.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_a_full_disk_ends_the_run_with_a_readable_record(tmp_path):
    command_line = CommandLine(tmp_path)
    with small_disk(tmp_path / "disk", "512k") as disk:
        done = command_line(
            *("run", "--framework", "numpy", "--workload", "blobs", "--epochs", "300"),
            *("--blocks", "20", *UNSEEN, "--results-dir", str(disk)),
        )
        assert done.returncode == 5, done.stdout + done.stderr
        assert "No space left on device" in done.stderr
        assert "--resume" in done.stderr
        path = store.latest(disk)
        assert path is not None
        assert trials_of(store.load(path))
