"""The running interpreter as an environment."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bench.environments import current
from bench.environments.interpreter import Unavailable, installed_packages
from implementations import registry
from tests.environments.toy import ToyFramework

NUMPY = registry.load(registry.BUILT_IN["numpy"])


@pytest.fixture
def undemanding_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any interpreter do for a worker, even one that cannot run the harness's trials."""
    monkeypatch.setattr(current, "WORKER_DISTRIBUTIONS", ("pytest",))


def test_an_installed_framework_is_found_here(undemanding_worker):
    interpreter = current.provide(NUMPY)
    assert interpreter.python == Path(sys.executable)
    assert interpreter.description.kind == "current"
    assert interpreter.description.version == version("numpy")
    assert interpreter.description.python == platform.python_version()


def test_a_framework_that_is_not_installed_is_unavailable_with_a_remedy(
    undemanding_worker, tmp_path
):
    with pytest.raises(Unavailable) as error:
        current.provide(ToyFramework(tmp_path))
    assert error.value.reason == "toy_framework is not installed in the running interpreter"
    assert "--environment managed" in error.value.remedy


def test_an_interpreter_that_lacks_what_the_worker_needs_is_unavailable(monkeypatch):
    monkeypatch.setattr(current, "WORKER_DISTRIBUTIONS", ("pytest", "no-such-package"))
    with pytest.raises(Unavailable) as error:
        current.provide(NUMPY)
    assert error.value.reason == "the running interpreter lacks no-such-package"
    assert "softmax-bench[current]" in error.value.remedy


def test_packages_are_listed_by_name_whatever_their_case():
    names = list(installed_packages(Path(sys.executable)))
    assert names == sorted(names, key=str.casefold)
    assert "numpy" in names
