"""The options of a plan on the command line: they reach a command as they were typed."""

from __future__ import annotations

from typing import Annotated

import typer
from hypothesis import given
from typer.testing import CliRunner

from bench.cli.options import surroundings, with_plan_options
from bench.plan.options import OPTIONS
from tests.plan.drawn import given_options, typed

received: list[tuple[dict[str, str], int]] = []
app = typer.Typer(add_completion=False)


@app.command()
@with_plan_options
def remember(
    given: dict[str, str],
    own: Annotated[int, typer.Option(envvar="OWN_NUMBER", help="Its own number.")] = 3,
) -> None:
    """Remember what it was called with."""
    received.append((given, own))


def called(*arguments: str) -> tuple[dict[str, str], int]:
    """Return what the command is called with."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return received.pop()


def test_without_options_none_is_given():
    assert called() == ({}, 3)


def test_a_command_keeps_its_own_parameters():
    assert called("--own", "5", "--blocks", "2") == ({"blocks": "2"}, 5)


def test_what_a_command_says_of_its_own_parameters_holds():
    assert "Its own number." in CliRunner().invoke(app, ["--help"]).output
    assert CliRunner().invoke(app, [], env={"OWN_NUMBER": "8"}).exit_code == 0
    assert received.pop() == ({}, 8)


def test_a_switch_is_given_as_true_or_false():
    assert called("--quick", "--profile")[0] == {"quick": "true", "profile": "true"}
    assert called("--no-profile")[0] == {"profile": "false"}


def test_an_empty_text_is_given_too():
    assert called("--precision", "")[0] == {"precision": ""}


def as_arguments(name: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [f"--{name}", typed(value)]


@given(given_options())
def test_every_option_reaches_the_command_as_it_was_typed(given_):
    # Nobody asks not to be quick.
    given_ = {name: value for name, value in given_.items() if (name, value) != ("quick", False)}
    arguments = [word for name, value in given_.items() for word in as_arguments(name, value)]
    assert called(*arguments)[0] == {name: typed(value) for name, value in given_.items()}


def test_the_help_has_every_option():
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert all(f"--{option.name}" in text for option in OPTIONS)


def test_there_is_something_to_choose_from_on_this_machine():
    around = surroundings()
    assert set(around.usual_frameworks) <= set(around.frameworks)
    assert around.workloads[0] == "auto"
    assert 1 <= around.physical_cores <= around.available_cpus
