"""A run is taken up again only where nothing has changed that its trials depend on."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from bench.cli.options import surroundings
from bench.records.store import RecordError
from bench.run.resumption import changes, require_possible
from bench.run.sources import read_digests
from bench.workloads.catalog import WORKLOADS
from implementations import registry
from tests.conftest import REPOSITORY
from tests.records.samples import measured_record, workload

RECORD = measured_record()


def test_nothing_changed():
    assert changes(RECORD, RECORD) == ()


def test_another_machine_is_a_change():
    elsewhere = replace(RECORD.machine, fingerprint="another", cpu="Another CPU")
    assert changes(RECORD, replace(RECORD, machine=elsewhere)) == (
        f"the machine ({RECORD.machine.cpu} then, Another CPU now)",
    )


def test_other_code_is_a_change_and_its_files_are_named():
    before = replace(RECORD, code={"bench/worker/trial.py": "1", "a.py": "1", "gone.py": "1"})
    now = replace(RECORD, code={"bench/worker/trial.py": "2", "a.py": "1", "new.py": "1"})
    assert changes(before, now) == (
        "the code that measures (bench/worker/trial.py, gone.py, new.py)",
    )


def test_of_many_files_the_first_are_named():
    before = replace(RECORD, code={f"{number:02}.py": "1" for number in range(12)})
    [change] = changes(before, replace(RECORD, code={}))
    assert change.endswith("08.py, 09.py and 2 more files)")


def test_a_record_that_does_not_say_which_code_measured_is_not_taken_up():
    [change] = changes(RECORD, replace(RECORD, code={"a.py": "1"}))
    assert change == "the code that measures (older records do not say which it was)"


def test_where_the_command_was_run_and_what_was_committed_there_is_no_matter():
    now = replace(RECORD, commit=replace(RECORD.commit, id="fedcba98"))
    assert changes(RECORD, now) == ()


def test_every_file_that_measures_has_its_digest():
    found = read_digests([registry.load(registry.BUILT_IN["numpy"])])
    for name in (
        "bench/worker/trial.py",
        "bench/worker/requirements.txt",
        "bench/engines/local.py",
        "bench/workloads/preparation.py",
        "implementations/contract.py",
        "implementations/numpy/scratch.py",
        "implementations/numpy/requirements.txt",
    ):
        assert found[name] == sha256((REPOSITORY / name).read_bytes()).hexdigest()[:16]
    assert not any(name.startswith("implementations/torch") for name in found)


def test_other_data_are_a_change():
    other = replace(RECORD.workloads[0], checksum="1" * 64)
    now = replace(RECORD, workloads=(other, *RECORD.workloads[1:]))
    assert changes(RECORD, now) == (f"the data of {other.name}",)


@pytest.mark.parametrize(
    "other",
    [{"epochs": 5}, {"order_sha256": "9" * 64}, {"initial_sha256": "9" * 64}, {"batch_size": 1}],
)
def test_training_in_another_way_is_a_change(other):
    info = replace(RECORD.workloads[0], **other)
    now = replace(RECORD, workloads=(info, *RECORD.workloads[1:]))
    assert changes(RECORD, now) == (f"how long, how or in which order {info.name} is trained",)


@pytest.mark.parametrize(
    "other", [{"environment": "framework1"}, {"role": "floor"}, {"source": "another"}]
)
def test_a_cell_that_is_planned_in_another_way_is_a_change(other):
    now = replace(RECORD, cells=(replace(RECORD.cells[0], **other), RECORD.cells[1]))
    assert changes(RECORD, now) == ("the cells of the plan",)


# Of a run of these that was killed.
WORKLOAD = WORKLOADS["linear"]
KILLED = replace(
    RECORD,
    status="running",
    plan=replace(RECORD.plan, frameworks=("numpy",), workloads=(WORKLOAD.name,)),
    workloads=(workload(name=WORKLOAD.name, epochs=WORKLOAD.epochs),),
)


def test_a_plan_that_can_be_carried_out_is_possible():
    require_possible(KILLED, surroundings())


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"frameworks": ("abacus",)}, "framework: Unknown framework 'abacus'"),
        ({"workloads": ("none",)}, "workload: Unknown workload 'none'"),
        ({"epochs": 10**12}, "epochs: Number of epochs"),
        ({"batch_sizes": (10**9,)}, "A batch of 1,000,000,000 is more than"),
        ({"batch_sizes": tuple(range(1, 10**6))}, "combinations"),
        ({"epochs": 7}, "for another number of epochs"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_before_anything_is_done(plan, said):
    record = replace(KILLED, plan=replace(KILLED.plan, **plan))
    with pytest.raises(RecordError, match=f"cannot be taken up again: .*{said}"):
        require_possible(record, surroundings())
