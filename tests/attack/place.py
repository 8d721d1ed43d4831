"""The folder of one attack: commands run there, with a lock, a home and secrets of their own."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.workloads.fashion_mnist import DATA_VARIABLE
from tests.attack import processes, snapshot
from tests.attack.aftermath import Aftermath, Ended
from tests.conftest import REPOSITORY

# Nothing here takes half as long on a quiet machine.
PATIENCE_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 0.02
# A command that reads without end must fail before the machine does.
MOST_BYTES = 8 * 2**30
# A Python program cannot listen to anything before its first modules are read.
DEAF_CPU_SECONDS = 0.5
SECRETS = {
    "NVIDIA_API_KEY": "planted-secret-of-a-card",
    "MXNET_TOKEN": "planted-secret-of-a-cloud",
    "AWS_SECRET_ACCESS_KEY": "planted-secret-of-a-store",
}
# The variables of pytest and of the developer decide nothing here.
UNWANTED = (DATA_VARIABLE, "PYTEST_CURRENT_TEST", "SOFTMAX_BENCH_HOME", "COLUMNS", "TERM")


@dataclass(frozen=True)
class Manner:
    """How a command is run.

    Attributes
    ----------
    variables : mapping
        Set besides the usual ones; those of None are taken away.
    folder : Path, optional
        In which it runs, instead of the attack's.
    program : tuple of str
        What stands before the words, instead of ``python -m bench``.
    output : Path, optional
        Standard output and errors go there, instead of to files of the attack.
    closed : tuple of int
        File descriptors that are closed before it starts.
    nothing_shown : bool
        Whether nobody sees what it prints, for another reason.
    """

    variables: Mapping[str, str | None] = field(default_factory=dict)
    folder: Path | None = None
    program: tuple[str, ...] = (sys.executable, "-m", "bench")
    output: Path | None = None
    closed: tuple[int, ...] = ()
    nothing_shown: bool = False

    @property
    def shown(self) -> bool:
        """Whether all that it prints can be seen."""
        return self.output is None and not self.closed and not self.nothing_shown

    def begin(self) -> None:
        """Prepare the process of a command, before its program starts."""
        # A shell lets what it starts in the background ignore some.
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        _, allowed = resource.getrlimit(resource.RLIMIT_AS)
        if allowed == resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        for descriptor in self.closed:
            os.close(descriptor)


USUAL = Manner()


@dataclass
class Running:
    """A command that has been started; its outputs are files."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes]
    output: Path
    errors: Path
    excused: bool = False
    signals: int = 0

    def said(self) -> str:
        """Return what it has printed so far."""
        return _read(self.output) + _read(self.errors)

    @property
    def goes_on(self) -> bool:
        return self.process.poll() is None

    def wait_until(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Return whether something happens while it runs, and within a time."""
        deadline = time.monotonic() + seconds
        while self.goes_on and time.monotonic() < deadline:
            if happened():
                return True
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return False

    def wait(self, seconds: float) -> bool:
        """Return whether it ends within a time."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return not self.goes_on

    def strike(self, number: signal.Signals, whole_group: bool = False) -> None:
        """Send a signal, as Ctrl-C does to the whole group, if there is still somebody."""
        if not self.goes_on:
            return
        self.signals += 1
        self.excused = self.excused or self._is_deaf(number)
        send = os.killpg if whole_group else os.kill
        with suppress(ProcessLookupError):
            send(self.process.pid, number)

    def _is_deaf(self, number: signal.Signals) -> bool:
        """Tell whether it cannot have listened to a signal yet: it has only just begun."""
        with suppress(psutil.Error, OSError):
            used = psutil.Process(self.process.pid).cpu_times()
            if used.user + used.system < DEAF_CPU_SECONDS:
                return not _catches(self.process.pid, signal.SIGTERM)
        return False


def _catches(pid: int, number: signal.Signals) -> bool:
    """Tell whether a process handles a signal, by what the kernel knows."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def _read(path: Path) -> str:
    """Return a text; bytes in it that are not UTF-8 become surrogates, which rules find."""
    return path.read_bytes().decode(errors="surrogateescape") if path.is_file() else ""


@dataclass
class Place:
    """The folder of one attack.

    Attributes
    ----------
    stock : Path
        What all attacks share, to be read only.
    grace_seconds : float
        After which nothing that a command started may be there any more.
    """

    folder: Path
    stock: Path
    grace_seconds: float
    ended: list[Ended] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    signals: int = 0
    begun: int = 0

    def __post_init__(self) -> None:
        for name in ("tmp", "lock", "results", "said"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def environment(self, manner: Manner = USUAL) -> dict[str, str]:
        """Return the environment that commands run in."""
        inherited = {name: os.environ[name] for name in os.environ if name not in UNWANTED}
        own = {
            "SOFTMAX_BENCH_HOME": str(self.home),
            "SOFTMAX_BENCH_LOCK_DIR": str(self.folder / "lock"),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "100",
        }
        wanted: Mapping[str, str | None] = inherited | own | SECRETS | dict(manner.variables)
        return {name: value for name, value in wanted.items() if value is not None}

    @contextmanager
    def started(
        self, words: Sequence[str], expected: Collection[int], manner: Manner = USUAL
    ) -> Iterator[Running]:
        """Start a command; what came of it is noted when the block ends."""
        before, versions = snapshot.records(self.results), snapshot.versions(self.results)
        running = self.start(words, manner)
        try:
            yield running
        finally:
            in_time = running.wait(PATIENCE_SECONDS)
            left = processes.left(self.folder, self.grace_seconds if in_time else 0.0)
            running.process.wait()
            self.signals += running.signals
            self.ended.append(
                Ended(
                    running.words,
                    frozenset(map(int, expected)),
                    running.process.returncode if in_time else None,
                    _read(running.output),
                    _read(running.errors),
                    before,
                    snapshot.records(self.results),
                    snapshot.changed(versions, snapshot.versions(self.results)),
                    left if in_time else (),
                    manner.shown,
                    running.excused,
                )
            )

    def run(self, words: Sequence[str], expected: Collection[int], manner: Manner = USUAL) -> Ended:
        """Run a command to its end."""
        with self.started(words, expected, manner):
            pass
        return self.ended[-1]

    def start(self, words: Sequence[str], manner: Manner = USUAL) -> Running:
        """Start a command of which nothing is noted."""
        self.begun += 1
        texts = [self.folder / "said" / f"{self.begun}-{kind}.txt" for kind in ("output", "errors")]
        with ExitStack() as files:
            output, errors = (
                files.enter_context((manner.output or text).open("wb", buffering=0))
                for text in texts
            )
            process = subprocess.Popen(
                [*manner.program, *words],
                cwd=manner.folder or self.folder,
                env=self.environment(manner),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                preexec_fn=manner.begin,
            )
        return Running(tuple(words), process, *texts)

    def expect(self, holds: bool, finding: str) -> None:
        """Note a finding if something does not hold."""
        if not holds:
            self.findings.append(finding)

    def aftermath(self) -> Aftermath:
        """Return what came of everything."""
        return Aftermath(
            tuple(self.ended),
            snapshot.leftovers(self.folder),
            snapshot.holding(self.folder, SECRETS.values()),
            tuple(self.findings),
        )
