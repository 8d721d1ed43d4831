"""Workers that keep to nothing: programs that stand in for the interpreter, run as workers are."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from bench.engines.local import Launch, WorkerFailure, run_worker
from bench.worker.assignment import Assignment, Outcome
from implementations.contract import Options

PATIENCE_SECONDS = 300.0
# Far less than a worker that goes on for ever would take, and more than it takes to begin.
SHORT_SECONDS = 2.0
BEGINNING = """#!{python} -S
import fcntl, json, os, signal, subprocess, sys, termios, time
assignment = json.load(open(sys.argv[4]))
events, answers = assignment["events"], assignment["acknowledgements"]
EVENT = b'{{"stage": "training"}}\\n'
"""


def assigned(folder: Path) -> Assignment:
    return Assignment(
        task="ceiling",
        framework="",
        form="scratch",
        options=Options("cpu", "eager", "preloaded"),
        planted_slowdown=0.0,
        threads=1,
        cpus=(0,),
        seed=1,
        data_folder="",
        problem_folder="",
        folder=str(folder),
        foreign=(),
        events=-1,
        acknowledgements=-1,
    )


def run(folder: Path, program: str, seconds: float = PATIENCE_SECONDS) -> WorkerFailure:
    """Run a program as a worker, which fails."""
    interpreter = folder / "interpreter"
    interpreter.write_text(BEGINNING.format(python=sys.executable) + program)
    interpreter.chmod(0o755)
    launch = Launch(interpreter, {"WORKER_OF": str(folder)}, seconds)
    failure = run_worker(launch, assigned(folder), lambda event: None)
    assert isinstance(failure, WorkerFailure)
    return failure


def processes_of(folder: Path) -> list[psutil.Process]:
    """Return what is there of a worker and of all that it started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("WORKER_OF") == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    "program",
    [
        "while True: print('again and again' * 100, flush=True)",
        "while True: os.write(events, EVENT); os.read(answers, 1)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "os.close(events); os.close(answers); os.close(1); os.close(2); time.sleep(3600)",
        "for one in range(1, 32):\n  try: signal.signal(one, signal.SIG_IGN)\n"
        "  except OSError: pass\nwhile True: pass",
    ],
    ids=["prints", "tells", "stops itself", "closes its pipes", "ignores signals"],
)
def test_nothing_that_a_worker_does_gives_it_more_time(tmp_path, program):
    failure = run(tmp_path, program, SHORT_SECONDS)
    assert (failure.kind, failure.reason) == ("timeout", "still running after 2 s")
    assert len(failure.log) <= 4_000
    assert processes_of(tmp_path) == []


def test_a_child_that_holds_its_pipes_is_not_waited_for(tmp_path):
    program = "subprocess.Popen(['sleep', '3600'], close_fds=False)\nprint('done')"
    failure = run(tmp_path, program)
    assert (failure.kind, failure.log) == ("exited", "done")
    assert processes_of(tmp_path) == []


def test_what_has_left_the_group_and_its_parent_is_ended_and_named(tmp_path):
    program = (
        "child = subprocess.Popen([sys.executable, '-c', 'import subprocess;"
        ' subprocess.Popen(["sleep", "3600"])\'], start_new_session=True)\nchild.wait()'
    )
    failure = run(tmp_path, program)
    assert failure.kind == "left_processes"
    assert "left behind sleep (" in failure.reason
    assert processes_of(tmp_path) == []


def test_one_that_does_not_read_its_answers_is_not_answered_for_ever(tmp_path):
    program = """
fcntl.fcntl(answers, 1031, 4096)
def unread():
    count = bytearray(4)
    fcntl.ioctl(events, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)
while True:
    os.write(events, EVENT)
    while unread(): pass
"""
    failure = run(tmp_path, program)
    assert (failure.kind, failure.reason) == ("garbled", "does not read the answers that it gets")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "no event"),
        (b"null", "no event"),
        (b'{"stage": "unheard-of"}', "no event"),
        (b'{"stage": "training", "more": 1}', "no event"),
        (b'{"stage": "training", "epoch": "1"}', "no event"),
        (b'{"stage": "training", "epoch": 1}', "no event"),
        (b"[" * 4_000, "no event"),
        (b'{"stage": "boundary", "epoch": 1}', "a boundary after epoch 1 where none could be"),
        (b'{"stage": "boundary"}', "a boundary after epoch 0 where none could be"),
    ],
)
def test_a_line_that_is_no_event_ends_its_worker(tmp_path, line, reason):
    failure = run(tmp_path, f"os.write(events, {line!r} + b'\\n'); time.sleep(3600)")
    assert failure.kind == "garbled"
    assert reason in failure.reason


def test_one_that_is_ended_by_a_signal_without_a_name_is_told(tmp_path):
    failure = run(tmp_path, "os.kill(os.getpid(), signal.SIGRTMIN + 3)")
    assert failure.kind == "killed_by_signal"
    assert "(a real-time signal)" in failure.reason


def test_an_outcome_of_another_task_is_none(tmp_path):
    program = "open('outcome.json', 'w').write('{}')"
    failure = run(tmp_path, program)
    assert (failure.kind, "without the ceiling" in failure.reason) == ("garbled", True)


def test_a_failure_that_no_worker_can_know_of_is_not_believed(tmp_path):
    trouble = '{"trouble": {"kind": "parity", "reason": "I am not the model"}}'
    failure = run(tmp_path, f"open('outcome.json', 'w').write({trouble!r})")
    assert failure.kind == "garbled"


@pytest.mark.parametrize("missing", ["interpreter", "folder"])
def test_one_that_cannot_be_started_is_a_failure(tmp_path, missing):
    folder = tmp_path / "folder"
    if missing != "folder":
        folder.mkdir()
    python = tmp_path / "none" if missing == "interpreter" else Path(sys.executable)
    launch = Launch(python, {}, PATIENCE_SECONDS)
    failure = run_worker(launch, assigned(folder), lambda event: None)
    assert not isinstance(failure, Outcome)
    assert failure.kind == "exited"
    assert "could not be started" in failure.reason
