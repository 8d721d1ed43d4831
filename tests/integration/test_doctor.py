"""``softmax-bench doctor``: what it prints, and what its exit status says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from bench.analysis.doctor import examine
from bench.cli.doctor import conclusion, print_checks
from bench.cli.exit_status import ExitStatus
from bench.cli.terminal import Console
from bench.records.model import Check
from tests.conftest import CommandLine
from tests.records.samples import CONDITIONS

WIDTH = 80
ILL = replace(CONDITIONS, turbo=True, governor="powersave", cpu_quota=1.5, load_average=12.0)


def printed(print_function, checks: tuple[Check, ...]) -> str:
    console = Console(width=WIDTH, color_system=None)
    with console.capture() as capture:
        print_function(console, checks)
    return capture.get()


@pytest.fixture
def narrow(command_line: CommandLine) -> CommandLine:
    return CommandLine(command_line.folder, {"COLUMNS": str(WIDTH)})


def test_every_check_is_named_and_the_exit_status_says_whether_any_warns(narrow):
    done = narrow("doctor", "--device", "cpu,gpu")
    assert done.stderr == ""
    for name in ("gpu-clocks", *(check.name for check in examine(CONDITIONS))):
        assert name in done.stdout
    warned = any(line.startswith("! warning") for line in done.stdout.splitlines())
    assert done.returncode == (ExitStatus.WARNINGS if warned else ExitStatus.OK)
    assert all(len(line) <= WIDTH for line in done.stdout.splitlines())


def test_a_busy_neighbour_is_warned_of(narrow):
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        done = narrow("doctor")
    finally:
        busy.kill()
        busy.wait()
    assert "! warning  busy-processes" in done.stdout
    assert "attention." in done.stdout
    assert done.returncode == ExitStatus.WARNINGS


def test_an_unknown_device_is_wrong_usage(narrow):
    done = narrow("doctor", "--device", "tpu")
    assert done.returncode == ExitStatus.USAGE
    assert "Unknown device 'tpu'" in done.stderr


def test_help_shows_examples_and_exit_statuses(narrow):
    done = narrow("doctor", "--help")
    assert "softmax-bench doctor && softmax-bench run" in done.stdout
    assert "7    doctor found something that will spoil measurements" in done.stdout


def test_commands_are_printed_whole_below_their_warning():
    lines = printed(print_checks, examine(ILL)).splitlines()
    warning = next(number for number, line in enumerate(lines) if "frequency-governor" in line)
    assert lines[warning].startswith("! warning")
    assert lines[warning + 2].strip() == "sudo cpupower frequency-set -g performance"
    assert "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo" in map(
        str.strip, lines
    )


def test_what_is_well_has_no_advice():
    lines = printed(print_checks, examine(CONDITIONS)).splitlines()
    assert len(lines) == len(examine(CONDITIONS)) + 2


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (CONDITIONS, "Nothing here will spoil measurements."),
        (replace(CONDITIONS, turbo=True), "1 of 12 checks wants attention."),
        (ILL, "4 of 12 checks want attention."),
        (
            replace(CONDITIONS, turbo=None),
            "Nothing here will spoil measurements, as far as could be seen; "
            "1 check had nothing to read.",
        ),
    ],
)
def test_the_last_line_says_it_all(conditions, said):
    assert conclusion(examine(conditions)) == said
