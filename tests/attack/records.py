"""Damaged records, and files that are none, given to ``report`` and to ``run --resume``."""

from __future__ import annotations

import json
import random
import signal
from functools import partial
from pathlib import Path

from bench.cli.exit_status import ExitStatus
from tests.attack import nasty
from tests.attack.attack import Attack
from tests.attack.place import Place
from tests.attack.stock import COMPLETE, UNFINISHED
from tests.records.damaged import drawn

REFUSED = frozenset({ExitStatus.RECORD})
# Not all damage can be seen: a record may still make sense.
REPORTED = REFUSED | {ExitStatus.OK}
RESUMED = REPORTED | {ExitStatus.CELLS_FAILED, ExitStatus.INTERRUPTED}
# What still makes sense may plan for hours.
SECONDS_UNTIL_INTERRUPTED = 20.0
FORMATS = ("html", "markdown", "csv", "html,markdown,csv")


def draw(generator: random.Random) -> Attack:
    """Draw what is wrong with a record, and what is done with it."""
    resumed = generator.random() < 0.4
    words = (
        ("run", "--resume")
        if resumed
        else ("report", "--format", generator.choice(FORMATS), "--output", "page/")
    )
    command = "resume" if resumed else "report"
    kind = generator.choice(("values", "values", "values", "bytes", "no record"))
    seed = generator.randrange(2**32)
    if kind == "no record":
        return Attack(f"{command}: no record", partial(_with_file, words, seed))
    return Attack(f"{command}: damaged {kind}", partial(_with_record, words, kind, seed))


def _with_record(words: tuple[str, ...], kind: str, seed: int, place: Place) -> None:
    source = place.stock / (UNFINISHED if "--resume" in words else COMPLETE)
    content = source.read_bytes()
    if kind == "values":
        _, content = next(drawn(json.loads(content), seed))
    else:
        content = nasty.damaged_bytes(content, random.Random(seed))
    path = place.folder / "record.json"
    path.write_bytes(content)
    _use(words, path, REPORTED, place)
    refused = place.ended[-1].status in REFUSED
    if refused or words[0] == "report":
        place.expect(path.read_bytes() == content, "a record that was only read was changed")


def _with_file(words: tuple[str, ...], seed: int, place: Place) -> None:
    kind = random.Random(seed).choice(list(nasty.FILES))
    path = place.folder / "record.json"
    nasty.FILES[kind](path)
    _use(words, path, REFUSED, place)


def _use(words: tuple[str, ...], path: Path, expected: frozenset[int], place: Place) -> None:
    """Run a command on a record; interrupt what takes it up in earnest."""
    if words[0] == "report":
        place.run((*words, path.name), expected)
        return
    with place.started((*words, path.name), RESUMED if expected == REPORTED else expected) as run:
        if not run.wait(SECONDS_UNTIL_INTERRUPTED):
            run.strike(signal.SIGINT)
