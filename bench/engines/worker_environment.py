"""The clean environment in which a worker starts: nothing gets in by accident."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bench.records.masking import names_a_secret

PASSED_NAMES = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
)
# Deliberate settings of numerical libraries and devices. They are part of the record, as far as
# bench.records.variables lets their values be shown; what is a secret by its name is not passed on.
PASSED_PREFIXES = (
    "CUDA_",
    "KMP_",
    "MKL_",
    "MXNET_",
    "NVIDIA_",
    "OMP_",
    "OPENBLAS_",
    "TF_ENABLE_",
    "TF_XLA_",
    "XLA_",
)
THREAD_VARIABLES = (
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
FIXED = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
}


def worker_environment(
    inherited: Mapping[str, str],
    python: Path,
    threads: int,
    python_path: Path,
    of_framework: Mapping[str, str],
) -> dict[str, str]:
    """Return the whole environment of a worker.

    Parameters
    ----------
    inherited : mapping
        The harness's own environment, of which only known names are passed on, and none that says
        that its value is a secret.
    python_path : Path
        Where the worker finds ``bench`` and ``implementations``.
    of_framework : mapping
        What the framework's ``environment()`` asks for.
    """
    passed = {
        name: value
        for name, value in inherited.items()
        if name in PASSED_NAMES or (name.startswith(PASSED_PREFIXES) and not names_a_secret(name))
    }
    search_path = os.pathsep.join([str(python.parent), inherited.get("PATH", os.defpath)])
    return (
        passed
        | {"PATH": search_path, "PYTHONPATH": str(python_path)}
        | {name: str(threads) for name in THREAD_VARIABLES}
        | FIXED
        | dict(of_framework)
    )
