"""From an assignment to an implementation's class: import the framework, check the device."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.worker import problem_files
from bench.worker.assignment import Assignment
from bench.worker.planted import slowed
from implementations.contract import Framework


class ImportFailed(Exception):
    """The framework or its implementation could not be imported."""


class DeviceMissing(Exception):
    """The framework does not see the device that the cell asks for."""


def installed_version(framework: Framework) -> str:
    """Return the version of the first of the framework's distributions that is installed.

    Raises
    ------
    ImportFailed
        If none is.
    """
    for distribution in framework.distributions:
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    raise ImportFailed(f"none of {', '.join(framework.distributions)} is installed")


def module_name(framework: Framework, form: str) -> str:
    """Return the name of the module that holds a framework's implementations in one form."""
    return f"{type(framework).__module__.rpartition('.')[0]}.{form}"


def import_module(framework: Framework, form: str) -> Any:
    """Import the module of a form, and with it the framework.

    Raises
    ------
    ImportFailed
        Whatever the import raised.
    """
    try:
        return importlib.import_module(module_name(framework, form))
    except Exception as error:
        raise ImportFailed(f"{type(error).__name__}: {error}") from error


def implementation_class(module: Any, model: str, planted_slowdown: float) -> Any:
    """Return the class that trains `model`, made slower where the assignment says so."""
    found = getattr(module, model)
    return slowed(found, planted_slowdown) if planted_slowdown else found


def configure(framework: Framework, assignment: Assignment) -> None:
    """Configure the framework for the assignment's device.

    Raises
    ------
    DeviceMissing
    """
    device = assignment.options.device
    if device not in framework.devices():
        raise DeviceMissing(f"{framework.title} sees no {device} here")
    framework.configure(assignment.threads, assignment.seed, device)


def read_problem(assignment: Assignment) -> problem_files.ProblemFiles:
    """Map the assignment's problem into memory."""
    return problem_files.read(Path(assignment.data_folder), Path(assignment.problem_folder))
