"""A run is taken up again only where nothing has changed that its trials depend on."""

from __future__ import annotations

from dataclasses import replace

from bench.run.resumption import changes
from tests.records.samples import measured_record

RECORD = measured_record()


def test_nothing_changed():
    assert changes(RECORD, RECORD) == ()


def test_another_machine_is_a_change():
    elsewhere = replace(RECORD.machine, fingerprint="another", cpu="Another CPU")
    assert changes(RECORD, replace(RECORD, machine=elsewhere)) == (
        f"the machine ({RECORD.machine.cpu} then, Another CPU now)",
    )


def test_source_code_that_was_edited_without_a_commit_is_a_change():
    before = replace(RECORD, sources={"implementations.numpy.scratch": "one"})
    now = replace(RECORD, sources={"implementations.numpy.scratch": "two"})
    assert changes(before, now) == ("the source code of implementations",)


def test_another_commit_is_said_once_and_not_its_sources_as_well():
    now = replace(RECORD, commit=replace(RECORD.commit, id="fedcba98"), sources={"a": "b"})
    assert len(changes(RECORD, now)) == 1


def test_other_data_are_a_change():
    other = replace(RECORD.workloads[0], checksum="1" * 64)
    now = replace(RECORD, workloads=(other, *RECORD.workloads[1:]))
    assert changes(RECORD, now) == (f"the data of {other.name}",)
