"""A folder through which a worker sees ``bench``, ``implementations`` and plug-ins, and no more.

The harness's own site-packages must not reach the worker: another Python version may run there,
and pandas or a second framework must not be importable by accident.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from bench import folders

HARNESS_PACKAGES = ("bench", "implementations")


def package_folder(name: str) -> Path:
    """Return the folder (or file) of a top-level package (or module)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {name!r}")
    origin = Path(spec.origin).resolve()
    return origin.parent if spec.submodule_search_locations else origin


def stage(folder: Path, framework_references: Iterable[str]) -> Path:
    """Return a folder with links to the packages that workers need; made once for each set.

    Parameters
    ----------
    framework_references : iterable of str
        ``"module:class"`` of the frameworks of a run.
    """
    names = {*HARNESS_PACKAGES, *(reference.split(".")[0] for reference in framework_references)}
    targets = [package_folder(name.split(":")[0]) for name in sorted(names)]
    place = folder / hashlib.sha256(repr(targets).encode()).hexdigest()[:16]
    if not place.is_dir():
        with folders.whole_or_absent(place) as partial:
            for target in targets:
                (partial / target.name).symlink_to(target)
    return place
