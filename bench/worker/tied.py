"""Ties this process to the one that started it; imports next to nothing, to be early enough."""

from __future__ import annotations

import ctypes
import os
import sys

# prctl(2), and signal(7): the module `signal` would import more than is needed.
PR_SET_PDEATHSIG = 1
SIGKILL = 9


def end_with(parent: int) -> None:
    """Ask the kernel to end this process when `parent` ends, however it ends (Linux).

    The kernel is only asked from here on, so this process ends at once if `parent` is gone already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
