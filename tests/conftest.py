"""What many tests need: the command line as users run it, in a folder of its own."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import threadpoolctl
from hypothesis import settings

from bench.engines.lock import FOLDER_VARIABLE
from bench.engines.machine import available_cpus
from bench.records import store
from bench.records.model import Record
from bench.workloads.fashion_mnist import DATA_VARIABLE

# No test may depend on how fast the machine is.
settings.register_profile("softmax-bench", deadline=None)
settings.load_profile("softmax-bench")

REPOSITORY = Path(__file__).resolve().parent.parent
# Environments are made once for all tests, and shared with runs in the repository itself.
HOME = Path(os.environ.get("SOFTMAX_BENCH_HOME", REPOSITORY / ".softmax-bench"))
INTEGRATION = REPOSITORY / "tests" / "integration"
BROWSER = REPOSITORY / "tests" / "browser"
# Options of a run whose purpose is another than what they leave out; UNSEEN where nobody looks at
# the report either.
BRIEFLY = ("--no-profile", "--no-ceiling")
UNSEEN = (*BRIEFLY, "--no-report")
# Before any is given to a process of pytest-xdist.
ALL_CPUS = available_cpus()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run two processes a CPU that this one may use: while one waits, the other has it."""
    return 2 * len(available_cpus())


def pytest_configure(config: pytest.Config) -> None:
    """Keep each process of pytest-xdist, and all that it starts, to a part of the CPUs.

    Threads of two runs that wait for each other on the same CPUs take many times as long as those
    of one; on one CPU a run has one thread. All parts are equally large, so that they pass for one
    machine.
    """
    worker = getattr(config, "workerinput", None)
    if worker and hasattr(os, "sched_setaffinity"):
        size = max(1, len(ALL_CPUS) // worker["workercount"])
        first = int(worker["workerid"].removeprefix("gw")) * size
        own = {ALL_CPUS[number % len(ALL_CPUS)] for number in range(first, first + size)}
        os.sched_setaffinity(0, own)


@pytest.fixture(scope="module")
def all_cpus() -> Iterator[None]:
    """Let the tests of a file have all CPUs."""
    own = available_cpus()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, ALL_CPUS)
    yield
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, own)


# First: in the processes of pytest-xdist its own hook reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Choose what runs beside what: see CONTRIBUTING.md.

    Tests of a file share what takes long to make, those of tests/browser the browser as well: each
    file, and that folder, is a group of pytest-xdist, but for files that say that their tests share
    nothing. What takes longest comes first, so that no CPU is left with it at the end, and what
    needs the machine for itself comes last, whatever its file.
    """
    items.sort(key=lambda item: (bool(item.get_closest_marker("quiet")), not _takes_long(item)))
    for item in items:
        if not (item.get_closest_marker("apart") or item.get_closest_marker("quiet")):
            shared = BROWSER if BROWSER in item.path.parents else item.path
            item.add_marker(pytest.mark.xdist_group(shared.relative_to(REPOSITORY).as_posix()))


def _takes_long(item: pytest.Item) -> bool:
    return INTEGRATION in item.path.parents


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let tests run beside each other, but one that is marked as quiet by itself."""
    with open(__file__) as room:
        fcntl.flock(room, fcntl.LOCK_EX if item.get_closest_marker("quiet") else fcntl.LOCK_SH)
        return (yield)


def hear_interrupts() -> None:
    """Undo that a shell lets what it starts in the background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class CommandLine:
    """``softmax-bench`` in a folder of its own, with a machine lock of its own."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the environment that commands run in."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        defaults = {
            "SOFTMAX_BENCH_HOME": str(HOME),
            "TMPDIR": str(temporary),
            FOLDER_VARIABLE: str(temporary),
            "COLUMNS": "100",
        }
        # Data that the developer has must not decide what tests see.
        inherited = {k: v for k, v in os.environ.items() if k != DATA_VARIABLE}
        return inherited | defaults | self.variables

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "bench", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hear_interrupts,
        )

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments)
        output, errors = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def record(self) -> Record:
        """Return the newest record that was written."""
        path = store.latest(self.folder / "results")
        assert path is not None, "no record was written"
        return store.load(path)

    def with_python_path(self, folders: Sequence[Path]) -> CommandLine:
        """Return the same command line with more packages to import."""
        python_path = os.pathsep.join(map(str, [*folders, REPOSITORY]))
        return CommandLine(self.folder, self.variables | {"PYTHONPATH": python_path})


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture(autouse=True, scope="session")
def one_blas_thread() -> Iterator[None]:
    """Train in the tests' own process on one thread, so that neighbours do not hold it up."""
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        yield
