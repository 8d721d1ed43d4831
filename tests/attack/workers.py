"""Toxic workers beside an honest one, which must come to no harm."""

from __future__ import annotations

import random
from functools import partial

from bench.cli.exit_status import ExitStatus
from bench.records import store
from tests.attack.attack import Attack
from tests.attack.place import Manner, Place
from tests.attack.stock import SMALL
from tests.conftest import REPOSITORY
from tests.integration.plugins import register
from tests.integration.test_failures import FAULTY, FOLDER
from tests.integration.toxic.framework import DEEDS

HONEST = "honest"
TOXIC = {deed.replace("_", "-"): deed for deed in DEEDS}
# Other cells' failures are no failure of the command.
MEASURED = frozenset({ExitStatus.OK, ExitStatus.CELLS_FAILED})
MOST_AT_ONCE = 3
BLOCKS = 2
TIMEOUT_SECONDS = 15


def draw(generator: random.Random) -> Attack:
    """Draw toxic workers, and how they meet the honest one."""
    names = [name for name in (*FAULTY, *TOXIC) if name != HONEST]
    toxic = generator.sample(names, generator.randint(1, MOST_AT_ONCE))
    by_turns = generator.random() < 0.3
    words = (
        *SMALL,
        *("--framework", ",".join([HONEST, *toxic]), "--seed", str(generator.randrange(1_000))),
        *("--blocks", str(BLOCKS), "--timeout", str(TIMEOUT_SECONDS)),
        "--profile" if generator.random() < 0.2 else "--no-profile",
        "--no-ceiling",
        *(("--interleave",) if by_turns else ()),
    )
    return Attack("by turns" if by_turns else "one by one", partial(_carry_out, words))


def _carry_out(words: tuple[str, ...], place: Place) -> None:
    register(place.folder / "site", "faulty", FAULTY)
    register(place.folder / "site", "toxic", TOXIC)
    path = ":".join(map(str, (REPOSITORY, place.folder / "site", FOLDER)))
    place.run(words, MEASURED, Manner({"PYTHONPATH": path}))
    record = store.latest(place.results)
    if record is None:
        place.expect(False, "one bad worker ended the run: there is no record")
        return
    loaded = store.load(record)
    place.expect(loaded.status == "complete", f"the run is {loaded.status}, not complete")
    for cell in loaded.cells:
        if cell.identity.framework == HONEST:
            found = f"{cell.status} with {len(cell.trials)} of {BLOCKS} trials"
            harmless = cell.status == "ok" and len(cell.trials) == BLOCKS
            place.expect(harmless, f"the honest cell is {found}: {cell.reason}")
