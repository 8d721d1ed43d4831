"""Every way in which a cell can fail, with what to do about it, in one place."""

from __future__ import annotations

from bench.records.model import CellStatus, FailureKind

REMEDIES: dict[FailureKind, str] = {
    "import_failed": (
        "Import the framework by hand in its environment (softmax-bench list names it); delete "
        "that environment's folder to have it made again."
    ),
    "raised": "Read the end of what the worker printed (`log` in the record): it shows where.",
    "out_of_memory": "Free memory, or leave this cell out with --framework and --form.",
    "killed_by_signal": (
        "After SIGKILL, free memory: the kernel ends processes when it runs out (see dmesg). After "
        "SIGSEGV or SIGILL, try another version: the fault is in the framework's native code."
    ),
    "exited": "Read the end of what the worker printed (`log` in the record).",
    "timeout": "Give it longer with --timeout, or look for what it waits for.",
    "device_missing": "Check the driver, and that the framework's build supports the device.",
    "parity": (
        "Look up the broken bound in docs/method.md; docs/adding-a-framework.md lists the usual "
        "mistakes."
    ),
    "asynchronous": (
        "Let train_epoch() wait for the device before it returns: reading the loss from the device "
        "once, at the end, does. docs/method.md tells how it is proven."
    ),
    "other_input": (
        "Start from problem.initial unchanged, and do not write to `order`: it belongs to the "
        "harness."
    ),
    "garbled": (
        "The reason says what of that makes no sense. Only softmax-bench's own code writes to the "
        "worker's pipes and files; an implementation returns arrays of the shapes that "
        "docs/adding-a-framework.md shows."
    ),
    "left_processes": (
        "Let everything that the framework starts stay in its worker's process group and end with "
        "it: what has left cannot be made to stand still while others are measured."
    ),
    "signalled": (
        "Let the implementation send no signals to other processes. Its other trials would do the "
        "same and are not tried."
    ),
}

STATUSES: dict[FailureKind, CellStatus] = {
    "timeout": "timeout",
    "device_missing": "unavailable",
    "parity": "invalid",
    "asynchronous": "invalid",
    "other_input": "invalid",
}


def status_of(kind: FailureKind) -> CellStatus:
    """Return the status of a cell with a trial that failed in this way."""
    return STATUSES.get(kind, "failed")
