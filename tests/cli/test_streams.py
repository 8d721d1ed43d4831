"""Standard streams that cannot be written, or lack letters: nothing ends by them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cli.streams import Remembering, plain
from tests.conftest import REPOSITORY

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
ASCII = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
}


def shell(command_line, line, **variables):
    """Run a line of a shell in which `bench` is the command line."""
    function = f'bench() {{ "{sys.executable}" -m bench "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", function + line],
        cwd=command_line.folder,
        env=command_line.environment() | variables,
        capture_output=True,
        encoding="utf-8",
    )


@given(st.characters(exclude_characters="\0"))
def test_every_letter_has_a_plain_one_in_its_place(letter):
    assert plain(letter).isascii()
    assert plain(letter)


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("✓", "+"),
        ("\N{MULTIPLICATION SIGN}", "x"),
        ("\N{EN DASH}", "-"),
        ("…", "..."),
        ("µs", "us"),
        ("│─┼", "|-+"),
        ("é", "e"),
        ("\udce9", r"\xe9"),
    ],
)
def test_the_letters_that_are_printed_have_plain_ones_that_can_be_read(letters, said):
    assert "".join(letter if letter.isascii() else plain(letter) for letter in letters) == said


@needs_full
def test_what_a_full_file_does_not_take_is_remembered_as_far_as_it_names_places():
    descriptor = os.open(FULL, os.O_WRONLY)
    file = Remembering(descriptor)
    try:
        assert file.write(b"a table\nrecord: results/x.json\n") == 31
        assert file.write(b"report: x.html\n") == 15
    finally:
        os.close(descriptor)
    assert file.failure is not None
    assert file.places == ("record: results/x.json", "report: x.html")


@pytest.mark.parametrize(
    "arguments", ["list", "--help", "run --help", "run --dry-run --framework numpy"]
)
def test_a_reader_that_leaves_early_ends_it_quietly(command_line, arguments):
    done = shell(command_line, f"bench {arguments} | true; echo ${{PIPESTATUS[0]}}")
    assert done.stdout.strip() in ("141", "0")
    assert done.stderr == ""


@needs_full
@pytest.mark.parametrize(
    ("to", "why"), [(">/dev/full", "No space left on device"), (">&-", "it is closed")]
)
@pytest.mark.parametrize("arguments", ["list", "--help", "run --dry-run --framework numpy"])
def test_standard_output_that_cannot_be_written_is_said(command_line, arguments, to, why):
    done = shell(command_line, f"bench {arguments} {to}")
    assert done.returncode == 5
    assert done.stderr == f"error: Standard output cannot be written: {why}.\n"


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error_but_for_standard_output(command_line, closed):
    done = shell(command_line, f"bench list {closed}")
    assert done.returncode == (5 if ">&- 2" in closed else 0)
    assert done.stderr == ""


def test_where_there_was_nothing_to_say_a_closed_standard_output_is_no_error(command_line):
    done = shell(command_line, "bench report absent.json >&-")
    assert done.returncode == 5
    assert done.stderr == "error: absent.json cannot be read: No such file or directory.\n"


def test_a_file_that_is_written_does_not_take_the_place_of_a_closed_stream(command_line):
    record = next((REPOSITORY / "results" / "published").glob("*-default.json"))
    line = f"bench report {record} --format csv --output rows.csv <&- >&-"
    done = shell(command_line, line)
    assert done.returncode == 5
    assert done.stderr.endswith("it is closed.\nreport: rows.csv\n")
    rows = (command_line.folder / "rows.csv").read_text()
    assert rows.startswith("run_id,")
    assert "report:" not in rows


@pytest.mark.parametrize("to", [">&-", ">/dev/full", "| true"])
def test_a_run_goes_on_when_nobody_can_read_it_and_says_where_its_record_is(command_line, to):
    arguments = "--framework numpy --workload linear --blocks 1 --no-profile --no-ceiling"
    done = shell(command_line, f"bench run {arguments} {to}; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 5
    first, *places = done.stderr.splitlines()
    assert first.startswith("error: Standard output cannot be written: ")
    record = command_line.record()
    assert record.status == "complete"
    assert places == ["report: reports/index.html", f"record: results/{record.run_id}.json"]
    assert (command_line.folder / "reports" / "index.html").is_file()


@pytest.mark.parametrize("arguments", ["list", "run --help", "doctor", "run --dry-run"])
def test_where_there_are_no_other_letters_plain_ones_are_printed(command_line, arguments):
    done = shell(command_line, f"bench {arguments}", **ASCII)
    assert done.returncode in (0, 7)
    assert done.stdout.isascii()
    assert done.stderr == ""


@pytest.mark.parametrize("columns", ["1", "20", "-3", "wide", "²", "9" * 5000, "100000000"])
def test_any_width_will_do(command_line, columns):
    done = shell(command_line, "bench run --dry-run --framework numpy", COLUMNS=columns)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) < 20_000
    if columns == "20":
        assert max(map(len, done.stdout.splitlines())) <= 20
