"""``python -m tests.burden --cpu 2 -- pytest``: run a command on a machine that is not quiet."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

# Two of them are more than the caches of today's processors hold.
AREA_BYTES = 256 * 2**20
EXAMPLES = """\
examples:
  python -m tests.burden --cpu 2 -- tox run -e test       two processes that do nothing but count
  python -m tests.burden --memory 2 -- tox run -e test    two that do nothing but copy
  python -m tests.burden --pin 0 -- tox run -e test       everything on the first CPU
"""


def burn_cpu(parent: int) -> None:
    """Keep a CPU busy for as long as the parent is there."""
    while os.getppid() == parent:
        for _ in range(10**6):
            pass


def burn_memory(parent: int) -> None:
    """Keep the caches and the memory busy, and a CPU, for as long as the parent is there."""
    one, other = bytearray(AREA_BYTES), bytearray(AREA_BYTES)
    while os.getppid() == parent:
        one[:] = other


@contextmanager
def burning(burns: Sequence[Callable[[int], None]]) -> Iterator[None]:
    """Run each in a process of its own, and end them."""
    context = multiprocessing.get_context("spawn")
    burners: list[BaseProcess] = [
        context.Process(target=burn, args=(os.getpid(),), daemon=True) for burn in burns
    ]
    try:
        for burner in burners:
            burner.start()
        yield
    finally:
        for burner in burners:
            if burner.pid is not None:
                burner.kill()
                burner.join()


def carry_out(command: Sequence[str]) -> int:
    """Run a command and return its exit status; an end that is asked for is left to it."""
    with subprocess.Popen(command) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
        return process.wait()


def main() -> None:
    """Burden the machine, run the command, and exit as it does."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.burden",
        description="Run a command while other processes burden the machine, or on few CPUs.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    number = {"type": int, "metavar": "NUMBER"}
    parser.add_argument("--cpu", default=0, help="so many processes count", **number)
    parser.add_argument("--memory", default=0, help="so many copy, in 512 MiB each", **number)
    parser.add_argument(
        "--pin", action="append", help="run all of it on this CPU only; may be repeated", **number
    )
    parser.add_argument("command", nargs="+", help="behind --")
    given = parser.parse_args()
    if given.pin:
        os.sched_setaffinity(0, given.pin)
    with burning([burn_cpu] * given.cpu + [burn_memory] * given.memory):
        status = carry_out(given.command)
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
