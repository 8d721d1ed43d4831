"""docs/adding-a-framework.md, followed literally."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import REPOSITORY

GUIDE = REPOSITORY / "docs" / "adding-a-framework.md"
FENCED_FILE = re.compile(r"```\w+\n# file: (\S+)\n(.*?)```", re.DOTALL)


def test_the_guide_leads_to_a_framework_that_is_ranked(command_line):
    package = command_line.folder / "package"
    for name, content in FENCED_FILE.findall(GUIDE.read_text()):
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    site = command_line.folder / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", site, "."],
        cwd=package,
        check=True,
    )
    command_line = command_line.with_python_path([site])
    listed = command_line("list")
    assert "toy" in listed.stdout
    commands = re.findall(r"^softmax-bench (run .*)$", GUIDE.read_text(), re.MULTILINE)
    assert len(commands) == 1
    # One block shows what three show, of this framework; the machine's ceiling shows nothing of it.
    done = command_line(*commands[0].split(), "--blocks", "1", "--no-ceiling")
    assert done.returncode == 0, done.stdout + done.stderr
    cells = [cell for cell in command_line.record().cells if cell.role == "contender"]
    assert {cell.identity.framework for cell in cells} == {"toy", "numpy"}
    toys = [cell.identity for cell in cells if cell.identity.framework == "toy"]
    assert {(one.workload, one.input) for one in toys} == {
        (workload, input_) for workload in ("linear", "blobs") for input_ in ("preloaded", "loader")
    }
    assert {cell.status for cell in cells} == {"ok"}
    assert all(cell.profile is not None for cell in cells)
