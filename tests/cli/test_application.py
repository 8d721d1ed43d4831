"""How the command line ends: every end has a status and a sentence, unforeseen ones too."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cli.exit_status import ExitStatus, listed
from tests.conftest import REPOSITORY, hear_interrupts

FAULT = """
import sys
from bench.cli import application
application.STATUS_OF_ERROR.clear()
sys.argv = ["softmax-bench", "report", "absent.json"]
application.main()
"""


def crashed(folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run the application where what it usually explains comes as a surprise."""
    return subprocess.run(
        [sys.executable, "-c", FAULT],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"TMPDIR": str(temporary), "PYTHONPATH": str(REPOSITORY)},
    )


def test_an_unforeseen_error_is_one_line_with_the_place_of_its_traceback(tmp_path):
    done = crashed(tmp_path, tmp_path)
    assert done.returncode == ExitStatus.CRASH
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    found = re.search(r"softmax-bench itself failed.*\(RecordError\).*is in (\S+\.log): ", line)
    assert found
    assert "Traceback" in Path(found[1]).read_text()


def test_statuses_are_listed_in_help_and_readme():
    help_text = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], capture_output=True, text=True
    ).stdout
    readme = (REPOSITORY / "README.md").read_text()
    for status in ExitStatus:
        assert re.search(rf"^ +{status.value} +{status.meaning.split()[0]}", help_text, re.M)
        assert f"| {status.value} | {status.meaning} |" in readme
    assert len(listed().splitlines()) == len(ExitStatus)


@pytest.mark.parametrize(
    ("command", "never"),
    [
        ("run", {7, 8}),
        ("report", {2, 6, 7, 8}),
        ("list", {2, 4, 6, 7, 8}),
        ("doctor", {2, 4, 6, 8}),
        ("selftest", {7}),
    ],
)
def test_a_command_s_help_lists_the_statuses_that_it_has(command, never):
    words = [sys.executable, "-m", "bench", command, "--help"]
    help_text = subprocess.run(words, capture_output=True, text=True).stdout
    _, _, table = help_text.rpartition("Exit status")
    assert set(map(int, re.findall(r"^ +(\d+) +\w", table, re.M))) == set(ExitStatus) - never


STARTING = """
import os, signal, sys, types

class Slow:
    # Imports of libraries that take their time.
    def find_spec(self, name, path, target=None):
        if name == "rich":
            os.kill(os.getpid(), {signal})

sys.meta_path.insert(0, Slow())
from bench.cli import main
sys.argv = ["softmax-bench", "list"]
main()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_libraries_are_imported_ends_it_quietly(sent):
    done = subprocess.run(
        [sys.executable, "-c", STARTING.format(signal=int(sent))],
        capture_output=True,
        text=True,
        preexec_fn=hear_interrupts,
    )
    assert (done.returncode, done.stdout, done.stderr) == (ExitStatus.INTERRUPTED, "", "")


INTERRUPTED_AGAIN_AND_AGAIN = """
import os, signal, time
from bench.cli import signals
signals.interrupt()
try:
    os.kill(os.getpid(), {signal})
    time.sleep(60)
except KeyboardInterrupt:
    for _ in range(100):
        os.kill(os.getpid(), {signal})
    print("brought to an end", flush=True)
    signals.SECONDS_TO_END = 0.0
    os.kill(os.getpid(), {signal})
    time.sleep(60)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_again_does_not_hinder_the_end_unless_that_takes_too_long(sent):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AGAIN_AND_AGAIN.format(signal=int(sent))],
        capture_output=True,
        text=True,
        preexec_fn=hear_interrupts,
    )
    assert (done.returncode, done.stderr) == (ExitStatus.INTERRUPTED, "")
    assert done.stdout == "brought to an end\n"
