"""Plug-ins as if they were installed, and the processes that a command line has left."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.conftest import CommandLine


def register(site: Path, package: str, frameworks: Mapping[str, str]) -> None:
    """Leave in `site` what installing a package of frameworks would leave there.

    Parameters
    ----------
    frameworks : mapping
        The class by the framework's name; of the package's module ``framework``, unless it says
        another with a colon.
    """
    metadata = site / f"{package}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    references = {
        name: kind if ":" in kind else f"{package}.framework:{kind}"
        for name, kind in frameworks.items()
    }
    points = [f"{name} = {reference}" for name, reference in references.items()]
    (metadata / "entry_points.txt").write_text(
        "\n".join(["[softmax_bench.frameworks]", *points, ""])
    )


def processes_of(command_line: CommandLine) -> list[psutil.Process]:
    """Return what is still there of all that a command line has started.

    Each inherited its folder for temporary files, which is nobody else's.
    """
    temporary = command_line.environment()["TMPDIR"]
    return [process for process in psutil.process_iter() if _temporary_of(process) == temporary]


def _temporary_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("TMPDIR")
    except psutil.Error:
        return None
