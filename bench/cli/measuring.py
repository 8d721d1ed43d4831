"""What every subcommand that measures does: hold the machine, load data, run, keep the record."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from bench.analysis import accumulate
from bench.cli.places import real, require_folder
from bench.cli.progress import make_observer
from bench.cli.terminal import Console
from bench.engines import children, machine
from bench.engines.lock import machine_lock
from bench.records import store
from bench.records.masking import masked_words
from bench.records.model import Record
from bench.records.plan import Plan
from bench.records.store import RecordError
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


@dataclass(frozen=True)
class Unfinished:
    """A record whose run is to be finished, and its file, whatever that is called."""

    record: Record
    path: Path


def without_home(word: str) -> str:
    """Return an argument with the user's home folder shortened, for the record.

    Bytes that are no text are replaced.
    """
    word = os.fsencode(word).decode(errors="replace")
    try:
        home = Path.home()
    except RuntimeError:
        # Nobody says where it is.
        return word
    return word if home == Path(home.anchor) else word.replace(str(home), "~")


def carry_out(
    plan: Plan,
    places: Places,
    expand: Callable[[Plan, Sequence[Workload]], Planned] = make_plan,
    unfinished: Optional[Unfinished] = None,
) -> tuple[Record, Path]:
    """Run under the machine lock; return the record, interrupted or complete, and its file.

    Parameters
    ----------
    expand : callable
        Makes cells from the plan and the workloads that were loaded.
    unfinished : Unfinished, optional
        The run to finish, in its own file.

    Raises
    ------
    KeyboardInterrupt
        If there is no record yet.
    """
    created = datetime.now(timezone.utc)
    command = ("softmax-bench", *masked_words(map(without_home, sys.argv[1:])))
    started = created.isoformat(timespec="seconds")
    with machine_lock(started, " ".join(command)), children.ended_with_the_run():
        path = _file_of(unfinished, places.results_dir, created)
        run_id = unfinished.record.run_id if unfinished else path.stem
        setting = Setting(Home(real(places.home)), command, created, run_id)
        records = store.Store(path)
        require_folder(setting.home.folder, "--home")
        try:
            return _measured(plan, places.data_dir, expand, unfinished, setting, records), path
        except KeyboardInterrupt:
            if not path.is_file():
                raise
            return _interrupted(records), path
        except Exception:
            if path.is_file():
                announce_record(path)
            raise


def _file_of(unfinished: Optional[Unfinished], folder: Path, created: datetime) -> Path:
    """Return the file that a run writes: its own where it is finished, else a new one."""
    if unfinished:
        # What a link names is written, not put in the place of the link.
        return real(unfinished.path)
    wanted = store.run_id(created, machine.describe_commit(Path.cwd()).id)
    return folder / f"{store.unused_id(folder, wanted)}.json"


def _measured(
    plan: Plan,
    data_dir: Optional[Path],
    expand: Callable[[Plan, Sequence[Workload]], Planned],
    unfinished: Optional[Unfinished],
    setting: Setting,
    records: store.Store,
) -> Record:
    if unfinished and store.load(records.path) != unfinished.record:
        raise RecordError(
            f"{records.path} has changed since it was read: another run has gone on with it. Look "
            "at it again."
        )
    with make_observer(Console()) as observer:
        with observer.waiting("loading data"):
            loaded = catalog.load_each(plan.workloads, data_dir)
        for one in loaded:
            if one.notice:
                observer.announce(one.notice)
        planned = expand(plan, [one.workload for one in loaded])
        ready = make_ready(planned, loaded, setting, observer)
        measuring = Measuring(ready, setting, observer, records)
        return measuring.execute(unfinished.record if unfinished else None)


def _interrupted(records: store.Store) -> Record:
    """Return the record on disk, which says from now on that its run was interrupted."""
    record = store.load(records.path)
    if record.status == "running":
        record = accumulate.ended(record, "interrupted", None)
        records.write(record)
    return record


def announce_record(path: Path) -> None:
    """Print where a record is: the last line of a run, however it ends."""
    Console().print(f"record: {path}", soft_wrap=True, highlight=False, markup=False)
