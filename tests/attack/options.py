"""Random words on the command line, each drawn for an option that there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from bench.cli.application import app
from bench.cli.exit_status import ExitStatus
from bench.plan.options import ENVIRONMENTS
from bench.records import axes
from bench.workloads import catalog
from implementations import registry
from tests.attack import nasty
from tests.attack.attack import Attack
from tests.attack.place import Place
from tests.attack.stock import COMPLETE

# Each ends soon: a dry run measures nothing, and a self-test has no framework of this name.
BASES: dict[str, tuple[str, ...]] = {
    "run": ("--dry-run",),
    "report": ("record.json",),
    "list": (),
    "doctor": (),
    "selftest": ("--framework", "none"),
}
# What an option may be meant to say, by its name; numbers and places are drawn.
WORDS: dict[str, tuple[str, ...]] = {
    "framework": (*registry.references(), "all", "numpy==2.0.0"),
    "workload": (catalog.AUTO, *catalog.WORKLOADS),
    "form": tuple(axes.FORMS),
    "execution": (*axes.EXECUTIONS, "all"),
    "input": tuple(axes.INPUTS),
    "device": tuple(axes.DEVICES),
    "environment": ENVIRONMENTS,
    "format": ("html", "markdown", "csv"),
    "figures": ("svg", "png"),
    "max-time": ("90s", "10min", "1.5h"),
    "timeout": ("90s", "10min"),
    "precision": ("2%", "0.02"),
    "slowdown": ("5%", "2%,10%"),
    "target": ("99%",),
    "threads": ("max", "1", "1,2"),
}
READ = ("data-dir", "plan", "resume")
WRITTEN = ("home", "results-dir", "report", "output")
# A command that replaces what it writes must not replace devices that others need.
NOT_WRITTEN = ("a device without end", "an empty device")
# All lie below the attack's own folder.
PATHS = (
    "",
    "x" * 300,
    "x/" * 2_000,
    "\x1b[2J",
    "\u202e",
    "\udcff",
    "a\nb",
    "~",
    "{}",
    "new/a/b",
    ".",
)
ENDINGS = frozenset(
    {ExitStatus.OK, ExitStatus.USAGE, ExitStatus.DATA, ExitStatus.RECORD, ExitStatus.WARNINGS}
)


@dataclass(frozen=True)
class Option:
    """An option of a subcommand, as the command line itself declares it."""

    flags: tuple[str, ...]
    switch: bool

    @property
    def name(self) -> str:
        return self.flags[0].removeprefix("--")


@cache
def options(command: str) -> tuple[Option, ...]:
    """Return the options that a subcommand declares."""
    return tuple(
        Option((*one.opts, *one.secondary_opts), one.is_flag)
        for one in app.commands[command].params
        if one.param_type_name == "option" and one.name not in ("help", "dry_run")
    )


def draw(generator: random.Random) -> Attack:
    """Draw a subcommand, and values that stand where others were meant."""
    command = generator.choice(["run"] * 6 + ["report"] * 3 + list(BASES))
    chosen = generator.choices(options(command), k=generator.choice((1, 1, 2, 3)))
    words = [word for option in chosen for word in _words(option, generator)]
    stray = [nasty.text(generator)] if generator.random() < 0.1 else []
    return Attack(command, partial(_carry_out, (command, *words, *stray, *BASES[command])))


def _words(option: Option, generator: random.Random) -> Iterator[str]:
    flag = generator.choice(option.flags)
    yield flag
    if not option.switch:
        yield _value(option.name, generator)


def _value(name: str, generator: random.Random) -> str:
    if name in READ + WRITTEN:
        odd = (kind for kind in nasty.FILES if name in READ or kind not in NOT_WRITTEN)
        return generator.choice((*PATHS, *(f"odd/{kind}" for kind in odd)))
    if name in WORDS:
        return nasty.word(generator, WORDS[name])
    return nasty.number(generator) if generator.random() < 0.8 else nasty.text(generator)


def _carry_out(words: tuple[str, ...], place: Place) -> None:
    (place.folder / "record.json").write_bytes((place.stock / COMPLETE).read_bytes())
    (place.folder / "odd").mkdir()
    for kind, make in nasty.FILES.items():
        make(place.folder / "odd" / kind)
    place.run(words, ENDINGS)
