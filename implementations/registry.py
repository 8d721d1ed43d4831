"""The frameworks that can be measured: built-in ones and those of installed plug-ins."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import get_args

from implementations.contract import Device, Framework

ENTRY_POINT_GROUP = "softmax_bench.frameworks"

BUILT_IN = {
    name: f"implementations.{name}.framework:Framework"
    for name in ("numpy", "sklearn", "torch", "tensorflow", "mxnet", "jax", "paddle", "mlx")
}

# Those of the default plan.
USUAL = ("numpy", "sklearn", "torch", "tensorflow", "mxnet", "jax")

# What does nothing, and so shows what the harness itself costs; no contender.
FLOOR_NAME = "null"
FLOOR = f"implementations.{FLOOR_NAME}.framework:Framework"


class BrokenFramework(Exception):
    """A framework's own module cannot be loaded; the message says why and what to do."""


def usual() -> tuple[str, ...]:
    """Return the frameworks of the default plan: the usual built-in ones and all plug-ins."""
    return tuple(name for name in references() if name in USUAL or name not in BUILT_IN)


def references() -> dict[str, str]:
    """Return ``{name: "module:class"}`` of every framework, built-in ones first."""
    plugins = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return BUILT_IN | {name: plugins[name] for name in sorted(plugins.keys() - BUILT_IN.keys())}


def _ask(framework: Framework) -> None:
    """Ask all that a framework is asked where it is not installed; whatever it raises comes out."""
    for name in Framework.__annotations__:
        getattr(framework, name)
    if not framework.distributions:
        raise ValueError("distributions names none")
    framework.environment(1)
    for device in get_args(Device):
        framework.offers(device)
        framework.requirements_file(device)


def load(reference: str) -> Framework:
    """Return the framework that a ``"module:class"`` reference names.

    Raises
    ------
    BrokenFramework
        If it cannot be imported or made or say what it is and offers, or is not a
        :class:`~implementations.contract.Framework`.
    """
    module_name, _, attribute = reference.partition(":")
    try:
        framework = getattr(importlib.import_module(module_name), attribute)()
        if isinstance(framework, Framework):
            _ask(framework)
    # A plug-in's module can raise anything.
    except Exception as error:
        raise BrokenFramework(
            f"The framework {reference} cannot be loaded: {type(error).__name__}: {error}. Mend or "
            "uninstall the package that registers it, or leave it out with --framework."
        ) from error
    if not isinstance(framework, Framework):
        raise BrokenFramework(
            f"{reference} is not a subclass of implementations.contract.Framework."
        )
    return framework
