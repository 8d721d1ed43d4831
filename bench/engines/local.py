"""Run one worker process on this machine; it is gone, with all it started, when this returns."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from bench.engines import children, probing, returned
from bench.engines.conversation import Conversation, Deadline, Ends, Event, Garbled, TimedOut
from bench.engines.probing import Read, StillRunning
from bench.engines.returned import Expected
from bench.engines.turns import Turns
from bench.records.masking import masked
from bench.records.model import FailureKind, Probe
from bench.worker.assignment import Assignment, Measurements, Outcome, shortened
from bench.worker.channel import BOUNDARY
from implementations.contract import Parameters

LOG_LINES_KEPT = 25
LOG_CHARACTERS_KEPT = 4_000

Found = TypeVar("Found")


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
    expected = Expected.of(assignment)
    boundaries = Boundaries(read, turn, expected.epochs)
    assignment = replace(assignment, seconds_between_stops=boundaries.seconds_between_stops)
    start = time.monotonic()
    outcome = run_worker(launch, assignment, on_event, boundaries, expected.epochs)
    if isinstance(outcome, WorkerFailure):
        return outcome
    assert outcome.measurements is not None, "what was assigned has been checked"
    measurements, seconds = outcome.measurements, time.monotonic() - start

    def result() -> TrialResult:
        returned.check_measurements(measurements, expected, seconds)
        model = returned.read_model(Path(assignment.folder), expected)
        readings = tuple(boundaries.readings)
        return TrialResult(measurements, model.first_step, model.final, model.predicted, readings)

    return _unless_garbled(result, "")


class Boundaries:
    """What happens at the epoch boundaries that a worker tells, while it stands still.

    The machine is probed, and the readings are kept; and other workers have their turns.

    Parameters
    ----------
    epochs : int
        After so many there is no further boundary: none of the time that they take is the
        worker's, and it cannot have more of it than the plan gives it.
    """

    def __init__(self, read: Read | None = None, turn: Turn | None = None, epochs: int = 0):
        self._read = read
        self._turn = turn
        self._epochs = epochs
        self._last = 0
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

    @property
    def by_turns(self) -> bool:
        """Whether other workers are there."""
        return self._turn is not None

    def started(self, process: subprocess.Popen[bytes]) -> None:
        """Remember the worker, so that it can be ended while it has its turn."""
        if self._turn:
            self._turn.turns.started(process)

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """Forget the worker."""
        if self._turn:
            self._turn.turns.ended(process)

    def reached(self, process: subprocess.Popen[bytes], epoch: int) -> None:
        """Probe the machine, and let others have their turns.

        Raises
        ------
        Garbled
            If no such boundary was to come, or the worker does not stand still there.
        """
        if not self._last < epoch <= self._epochs:
            raise Garbled(f"told of a boundary after epoch {epoch} where none could be")
        self._last = epoch
        try:
            with probing.stopped(process):
                found = self._read() if self._read else None
                if self._turn:
                    self._turn.turns.pass_on(self._turn.key)
        except StillRunning as error:
            raise Garbled(str(error)) from None
        if found is not None:
            self.readings.append(Probe(epoch, found.product, found.streaming, found.gathering))


def run_worker(
    launch: Launch,
    assignment: Assignment,
    on_event: Callable[[Event], None],
    boundaries: Boundaries | None = None,
    epochs: int = 0,
) -> Outcome | WorkerFailure:
    """Carry the assignment out in a fresh interpreter and wait for its outcome.

    The worker leads a process group of its own; whatever happens here, an exception or Ctrl-C
    included, the whole group has ended when this returns. So has what left the group, and then the
    worker has failed: it could not be made to stand still with the rest.

    Parameters
    ----------
    assignment : Assignment
        Its file descriptors are filled in here.
    on_event : callable
        Called with each progress event while the worker waits, never while its clock runs.
    boundaries : Boundaries, optional
        Told of the boundaries between epochs.
    epochs : int
        How many the outcome may tell of.
    """
    boundaries = boundaries or Boundaries()
    deadline = Deadline(launch.timeout_seconds)

    def heard(event: Event) -> None:
        if event.stage != BOUNDARY:
            on_event(event)
        else:
            with deadline.paused():
                boundaries.reached(process, event.epoch or 0)

    with ExitStack() as pipes:
        ends, of_worker = _pipes(pipes)
        try:
            process = _start(launch, assignment, of_worker)
        except OSError as error:
            return WorkerFailure("exited", f"could not be started: {error}", "")
        mark = children.mark_of(process)
        boundaries.started(process)
        conversation = Conversation(ends, heard)
        failure: tuple[FailureKind, str] | None = None
        try:
            # Only the worker holds its ends from here on.
            of_worker.close()
            conversation.until_ended(process, deadline)
        except TimedOut:
            failure = "timeout", f"still running after {launch.timeout_seconds:g} s"
        except Garbled as error:
            failure = "garbled", shortened(str(error))
        finally:
            boundaries.ended(process)
            children.end_group(process)
            left = children.end_strays(mark, not boundaries.by_turns)
    deed = children.accusation(mark)
    if deed is not None:
        failure = "signalled", deed
    elif left and failure is None:
        failure = "left_processes", f"left behind {children.in_words(left)}, which had to be ended"
    log = _end_of(conversation.printed)
    if failure is not None:
        return WorkerFailure(*failure, log)
    in_the_middle = conversation.in_the_middle
    return _unless_garbled(
        lambda: _outcome(assignment, epochs, process.returncode, in_the_middle, log), log
    )


@dataclass(frozen=True)
class WorkerEnds:
    """The worker's ends of the pipes between it and the harness."""

    events: FileIO
    answers: FileIO
    printed: FileIO

    def close(self) -> None:
        """Close them here; the worker has its own."""
        for end in (self.events, self.answers, self.printed):
            end.close()


def _pipes(pipes: ExitStack) -> tuple[Ends, WorkerEnds]:
    """Return both ends of three pipes that `pipes` closes at the latest."""
    events, worker_events = _pipe(pipes)
    worker_answers, answers = _pipe(pipes)
    printed, worker_printed = _pipe(pipes)
    return Ends(events, answers, printed), WorkerEnds(worker_events, worker_answers, worker_printed)


def _pipe(pipes: ExitStack) -> tuple[FileIO, FileIO]:
    """Return the reading and the writing end of a pipe."""
    reading, writing = os.pipe()
    return pipes.enter_context(FileIO(reading, "r")), pipes.enter_context(FileIO(writing, "w"))


def _start(launch: Launch, assignment: Assignment, ends: WorkerEnds) -> subprocess.Popen[bytes]:
    """Start the worker at the head of a process group of its own."""
    assignment = replace(
        assignment, events=ends.events.fileno(), acknowledgements=ends.answers.fileno()
    )
    return children.start(
        [launch.python, "-m", "bench.worker", str(os.getpid()), assignment.write()],
        dict(launch.environment),
        cwd=assignment.folder,
        stdin=subprocess.DEVNULL,
        stdout=ends.printed,
        stderr=subprocess.STDOUT,
        pass_fds=(assignment.events, assignment.acknowledgements),
    )


def _unless_garbled(read: Callable[[], Found], log: str) -> Found | WorkerFailure:
    """Return what is read of what a worker left; a failure of the worker's if it cannot be."""
    try:
        return read()
    except Garbled as error:
        return WorkerFailure("garbled", shortened(str(error)), log)
    # Whatever it is that was left, the run goes on.
    except Exception as error:
        reason = f"left what cannot be read: {type(error).__name__}: {error}"
        return WorkerFailure("garbled", shortened(reason), log)


def _outcome(
    assignment: Assignment, epochs: int, returncode: int, in_the_middle: bool, log: str
) -> Outcome | WorkerFailure:
    """Read the outcome that the worker left, or tell from its exit status why there is none."""
    if returncode < 0:
        reason = f"killed by signal {-returncode} ({_name_of_signal(-returncode)})"
        return WorkerFailure("killed_by_signal", reason, log)
    if in_the_middle:
        raise Garbled("ended in the middle of what it said")
    outcome = returned.read_outcome(Path(assignment.folder), epochs)
    if outcome is None:
        return WorkerFailure("exited", f"exited with status {returncode} without an outcome", log)
    if outcome.trouble is not None:
        return WorkerFailure(outcome.trouble.kind, shortened(outcome.trouble.reason), log)
    answer = {"trial": outcome.measurements, "ceiling": outcome.ceiling}
    # An implementation without stages has no profile, and that is no fault.
    if answer.get(assignment.task, outcome) is None:
        raise Garbled(f"left an outcome without the {assignment.task} that it was assigned")
    return outcome


def _end_of(printed: str) -> str:
    """Return the end of what a worker printed, without secrets."""
    # Masked before it is cut, for half a secret would not be known for one.
    return "\n".join(masked(printed)[-LOG_CHARACTERS_KEPT:].splitlines()[-LOG_LINES_KEPT:])


def _name_of_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "a real-time signal"
