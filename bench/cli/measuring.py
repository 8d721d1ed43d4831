"""What every subcommand that measures does: hold the machine, load data, run, keep the record."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn, Optional

from rich.console import Console

from bench.cli.progress import make_observer
from bench.engines import machine
from bench.engines.lock import machine_lock
from bench.records import store
from bench.records.model import Record
from bench.records.plan import Plan
from bench.run.measuring import Measuring
from bench.run.planning import Planned, make_plan
from bench.run.preparing import make_ready
from bench.run.setting import Home, Setting
from bench.workloads import catalog
from bench.workloads.workload import Workload


@dataclass(frozen=True)
class Places:
    """Folders of a run."""

    home: Path
    data_dir: Optional[Path]
    results_dir: Path


def without_home(word: str) -> str:
    """Return an argument with the user's home folder shortened, for the record."""
    return word.replace(str(Path.home()), "~")


def carry_out(
    plan: Plan,
    places: Places,
    expand: Callable[[Plan, Sequence[Workload]], Planned] = make_plan,
    previous: Optional[Record] = None,
) -> tuple[Record, Path]:
    """Run under the machine lock; return the record, interrupted or complete, and its file.

    Parameters
    ----------
    expand : callable
        Makes cells from the plan and the workloads that were loaded.
    previous : Record, optional
        Of the run to finish.

    Raises
    ------
    KeyboardInterrupt
        If there is no record yet.
    """
    created = datetime.now(timezone.utc)
    command = ("softmax-bench", *map(without_home, sys.argv[1:]))
    commit = machine.describe_commit(Path.cwd())
    run_id = previous.run_id if previous else store.run_id(created, commit.id)
    setting = Setting(Home(places.home.resolve()), command, created, run_id)
    signal.signal(signal.SIGTERM, _interrupt)
    with machine_lock(created.isoformat(timespec="seconds"), " ".join(command)):
        records = store.Store(places.results_dir, setting.run_id)
        with make_observer(Console()) as observer:
            with observer.waiting("loading data"):
                loaded = [catalog.load(name, places.data_dir) for name in plan.workloads]
            for one in loaded:
                if one.notice:
                    observer.announce(one.notice)
            planned = expand(plan, [one.workload for one in loaded])
            try:
                ready = make_ready(planned, loaded, setting, observer)
                record = Measuring(ready, setting, observer, records).execute(previous)
            except KeyboardInterrupt:
                if not records.path.is_file():
                    raise
                record = store.load(records.path)
    return record, records.path


def _interrupt(signal_number: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt
