"""The command line in a home of its own, with plug-ins that tell whatever lies in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import matplotlib

from tests.conftest import CommandLine
from tests.integration.leaking.planted import FILE

FOLDER = Path(__file__).parent
PLUGINS = {
    "leaking-prints": "Prints",
    "leaking-raises": "Raises",
    "leaking-crashes": "Crashes",
    "leaking-titled": "Titled",
}


def telling_command_line(
    folder: Path, home: Path, texts: Mapping[str, str], variables: Mapping[str, str]
) -> CommandLine:
    """Return the command line in a folder, with the plug-ins that tell `texts`.

    Parameters
    ----------
    home : Path
        Becomes the user's home folder.
    """
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(json.dumps(texts), encoding="ascii")
    register(home / "site")
    around = {
        "HOME": str(home),
        # What lies in the real home and takes long to make.
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
    }
    command_line = CommandLine(folder, around | dict(variables))
    inherited = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return command_line.with_python_path([home / "site", FOLDER, *map(Path, inherited)])


def register(site: Path) -> None:
    """Leave in `site` what installing the plug-ins would leave there."""
    metadata = site / "leaking-1.0.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: leaking\nVersion: 1.0\n")
    points = [f"{name} = leaking.framework:{kind}" for name, kind in PLUGINS.items()]
    (metadata / "entry_points.txt").write_text(
        "\n".join(["[softmax_bench.frameworks]", *points, ""])
    )
