"""Damaged plan files, given to ``run --plan`` as a dry run."""

from __future__ import annotations

import random
import re
from functools import partial

from bench.cli.exit_status import ExitStatus
from tests.attack import nasty
from tests.attack.attack import Attack
from tests.attack.place import Place
from tests.conftest import REPOSITORY

DRY_RUN = ("run", "--dry-run", "--plan", "plan.toml")
REFUSED = frozenset({ExitStatus.USAGE})
PLANNED = REFUSED | {ExitStatus.OK}
RULES = ("[[include]]", "[[exclude]]", "[include]", "[[include.device]]", "[[[x]]]", "[x]")
VALUES = (
    *("{}", "[]", "[[[]]]", "{a = 1}", "1979-05-27T07:32:00Z", "07:32:00", "true", "inf", "-nan"),
    *(
        "0x" + "f" * 5_000,
        "1e400",
        '""',
        '"\\u0000\\u001b[2J\\u202e"',
        "'''\n'''",
        "[1, 'a', true]",
    ),
    *("[" * 500 + "]" * 500, '"all"', "[1, 1]", "-1", "999999999999999999999999"),
)
_VALUE = re.compile(r"(?<== ).+$", re.MULTILINE)
_KEY = re.compile(r"^[a-z-]+(?= =)", re.MULTILINE)


def draw(generator: random.Random) -> Attack:
    """Draw a plan of those that are committed, and what is wrong with it."""
    kind = generator.choice(("values", "values", "values", "bytes", "no plan"))
    seed = generator.randrange(2**32)
    if kind == "no plan":
        return Attack("no plan", partial(_with_file, seed))
    return Attack(f"damaged {kind}", partial(_with_plan, kind, seed))


def _with_plan(kind: str, seed: int, place: Place) -> None:
    generator = random.Random(seed)
    content = generator.choice(sorted((REPOSITORY / "plans").glob("*.toml"))).read_bytes()
    if kind == "bytes":
        content = nasty.damaged_bytes(content, generator)
    else:
        for _ in range(generator.randint(1, 3)):
            content = _damaged(content.decode(), generator).encode(errors="surrogatepass")
    (place.folder / "plan.toml").write_bytes(content)
    place.run(DRY_RUN, PLANNED)


def _damaged(plan: str, generator: random.Random) -> str:
    """Return a plan with another value, another key, or a rule more."""
    kind = generator.choice(("value", "value", "value", "key", "rule"))
    if kind == "value":
        return _replaced(_VALUE, plan, _value(generator), generator)
    if kind == "key":
        return _replaced(_KEY, plan, _string(nasty.text(generator)), generator)
    lines = plan.split("\n")
    lines.insert(generator.randint(0, len(lines)), generator.choice(RULES))
    return "\n".join(lines)


def _replaced(pattern: re.Pattern[str], plan: str, by: str, generator: random.Random) -> str:
    """Return a plan in which one place that a pattern finds holds something else."""
    matches = list(pattern.finditer(plan))
    if not matches:
        return plan + by
    match = generator.choice(matches)
    return plan[: match.start()] + by + plan[match.end() :]


def _value(generator: random.Random) -> str:
    """Return a value of TOML, or what looks like one."""
    kind = generator.choice(("literal", "text", "number", "quoted number"))
    if kind == "literal":
        return generator.choice(VALUES)
    if kind == "text":
        return _string(nasty.text(generator))
    number = nasty.number(generator)
    return number if kind == "number" else _string(number)


def _string(text: str) -> str:
    """Return a text as a basic string of TOML, but for what no TOML can hold."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    plain = character.isprintable() and character not in '"\\'
    return character if plain else f"\\u{ord(character):04x}"


def _with_file(seed: int, place: Place) -> None:
    kind = random.Random(seed).choice(list(nasty.FILES))
    nasty.FILES[kind](place.folder / "plan.toml")
    # To TOML a file without a word is a plan like any other.
    place.run(DRY_RUN, PLANNED if kind == "an empty device" else REFUSED)
