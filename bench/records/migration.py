"""Older records in today's form: what they did not say gets the meaning that it had then."""

from __future__ import annotations

from typing import Any

# The versions that can still be read, oldest first.
READABLE = ("2.1", "3.0", "3.1", "3.2", "3.3", "3.4")
# What the lanes were called when there were two.
_EXECUTIONS = {"eager": "eager", "compiled": "step"}
# Moved from the record itself into its plan.
_MOVED = ("seed", "timeout_seconds")


def upgraded(document: dict[str, Any], version: str) -> dict[str, Any]:
    """Return an older record's document in the form of the present version.

    Parameters
    ----------
    document : dict
        As it was read from JSON, of one of the readable versions.
    version : str
        The present version.
    """
    if document["schema_version"] != "2.1":
        return document | {"schema_version": version}
    plan = document["plan"] | {name: document[name] for name in _MOVED}
    # The lanes that were asked for are those that its cells have: there was no choice.
    cells = [_upgraded_cell(cell) for cell in document["cells"]]
    rest = {name: value for name, value in document.items() if name not in _MOVED}
    return rest | {"schema_version": version, "plan": plan, "cells": cells}


def _upgraded_cell(cell: dict[str, Any]) -> dict[str, Any]:
    identity = cell["identity"]
    execution = identity["execution"]
    # What was no lane then is none now: whoever validates the record says so.
    return cell | {"identity": identity | {"execution": _EXECUTIONS.get(execution, execution)}}
