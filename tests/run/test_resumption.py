"""A run is taken up again only where nothing has changed that its trials depend on."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from bench.run.resumption import changes
from bench.run.sources import read_digests
from implementations import registry
from tests.conftest import REPOSITORY
from tests.records.samples import measured_record

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
