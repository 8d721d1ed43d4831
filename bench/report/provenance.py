"""What a run's figures come from, in the few words that stand above its results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.records.axes import Titles
from bench.records.model import Commit, Machine, Record
from bench.report.wording import count, listing, memory

# More frameworks than this are folded away, so that they do not push the results off the screen.
SHOWN = 8
# Not strftime's %B, which speaks the language of whoever builds the page.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def run_notices(record: Record) -> tuple[str, ...]:
    """Return the notices of a run as a whole; a workload's own stand with the workload."""
    own = {info.notice for info in record.workloads}
    return tuple(notice for notice in record.notices if notice not in own)


@dataclass(frozen=True)
class Versions:
    """What was installed.

    Attributes
    ----------
    frameworks : tuple of str
        Title and version of every framework that was measured.
    python : str
        The interpreters they ran in.
    """

    frameworks: tuple[str, ...]
    python: str

    @property
    def folded(self) -> bool:
        """Whether there are too many to be shown at once."""
        return len(self.frameworks) > SHOWN


def versions(record: Record, titles: Titles) -> Versions:
    """Return the versions of a run, in the order of its cells."""
    used = [
        (titles.framework(cell.identity.framework), record.environments[cell.environment])
        for cell in record.cells
        if cell.role == "contender" and cell.environment in record.environments
    ]
    installed = [(title, environment) for title, environment in used if environment.version]
    pythons = list(dict.fromkeys(environment.python for _, environment in installed))
    return Versions(
        tuple(dict.fromkeys(f"{title} {environment.version}" for title, environment in installed)),
        f"Python {listing(pythons)}" if pythons else "",
    )


def machine_words(machine: Machine) -> str:
    """Return processor, memory, GPU and system."""
    gpu = machine.gpu or ""
    if machine.gpu and machine.driver:
        gpu = f"{machine.gpu} (driver {machine.driver})"
    parts = (machine.cpu, count(machine.cores, "core"), memory(machine.memory_bytes), gpu)
    return f"{', '.join(filter(None, parts))}; {machine.os}, {machine.architecture}"


def commit_words(commit: Commit) -> str:
    """Return the commit that was measured, and whether that was all of it."""
    if not commit.id:
        return "none"
    branch = f" on {commit.branch}" if commit.branch else ""
    return f"{commit.id[:8]}{branch}{', with uncommitted changes' if commit.dirty else ''}"


def blocks_words(record: Record) -> str:
    """Return how many blocks a run has; where some cells have more than others, from and to."""
    counts = [len(cell.trials) for cell in record.cells if cell.role == "contender" and cell.trials]
    if not record.looks or not counts or min(counts) == max(counts):
        return str(record.blocks)
    return f"{record.plan.blocks} to {record.blocks}"


def moment_words(created: str) -> str:
    """Return an ISO 8601 time as people write it, or as it stands where it is none."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    month = _MONTHS[moment.month - 1]
    zone = " UTC" if moment.utcoffset() == timedelta() else ""
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M}{zone}"
