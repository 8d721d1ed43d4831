"""What integration tests share: one small run that is complete, measured once for all processes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import CommandLine

# The command line has the last word on blocks.
PLAN = """
framework = "numpy"
workload = "linear"
blocks = 7
profile = false
ceiling = false
"""


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a complete run of a plan file, which nobody may change."""
    common = tmp_path_factory.getbasetemp()
    # Processes of pytest-xdist have a folder each within a common one, says its documentation.
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    folder = common / "measured"
    with FileLock(common / "measured.lock"):
        if not folder.is_dir():
            own = tmp_path_factory.mktemp("measuring")
            (own / "plan.toml").write_text(PLAN)
            done = CommandLine(own)("run", "--plan", "plan.toml", "--blocks", "1")
            assert done.returncode == 0, done.stdout + done.stderr
            own.rename(folder)
    return folder


@pytest.fixture
def after_a_run(command_line: CommandLine, measured: Path) -> CommandLine:
    """Return a command line in a folder of its own, in which a complete run has left its files."""
    shutil.copytree(measured, command_line.folder, dirs_exist_ok=True)
    return command_line
