"""Plan files: the options of a run in TOML, with rules on which cells to measure.

A key is an option of the command line without its dashes; a value is what would stand behind it,
or a list. ``[[include]]`` and ``[[exclude]]`` name values of any axes: a cell fits a rule if it has
one of the values on every axis named, and is measured if it fits an ``include`` rule, where there
are such, and no ``exclude`` rule.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.plan.choices import ChoiceError, nearest
from bench.plan.options import OPTIONS, Surroundings
from bench.records.axes import AXES
from bench.records.plan import Rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RULES = ("include", "exclude")
_NAMES = {option.name: option for option in OPTIONS}
_FIELDS = {axis.name: axis.field for axis in AXES}
_VALUES = {axis.name: tuple(axis.order) for axis in AXES if axis.order}


def read(path: Path, around: Surroundings) -> dict[str, Any]:
    """Return the fields of a plan that a file sets.

    Raises
    ------
    ChoiceError
        Saying which line is wrong, and what would be right.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ChoiceError(f"The plan {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ChoiceError(f"The plan {path} is not a text in UTF-8.") from error
    return parse(text, str(path), around)


def parse(text: str, name: str, around: Surroundings) -> dict[str, Any]:
    """Return the fields of a plan in a text; `name` is what messages call it."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChoiceError(f"The plan {name} is not TOML: {error}.") from error
    fields: dict[str, Any] = {}
    for key, value in content.items():
        place = f"{name}, line {_line(text, key)}"
        if key in RULES:
            fields[key] = _rules(key, value, text, name)
        elif key in _NAMES:
            option = _NAMES[key]
            try:
                fields[option.field] = option.parse(_text(value), around)
            except ChoiceError as error:
                raise ChoiceError(f"{place}: {key}: {error}") from error
        else:
            raise ChoiceError(f"{place}: unknown key {key!r}.{nearest(key, (*_NAMES, *RULES))}")
    return fields


def _rules(kind: str, tables: Any, text: str, name: str) -> tuple[Rule, ...]:
    """Return the rules of one kind."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ChoiceError(
            f"{name}, line {_line(text, kind)}: {kind} is a list of tables: write [[{kind}]], and "
            "axes with their values below."
        )
    return tuple(_rule(table, text, name) for table in tables)


def _rule(table: Mapping[str, Any], text: str, name: str) -> Rule:
    values = {}
    for key, value in table.items():
        place = f"{name}, line {_line(text, key, within_rules=True)}"
        if key not in _FIELDS:
            raise ChoiceError(f"{place}: unknown axis {key!r}.{nearest(key, tuple(_FIELDS))}")
        words = tuple(filter(None, _text(value).split(",")))
        for word in words:
            if key in _VALUES and word not in _VALUES[key]:
                raise ChoiceError(f"{place}: {key} is never {word!r}.{nearest(word, _VALUES[key])}")
        values[_FIELDS[key]] = words
    return Rule(values)


def _text(value: Any) -> str:
    """Return a value of TOML as it would stand on the command line."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _line(text: str, key: str, *, within_rules: bool = False) -> int:
    """Return the line, from 1, on which a key stands first; within rules, below one's heading."""
    pattern = re.compile(rf"\s*(\[\[?\s*)?[\"']?{re.escape(key)}[\"']?\s*(=|\]|\.)")
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        inside = inside or line.lstrip().startswith("[[")
        if pattern.match(line) and (inside or not within_rules):
            return number
    return 1
