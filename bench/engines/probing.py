"""Processes that probe the machine between the epochs of a worker, which stands still meanwhile."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.engines import children
from bench.worker.probe import Reading

# Starting takes a second on a slow machine. One that does not answer is not asked again.
SECONDS_TO_ANSWER = 30.0
# A probe takes as long as a short epoch, so fast epochs do not all have one of their own.
SECONDS_BETWEEN_PROBES = 0.1

# A process stands within a millisecond, unless something wakes it again and again.
SECONDS_TO_STOP = 10.0
SECONDS_BETWEEN_LOOKS = (1e-4, 1e-2)

# Returns what the machine is like at this moment, if it can.
Read = Callable[[], Reading | None]


class StillRunning(Exception):
    """A process does not stand still."""


def possible() -> bool:
    """Tell whether this system can stop a process and let it go on."""
    return hasattr(signal, "SIGSTOP") and hasattr(os, "waitid")


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop a process group by its leader and wait until it stands; let it go on afterwards.

    A worker that merely waited would leave its thread pools spinning, for some milliseconds or for
    as long as they are told to.

    Raises
    ------
    StillRunning
        If it does not stand in time.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGSTOP)
        _wait_until_it_stands(process)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)


def _wait_until_it_stands(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process is stopped or has ended, without reaping it."""
    deadline = time.monotonic() + SECONDS_TO_STOP
    pause, longest = SECONDS_BETWEEN_LOOKS
    states = os.WSTOPPED | os.WEXITED | os.WNOWAIT | os.WNOHANG
    while os.waitid(os.P_PID, process.pid, states) is None:
        if time.monotonic() > deadline:
            raise StillRunning("does not stand still when it is stopped")
        time.sleep(pause)
        pause = min(2 * pause, longest)


class Prober:
    """A process that probes some CPUs; it waits in between, without any load.

    Parameters
    ----------
    python : Path
        An interpreter with NumPy and what the harness brings into every worker's environment.
    cpus : tuple of int
        To be bound to.
    environment : mapping
        The whole environment of the process.
    """

    def __init__(self, python: Path, cpus: tuple[int, ...], environment: Mapping[str, str]):
        listed = ",".join(map(str, cpus))
        self._process = children.start(
            [python, "-m", "bench.worker", str(os.getpid()), "probe", listed],
            dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers = True
        # The first reading starts threads and touches memory.
        self.read()

    def read(self) -> Reading | None:
        """Return a reading of this moment; None if the process is gone or does not answer."""
        if not self._answers:
            return None
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(self._process.stdout, selectors.EVENT_READ)
                if selector.select(SECONDS_TO_ANSWER):
                    return Reading(**json.loads(self._process.stdout.readline()))
        except (OSError, ValueError, TypeError):
            pass
        self._answers = False
        return None

    def close(self) -> None:
        """End the process."""
        children.end_group(self._process)
        # What was written to one that had ended is still to be flushed, and cannot be.
        with suppress(BrokenPipeError), self._process:
            pass


@dataclass
class Probers:
    """The probers of a run, one for each set of CPUs that its workers are bound to.

    Attributes
    ----------
    start : callable
        Starts the prober of some CPUs; None where there shall be none.
    """

    start: Callable[[tuple[int, ...]], Prober] | None
    _started: dict[tuple[int, ...], Prober] = field(default_factory=dict)

    def __enter__(self) -> Probers:
        return self

    def __exit__(self, *_: object) -> None:
        for prober in self._started.values():
            prober.close()

    def reader(self, cpus: tuple[int, ...]) -> Read | None:
        """Return what reads the state of these CPUs; None where nothing does."""
        if self.start is None or not possible():
            return None
        if cpus not in self._started:
            try:
                self._started[cpus] = self.start(cpus)
            except OSError:
                return None
        return self._started[cpus].read
