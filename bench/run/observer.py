"""Who wants to know how a run is going; the command line, usually."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from bench.engines.conversation import Event
from bench.records.model import Record, Slot


class Observer(Protocol):
    """What a run tells while it goes on."""

    def announce(self, message: str) -> None:
        """Something slow begins, or something worth reading happened."""

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """Show that something slow goes on."""

    def started(self, record: Record) -> None:
        """The plan stands and trials begin."""

    def trial_started(self, record: Record, slot: Slot) -> None:
        """A worker is about to start."""

    def trial_event(self, event: Event) -> None:
        """A worker has told how far it is."""

    def blocks_added(self, record: Record, cells: int, blocks: int) -> None:
        """The schedule has more blocks of so many cells."""

    def profile_started(self, record: Record, index: int, number: int, count: int) -> None:
        """A cell is about to be profiled, as one of so many."""

    def trial_ended(self, record: Record, slot: Slot) -> None:
        """A trial is in the record: measured, set aside or failed."""
