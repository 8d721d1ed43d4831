"""What a worker says while it works: short lines, one at a time, each of which is answered.

A worker may say anything, or print without an end. It cannot make the harness wait beyond the
deadline, nor keep more than a few kilobytes of what it says.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

LINE_BYTES = 4_096
READ_BYTES = 65_536
PRINTED_BYTES_KEPT = 8_000
# What a pipe may still hold of a worker that has ended; another process may go on filling it.
READS_AFTER_THE_END = 32


class Garbled(Exception):
    """What a worker said or left makes no sense; the message says what, without its subject."""


class TimedOut(Exception):
    """A worker had no more time."""


@dataclass(frozen=True)
class Event:
    """What a worker tells of its progress.

    Attributes
    ----------
    epoch, epochs : int, optional
        How many are over, and how many there are to be.
    """

    stage: Literal["importing", "training", "boundary"]
    epoch: int | None = None
    epochs: int | None = None
    train_loss: float | None = None
    test_accuracy: float | None = None

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)


_EVENT = TypeAdapter(Event)


def understood(line: bytes) -> Event:
    """Return the event that a line tells.

    Raises
    ------
    Garbled
        If it tells none.
    """
    try:
        event = _EVENT.validate_json(line)
    except ValidationError:
        raise Garbled(f"said what is no event: {_shown(line)}") from None
    told = (event.epoch, event.epochs, event.train_loss)
    if event.stage == "training" and any(one is None for one in told) and any(told):
        raise Garbled(f"said what is no event: {_shown(line)}")
    return event


def _shown(line: bytes) -> str:
    return repr(line[:60].decode(errors="replace")) + ("…" if len(line) > 60 else "")


class Deadline:
    """The moment at which a worker has no more time; it does not come nearer while paused."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds to it; negative once it is over."""
        return self._end - time.monotonic()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let time pass that is not the worker's."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - start


@dataclass(frozen=True)
class Ends:
    """The harness's ends of the pipes between it and a worker.

    Attributes
    ----------
    printed : FileIO
        Standard output and error of the worker.
    """

    events: FileIO
    answers: FileIO
    printed: FileIO


class Conversation:
    """The harness's side of it, until the worker has ended."""

    def __init__(self, ends: Ends, heard: Callable[[Event], None]):
        self._ends = ends
        self._heard = heard
        self._line = b""
        self._printed = b""
        # Whoever does not read its answers does not hold up whoever gives them.
        os.set_blocking(ends.answers.fileno(), False)
        os.set_blocking(ends.printed.fileno(), False)

    @property
    def in_the_middle(self) -> bool:
        """Whether the worker has begun a line that it has not ended."""
        return bool(self._line)

    @property
    def printed(self) -> str:
        """The end of what the worker has printed."""
        return self._printed.decode(errors="replace")

    def until_ended(self, process: subprocess.Popen[bytes], deadline: Deadline) -> None:
        """Hear the worker until its process has ended, whoever else may hold its pipes.

        Where the system does not tell of that, until its pipe for events is closed.

        Raises
        ------
        Garbled, TimedOut
        """
        with ExitStack() as stack:
            selector = stack.enter_context(selectors.DefaultSelector())
            selector.register(self._ends.events, selectors.EVENT_READ, self._read_event)
            selector.register(self._ends.printed, selectors.EVENT_READ, self._read_printed)
            ended = _descriptor_of(process, stack)
            if ended is not None:
                selector.register(ended, selectors.EVENT_READ, None)
            over = False
            while not over:
                ready = selector.select(max(0.0, deadline.left))
                # First what it said, then that it has ended.
                for key, _ in sorted(ready, key=lambda one: one[0].data is None):
                    if key.data is None:
                        over = True
                    elif not key.data():
                        selector.unregister(key.fileobj)
                        over = over or (ended is None and key.fileobj is self._ends.events)
                if not over and deadline.left <= 0:
                    raise TimedOut
        self._read_rest()
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline.left)) if ended is None else None

    def _read_event(self) -> bool:
        """Take up what has come, and answer a line that is whole; False at the end of the pipe."""
        received = self._ends.events.read(LINE_BYTES + 1)
        if not received:
            return False
        line, end, more = (self._line + received).partition(b"\n")
        if more:
            raise Garbled("did not wait for its answer before it said more")
        if len(line) > LINE_BYTES:
            raise Garbled(f"said a line of more than {LINE_BYTES:,} bytes")
        if not end:
            self._line = line
            return True
        self._line = b""
        self._heard(understood(line))
        try:
            if self._ends.answers.write(b"\n") is None:
                raise Garbled("does not read the answers that it gets")
        except BrokenPipeError:
            pass
        return True

    def _read_printed(self) -> bool:
        """Keep the end of what is printed; False at the end of the pipe."""
        received = self._ends.printed.read(READ_BYTES)
        if received is None:
            return True
        self._printed = (self._printed + received)[-PRINTED_BYTES_KEPT:]
        return bool(received)

    def _read_rest(self) -> None:
        """Read what the worker printed last, and no more, though others may go on printing."""
        for _ in range(READS_AFTER_THE_END):
            received = self._ends.printed.read(READ_BYTES)
            if not received:
                return
            self._printed = (self._printed + received)[-PRINTED_BYTES_KEPT:]


def _descriptor_of(process: subprocess.Popen[bytes], stack: ExitStack) -> int | None:
    """Return what can be read once a process has ended, where the system has such."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        descriptor = os.pidfd_open(process.pid)
    except OSError:
        return None
    stack.callback(os.close, descriptor)
    return descriptor
