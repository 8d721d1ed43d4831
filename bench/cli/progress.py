"""What a run looks like while it goes on: a live line on a terminal, plain lines elsewhere.

Nothing here has a thread of its own while trials run: the screen is drawn when a worker reports,
and the worker waits meanwhile, so the drawing never falls into the timed region.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bench.analysis.doctor import warnings
from bench.analysis.questions import broken_proof, is_filled
from bench.analysis.statistics import steady_epoch_seconds
from bench.cli.terminal import Console
from bench.cli.wording import rough_duration
from bench.engines.conversation import Event
from bench.plan.estimate import Length, rough_trial_seconds, seconds_left
from bench.records import axes
from bench.records.model import Identity, Record, Slot
from bench.report.wording import count, duration


class RunObserver:
    """Keeps count of a run, and says the same on any output."""

    def __init__(self, console: Console):
        self._console = console
        self._labels: dict[Identity, str] = {}
        self._width = 0
        self._seconds_of_cell: dict[int, float] = {}
        self._rough: dict[int, float] = {}
        self._trial_start = 0.0

    def __enter__(self) -> RunObserver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def announce(self, message: str) -> None:
        """Print a line."""
        self._console.print(message, highlight=False, soft_wrap=True, markup=False)

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """Show that something slow goes on."""
        return nullcontext()

    def started(self, record: Record) -> None:
        """Say what will be measured."""
        self._labels = axes.labels(cell.identity for cell in record.cells)
        self._width = max((len(self._label(record, slot)) for slot in record.schedule), default=0)
        lengths = {
            (info.name, info.batch_size): Length(info.epochs, info.train_examples)
            for info in record.workloads
        }
        self._rough = {
            index: rough_trial_seconds(
                cell.identity, lengths[cell.identity.workload, cell.identity.batch_size]
            )
            for index, cell in enumerate(record.cells)
        }
        for check in warnings(record.checks):
            self.announce(f"warning: {check.finding}. {' '.join(check.advice.split())}")
        titles = ", ".join(dict.fromkeys(info.title for info in record.workloads))
        runnable = len({slot.cell for slot in record.schedule})
        self.announce(
            f"{titles} on {record.machine.cpu}: {runnable} cells x {record.blocks} blocks = "
            f"{len(record.schedule)} trials, about {rough_duration(self._left(record, -1))}"
        )
        done = sum(len(cell.trials) for cell in record.cells)
        if done:
            self.announce(f"{done} of them were measured before")

    def blocks_added(self, record: Record, cells: int, blocks: int) -> None:
        """Say so."""
        if record.plan.adaptive:
            those = count(cells, "cell")
            self.announce(f"not told apart yet: {count(blocks, 'more block')} of {those}")
            return
        reason = "not precise enough yet" if record.plan.precision else "there is time left"
        self.announce(f"{reason}: block {record.blocks} is added")

    def profile_started(self, record: Record, index: int, number: int, count: int) -> None:
        """Say so: what is found stands in the report."""
        if number == 1:
            self.announce("finding out where each cell's epoch goes")
        self.announce(
            f"[{number:{len(str(count))}}/{count}] {self._labels[record.cells[index].identity]}"
        )

    def trial_started(self, record: Record, slot: Slot) -> None:
        """Remember when."""
        self._trial_start = time.monotonic()

    def trial_event(self, event: Event) -> None:
        """Nothing: a log wants one line a trial."""

    def trial_ended(self, record: Record, slot: Slot) -> None:
        """Print the trial's line."""
        # Of those that take turns, others' turns are part of that.
        if not record.plan.interleaved:
            self._seconds_of_cell[slot.cell] = time.monotonic() - self._trial_start
        number = record.schedule.index(slot) + 1
        left = rough_duration(self._left(record, number - 1))
        self.announce(
            f"[{number:{len(str(len(record.schedule)))}}/{len(record.schedule)}] "
            f"{self._label(record, slot):<{self._width}}  {result_line(record, slot)}, {left} left"
        )

    def _left(self, record: Record, done: int) -> float:
        remaining = [slot for slot in record.schedule[done + 1 :] if not is_filled(record, slot)]
        return seconds_left(remaining, self._seconds_of_cell, self._rough)

    def _label(self, record: Record, slot: Slot) -> str:
        identity = record.cells[slot.cell].identity
        several = len(record.workloads) > 1
        return f"{identity.workload + ' ' if several else ''}{self._labels[identity]}"


class LiveObserver(RunObserver):
    """Adds a bar with the present cell, its loss and accuracy, and the time left."""

    def __init__(self, console: Console):
        super().__init__(console)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
            console=console,
            auto_refresh=False,
            transient=True,
        )
        self._time_left = ""
        self._task = self._progress.add_task("", visible=False, detail="")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """Show a spinner; no trial runs meanwhile."""
        return self._console.status(f"{message} ...")

    def started(self, record: Record) -> None:
        super().started(record)
        self._progress.update(self._task, total=len(record.schedule), visible=True)
        self._progress.start()

    def blocks_added(self, record: Record, cells: int, blocks: int) -> None:
        super().blocks_added(record, cells, blocks)
        self._progress.update(self._task, total=len(record.schedule))

    def profile_started(self, record: Record, index: int, number: int, count: int) -> None:
        label = self._labels[record.cells[index].identity]
        self._progress.update(
            self._task,
            description=label,
            detail="finding out where its epoch goes",
            completed=number - 1,
            total=count,
        )
        self._progress.refresh()

    def trial_started(self, record: Record, slot: Slot) -> None:
        super().trial_started(record, slot)
        self._time_left = rough_duration(self._left(record, record.schedule.index(slot) - 1))
        detail = f"starting, {self._time_left} left"
        label = "cells in turn" if record.plan.interleaved else self._label(record, slot)
        self._progress.update(self._task, description=label, detail=detail)
        self._progress.refresh()

    def trial_event(self, event: Event) -> None:
        self._progress.update(self._task, detail=f"{event_line(event)}, {self._time_left} left")
        self._progress.refresh()

    def trial_ended(self, record: Record, slot: Slot) -> None:
        super().trial_ended(record, slot)
        self._progress.update(self._task, completed=record.schedule.index(slot) + 1)
        self._progress.refresh()


def make_observer(console: Console) -> RunObserver:
    """Return the observer that suits the output."""
    draws = console.is_terminal and not console.is_dumb_terminal
    return LiveObserver(console) if draws else RunObserver(console)


def event_line(event: Event) -> str:
    """Return a progress event in words."""
    if event.epoch is None:
        return event.stage
    line = f"epoch {event.epoch}/{event.epochs}, loss {event.train_loss:.4f}"
    return line if event.test_accuracy is None else f"{line}, accuracy {event.test_accuracy:.4f}"


def result_line(record: Record, slot: Slot) -> str:
    """Return what the trial in a slot came to."""
    cell = record.cells[slot.cell]
    if cell.failures:
        return f"{cell.status}: {cell.failures[-1].reason}"
    again = cell.set_aside and cell.set_aside[-1].block == slot.block
    counted = [one for one in cell.trials if one.block == slot.block]
    if again and not counted:
        reason = cell.set_aside[-1].interference.reason
        return f"disturbed, so it is measured again: {reason}"
    trial = counted[-1]
    words = [f"{duration(steady_epoch_seconds(trial)):>7} an epoch"]
    if cell.role == "floor":
        words.append("the harness's own floor")
    elif trial.test_accuracy:
        words.append(f"accuracy {trial.test_accuracy[-1]:.4f}")
    broken = broken_proof(trial)
    if broken:
        words.append(f"INVALID: {broken[1]}")
    if trial.interference.reason:
        words.append(f"disturbed: {trial.interference.reason}")
    return ", ".join(words)
