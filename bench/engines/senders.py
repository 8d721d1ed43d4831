"""Signals that ask this process to end, told apart by who sent them.

A worker can send them to its parent. One that does is ended, and the run goes on; anybody else's
interrupt the run. What cannot be caught, SIGKILL and SIGSTOP, cannot be told apart either.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# What interrupts a run, and what would end this process though nobody has a use for it here.
INTERRUPTING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
USELESS = ("SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF")
# The one signal that is not held back brings an interruption to the thread that measures.
CARRIER = "SIGUSR1"

# Told who sent a signal, and what that was; says whether it has dealt with the sender.
Accuse = Callable[[int, str], bool]


def possible() -> bool:
    """Tell whether this system says who sent a signal, and this thread is the one to be told."""
    main = threading.current_thread() is threading.main_thread()
    return hasattr(signal, "sigwaitinfo") and main


@contextmanager
def attributed(accuse: Accuse) -> Iterator[None]:
    """Treat signals within as Ctrl-C, but for those that `accuse` deals with.

    What this process starts within inherits that these signals are held back, until it says
    otherwise, as workers and probers do.
    """
    if not possible():
        yield
        return
    # What this process was told to ignore, as nohup tells it, stays ignored.
    watched = {number for number in map(_number, (*INTERRUPTING, *USELESS)) if _is_heard(number)}
    watch = _Watch(watched, accuse)
    carried = signal.signal(_number(CARRIER), watch.arrived)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    watch.start()
    try:
        yield
    finally:
        watch.end()
        signal.signal(_number(CARRIER), carried)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def held_back() -> Iterator[None]:
    """Hold signals back from the threads that libraries start within, for good.

    A signal to the process is given to any of its threads that lets it, and only the one that
    measures shall. What comes meanwhile arrives at the end.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    names = map(_number, (*INTERRUPTING, *USELESS))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(names))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Watch(threading.Thread):
    """Waits for signals, and deals with each by who sent it."""

    def __init__(self, watched: set[signal.Signals], accuse: Accuse):
        super().__init__(daemon=True)
        self._watched = watched
        self._accuse = accuse
        self._measuring = threading.main_thread().ident
        self._received: signal.Signals | None = None
        self._over = False

    def run(self) -> None:
        while not self._over:
            received = signal.sigwaitinfo(self._watched)
            number = signal.Signals(received.si_signo)
            name = number.name
            if self._over or self._accuse(received.si_pid, f"sent {name} to softmax-bench"):
                continue
            if name in INTERRUPTING and self._measuring is not None:
                self._received = number
                signal.pthread_kill(self._measuring, _number(CARRIER))

    def arrived(self, number: int, frame: Any) -> None:
        """Do what this process does when interrupted, unless the carrier brings but itself."""
        if self._received is None:
            return
        received, self._received = self._received, None
        handler = signal.getsignal(received)
        if not callable(handler):
            raise KeyboardInterrupt
        handler(received, frame)

    def end(self) -> None:
        """Wait no more."""
        self._over = True
        if self.ident is not None and self._watched:
            signal.pthread_kill(self.ident, next(iter(self._watched)))
            self.join()


def _number(name: str) -> signal.Signals:
    return signal.Signals[name]


def _is_heard(number: signal.Signals) -> bool:
    return signal.getsignal(number) is not signal.SIG_IGN
