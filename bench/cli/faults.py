"""Faults of the surroundings, not of softmax-bench: a full disk, a missing right."""

from __future__ import annotations

import errno

ADVICE = {
    errno.ENOSPC: "Make room there, or name a folder on another disk.",
    errno.EDQUOT: "Make room there, or name a folder on another disk.",
    errno.EROFS: "Name a folder that can be written.",
    errno.EACCES: "Name a folder that is yours, or have its rights mended.",
    errno.EPERM: "Name a folder that is yours, or have its rights mended.",
    errno.ENOTDIR: "Name a folder.",
    errno.EISDIR: "Name a file.",
    errno.ENAMETOOLONG: "Name a shorter one.",
    errno.ELOOP: "Its links lead in a circle: name what they should lead to.",
    errno.EMFILE: "Raise the number of files that a process may open, such as with ulimit -n 1024.",
    errno.ENFILE: "Too many files are open on this machine: end other work.",
    errno.ENOMEM: "End other work, or measure fewer cells at once.",
    errno.EAGAIN: "Too many processes are running: end other work, or raise ulimit -u.",
    errno.EIO: "The disk, or what stands for it, is failing.",
    errno.ESTALE: "The network's disk is gone: name another folder.",
}

# Python's own words, which have no number of their own.
NO_TEMPORARY_FOLDER = "No usable temporary directory"


def of_surroundings(error: OSError) -> str | None:
    """Return the sentences for an error that the system brings about; None for another."""
    if NO_TEMPORARY_FOLDER in str(error.strerror):
        return f"{error.strerror}. Name a folder that can be written in TMPDIR, or make room."
    if error.errno not in ADVICE:
        return None
    place = f"{error.filename} cannot be used" if error.filename else "The system refuses to go on"
    return f"{place}: {error.strerror}. {ADVICE[error.errno]}"
