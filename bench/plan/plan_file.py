"""Plan files: the options of a run in TOML, with rules on which cells to measure.

A key is an option of the command line without its dashes; a value is what would stand behind it,
or a list. ``[[include]]`` and ``[[exclude]]`` name values of any axes: a cell fits a rule if it has
one of the values on every axis named, and is measured if it fits an ``include`` rule, where there
are such, and no ``exclude`` rule.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.plan.choices import ChoiceError, nearest, parse_integers, shown, split
from bench.plan.options import OPTIONS, Surroundings, counted_threads
from bench.records.axes import AXES, Axis
from bench.records.plan import Rule
from bench.records.text_files import Unreadable, read_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RULES = ("include", "exclude")
# The plans of this project take less than a hundredth of this.
MOST_BYTES = 100_000
# A key of thousands of parts takes Python's reader minutes.
MOST_DOTS_IN_A_LINE = 500
_OPTIONS = {option.name: option for option in OPTIONS}
_AXES = {axis.name: axis for axis in AXES}
# The word behind the brackets of a table, and the one before an equals sign.
_HEADING = re.compile(r"\s*\[\[?\s*[\"']?([^\"'\].\s]+)")
_ASSIGNED = re.compile(r"\s*[\"']?([^\"'=.\s]+)[\"']?\s*[=.]")


@dataclass(frozen=True)
class Source:
    """A plan file's text, and what messages call it."""

    name: str
    text: str

    def place(self, key: str, rule: tuple[str, int] | None = None) -> str:
        """Return the file and the line on which a key stands.

        Parameters
        ----------
        rule : tuple of str and int, optional
            Kind and number, from 0, of the rule in which it stands; None at the top.
        """
        return f"{self.name}, line {self._line(key, rule)}"

    def _line(self, key: str, rule: tuple[str, int] | None) -> int:
        tables: Counter[str] = Counter()
        below: tuple[str, int] | None = None
        for number, line in enumerate(self.text.split("\n"), start=1):
            if heading := _HEADING.match(line):
                below = heading[1], tables[heading[1]]
                tables[heading[1]] += 1
                if rule is None and heading[1] == key:
                    return number
            elif below == rule and (word := _ASSIGNED.match(line)) and word[1] == key:
                return number
        # Rules can also be written behind an equals sign.
        return 1 if rule is None else self._line(rule[0], None)


def read(path: Path, around: Surroundings) -> dict[str, Any]:
    """Return the fields of a plan that a file sets.

    Raises
    ------
    ChoiceError
        Saying which line is wrong, and what would be right.
    """
    try:
        text = read_text(path, MOST_BYTES)
    except Unreadable as error:
        raise ChoiceError(f"The plan {path} cannot be read: {error}.") from error
    return parse(Source(str(path), text), around)


def parse(source: Source, around: Surroundings) -> dict[str, Any]:
    """Return the fields of a plan that a text sets.

    Raises
    ------
    ChoiceError
    """
    fields: dict[str, Any] = {}
    for key, value in _content(source).items():
        if key in RULES:
            fields[key] = _rules(key, value, source, around)
        elif key in _OPTIONS:
            option = _OPTIONS[key]
            try:
                fields[option.field] = option.parse(_text(value), around)
            except ChoiceError as error:
                raise ChoiceError(f"{source.place(key)}: {key}: {error}") from error
        else:
            known = nearest(key, (*_OPTIONS, *RULES))
            raise ChoiceError(f"{source.place(key)}: unknown key {shown(key)}.{known}")
    return fields


def _content(source: Source) -> dict[str, Any]:
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS_IN_A_LINE:
            raise ChoiceError(f"{source.name}, line {number}: so many dots cannot be meant.")
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise ChoiceError(f"The plan {source.name} is not TOML: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise ChoiceError(
            f"The plan {source.name} cannot be read: it nests too deeply, or a number in it is too "
            "long."
        ) from error


def _rules(kind: str, tables: Any, source: Source, around: Surroundings) -> tuple[Rule, ...]:
    """Return the rules of one kind."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ChoiceError(
            f"{source.place(kind)}: {kind} is a list of tables: write [[{kind}]], and axes with "
            "their values below."
        )
    return tuple(
        _rule((kind, number), table, source, around) for number, table in enumerate(tables)
    )


def _rule(
    rule: tuple[str, int], table: Mapping[str, Any], source: Source, around: Surroundings
) -> Rule:
    """Return a rule that stands in a file as a table."""
    if not table:
        raise ChoiceError(
            f"{source.place(rule[0])}: a rule names no axis. Valid: {', '.join(_AXES)}."
        )
    values = {}
    for key, value in table.items():
        if key not in _AXES:
            known = nearest(key, tuple(_AXES))
            raise ChoiceError(f"{source.place(key, rule)}: unknown axis {shown(key)}.{known}")
        try:
            values[_AXES[key].field] = _values(_AXES[key], _text(value), around)
        except ChoiceError as error:
            raise ChoiceError(f"{source.place(key, rule)}: {key}: {error}") from error
    return Rule(values)


def _values(axis: Axis, text: str, around: Surroundings) -> tuple[str, ...]:
    """Return the values of an axis in a text, each as a cell's identity would have it."""
    words = split(counted_threads(text, around) if axis.field == "threads" else text)
    if not words:
        raise ChoiceError("No value is named.")
    if axis.numeric:
        return tuple(map(str, parse_integers(axis.title, ",".join(words), least=0)))
    valid = _valid(axis, around)
    for word in words:
        if valid and word not in valid:
            raise ChoiceError(f"No cell has {shown(word)}.{nearest(word, valid)}")
    return words


def _valid(axis: Axis, around: Surroundings) -> Collection[str]:
    """Return all the values that an axis can have; empty where they are not known."""
    known = {"framework": around.frameworks, "workload": around.workloads[1:]}
    return known.get(axis.field, tuple(axis.order))


def _text(value: Any) -> str:
    """Return a value of TOML as it would stand on the command line; raise ChoiceError for none."""
    if isinstance(value, dict):
        raise ChoiceError("A table cannot be meant: write a value, or a list of such.")
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(value)
    except ValueError as error:
        raise ChoiceError("A number with so many digits cannot be meant.") from error
