"""docs/plans.md: its commands run, its examples are plans, and it explains every key and axis."""

from __future__ import annotations

import re
import shlex

import pytest

from bench.cli.options import surroundings
from bench.plan import plan_file
from bench.plan.choices import ChoiceError
from bench.plan.options import OPTIONS, Surroundings, complete
from bench.plan.plan_file import Source
from bench.records.axes import AXES
from bench.records.model import Identity
from bench.run.planning import make_plan
from bench.workloads import catalog
from implementations import registry
from tests.conftest import REPOSITORY, CommandLine

PAGE = (REPOSITORY / "docs" / "plans.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^softmax-bench (run .*)$", PAGE, re.MULTILINE)


def around() -> Surroundings:
    """Return what there is to choose from where there are two cores."""
    here = surroundings()
    names = (here.frameworks, here.usual_frameworks, here.workloads)
    return Surroundings(*names, physical_cores=2, available_cpus=2)


def cells(example: str) -> list[Identity]:
    plan = complete(plan_file.parse(Source("docs/plans.md", example), around()), around())
    planned = make_plan(plan, [catalog.planned(name) for name in plan.workloads])
    cells = planned.cells
    return [cell.identity for cell in cells if cell.choice.name != registry.FLOOR_NAME]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_plan_that_leads_to_cells(example):
    assert cells(example)


def test_the_first_rules_do_what_the_page_says():
    [example] = [example for example in EXAMPLES if "MXNet in neither" in example]
    identities = cells(example)
    assert {(one.threads, one.batch_size) for one in identities} == {
        *((1, 256), (2, 256), (2, 64), (2, 1024))
    }
    assert "mxnet" not in {one.framework for one in identities}


def test_the_second_rules_do_what_the_page_says():
    [example] = [example for example in EXAMPLES if "step lanes only" in example]
    fed = {one.execution for one in cells(example) if one.input == "loader"}
    assert fed == {"step"}
    assert {one.execution for one in cells(example)} == {"eager", "step", "epoch"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command_line: CommandLine, command: str):
    assert "--dry-run" in command
    words = [
        str(REPOSITORY / word) if word.startswith("plans/") else word
        for word in shlex.split(command)
    ]
    done = command_line(*words)
    assert done.returncode == 0, done.stderr


def test_every_key_is_explained_and_no_other():
    table = PAGE[PAGE.index("| key | value |") : PAGE.index("## Rules")]
    explained = re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)
    assert sorted(explained) == sorted(option.name for option in OPTIONS)


def test_every_axis_is_named():
    [sentence] = re.findall(r"The axes are what tells cells apart: (.*?)\. ", PAGE, re.DOTALL)
    assert re.findall(r"`([a-z-]+)`", sentence) == [axis.name for axis in AXES]


def test_every_committed_plan_is_listed_and_no_other():
    listed = re.findall(r"^\| `plans/([a-z-]+)\.toml` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in (REPOSITORY / "plans").glob("*.toml"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\nbatch_size = 3", "line 3: unknown key 'batch_size'. Did you mean batch-size? Valid:"),
        ("\n" * 7 + '[[include]]\nexecution = "steps"', "line 9: execution: No cell has 'steps'."),
    ],
)
def test_the_messages_are_those_of_the_page(text, line):
    with pytest.raises(ChoiceError) as error:
        plan_file.parse(Source("plans/mine.toml", text), around())
    assert str(error.value).startswith(f"plans/mine.toml, {line}")
    assert f"plans/mine.toml, {line}" in PAGE
