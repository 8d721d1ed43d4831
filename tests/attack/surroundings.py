"""Commands that make sense, where nothing around them does."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from bench.cli.exit_status import ExitStatus
from bench.records import store
from tests.attack import snapshot
from tests.attack.attack import Attack
from tests.attack.place import PATIENCE_SECONDS, Manner, Place
from tests.attack.stock import COMPLETE, NUMPY, UNFINISHED
from tests.conftest import BRIEFLY

RUN = (*NUMPY, "--blocks", "1", *BRIEFLY)
REPORT = ("report", "record.json")
COMMANDS = (RUN, RUN, REPORT, ("list",), ("run", "--dry-run"), ("run", "--help"))
WELL = frozenset({ExitStatus.OK})
# Where something cannot be had or written: said, or done without.
REFUSED = frozenset({ExitStatus.USAGE, ExitStatus.DATA, ExitStatus.RECORD})
COPED = WELL | REFUSED
NOT_MEASURED = COPED | {ExitStatus.CELLS_FAILED}

Surrounding = Callable[[random.Random, Place], None]


def draw(generator: random.Random) -> Attack:
    """Draw what is wrong with the surroundings."""
    name = generator.choice(list(SURROUNDINGS))
    return Attack(name, partial(_carry_out, SURROUNDINGS[name], generator.randrange(2**32)))


def _carry_out(surrounding: Surrounding, seed: int, place: Place) -> None:
    shutil.copy(place.stock / COMPLETE, place.folder / "record.json")
    surrounding(random.Random(seed), place)


def _variables(
    choices: Mapping[str, Collection[str | None]],
    expected: frozenset[int],
    generator: random.Random,
    place: Place,
) -> None:
    """Run a command with variables that are missing or make no sense."""
    drawn = {name: generator.choice(list(values)) for name, values in choices.items()}
    place.run(generator.choice(COMMANDS), expected, Manner(drawn))


def _closed(descriptors: tuple[int, ...], generator: random.Random, place: Place) -> None:
    command = generator.choice((RUN, ("list",), ("run", "--dry-run")))
    place.run(command, COPED, Manner(closed=descriptors))
    if command == RUN:
        _expect_record(place)


def _full_output(generator: random.Random, place: Place) -> None:
    command = generator.choice((RUN, ("list",), ("run", "--dry-run")))
    place.run(command, COPED, Manner(output=Path("/dev/full")))
    if command == RUN:
        _expect_record(place)


def _expect_record(place: Place) -> None:
    """Expect a whole record, even if nobody could be told of it."""
    found = [record.status for record in place.ended[-1].after.values()]
    place.expect(found == ["complete"], f"a run that could not print left records: {found}")


def _by_shell(script: str, shown: bool = True) -> Manner:
    """Return how to run a command by a shell script, in which it is ``"$@"``."""
    program = ("bash", "-c", script, "bash", sys.executable, "-m", "bench")
    return Manner(program=program, nothing_shown=not shown)


def _head(generator: random.Random, place: Place) -> None:
    script = f'"$@" | head -n {generator.choice((0, 1, 3))}; exit ${{PIPESTATUS[0]}}'
    expected = COPED | {ExitStatus.BROKEN_PIPE}
    place.run(generator.choice(COMMANDS), expected, _by_shell(script, shown=False))


def _deleted_folder(generator: random.Random, place: Place) -> None:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    place.run(generator.choice(COMMANDS), COPED, _by_shell(script))


def _few_files(generator: random.Random, place: Place) -> None:
    script = f'ulimit -n {generator.randint(32, 64)}; exec "$@"'
    place.run(generator.choice(COMMANDS), NOT_MEASURED, _by_shell(script))


def _little_room(generator: random.Random, place: Place) -> None:
    """Let no file be larger than some KiB; what is printed goes through a pipe."""
    size = generator.choice((0, 1, 4, 16, 64, 256))
    script = f'(ulimit -f {size}; exec "$@") 2>&1 | cat; exit ${{PIPESTATUS[0]}}'
    place.run(generator.choice((RUN, REPORT)), NOT_MEASURED, _by_shell(script))


def _odd_folders(generator: random.Random, place: Place) -> None:
    """Name places that cannot be written."""
    (place.folder / "file").write_text("a file")
    (place.folder / "read-only").mkdir(mode=0o555)
    where = generator.choice(("file", "file/below", "read-only", "/proc/none", "/sys/none"))
    command, options = generator.choice(
        ((RUN, ("--home", "--results-dir", "--report")), (REPORT, ("--output",)))
    )
    place.run((*command, generator.choice(options), where), COPED)


def _odd_variables_of_places(generator: random.Random, place: Place) -> None:
    """Let variables name places that cannot be written."""
    (place.folder / "file").write_text("a file")
    where = generator.choice(("file", "file/below", "/proc/none", "missing", "\x1b[2J"))
    name = generator.choice(("TMPDIR", "HOME", "SOFTMAX_BENCH_HOME", "SOFTMAX_BENCH_LOCK_DIR"))
    place.run(RUN, COPED | {ExitStatus.BUSY}, Manner({name: where}))


def _linked_lock(generator: random.Random, place: Place) -> None:
    """Leave a link where the lock is: what it names is another's."""
    del generator
    victim = place.folder / "victim"
    victim.write_text("precious")
    for folder in ("lock", "tmp"):
        (place.folder / folder / "softmax-bench.lock").symlink_to(victim)
    place.run(RUN, COPED | {ExitStatus.BUSY})
    place.expect(victim.read_text() == "precious", "the lock's link was followed")


def _two_at_once(generator: random.Random, place: Place) -> None:
    """Start a run while another one measures, and see it refused."""
    del generator
    with place.started(RUN, WELL) as first:
        measuring = first.wait_until(lambda: "[1/" in first.said(), PATIENCE_SECONDS)
        second = place.start(RUN)
        ended = second.wait(PATIENCE_SECONDS)
        still = first.goes_on
        place.expect(
            not (measuring and ended and still) or second.process.returncode == ExitStatus.BUSY,
            f"a second run was not refused: {second.process.returncode}",
        )


def _same_second(generator: random.Random, place: Place) -> None:
    """Start two runs that have no lock in common, as in two containers: each has its record."""
    del generator
    locks = [place.folder / name for name in ("lock", "another")]
    locks[-1].mkdir()
    runs = [place.start(RUN, Manner({"SOFTMAX_BENCH_LOCK_DIR": str(lock)})) for lock in locks]
    for run in runs:
        place.expect(run.wait(PATIENCE_SECONDS), "one of two runs did not end in time")
        place.expect(run.process.returncode == ExitStatus.OK, f"one of two runs: {run.said()}")
    found = [record.status for record in snapshot.records(place.results).values()]
    place.expect(found == ["complete"] * len(runs), f"two runs left records: {found}")


def _hostile_neighbour(generator: random.Random, place: Place) -> None:
    """Let a process whose name is no text burn a CPU beside a run, which warns of it."""
    del generator
    # Elsewhere, so that it does not pass for what the run left.
    with tempfile.TemporaryDirectory(dir=place.folder.parent) as folder:
        program = Path(folder, "\x1b[2Jq\u202ee")
        program.symlink_to(sys.executable)
        neighbour = subprocess.Popen([program, "-c", "while True: pass"])
        try:
            place.run(RUN, WELL)
        finally:
            neighbour.kill()
            neighbour.wait()


def _report_over_a_record(generator: random.Random, place: Place) -> None:
    """Ask for a page where a record is."""
    path = place.results / "old.json"
    shutil.copy(place.stock / COMPLETE, path)
    command = generator.choice(((*RUN, "--report"), (*REPORT, "--output")))
    place.run((*command, "results/old.json"), REFUSED)


def _copied_record(generator: random.Random, place: Place) -> None:
    """Resume a copy of a record that lies beside it, finished."""
    run_id = store.load(place.stock / COMPLETE).run_id
    shutil.copy(place.stock / COMPLETE, place.results / f"{run_id}.json")
    name = generator.choice(("a copy.json", "0.json", "zzz.json"))
    shutil.copy(place.stock / UNFINISHED, place.results / name)
    ended = place.run(("run", "--resume", f"results/{name}"), WELL)
    place.expect(ended.changed == (name,), f"resuming {name} wrote {', '.join(ended.changed)}")


PLAIN = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
SURROUNDINGS: Mapping[str, Surrounding] = {
    "no home": partial(_variables, {"HOME": (None, "", "/nonexistent")}, WELL),
    "no terminal": partial(_variables, {"TERM": (None, "", "dumb", "x" * 1_000)}, WELL),
    "plain letters": partial(_variables, {name: (value,) for name, value in PLAIN.items()}, WELL),
    "odd widths": partial(
        _variables,
        dict.fromkeys(("COLUMNS", "LINES"), ("0", "1", "20", "-5", "x", "", "99999")),
        WELL,
    ),
    "no search path": partial(_variables, {"PATH": (None, "", "/nonexistent")}, NOT_MEASURED),
    "closed output": partial(_closed, (1,)),
    "closed errors": partial(_closed, (2,)),
    "all closed": partial(_closed, (0, 1, 2)),
    "full output": _full_output,
    "head": _head,
    "a deleted folder": _deleted_folder,
    "few files": _few_files,
    "little room": _little_room,
    "odd folders": _odd_folders,
    "odd variables": _odd_variables_of_places,
    "a linked lock": _linked_lock,
    "two at once": _two_at_once,
    "two in the same second": _same_second,
    "a hostile neighbour": _hostile_neighbour,
    "a report over a record": _report_over_a_record,
    "a copied record": _copied_record,
}
