"""A record without secrets: every text in it is masked, wherever a record holds free text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bench.records.masking import masked
from bench.records.model import Cell, Identity, Record, Trial, WorkloadInfo
from bench.records.plan import Plan
from bench.records.variables import all_shown

# Made of words that the plan's own grammar allows, by which parts of a record are found.
_STRUCTURE = (Identity, Plan)
# Python's for a byte that is no character, in an argument or a file's name; no file can hold it.
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEYS = {(Cell, "environment"), (Cell, "source"), (WorkloadInfo, "name")}


def private(record: Record) -> Record:
    """Return a record that holds no secret: to be written, and to be shown.

    What is private already stays as it is. See :mod:`bench.records.masking` and, for environment
    variables, :mod:`bench.records.variables`.
    """
    cleaned: Record = _cleaned(record, Record)
    return cleaned


def _cleaned(value: Any, kind: Any) -> Any:
    """Return a value of a type without secrets; the same object where it has none."""
    if value is None or not _may_hold_text(kind):
        return value
    if isinstance(value, str):
        return _told(value)
    kinds = get_args(_present(kind))
    if isinstance(value, Mapping):
        # Parts of a record are found by name; texts are not.
        named = _told if kinds[1] is str else str
        entries = {named(name): _cleaned(one, kinds[1]) for name, one in value.items()}
        return value if entries == value else entries
    if isinstance(value, tuple):
        items = tuple(_cleaned(one, kinds[0]) for one in value)
        return value if all(item is one for item, one in zip(items, value)) else items
    return _fields_cleaned(value) if is_dataclass(value) else value


def _fields_cleaned(value: Any) -> Any:
    changed = {}
    own_type: Any = type(value)
    for name, kind in _text_fields(own_type):
        before = getattr(value, name)
        clean = _OWN_WAY.get((own_type, name))
        after = clean(before) if clean else _cleaned(before, kind)
        if after is not before and after != before:
            changed[name] = after
    return replace(value, **changed) if changed else value


def _told(text: str) -> str:
    """Return a text as it may be told: without secrets, and of characters that JSON can hold."""
    return _SURROGATE.sub("\ufffd", masked(text))


def _variables_cleaned(variables: Mapping[str, str]) -> dict[str, str]:
    return {_told(name): value for name, value in all_shown(variables).items()}


def _sources_cleaned(sources: Mapping[str, str]) -> dict[str, str]:
    return {module: masked(text, source=True) for module, text in sources.items()}


_OWN_WAY: Mapping[tuple[type, str], Callable[[Any], Any]] = {
    (Trial, "environment_variables"): _variables_cleaned,
    (Record, "sources"): _sources_cleaned,
}


@functools.cache
def _text_fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Return the names and types of a dataclass's fields that may hold text from elsewhere."""
    hints = get_type_hints(kind)
    named = ((field.name, hints[field.name]) for field in fields(kind))
    return tuple(
        (name, hint) for name, hint in named if (kind, name) not in _KEYS and _may_hold_text(hint)
    )


@functools.cache
def _may_hold_text(kind: Any) -> bool:
    """Tell whether a value of a type may hold text that came from somewhere else."""
    if kind is str:
        return True
    if get_origin(kind) is Literal or kind in _STRUCTURE:
        return False
    if is_dataclass(kind) and isinstance(kind, type):
        return bool(_text_fields(kind))
    return any(map(_may_hold_text, get_args(kind)))


def _present(kind: Any) -> Any:
    """Return the type of what may be missing."""
    if get_origin(kind) in (Union, UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind
