"""What the harness hands to a worker, and what comes back."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bench.records.model import Fairness, Memory
from bench.worker.assignment import Assignment, Measurements, Outcome, Trouble
from bench.worker.evidence import Evidence
from implementations.contract import Options

assignments = st.builds(
    dict,
    task=st.sampled_from(["trial", "profile", "ceiling"]),
    framework=st.text(),
    planted_slowdown=st.floats(0, 1),
    form=st.sampled_from(["scratch", "high_level"]),
    options=st.builds(
        Options,
        device=st.sampled_from(["cpu", "gpu"]),
        execution=st.sampled_from(["eager", "step", "epoch"]),
        input=st.sampled_from(["preloaded", "loader"]),
        loader_workers=st.integers(0, 8),
    ),
    threads=st.integers(1, 256),
    cpus=st.lists(st.integers(0, 255)).map(tuple),
    seed=st.integers(0, 2**64),
    data_folder=st.text(),
    problem_folder=st.text(),
    foreign=st.lists(st.text()).map(tuple),
    events=st.integers(-1, 1000),
    acknowledgements=st.integers(-1, 1000),
)
seconds = st.lists(st.floats(0, 1e6), max_size=5).map(tuple)
measurements = st.builds(
    Measurements,
    framework_version=st.text(),
    import_seconds=st.floats(0, 1e6),
    setup_seconds=st.floats(0, 1e6),
    epoch_seconds=seconds,
    cpu_seconds=seconds,
    train_loss=seconds,
    test_accuracy=seconds,
    test_mean_squared_error=seconds,
    memory=st.builds(
        Memory,
        method=st.sampled_from(["VmHWM", "rss"]),
        imported_bytes=st.integers(0, 2**50),
        baseline_bytes=st.integers(0, 2**50),
        peak_bytes=st.integers(0, 2**50),
        device_peak_bytes=st.none() | st.integers(0, 2**50),
    ),
    evidence=st.lists(
        st.builds(
            Evidence,
            involuntary_context_switches=st.integers(0, 2**40),
            waiting_seconds=st.floats(0, 1e6),
            foreign_cpu_seconds=st.floats(-1, 1e6),
            steal_seconds=st.floats(0, 1e6),
            run_queue=st.integers(0, 2**20),
        ),
        max_size=3,
    ).map(tuple),
    evidence_method=st.sampled_from(["proc", "none"]),
    unfinished_seconds=seconds,
    initial_sha256=st.text(),
    order_sha256=st.text(),
    fairness=st.builds(
        Fairness,
        compilations=st.none() | st.integers(0, 100),
        recompilations=st.none() | st.integers(0, 100),
        graph_breaks=st.none() | st.integers(0, 100),
        threads=st.integers(1, 100),
        settings=st.dictionaries(st.text(), st.text(), max_size=3),
    ),
    foreign_modules=st.lists(st.text()).map(tuple),
)
outcomes = st.builds(Outcome, measurements=measurements) | st.builds(
    Outcome,
    trouble=st.builds(Trouble, st.sampled_from(["raised", "out_of_memory"]), st.text()),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("assignment"))


@given(assignments)
def test_a_worker_reads_what_the_harness_wrote(folder, fields):
    assignment = Assignment(folder=folder, **fields)
    assert Assignment.read(assignment.write()) == assignment


@given(outcomes)
def test_the_harness_reads_what_a_worker_wrote(outcome):
    written = json.dumps(asdict(outcome))
    # Written again, numbers that are not finite are equal too.
    assert json.dumps(asdict(TypeAdapter(Outcome).validate_json(written))) == written


@given(measurements, st.sampled_from([math.nan, math.inf, -math.inf]))
def test_a_loss_that_is_not_finite_comes_back(found, loss):
    outcome = Outcome(measurements=replace(found, train_loss=(0.9, loss)))
    back = TypeAdapter(Outcome).validate_json(json.dumps(asdict(outcome)))
    assert back.measurements.train_loss == pytest.approx((0.9, loss), nan_ok=True)
