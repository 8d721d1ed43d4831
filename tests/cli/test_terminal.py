"""The one console: every text that passes through it is harmless, whatever it is part of."""

from __future__ import annotations

import io

import pytest
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bench.analysis.selftest import assess
from bench.cli.assessment import print_assessments
from bench.cli.doctor import print_checks
from bench.cli.tables import print_rankings
from bench.cli.terminal import Console
from bench.records.model import Check
from tests.analysis.selftests import Machine
from tests.analysis.selftests import record as selftest_record
from tests.integration.test_terminal import ACTS, HOSTILE
from tests.report.hostile import everywhere

TEXT = " ".join(HOSTILE.values()) + "\ud800"
SECRET = "ghp_" + "a1B2c3D4" * 4


def printed(*renderables: object, width: int = 100, **options: object) -> str:
    """Return what a console that is no terminal shows."""
    console = Console(file=io.StringIO(), width=width)
    console.print(*renderables, **options)
    return shown_by(console)


def shown_by(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def table(text: str) -> Table:
    made = Table(text, title=escape(text))
    made.add_row(escape(text))
    made.add_row(Text(text))
    return made


@pytest.mark.parametrize(
    "renderable",
    [
        *(escape(TEXT), Text(TEXT), Panel(escape(TEXT), title=escape(TEXT))),
        *(table(TEXT), Panel(table(TEXT))),
    ],
    ids=["string", "text", "panel", "table", "table in a panel"],
)
def test_nothing_that_is_shown_acts(renderable):
    shown = printed(renderable)
    assert ACTS.findall(shown) == []
    assert "cleared" in shown


@pytest.mark.parametrize("renderable", [SECRET, Text(SECRET), Panel(SECRET), table(SECRET)])
def test_a_secret_in_two_lines_is_masked_as_one_in_one(renderable):
    shown = printed(renderable, width=20)
    assert "***" in shown
    assert not any(SECRET[start : start + 8] in shown for start in range(len(SECRET)))


def test_what_is_taken_out_uncovers_no_markup():
    assert printed(escape("[\x00red]a[/\x1b[0mred] [\x1b[0mblink]b")).strip() == (
        "[\ufffdred]a[/red] [blink]b"
    )


def test_the_console_s_own_colours_stay():
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(f"[red]failed[/red] {escape(TEXT)}", highlight=False)
    assert shown_by(console).startswith("\x1b[31mfailed\x1b[0m ")
    assert "\x1b[2J" not in shown_by(console)


def test_rankings_of_a_hostile_record_are_text():
    console = Console(file=io.StringIO(), width=80)
    print_rankings(console, everywhere(TEXT))
    assert ACTS.findall(shown_by(console)) == []


def test_assessments_of_a_hostile_self_test_are_text():
    console = Console(file=io.StringIO(), width=80)
    print_assessments(console, everywhere(TEXT), assess(selftest_record(Machine())))
    assert ACTS.findall(shown_by(console)) == []
    assert "cleared" in shown_by(console), "what was not measured, and why"


def test_checks_with_hostile_findings_are_text():
    console = Console(file=io.StringIO(), width=80)
    print_checks(console, [Check("load", "warning", TEXT, f"{TEXT}\n{TEXT}")])
    assert ACTS.findall(shown_by(console)) == []
