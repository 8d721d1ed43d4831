"""The code that a run measures and that measures it, as its record keeps both."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

import bench
import implementations
from bench.worker.loading import module_name
from implementations.contract import Form, Framework

# What else decides what a trial measures, beside the frameworks' own folders.
MEASURING = ("worker", "engines", "workloads")
# Code and pinned requirements; what else lies in a folder does not run.
ENDINGS = (".py", ".so", ".txt")
DIGITS = 16


def read_sources(implementations: Iterable[tuple[Framework, Form]]) -> dict[str, str]:
    """Return the text of each implementation's module, by the module's name.

    A module without a text of its own, a compiled one say, is left out.
    """
    names = dict.fromkeys(module_name(framework, form) for framework, form in implementations)
    return {name: text for name in names if (text := _text(name)) is not None}


def _text(name: str) -> str | None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin).read_text(encoding="utf-8")


def read_digests(frameworks: Iterable[Framework]) -> dict[str, str]:
    """Return the shortened SHA-256 of every file whose change may change what a trial measures.

    They are the contract, the files in the folders of the frameworks, and those of the worker, the
    engines that run it, and the workloads. Names begin with the package, wherever that lies.
    """
    harness, contract = Path(bench.__file__).parent, Path(implementations.__file__).parent
    folders = {f"bench/{name}": harness / name for name in MEASURING}
    folders |= {"implementations": contract}
    for framework in frameworks:
        package = type(framework).__module__.rpartition(".")[0]
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            folders[package.replace(".", "/")] = Path(folder)
    return {
        f"{name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]
        for name, folder in folders.items()
        for path in _files(folder)
    }


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are code, or say what code runs with."""
    for path in sorted(folder.iterdir()):
        if path.suffix in ENDINGS and path.is_file():
            yield path
