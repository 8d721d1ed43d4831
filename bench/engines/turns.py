"""Several workers at once, of which one runs: they take turns at the boundaries between epochs."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Hashable, Iterable
from contextlib import suppress


class GivenUp(Exception):
    """The workers that took turns are ended before they were through."""


class Turns:
    """Who of several threads, each with a worker of its own, is at work.

    Parameters
    ----------
    order : iterable of hashable
        The keys of those who take part, the first one first.
    """

    def __init__(self, order: Iterable[Hashable]):
        self._changed = threading.Condition()
        self._line = deque(order)
        self._workers: set[subprocess.Popen[bytes]] = set()
        self._given_up = False

    def take(self, key: Hashable) -> None:
        """Wait until it is the turn of `key`.

        Raises
        ------
        GivenUp
        """
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or self._line[0] == key)
        self.require()

    def pass_on(self, key: Hashable) -> None:
        """Let all the others have a turn, then go on; as :meth:`take`."""
        with self._changed:
            self._line.rotate(-1)
            self._changed.notify_all()
        self.take(key)

    def leave(self, key: Hashable) -> None:
        """Take part no more."""
        with self._changed:
            self._line.remove(key)
            self._changed.notify_all()

    def started(self, worker: subprocess.Popen[bytes]) -> None:
        """Remember a worker, so that it can be ended."""
        with self._changed:
            self._workers.add(worker)

    def ended(self, worker: subprocess.Popen[bytes]) -> None:
        """Forget a worker that is about to be waited for: its number may soon be another's."""
        with self._changed:
            self._workers.discard(worker)

    def give_up(self) -> None:
        """End all workers, and let every thread know."""
        with self._changed:
            self._given_up = True
            for worker in self._workers:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(worker.pid, signal.SIGKILL)
            self._changed.notify_all()

    def require(self) -> None:
        """Raise GivenUp if the workers are ended."""
        if self._given_up:
            raise GivenUp
