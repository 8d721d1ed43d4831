"""``python -I -S guardian.py MARK``: outlives the harness by a moment, and ends what it started.

The kernel ends a worker with the harness (:mod:`bench.worker.tied`), but not the worker's own
children, nor those of an installer. All of them have inherited a variable, though, by which they
are found here, also after they have left their parent, their process group and their session.
Nothing outside the standard library may be imported here: this is a program of its own.
"""

import contextlib
import os
import signal
import sys
import time

VARIABLE = "SOFTMAX_BENCH_PROCESS"
PROCESSES = "/proc"
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_LOOKS = 0.02


def mark_of(pid: int) -> str | None:
    """Return the mark that a process has inherited; None if it has none, has ended, or hides it."""
    try:
        with open(f"{PROCESSES}/{pid}/environ", "rb") as file:
            variables = file.read().split(b"\0")
    except OSError:
        return None
    start = f"{VARIABLE}=".encode()
    values = (one[len(start) :] for one in variables if one.startswith(start))
    return next((value.decode(errors="replace") for value in values), None)


def marked(mark: str) -> list[int]:
    """Return the processes with a mark, or one that begins with it and a hyphen."""
    found = []
    for pid in map(int, filter(str.isdigit, os.listdir(PROCESSES))):
        its = mark_of(pid)
        if its is not None and (its == mark or its.startswith(f"{mark}-")):
            found.append(pid)
    return found


def end(mark: str) -> None:
    """End all processes with a mark, and those that they start meanwhile."""
    deadline = time.monotonic() + SECONDS_TO_END
    unseen = 0
    while unseen < 2 and time.monotonic() < deadline:
        found = marked(mark)
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        unseen = 0 if found else unseen + 1
        time.sleep(SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # There is nothing to read before the harness has ended, or is through.
    sys.stdin.buffer.read()
    end(sys.argv[1])
