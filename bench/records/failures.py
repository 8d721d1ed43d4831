"""Every way in which a cell can fail, with what to do about it, in one place."""

from __future__ import annotations

from bench.records.model import CellStatus, FailureKind

REMEDIES: dict[FailureKind, str] = {
    "import_failed": (
        "Import the framework by hand in its environment (softmax-bench list names it); delete "
        "that environment's folder to have it made again."
    ),
    "raised": "The end of the worker's output, in the record's `log`, shows where.",
    "out_of_memory": "Free memory, or leave this cell out with --framework and --form.",
    "killed_by_signal": (
        "SIGKILL is usually the kernel ending a process when memory runs out (see dmesg); "
        "SIGSEGV or SIGILL a fault in the framework's native code."
    ),
    "exited": "The end of the worker's output, in the record's `log`, may show why.",
    "timeout": "Give it longer with --timeout, or look for what it waits for.",
    "not_installable": "Check the network and the index settings.",
    "device_missing": "Check the driver and that the framework's build supports the device.",
    "parity": (
        "It did not train the same model; its figures are shown but not ranked. docs/method.md "
        "lists the bounds and the usual mistakes."
    ),
}

STATUSES: dict[FailureKind, CellStatus] = {
    "timeout": "timeout",
    "not_installable": "unavailable",
    "device_missing": "unavailable",
    "parity": "invalid",
}


def status_of(kind: FailureKind) -> CellStatus:
    """Return the status of a cell with a trial that failed in this way."""
    return STATUSES.get(kind, "failed")
