"""A record makes sense or is refused, with the place; whatever a run writes does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bench.records import ranges, sense, store
from bench.records.model import Ceiling, Probe, Record, Settling, Slot
from bench.records.plan import Rule
from bench.records.store import Nonsense, RecordError, Store
from tests.records import drawn
from tests.records.samples import failure, measured_record, trial

RECORD = measured_record()


@settings(max_examples=60)
@given(drawn.records())
def test_whatever_a_run_writes_it_can_read(tmp_path_factory, written):
    file = Store(tmp_path_factory.mktemp("records") / "record.json")
    for record in written:
        file.write(record)
        assert store.load(file.path) == record


def with_trial(**fields: Any) -> Record:
    """Return the record with fields of the first cell's first trial replaced."""
    cell = RECORD.cells[0]
    trials = (replace(cell.trials[0], **fields), *cell.trials[1:])
    return with_cell(trials=trials)


def with_cell(**fields: Any) -> Record:
    cells = (replace(RECORD.cells[0], **fields), *RECORD.cells[1:])
    return replace(RECORD, cells=cells)


def with_workload(**fields: Any) -> Record:
    return replace(RECORD, workloads=(replace(RECORD.workloads[0], **fields),))


def said_of(record: Record) -> str:
    return str(sense.first_fault(record))


TRIAL = RECORD.cells[0].trials[0]
MEMORY, COUNTERS = TRIAL.memory, TRIAL.interference


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (
            with_trial(epoch_seconds=(0.08, -1.0, 0.09)),
            "cells.0.trials.0.epoch_seconds.1 is -1.0, where a time from 10^-12 to 10^9 seconds "
            "belongs",
        ),
        (with_trial(epoch_seconds=(0.08, 0.0, 0.09)), "epoch_seconds.1 is 0.0"),
        (with_trial(epoch_seconds=(0.08, math.nan, 0.09)), "epoch_seconds.1 is nan"),
        (with_trial(epoch_seconds=(math.inf, 0.07, 0.09)), "epoch_seconds.0 is inf"),
        (with_trial(import_seconds=1e10), "import_seconds is 10000000000.0"),
        (with_trial(cpu_seconds=(0.1, 0.1, -0.1)), "cpu_seconds.2 is -0.1"),
        (with_trial(train_loss=(0.9, None, math.inf, 0.5)), "train_loss.2 is inf"),
        (with_trial(test_accuracy=(0.5, 0.6, 0.7, 1.1)), "test_accuracy.3 is 1.1, where a share"),
        (with_trial(memory=replace(MEMORY, peak_bytes=0)), "memory.peak_bytes is 0"),
        (with_trial(block=-1), "trials.0.block is -1"),
        (with_trial(slot=10**40), "trials.0.slot is a number with more than 30 digits"),
        (with_trial(epoch_seconds=(0.1,)), "epoch_seconds has 1 entries, where 3 belong"),
        (with_trial(cpu_seconds=()), "cpu_seconds has 0 entries, where 3 belong"),
        (with_trial(train_loss=(0.5,)), "train_loss has 1 entries, where 4 belong"),
        (with_trial(test_accuracy=()), "test_accuracy has 0 entries, where 4 belong"),
        (
            with_trial(test_mean_squared_error=(0.1,)),
            "test_mean_squared_error has 1 entries, where 0 belong",
        ),
        (
            with_trial(interference=replace(COUNTERS, run_queue=(1,))),
            "interference.run_queue has 1 entries, where 3 belong",
        ),
        (
            with_trial(interference=replace(COUNTERS, disturbed_epochs=(1, 3))),
            "interference.disturbed_epochs.1 is 3, of 3 steady epochs counted from 0",
        ),
        (
            with_trial(interference=replace(COUNTERS, disturbed_epochs=(1, 1))),
            "interference.disturbed_epochs.1 is marked already",
        ),
        (with_trial(settling=Settling(2, True)), "settling.left_out is 2, more than the first"),
        (with_trial(probes=(Probe(2, 1.0, 1.0, 1.0),) * 2), "probes do not come one after"),
        (with_trial(probes=(Probe(5, 1.0, 1.0, 1.0),)), "probes do not come one after"),
        (with_trial(slot=1), "has slot 1 of block 0, which the schedule does not give"),
        (
            with_cell(trials=(TRIAL, replace(TRIAL, attempt=1))),
            "cells.0.trials.1 is of a block that has a trial",
        ),
        (with_cell(set_aside=(TRIAL,)), "cells.0.set_aside has an attempt of a block"),
        (with_cell(summary=None), "cells.0.summary is missing, and there are trials"),
        (with_cell(parity=None), "cells.0.parity is missing, and there are trials"),
        (with_cell(environment="gone"), "cells.0.environment is none of `environments`"),
        (with_cell(status="pending"), "cells.0.status is pending, where ok follows"),
        (with_cell(status="failed"), "cells.0.status is failed, where ok follows"),
        (
            with_cell(failures=(failure(),), status="ok"),
            "cells.0.status is ok, where timeout follows",
        ),
        (
            with_cell(identity=RECORD.cells[1].identity),
            "cells.1 is the same as an earlier one",
        ),
        (
            with_cell(identity=replace(RECORD.cells[0].identity, workload="other")),
            "cells.0.identity has a workload, or a batch size of it, that `workloads`",
        ),
        (
            with_cell(identity=replace(RECORD.cells[0].identity, batch_size=128)),
            "cells.0.identity has a workload, or a batch size of it, that `workloads`",
        ),
        (replace(RECORD, workloads=RECORD.workloads * 2), "workloads.1 is described already"),
        (with_workload(epochs=5), "reference_train_loss has 4 entries, where 5 belong"),
        (with_workload(classes=("one",)), "classes has 1 entries, where 10 belong"),
        (with_workload(image_shape=(28, 27)), "image_shape does not have the 784 features"),
        (
            replace(RECORD, schedule=(*RECORD.schedule, Slot(1, 2, 2))),
            "schedule.4.cell is 2, of 2 cells counted from 0",
        ),
        (
            replace(RECORD, schedule=(*RECORD.schedule, Slot(2, 0, 0))),
            "schedule.4.block is 2, of 2 blocks counted from 0",
        ),
        (
            replace(RECORD, schedule=(*RECORD.schedule, Slot(1, 1, 0))),
            "schedule.4 has a place that is taken",
        ),
        (
            replace(RECORD, schedule=(*RECORD.schedule, Slot(1, 2, 0))),
            "schedule.4 is of a cell that its block has",
        ),
        (replace(RECORD, created="yesterday"), "created is no moment in ISO 8601"),
        (replace(RECORD, created="2025-01-02T03:04:05"), "created is no moment in ISO 8601"),
        (replace(RECORD, run_id=""), "run_id is empty"),
        (replace(RECORD, looks=(2, 1)), "looks do not rise"),
        (replace(RECORD, looks=(3,)), "looks do not rise from block to block, up to 2"),
        (
            replace(RECORD, plan=replace(RECORD.plan, epochs=9)),
            "workloads.0.epochs is 4, and the plan's is 9",
        ),
        (
            replace(RECORD, plan=replace(RECORD.plan, include=(Rule({"colour": ("red",)}),))),
            "plan.include.0.values names what no cell has",
        ),
        (
            replace(RECORD, ceilings=(Ceiling("cpu", 1, 1e9, 1e9, ""),) * 2),
            "ceilings.1 is measured already",
        ),
        (
            replace(RECORD, ceilings=(Ceiling("cpu", 1, 0.0, 1e9, ""),)),
            "ceilings.0.operations_per_second is 0.0",
        ),
    ],
)
def test_what_makes_no_sense_is_found_with_its_place(record, said):
    assert said in said_of(record)


def test_what_makes_sense_has_no_fault():
    assert sense.first_fault(RECORD) is None


def test_every_number_of_a_record_has_a_range():
    """A name that is no field would be heard by nobody."""
    for kind, allowed in ranges.RANGES.items():
        assert allowed.keys() <= {field.name for field in fields(kind)}


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["cells"][0]["trials"][0]["epoch_seconds"].pop(),
        lambda document: document["cells"].append(document["cells"][0]),
        lambda document: document["schedule"][0].update(cell=7),
    ],
)
def test_a_record_without_sense_is_refused_in_one_sentence_and_advice(
    tmp_path: Path, change: Callable[[Any], object]
):
    document = json.loads(store.dump(RECORD))
    change(document)
    path = tmp_path / "record.json"
    path.write_text(json.dumps(document))
    with pytest.raises(RecordError) as error:
        store.load(path)
    said = str(error.value)
    assert said.startswith(f"{path} makes no sense as a record: ")
    assert said.endswith("Take an undamaged copy of it, or measure again.")
    assert "\n" not in said


def test_what_makes_no_sense_is_not_written_and_what_was_stays(tmp_path):
    file = Store(tmp_path / "record.json")
    file.write(RECORD)
    before = file.path.read_bytes()
    with pytest.raises(Nonsense, match=r"cells\.0\.trials\.0\.epoch_seconds\.0 is nan"):
        file.write(with_trial(epoch_seconds=(math.nan, 0.07, 0.09)))
    assert file.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file.path]


def test_what_is_larger_than_can_be_read_is_not_written(tmp_path, monkeypatch):
    file = Store(tmp_path / "record.json")
    file.write(RECORD)
    before = file.path.read_bytes()
    monkeypatch.setattr(store, "MOST_BYTES", len(before))
    larger = replace(RECORD, notices=("more",))
    with pytest.raises(RecordError, match="What was measured before is in"):
        file.write(larger)
    assert file.path.read_bytes() == before


def test_evidence_may_be_empty_only_where_there_are_no_counters():
    none = dict.fromkeys(sense.COUNTERS, ())
    without = replace(COUNTERS, method="none", **none)
    assert sense.first_fault(with_trial(interference=without)) is None
    assert "where 3 belong" in said_of(with_trial(interference=replace(COUNTERS, **none)))


def test_a_cell_that_never_ran_needs_no_environment():
    gone = replace(
        RECORD.cells[0],
        environment="gone",
        status="unavailable",
        trials=(),
        summary=None,
        parity=None,
    )
    assert sense.first_fault(replace(RECORD, cells=(gone, RECORD.cells[1]))) is None


def test_a_trial_of_its_own_is_looked_at_too():
    [found] = sense.trial_faults(trial(train_loss=()), RECORD.workloads[0], "it")
    assert str(found) == "it.train_loss has 0 entries, where 4 belong"


def test_what_a_worker_measured_is_looked_at_before_it_enters_a_record():
    [info] = RECORD.workloads
    assert sense.first_fault_of_trial(TRIAL, info) is None
    empty = replace(TRIAL, memory=replace(MEMORY, peak_bytes=0))
    said = str(sense.first_fault_of_trial(empty, info))
    assert said == "trial.memory.peak_bytes is 0, where a number from 1 to 10^18 belongs"
