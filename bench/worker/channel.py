"""Progress from the worker to the harness, never while the clock runs."""

from __future__ import annotations

import json
import os
import time

# A redraw costs the parent some milliseconds, so fast epochs do not all report.
SECONDS_BETWEEN_EVENTS = 0.2


class Channel:
    """Sends a line, then waits until the parent has shown it and gone back to sleep."""

    def __init__(self, events: int, acknowledgements: int):
        self._events = events
        self._acknowledgements = acknowledgements
        self._last = float("-inf")

    def send(self, **event: object) -> None:
        """Send an event, unless one was sent a moment ago.

        Raises
        ------
        SystemExit
            If the harness is gone: nobody waits for this trial any more.
        """
        if time.monotonic() - self._last < SECONDS_BETWEEN_EVENTS:
            return
        try:
            os.write(self._events, json.dumps(event).encode() + b"\n")
            answered = os.read(self._acknowledgements, 1)
        except BrokenPipeError:
            answered = b""
        if not answered:
            raise SystemExit("the harness is gone")
        self._last = time.monotonic()
