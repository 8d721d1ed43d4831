"""Whatever a plug-in, a record or a process says, the terminal and the report only show it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.records import store
from tests.conftest import UNSEEN, CommandLine
from tests.integration.telling import telling_command_line
from tests.report.hostile import everywhere

HOSTILE = {
    "title": "\x1b]0;quagmire\x07",
    "clipboard": "\x1b]52;c;cXVhZ21pcmU=\x07",
    "link": "\x1b]8;;http://example.org/\x1b\\here\x1b]8;;\x1b\\",
    "screen": "\x1b[2J\x1b[1;1Hcleared",
    "in one character": "\x9b2J\x9d0;quagmire\x9ccleared",
    "backspaces": "rm\x08\x08ls",
    "return": "good\rbad",
    "null": "nothing\x00",
    "direction": "\u202egnp.exe\u202c \u2066isolated\u2069 \u200fmark",
    "markup": "[red]red[/red] [link=http://example.org]here[/link]",
}
ACTS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What a bar that moves is made of, and colours: sequences of the console's own.
OF_THE_CONSOLE = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[hl]|[12]K|1A)")
FEW = ("--workload", "linear", "--blocks", "1", "--epochs", "3", *UNSEEN)
PLUGINS = ("--environment", "current", "--framework", "leaking-raises,leaking-titled")
# Names of processes have at most 15 characters.
BUSY = """
import ctypes
ctypes.CDLL(None).prctl(15, b"\\x1b[2Jq\\x07\\xe2\\x80\\xaee")
print(flush=True)
while True:
    pass
"""


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("terminal")
    return telling_command_line(folder, tmp_path_factory.mktemp("home"), HOSTILE, {})


@pytest.fixture(scope="module")
def done(command_line: CommandLine) -> subprocess.CompletedProcess[str]:
    return command_line("run", *FEW, *PLUGINS)


@pytest.fixture(scope="module")
def records(done, command_line: CommandLine) -> list[str]:
    """Return the record of a run, and one with hostile text wherever there is text."""
    del done
    folder = command_line.folder / "results"
    made = everywhere(" ".join(HOSTILE.values()))
    (folder / "made.json").write_bytes(store.dump(made))
    return [str(path) for path in sorted(folder.glob("*.json"))]


def test_a_run_shows_what_its_workers_say_and_does_nothing_of_it(done):
    assert done.returncode == 2, done.stdout + done.stderr
    assert ACTS.findall(done.stdout + done.stderr) == []
    assert "cleared" in done.stdout
    assert "[red]red[/red]" in done.stdout


def test_on_a_terminal_the_console_s_own_sequences_are_all(command_line):
    text = on_a_terminal(command_line, "run", *FEW, *PLUGINS)
    assert "\x1b[?25l" in text, "the bar moves"
    assert ACTS.findall(OF_THE_CONSOLE.sub("", text)) == []
    assert "cleared" in text


def on_a_terminal(command_line: CommandLine, *arguments: str) -> str:
    """Run a command that has a terminal, and return what it shows there."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *arguments],
        cwd=command_line.folder,
        env=command_line.environment() | {"TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=end,
        stderr=end,
    )
    os.close(end)
    with open(terminal, "rb", buffering=0, closefd=True) as reading:
        shown = b"".join(pieces(reading.fileno()))
    process.wait()
    return shown.decode()


def pieces(terminal: int) -> Iterator[bytes]:
    """Yield what is shown until the last program has closed the terminal."""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            yield piece


@pytest.mark.parametrize("name", ["markdown", "csv"])
def test_standard_output_has_text_only(command_line, records, name):
    for record in records:
        shown = command_line("report", record, "--format", name, "--output", "-")
        assert shown.returncode == 0, shown.stderr
        assert ACTS.findall(shown.stdout + shown.stderr) == []


def test_reports_are_text_only(command_line, records):
    every = ("--format", "html,markdown,csv", "--figures", "svg", "--output", "all/")
    shown = command_line("report", *records, *every)
    assert shown.returncode == 0, shown.stderr
    assert ACTS.findall(shown.stdout + shown.stderr) == []
    files = [path for path in (command_line.folder / "all").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".md", ".csv", ".svg"}
    acting = {path.name: ACTS.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: found for name, found in acting.items() if found} == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("run", "--dry-run", *FEW, *PLUGINS),
        ("run", "--framework", "\x1b]0;quagmire\x07\u202e"),
        ("run", "--\x1b]0;quagmire\x07\u202e"),
        ("report", "\x1b]0;quagmire\x07\u202e\udcff.json"),
    ],
    ids=["list", "the plan", "a wrong name", "a wrong option", "a wrong file"],
)
def test_every_other_command_shows_text_only(command_line, arguments):
    shown = command_line(*arguments)
    assert shown.stdout + shown.stderr
    assert ACTS.findall(shown.stdout + shown.stderr) == []
    assert "Traceback" not in shown.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="names of processes are set with prctl(2)")
def test_the_doctor_names_a_process_and_does_nothing_of_its_name(tmp_path):
    busy = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE)
    try:
        assert busy.stdout is not None
        busy.stdout.readline()
        shown = CommandLine(tmp_path)("doctor")
    finally:
        busy.kill()
        busy.communicate()
    assert ACTS.findall(shown.stdout + shown.stderr) == []
    assert shown.returncode in (0, 7), shown.stderr
