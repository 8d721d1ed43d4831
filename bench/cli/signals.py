"""Signals that ask the command line to end: heard from its first moment to its last.

This module is imported before all others and imports next to nothing.
"""

from __future__ import annotations

import os
import signal
from typing import Any, NoReturn

# As in ExitStatus, which is imported later.
INTERRUPTED = 130
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
    _handle_with(_interrupt)


def ignore() -> None:
    """Do not listen any more: all is done, and the exit status stands."""
    _handle_with(signal.SIG_IGN)


def _interrupt(number: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt


def _handle_with(handler: Any) -> None:
    for number in ASKING:
        # What is ignored already is so on purpose, as by nohup.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)
