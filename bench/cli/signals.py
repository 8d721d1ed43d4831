"""Signals that ask the command line to end: heard from its first moment to its last.

This module is imported before all others and imports next to nothing.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

# As in ExitStatus, which is imported later.
INTERRUPTED = 130
SECONDS_TO_END = 10.0
# Ctrl-C, a service manager's or a scheduler's request, and the end of a terminal.
ASKING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def end_at_once() -> None:
    """End without a word when asked to: nothing has been begun.

    An exception, while libraries are imported, comes out of them as something else.
    """
    _handle_with(lambda number, frame: os._exit(INTERRUPTED))


def interrupt() -> None:
    """Raise KeyboardInterrupt when asked to, so that what was begun is brought to an end."""
    _handle_with(_Interruption())


def ignore() -> None:
    """Do not listen any more: all is done, and the exit status stands."""
    _handle_with(signal.SIG_IGN)


class _Interruption:
    """Raises KeyboardInterrupt when asked for the first time.

    Asking again does not hinder what brings all to an end, unless that has taken too long.
    """

    def __init__(self) -> None:
        self._first_seconds: float | None = None

    def __call__(self, number: int, frame: Any) -> None:
        now = time.monotonic()
        if self._first_seconds is None:
            self._first_seconds = now
            raise KeyboardInterrupt
        if now - self._first_seconds > SECONDS_TO_END:
            os._exit(INTERRUPTED)


def _handle_with(handler: Any) -> None:
    for number in ASKING:
        # What is ignored already is so on purpose, as by nohup.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)
