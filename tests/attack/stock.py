"""What attacks begin with: a record of a run that was killed, and of the same run, finished."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from bench.cli.exit_status import ExitStatus
from bench.records import store
from tests.attack.place import PATIENCE_SECONDS, SECRETS, Manner, Place

# A few seconds; a linear model of some bytes.
SMALL = ("run", "--environment", "current", "--workload", "linear", "--epochs", "3")
NUMPY = (*SMALL, "--framework", "numpy")
COMPLETE = "complete.json"
# Where both were made.
MAKING = "making"
UNFINISHED = "unfinished.json"


def make(folder: Path) -> Path:
    """Return a folder with both records, made by real runs."""
    place = Place(folder / MAKING, folder, PATIENCE_SECONDS)
    # What is planted is to be found where attacks betray it, not here.
    manner = Manner(dict.fromkeys(SECRETS))
    with place.started((*NUMPY, "--blocks", "2", "--profile"), {-signal.SIGKILL}, manner) as run:
        assert run.wait_until(lambda: _measured(place) > 0, PATIENCE_SECONDS), run.said()
        run.strike(signal.SIGKILL)
    path = store.latest(place.results)
    assert path is not None
    shutil.copy(path, folder / UNFINISHED)
    done = place.run(("run", "--resume", str(path)), {ExitStatus.OK}, manner)
    assert done.status == ExitStatus.OK, done.output + done.errors
    shutil.copy(path, folder / COMPLETE)
    return folder


def _measured(place: Place) -> int:
    """Return how many trials the run has recorded."""
    path = store.latest(place.results)
    return 0 if path is None else sum(len(cell.trials) for cell in store.load(path).cells)
