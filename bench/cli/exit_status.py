"""What the process's exit status says."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Distinct numbers, so that a script can tell what happened; `meaning` says it in words."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> ExitStatus:
        status = int.__new__(cls, number)
        status._value_ = number
        status.meaning = meaning
        return status

    OK = 0, "all is well"
    CRASH = 1, "softmax-bench itself failed; it says where the details are: please report it"
    CELLS_FAILED = 2, "a cell failed or was not the same model, or none could run"
    USAGE = 3, "wrong usage: an unknown option or name, or a value that makes no sense"
    DATA = 4, "the data of a workload are damaged or cannot be had"
    RECORD = 5, "a record, report, folder or standard output cannot be read or written"
    BUSY = 6, "another run is measuring on this machine, or nobody can tell"
    WARNINGS = 7, "doctor found something that will spoil measurements"
    SELFTEST = 8, "selftest told identical cells apart, or called a planted slowdown the same"
    INTERRUPTED = 130, "interrupted by Ctrl-C or a signal; what was measured is in the record"
    BROKEN_PIPE = 141, "who read standard output left before its end; nothing else went wrong"


def listed(*never: ExitStatus) -> str:
    """Return all of them, a line each, but for those with which a command never ends."""
    return "\n".join(
        f"  {status.value:<4} {status.meaning}" for status in ExitStatus if status not in never
    )
