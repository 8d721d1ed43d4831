"""What the process's exit status says."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Distinct numbers, so that a script can tell what happened."""

    OK = 0
    CRASH = 1
    """softmax-bench itself failed: please report it."""
    CELLS_FAILED = 2
    """The run is complete, but a cell failed, was not the same model, or none could run."""
    USAGE = 3
    """An unknown option or name, or a value that makes no sense."""
    DATA = 4
    """The data of a workload are damaged or cannot be had."""
    RECORD = 5
    """A record cannot be read, or a results or reports folder cannot be written."""
    BUSY = 6
    """Another run is measuring on this machine."""
    WARNINGS = 7
    """`softmax-bench doctor` found something that will spoil measurements."""
    SELFTEST = 8
    """The self-test told identical cells apart, or called a planted slowdown the same."""
    INTERRUPTED = 130
    """Ctrl-C or SIGTERM; what was measured is in the record."""
