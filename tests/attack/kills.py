"""Signals at random moments of a run, until somebody finishes it."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.cli.exit_status import ExitStatus
from bench.records import store
from tests.attack.attack import Attack
from tests.attack.place import PATIENCE_SECONDS, Place, Running
from tests.attack.stock import SMALL

# How each is told, by what has been printed and by the home, and how long it lasts, roughly.
STAGES: Mapping[str, tuple[Callable[[str, Path], bool], float]] = {
    "its start": (lambda said, home: True, 2.0),
    "making environments": (lambda said, home: "making the environment" in said, 4.0),
    "preparing data": (lambda said, home: (home / "problems").is_dir(), 0.6),
    "the ceiling": (lambda said, home: "ceiling" in said, 2.0),
    "trials": (lambda said, home: "[1/" in said, 4.0),
    "profiles": (lambda said, home: "finding out where" in said, 2.0),
    "its end": (lambda said, home: said.count("ceiling") > 1, 4.0),
}
# What each may end with: by the signal, or as one who was asked to end.
ASKED = frozenset({ExitStatus.OK, ExitStatus.INTERRUPTED})
ENDINGS: Mapping[signal.Signals, frozenset[int]] = {
    signal.SIGKILL: frozenset({ExitStatus.OK, -signal.SIGKILL}),
    signal.SIGINT: ASKED,
    signal.SIGTERM: ASKED,
    signal.SIGHUP: ASKED | {-signal.SIGHUP},
}
MOST_KILLS = 3
FINISHED = frozenset({ExitStatus.OK})


@dataclass(frozen=True)
class Blow:
    """Signals at one moment.

    Attributes
    ----------
    seconds : float
        After the beginning of the stage.
    gaps : tuple of float
        Seconds before each further signal.
    whole_group : bool
        Whether the command's children get it as well, as by Ctrl-C.
    """

    number: signal.Signals
    stage: str
    seconds: float
    gaps: tuple[float, ...] = ()
    whole_group: bool = False

    def fall(self, run: Running, place: Place) -> None:
        """Send the signals when the moment comes, if it comes."""
        begun, _ = STAGES[self.stage]
        run.wait_until(lambda: begun(run.said(), place.home), PATIENCE_SECONDS)
        run.wait(self.seconds)
        run.strike(self.number, self.whole_group)
        for gap in self.gaps:
            run.wait(gap)
            run.strike(self.number, self.whole_group)


def draw(generator: random.Random) -> Attack:
    """Draw a run, and blows that fall on it and on those that finish it."""
    number = generator.choice([*ENDINGS, signal.SIGKILL])
    words = _run(generator)
    stages = [stage for stage in STAGES if _occurs(stage, words)]
    blows = [_blow(number, stages, generator) for _ in range(generator.randint(1, MOST_KILLS))]
    several = any(blow.gaps for blow in blows)
    return Attack(
        f"{number.name}{' several times in a row' if several else ''}",
        partial(_carry_out, words, tuple(blows)),
    )


def _run(generator: random.Random) -> tuple[str, ...]:
    managed = generator.random() < 0.2
    return (
        *SMALL,
        *("--framework", "numpy", "--blocks", str(generator.randint(1, 3))),
        # The last of several counts.
        *(("--environment", "managed") if managed else ()),
        *(("--interleave",) if generator.random() < 0.25 else ()),
        "--profile" if generator.random() < 0.3 else "--no-profile",
    )


def _occurs(stage: str, words: tuple[str, ...]) -> bool:
    needed = {"making environments": "managed", "profiles": "--profile"}
    return stage not in needed or needed[stage] in words


def _blow(number: signal.Signals, stages: list[str], generator: random.Random) -> Blow:
    stage = generator.choice(stages)
    again = generator.randint(1, 3) if generator.random() < 0.3 else 0
    return Blow(
        number,
        stage,
        generator.uniform(0.0, STAGES[stage][1]),
        tuple(generator.choice((0.0, 0.02, 0.2, 1.0)) for _ in range(again)),
        generator.random() < 0.5,
    )


def _carry_out(words: tuple[str, ...], blows: tuple[Blow, ...], place: Place) -> None:
    for blow in blows:
        with place.started(_next(words, place), ENDINGS[blow.number]) as run:
            blow.fall(run, place)
    place.run(_next(words, place), FINISHED)
    path = store.latest(place.results)
    place.expect(path is not None, "no record in the end")
    if path is not None:
        place.expect(store.load(path).status == "complete", "the record is not complete")


def _next(words: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """Return the command with which a user goes on from what is there."""
    path = store.latest(place.results)
    if path is None:
        return words
    if store.load(path).status == "complete":
        return ("report", str(path))
    return ("run", "--resume", str(path))
