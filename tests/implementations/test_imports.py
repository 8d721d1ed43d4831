"""A framework is imported in its own folder only, and nothing there knows the harness."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import implementations
from implementations.registry import BUILT_IN, FLOOR_NAME

FOLDER = Path(implementations.__file__).parent
ALLOWED = {
    "null": {"numpy"},
    "numpy": {"numpy", "cupy"},
    "sklearn": {"sklearn", "numpy"},
    "torch": {"torch", "numpy"},
    "tensorflow": {"tensorflow", "keras", "numpy"},
    "mxnet": {"mxnet", "numpy"},
    "paddle": {"paddle", "numpy"},
    "mlx": {"mlx", "numpy"},
    "jax": {"jax", "flax", "optax", "numpy"},
}
FOLDERS = [*BUILT_IN, FLOOR_NAME]
SHARED = {"implementations", "implementations.contract", "implementations.prefetch"}
EVERYWHERE = {"implementations", "threadpoolctl", *sys.stdlib_module_names}


def imported_modules(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return plain | named


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_imports_its_own_framework_only(name):
    for path in (FOLDER / name).glob("*.py"):
        tops = {module.split(".")[0] for module in imported_modules(path)}
        assert tops <= ALLOWED[name] | EVERYWHERE, path


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_takes_nothing_from_another_frameworks_folder(name):
    for path in (FOLDER / name).glob("*.py"):
        ours = {m for m in imported_modules(path) if m.startswith("implementations")}
        own = {module for module in ours if module.startswith(f"implementations.{name}.")}
        assert ours - own <= SHARED | {f"implementations.{name}"}, path
