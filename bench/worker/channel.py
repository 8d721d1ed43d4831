"""Progress from the worker to the harness, never while the clock runs."""

from __future__ import annotations

import json
import os
import time

# A redraw costs the parent some milliseconds, so fast epochs do not all report.
SECONDS_BETWEEN_EVENTS = 0.2
BOUNDARY = "boundary"


class Channel:
    """Sends a line, then waits until the parent has shown it and gone back to sleep."""

    def __init__(self, events: int, acknowledgements: int):
        self._events = events
        self._acknowledgements = acknowledgements
        self._last = float("-inf")
        self._last_boundary = float("-inf")

    def send(self, **event: object) -> None:
        """Send an event, unless one was sent a moment ago.

        Raises
        ------
        SystemExit
            If the harness is gone: nobody waits for this trial any more.
        """
        if time.monotonic() - self._last < SECONDS_BETWEEN_EVENTS:
            return
        self._exchange(event)
        self._last = time.monotonic()

    def boundary(self, epoch: int, seconds_between: float) -> None:
        """Let the harness stop this process between two epochs, unless it just did.

        Parameters
        ----------
        epoch : int
            How many epochs are over.
        seconds_between : float
            How long it goes on after a stop before the next.

        Raises
        ------
        SystemExit
            If the harness is gone.
        """
        if time.monotonic() - self._last_boundary < seconds_between:
            return
        self._exchange({"stage": BOUNDARY, "epoch": epoch})
        self._last_boundary = time.monotonic()

    def _exchange(self, event: dict[str, object]) -> None:
        try:
            os.write(self._events, json.dumps(event).encode() + b"\n")
            answered = os.read(self._acknowledgements, 1)
        except BrokenPipeError:
            answered = b""
        if not answered:
            raise SystemExit("the harness is gone")
