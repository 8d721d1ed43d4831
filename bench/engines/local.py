"""Run one worker process on this machine; it is gone when the call returns."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from bench.engines import probing
from bench.engines.probing import Read
from bench.engines.turns import Turns
from bench.records.masking import masked
from bench.records.model import FailureKind, Probe
from bench.worker.assignment import (
    MODEL_FILE,
    OUTCOME_FILE,
    Assignment,
    Measurements,
    Outcome,
)
from bench.worker.channel import BOUNDARY
from implementations.contract import Parameters

LOG_FILE = "worker.log"
LOG_LINES_KEPT = 25
LOG_BYTES_KEPT = 4_000
SECONDS_TO_DIE = 10.0

Event = dict[str, Any]


@dataclass(frozen=True)
class TrialResult:
    """What an honest worker brings back.

    Attributes
    ----------
    first_step, final : Parameters
        After the first step, and at the end.
    predicted : ndarray
        The classes (n_test,), or the values (n_test, 1), of the test examples at the end.
    probes : tuple of Probe
        What the machine was like between epochs.
    """

    measurements: Measurements
    first_step: Parameters
    final: Parameters
    predicted: NDArray[Any]
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class WorkerFailure:
    """What is known of a worker that brought nothing back."""

    kind: FailureKind
    reason: str
    log: str


@dataclass(frozen=True)
class Launch:
    """How to start a worker."""

    python: Path
    environment: Mapping[str, str]
    timeout_seconds: float


@dataclass(frozen=True)
class Turn:
    """The part of one worker among those that take turns."""

    turns: Turns
    key: Hashable


def run_trial(
    launch: Launch,
    assignment: Assignment,
    on_event: Callable[[Event], None],
    read: Read | None = None,
    turn: Turn | None = None,
) -> TrialResult | WorkerFailure:
    """Run a trial as :func:`run_worker` does, and return it with the model it left.

    Parameters
    ----------
    read : callable, optional
        Reads what the machine is like. Called between epochs, while the worker stands still.
    turn : Turn, optional
        Where other workers have their turns between epochs, while this one stands still.

    Raises
    ------
    GivenUp
        If those that take turns are ended.
    """
    boundaries = Boundaries(read, turn)
    assignment = replace(assignment, seconds_between_stops=boundaries.seconds_between_stops)
    outcome = run_worker(launch, assignment, on_event, boundaries)
    if isinstance(outcome, WorkerFailure):
        return outcome
    assert outcome.measurements is not None, "a trial's outcome holds its measurements"
    with np.load(Path(assignment.folder) / MODEL_FILE) as arrays:
        return TrialResult(
            outcome.measurements,
            Parameters(arrays["first_weight"], arrays["first_bias"]),
            Parameters(arrays["final_weight"], arrays["final_bias"]),
            arrays["predicted"],
            tuple(boundaries.readings),
        )


class Boundaries:
    """What happens at the epoch boundaries that a worker tells, while it stands still.

    The machine is probed, and the readings are kept; and other workers have their turns.
    """

    def __init__(self, read: Read | None = None, turn: Turn | None = None):
        self._read = read
        self._turn = turn
        self.readings: list[Probe] = []

    @property
    def seconds_between_stops(self) -> float | None:
        """How far boundaries at which anything happens lie apart; None if nothing ever does.

        Turns change at every one, however short an epoch: the same epochs of all are to be side by
        side.
        """
        if self._turn is not None:
            return 0.0
        return None if self._read is None else probing.SECONDS_BETWEEN_PROBES

    def started(self, process: subprocess.Popen[bytes]) -> None:
        """Remember the worker, so that it can be ended while it has its turn."""
        if self._turn:
            self._turn.turns.started(process)

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """Forget the worker."""
        if self._turn:
            self._turn.turns.ended(process)

    def reached(self, process: subprocess.Popen[bytes], epoch: int) -> None:
        """Probe the machine, and let others have their turns."""
        with probing.stopped(process):
            found = self._read() if self._read else None
            if self._turn:
                self._turn.turns.pass_on(self._turn.key)
        if found is not None:
            self.readings.append(Probe(epoch, found.product, found.streaming, found.gathering))


def run_worker(
    launch: Launch,
    assignment: Assignment,
    on_event: Callable[[Event], None],
    boundaries: Boundaries | None = None,
) -> Outcome | WorkerFailure:
    """Carry the assignment out in a fresh interpreter and wait for its outcome.

    The worker leads a process group of its own; whatever happens here, an exception or Ctrl-C
    included, the whole group has ended when this returns.

    Parameters
    ----------
    assignment : Assignment
        Its file descriptors are filled in here.
    on_event : callable
        Called with each progress event while the worker waits, never while its clock runs.
    boundaries : Boundaries, optional
        Told of the boundaries between epochs.
    """

    boundaries = boundaries or Boundaries()

    def heard(event: Event) -> None:
        if event.get("stage") != BOUNDARY:
            on_event(event)
        else:
            boundaries.reached(process, event["epoch"])

    with ExitStack() as pipes:
        events, worker_events = _pipe(pipes)
        worker_acknowledgements, acknowledgements = _pipe(pipes)
        assignment = replace(
            assignment,
            events=worker_events.fileno(),
            acknowledgements=worker_acknowledgements.fileno(),
        )
        process = _start(launch, assignment)
        boundaries.started(process)
        try:
            # Only the worker holds its ends from here on: their closing says that it has ended.
            worker_events.close()
            worker_acknowledgements.close()
            finished = _follow(events, acknowledgements, launch.timeout_seconds, heard)
            if finished:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(SECONDS_TO_DIE)
        finally:
            boundaries.ended(process)
            _kill_group(process)
    folder = Path(assignment.folder)
    log = _tail(folder / LOG_FILE)
    if not finished:
        return WorkerFailure("timeout", f"still running after {launch.timeout_seconds:g} s", log)
    return _outcome(folder, process.returncode, log)


def _pipe(pipes: ExitStack) -> tuple[FileIO, FileIO]:
    """Return the reading and the writing end of a pipe that `pipes` closes at the latest."""
    reading, writing = os.pipe()
    return pipes.enter_context(FileIO(reading, "r")), pipes.enter_context(FileIO(writing, "w"))


def _start(launch: Launch, assignment: Assignment) -> subprocess.Popen[bytes]:
    """Start the worker at the head of a process group of its own."""
    folder = Path(assignment.folder)
    with (folder / LOG_FILE).open("wb") as output:
        return subprocess.Popen(
            [launch.python, "-m", "bench.worker", assignment.write()],
            cwd=folder,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(assignment.events, assignment.acknowledgements),
            start_new_session=True,
        )


def _follow(
    events: FileIO,
    acknowledgements: FileIO,
    timeout_seconds: float,
    on_event: Callable[[Event], None],
) -> bool:
    """Pass events on until the worker closes its end; False if that takes too long.

    While an event is dealt with the worker waits, and its time does not pass.
    """
    deadline = time.monotonic() + timeout_seconds
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(events, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            received = events.read(65536)
            if not received:
                return True
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                heard = time.monotonic()
                on_event(json.loads(line))
                deadline += time.monotonic() - heard
                with suppress(BrokenPipeError):
                    acknowledgements.write(b"\n")
    return False


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the worker and everything that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tail(log: Path) -> str:
    """Return the end of what a worker printed, without secrets."""
    # Masked before it is cut, for half a secret would not be known for one.
    text = masked(log.read_bytes()[-2 * LOG_BYTES_KEPT :].decode(errors="replace"))
    return "\n".join(text[-LOG_BYTES_KEPT:].splitlines()[-LOG_LINES_KEPT:])


def _outcome(folder: Path, returncode: int, log: str) -> Outcome | WorkerFailure:
    """Read the outcome that the worker left, or tell from its exit status why there is none."""
    if returncode < 0:
        name = signal.Signals(-returncode).name
        return WorkerFailure("killed_by_signal", f"killed by signal {-returncode} ({name})", log)
    try:
        outcome = TypeAdapter(Outcome).validate_json((folder / OUTCOME_FILE).read_bytes())
    except (OSError, ValidationError):
        return WorkerFailure("exited", f"exited with status {returncode} without an outcome", log)
    if outcome.trouble is not None:
        return WorkerFailure(outcome.trouble.kind, outcome.trouble.reason, log)
    return outcome
