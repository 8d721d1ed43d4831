"""The folder through which a worker sees the harness."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bench
import implementations
from bench.engines.staging import package_folder, stage


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a package that can be imported, beside one that must not come along."""
    for name in ("staged_plugin", "unrelated_package"):
        (tmp_path / "packages" / name).mkdir(parents=True)
        (tmp_path / "packages" / name / "__init__.py").write_text("NAME = __name__\n")
    (tmp_path / "packages" / "single_module.py").write_text("NAME = __name__\n")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    return tmp_path / "packages"


def test_a_worker_sees_the_harness_and_the_implementations(tmp_path):
    place = stage(tmp_path / "workers", [])
    assert {path.name for path in place.iterdir()} == {"bench", "implementations"}
    assert (place / "bench").resolve() == Path(bench.__file__).parent
    assert (place / "implementations").resolve() == Path(implementations.__file__).parent


def test_a_worker_sees_the_plug_in_of_a_run_and_nothing_beside_it(plugin, tmp_path):
    place = stage(tmp_path / "workers", ["staged_plugin.framework:Framework"])
    assert {path.name for path in place.iterdir()} == {"bench", "implementations", "staged_plugin"}


def test_a_plug_in_may_be_a_single_module(plugin, tmp_path):
    place = stage(tmp_path / "workers", ["single_module:Framework"])
    assert (place / "single_module.py").resolve() == plugin / "single_module.py"


def test_built_in_frameworks_add_nothing(tmp_path):
    built_in = stage(tmp_path, ["implementations.numpy.framework:Framework"])
    assert built_in == stage(tmp_path, [])


def test_what_is_staged_can_be_imported_by_another_interpreter(plugin, tmp_path):
    place = stage(tmp_path / "workers", ["staged_plugin:Framework"])
    program = "import bench, implementations, staged_plugin; print(staged_plugin.NAME)"
    answer = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "staged_plugin", answer.stderr


def test_a_set_of_packages_is_staged_once(tmp_path):
    first = stage(tmp_path, [])
    before = os.stat(first)
    assert stage(tmp_path, []) == first
    assert os.stat(first) == before
    assert list(tmp_path.iterdir()) == [first]


def test_another_set_of_packages_has_a_folder_of_its_own(plugin, tmp_path):
    one = stage(tmp_path / "workers", [])
    other = stage(tmp_path / "workers", ["staged_plugin.framework:Framework"])
    assert one != other


def test_the_order_of_frameworks_does_not_matter(plugin, tmp_path):
    references = ["staged_plugin.framework:Framework", "single_module:Framework"]
    assert stage(tmp_path, references) == stage(tmp_path, reversed(references))


def test_a_package_that_is_not_installed_is_named():
    with pytest.raises(ModuleNotFoundError, match="no_such_plugin"):
        package_folder("no_such_plugin")
