"""The running interpreter as everybody's environment, for machines with installed frameworks."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from pathlib import Path

from bench.environments.interpreter import Interpreter, Unavailable, installed_packages
from bench.environments.requirements import canonical
from bench.records.model import Environment
from implementations.contract import Framework

WORKER_DISTRIBUTIONS = ("psutil", "pytest", "pytest-benchmark", "threadpoolctl")


@cache
def _packages() -> dict[str, str]:
    return installed_packages(Path(sys.executable))


def provide(framework: Framework) -> Interpreter:
    """Return this interpreter, if the framework is installed in it.

    Raises
    ------
    Unavailable
        If it is not, or if what a worker needs besides is missing.
    """
    packages = _packages()
    versions = {canonical(name): version for name, version in packages.items()}
    missing = [name for name in WORKER_DISTRIBUTIONS if name not in versions]
    if missing:
        raise Unavailable(
            f"the running interpreter lacks {', '.join(missing)}",
            "Install softmax-bench[current] here, or use --environment managed.",
        )
    for distribution in framework.distributions:
        if canonical(distribution) in versions:
            return Interpreter(
                Path(sys.executable),
                Environment(
                    kind="current",
                    version=versions[canonical(distribution)],
                    python=platform.python_version(),
                    packages=packages,
                    lock_hash=hashlib.sha256(repr(packages).encode()).hexdigest()[:16],
                ),
            )
    raise Unavailable(
        f"{framework.distributions[0]} is not installed in the running interpreter",
        f"Install {framework.distributions[0]} here, or use --environment managed.",
    )
