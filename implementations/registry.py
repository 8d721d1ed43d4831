"""The frameworks that can be measured: built-in ones and those of installed plug-ins."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

from implementations.contract import Framework

ENTRY_POINT_GROUP = "softmax_bench.frameworks"

BUILT_IN = {
    name: f"implementations.{name}.framework:Framework"
    for name in ("numpy", "sklearn", "torch", "tensorflow", "mxnet", "jax")
}


def references() -> dict[str, str]:
    """Return ``{name: "module:class"}`` of every framework, built-in ones first."""
    plugins = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return BUILT_IN | {name: plugins[name] for name in sorted(plugins.keys() - BUILT_IN.keys())}


def load(reference: str) -> Framework:
    """Return the framework that a ``"module:class"`` reference names.

    Raises
    ------
    TypeError
        If what is named is not a :class:`~implementations.contract.Framework`.
    """
    module_name, _, attribute = reference.partition(":")
    framework = getattr(importlib.import_module(module_name), attribute)()
    if not isinstance(framework, Framework):
        raise TypeError(f"{reference} is not a subclass of implementations.contract.Framework")
    return framework
