"""The measuring part of a run: one worker after the other, and what they bring into the record."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone

from bench.analysis import accumulate, allocation, doctor, profiling, questions
from bench.analysis.allocation import Allotment
from bench.analysis.precision import Budget, wants_block
from bench.engines import children, conditions, probing, senders, staging
from bench.engines.local import TrialResult, Turn, WorkerFailure
from bench.engines.probing import Probers
from bench.engines.turns import Turns
from bench.records import sense
from bench.records.failures import REMEDIES
from bench.records.model import Ceiling, Cell, Conditions, Failure, Profile, Record, Slot
from bench.records.store import Store
from bench.run import resumption
from bench.run.assembly import Circumstances, assemble_trial, check_parity, check_predictions
from bench.run.observer import Observer
from bench.run.preparing import Ready, slots
from bench.run.setting import Setting
from bench.run.workers import Workers, reference


class Measuring:
    """The trials, profiles and ceilings of a run that is ready.

    Parameters
    ----------
    store : Store
        Written after every trial.
    """

    def __init__(self, ready: Ready, setting: Setting, observer: Observer, store: Store):
        self._planned = ready.planned
        self._observer = observer
        self._store = store
        self._record = ready.record
        references = [reference(name) for name in ready.planned.frameworks]
        self._workers = Workers(
            ready.planned,
            ready.interpreters,
            ready.problems,
            staging.stage(setting.home.workers, references),
            observer,
        )

    def execute(self, previous: Record | None = None) -> Record:
        """Measure everything and return the record.

        Parameters
        ----------
        previous : Record, optional
            Of a run of the same plan that ended early: only what it lacks is measured.

        Raises
        ------
        KeyboardInterrupt
            After children have ended and what was measured is written as interrupted.
        RecordError
            If what was measured before does not go with what would be measured now.
        """
        record = self._record
        if previous is None:
            record = replace(record, ceilings=self._ceilings(record))
        else:
            resumption.require_unchanged(previous, record)
            moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
            record = accumulate.resumed(previous, moment)
        self._record = record
        try:
            self._keep(record)
            self._observer.started(record)
            with senders.attributed(children.accuse):
                self._measure()
                self._profile()
            return self._keep(self._concluded())
        except KeyboardInterrupt:
            self._store.write(accumulate.ended(self._record, "interrupted", None))
            raise

    def _keep(self, record: Record) -> Record:
        """Make `record` the present one, on disk as well."""
        # First of all here: an interruption writes this one, and must not undo what is on disk.
        self._record = record
        self._store.write(record)
        return record

    def _conditions(self) -> Conditions:
        with self._observer.waiting("looking at the machine"):
            return conditions.read_conditions()

    def _ceilings(self, record: Record) -> tuple[Ceiling, ...]:
        """Measure what the machine can do at best with the CPUs, or the device, of each cell."""
        floor = next((cell for cell in record.cells if cell.role == "floor"), None)
        if not record.plan.ceiling or floor is None or floor.status not in ("pending", "ok"):
            return ()
        found = []
        identities = [cell.identity for cell in record.cells if cell.role == "contender"]
        for device, threads in dict.fromkeys((one.device, one.threads) for one in identities):
            self._observer.announce(f"Measuring the machine's ceiling: {device}, {threads} threads")
            ceiling = self._workers.ceiling(floor, device, threads)
            if isinstance(ceiling, WorkerFailure):
                self._observer.announce(f"The ceiling could not be measured: {ceiling.reason}")
            else:
                found.append(ceiling)
        return tuple(found)

    def _measure(self) -> None:
        """Run the trials that the record lacks, and more blocks while they are wanted."""
        plan, start = self._planned.plan, time.monotonic()
        budget = Budget(plan.precision, plan.max_time_seconds)
        by_turns = plan.interleaved and probing.possible()
        if plan.interleaved and not by_turns:
            self._observer.announce("This system cannot stop a process: cells take no turns.")
        with self._workers.probers() as probers:
            while True:
                block_start = time.monotonic()
                if by_turns:
                    self._interleave(probers)
                # What is left, and what was disturbed.
                for slot in self._record.schedule:
                    self._fill(slot, probers)
                now = time.monotonic()
                if plan.adaptive:
                    self._keep(accumulate.with_look(self._record))
                    left = plan.max_time_seconds - (now - start)
                    allotted = allocation.next_blocks(self._record, left)
                elif wants_block(self._record, budget, now - start, now - block_start):
                    everyone = sorted({slot.cell for slot in self._record.schedule})
                    allotted = Allotment(tuple(everyone), 1)
                else:
                    allotted = None
                if allotted is None:
                    break
                self._add(allotted)

    def _fill(self, slot: Slot, probers: Probers) -> None:
        """Measure a slot, again while it is disturbed, until the record has what it takes."""
        while not questions.is_filled(self._record, slot):
            self._attempt(slot, probers)

    def _interleave(self, probers: Probers) -> None:
        """Measure the slots of each block that are still empty by turns, epoch by epoch."""
        for _, block in itertools.groupby(self._record.schedule, key=lambda slot: slot.block):
            empty = [slot for slot in block if not questions.is_filled(self._record, slot)]
            if len(empty) > 1:
                self._take_turns(empty, probers)

    def _take_turns(self, slots: Sequence[Slot], probers: Probers) -> None:
        """Measure slots by turns. Of the threads one is at work at any moment."""
        turns = Turns(slots)
        # Probers end with the thread that starts them, and are to outlive those of this block.
        for slot in slots:
            self._workers.reader(self._record.cells[slot.cell], probers)

        def attempt(slot: Slot) -> None:
            turns.take(slot)
            try:
                self._attempt(slot, probers, turns)
            finally:
                turns.leave(slot)

        with ThreadPoolExecutor(len(slots)) as threads:
            try:
                for attempted in [threads.submit(attempt, slot) for slot in slots]:
                    attempted.result()
            except BaseException:
                turns.give_up()
                raise

    def _attempt(self, slot: Slot, probers: Probers, turns: Turns | None = None) -> None:
        """Run one trial and take it into the record."""
        self._observer.trial_started(self._record, slot)
        measured = self._workers.trial(
            self._record.cells[slot.cell], slot, probers, Turn(turns, slot) if turns else None
        )
        if turns:
            turns.require()
        self._keep(self._with_trial(slot, *measured))
        self._observer.trial_ended(self._record, slot)

    def _add(self, allotted: Allotment) -> None:
        record, cells = self._record, allotted.cells
        everyone = {slot.cell for slot in record.schedule}
        if everyone == set(cells):
            # The next rows of the same balanced design.
            more = slots(record.cells, cells, record.blocks + allotted.blocks, record.plan.seed)
            more = more[record.blocks * len(cells) :]
        else:
            more = slots(record.cells, cells, allotted.blocks, record.plan.seed, record.blocks)
        self._keep(accumulate.with_blocks(record, more))
        self._observer.blocks_added(self._record, len(cells), allotted.blocks)

    def _with_trial(
        self, slot: Slot, result: TrialResult | WorkerFailure, circumstances: Circumstances
    ) -> Record:
        """Return the record with what a trial came to."""
        record = self._record
        cell = record.cells[slot.cell]
        if isinstance(result, WorkerFailure):
            return accumulate.with_failure(record, slot, _failure(slot, result))
        framework = self._planned.frameworks[cell.identity.framework]
        problem = self._workers.problem(cell.identity)
        info = questions.workload_of(record, cell)
        proof = check_parity(result, problem, framework, cell.identity.form)
        trial = replace(
            assemble_trial(circumstances, result, proof, info),
            predictions=check_predictions(result, problem, info, framework),
        )
        fault = sense.first_fault_of_trial(trial, info)
        if fault:
            garbled = WorkerFailure("garbled", f"left an outcome that makes no sense: {fault}", "")
            return accumulate.with_failure(record, slot, _failure(slot, garbled))
        return accumulate.with_trial(record, slot, trial)

    def _profile(self) -> None:
        """Find out where the epochs go of cells that are the same model."""
        if not self._planned.plan.profile:
            return
        wanted = [i for i, cell in enumerate(self._record.cells) if profiling.is_wanted(cell)]
        for number, index in enumerate(wanted, start=1):
            self._observer.profile_started(self._record, index, number, len(wanted))
            found = self._profile_of(self._record.cells[index])
            if found is not None:
                self._keep(accumulate.with_profile(self._record, index, found))

    def _profile_of(self, cell: Cell) -> Profile | None:
        """Profile a cell, again if the parts do not add up; return the best that was found."""
        found: list[Profile] = []
        while len(found) < profiling.ATTEMPTS and not any(map(profiling.adds_up, found)):
            profile = self._workers.profile(cell)
            if isinstance(profile, WorkerFailure):
                self._observer.announce(f"The profile failed: {profile.reason}")
            if not isinstance(profile, Profile):
                break
            found.append(profile)
        return profiling.best(*found) if found else None

    def _concluded(self) -> Record:
        """Return the record of the complete run, with what went wrong on the machine meanwhile."""
        # Whatever disturbed the ceiling made it lower: of two measurements the higher ones count.
        ceilings = self._ceilings(self._record)
        after = self._conditions()
        record = accumulate.ended(
            accumulate.with_ceilings(self._record, ceilings), "complete", after
        )
        precision = self._planned.plan.precision
        if precision:
            record = accumulate.with_precision_notice(record, precision)
        for check in doctor.compare_conditions(record.conditions, after):
            advice = " ".join(check.advice.split())
            record = accumulate.with_notice(record, f"{check.finding}. {advice}".strip())
        return record


def _failure(slot: Slot, found: WorkerFailure) -> Failure:
    """Return what the record says of a worker that gave no result."""
    remedy = REMEDIES[found.kind]
    return Failure(slot.block, slot.slot, found.kind, found.reason, remedy, found.log)
