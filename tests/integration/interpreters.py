"""The interpreters that frameworks train in."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from bench.environments.interpreter import Unavailable
from bench.environments.managed import Manager, Request
from bench.run.setting import Home
from implementations import registry
from implementations.contract import Framework
from tests.conftest import HOME


def python_of(framework: Framework) -> Path:
    """Return a framework's interpreter; the test is skipped where an unusual one cannot be had."""
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        # Another process of the tests may be making the same one.
        with FileLock(HOME / "tests.lock"):
            return Manager(Home(HOME).environments, print).provide(Request(framework)).python
    except Unavailable as error:
        if framework.name in registry.USUAL:
            raise
        pytest.skip(error.reason)
