"""Small realistic records, trials and cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bench.analysis import accumulate
from bench.records.model import (
    SCHEMA_VERSION,
    Cell,
    Commit,
    Conditions,
    Environment,
    Failure,
    Identity,
    InputProof,
    Interference,
    Machine,
    Memory,
    Parity,
    Record,
    Settling,
    Slot,
    SyncProof,
    Trial,
    WorkloadInfo,
)
from bench.records.plan import Plan

PASSED = Parity(
    passed=True,
    max_abs_error=5e-7,
    tolerance=5e-5,
    first_step_error=2e-9,
    first_step_tolerance=1.9e-6,
    final_error=5e-7,
    loss_error=1e-7,
    loss_tolerance=2.9e-5,
    reason=None,
)
REJECTED = replace(
    PASSED,
    passed=False,
    max_abs_error=1.3,
    first_step_error=1.3,
    reason="after the first step parameters are off by 1.3 > 1.9e-06",
)


CONDITIONS = Conditions(
    load_average=0.1,
    logical_cpus=4,
    available_cpus=4,
    cpu_quota=None,
    governor="performance",
    turbo=False,
    simultaneous_multithreading=False,
    thermal_throttle_events=0,
    memory_available_bytes=6 * 2**30,
    swap_used_bytes=0,
    swapped_pages=0,
    on_battery=None,
    steal_share=0.0,
    busy_processes=(),
    missing_counters=(),
    gpu_clock_mhz=None,
    gpu_max_clock_mhz=None,
    gpu_busy_percent=None,
    gpu_throttle_reasons=(),
)
PLAN = Plan(
    frameworks=("framework0", "framework1"),
    workloads=("synthetic",),
    blocks=2,
)


def quiet(epochs: int) -> Interference:
    """Return the evidence of a trial with so many steady epochs that nothing disturbed."""
    return Interference(
        method="proc",
        cpus=(0,),
        load_before=0.1,
        involuntary_context_switches=(1,) * epochs,
        waiting_seconds=(0.0,) * epochs,
        foreign_cpu_seconds=(0.0,) * epochs,
        steal_seconds=(0.0,) * epochs,
        run_queue=(1,) * epochs,
        foreign_modules=(),
    )


def trial(**fields: Any) -> Trial:
    """Return a trial of three epochs that passed; `fields` replace its own.

    Every epoch keeps one CPU busy, unless `fields` say otherwise.
    """
    if "epoch_seconds" in fields:
        fields = {"cpu_seconds": fields["epoch_seconds"]} | fields
    usual = Trial(
        block=0,
        slot=0,
        import_seconds=0.5,
        setup_seconds=0.25,
        first_epoch_seconds=0.125,
        epoch_seconds=(0.08, 0.07, 0.09),
        cpu_seconds=(0.08, 0.07, 0.09),
        train_loss=(0.9, 0.7, 0.6, 0.5),
        test_accuracy=(0.75, 0.78, 0.8, 0.81),
        test_mean_squared_error=(),
        memory=Memory("VmHWM", 100 * 2**20, 300 * 2**20, 350 * 2**20, None),
        interference=quiet(3),
        parity=PASSED,
        synchronization=SyncProof(True, 2e-6, 1e-3),
        input=InputProof(True, "1" * 64, "2" * 64),
        settling=Settling(0, None),
        recovered=None,
        environment_variables={"OMP_NUM_THREADS": "1", "PATH": "(a path)"},
    )
    return replace(usual, **fields)


def failure(**fields: Any) -> Failure:
    """Return the failure of a trial that took too long; `fields` replace its own."""
    usual = Failure(
        block=0,
        slot=0,
        kind="timeout",
        reason="still running after 300 s",
        remedy="Give it longer with --timeout, or look for what it waits for.",
        log="epoch 1",
    )
    return replace(usual, **fields)


def identity(**fields: Any) -> Identity:
    """Return the identity of NumPy's cell; `fields` replace its own."""
    usual = Identity(
        workload="synthetic",
        framework="numpy",
        framework_version="2.4.6",
        form="scratch",
        execution="eager",
        device="cpu",
        threads=1,
        batch_size=256,
    )
    return replace(usual, **fields)


def workload(**fields: Any) -> WorkloadInfo:
    """Return what a record says about its workload; `fields` replace its own."""
    usual = WorkloadInfo(
        name="synthetic",
        batch_size=256,
        title="Synthetic images",
        task="classification",
        source="generated, seed 20170825",
        notice=None,
        train_examples=60_000,
        test_examples=10_000,
        features=784,
        outputs=10,
        epochs=4,
        learning_rate=0.1,
        checksum="0" * 64,
        reference_train_loss=(0.9, 0.7, 0.6, 0.5),
        clipped_reference_train_loss=(0.9, 0.7, 0.6, 0.5),
        true_parameters=None,
        initial_sha256="1" * 64,
        order_sha256="2" * 64,
        epoch_operations=1_881_600_000,
        epoch_bytes=189_120_000,
    )
    return replace(usual, **fields)


def pending_record(cells: int = 2, blocks: int = 2) -> Record:
    """Return the record of a run that has measured nothing yet."""
    frameworks = [f"framework{number}" for number in range(cells)]
    return Record(
        schema_version=SCHEMA_VERSION,
        run_id="20250102T030405Z-0123abcd",
        created="2025-01-02T03:04:05+00:00",
        status="running",
        command=("softmax-bench", "run"),
        plan=PLAN,
        blocks=blocks,
        conditions=CONDITIONS,
        conditions_after=None,
        checks=(),
        ceilings=(),
        machine=Machine(
            fingerprint="0123456789abcdef",
            cpu="A processor",
            cores=2,
            logical_cpus=4,
            memory_bytes=8 * 2**30,
            os="Linux",
            kernel="6.1",
            architecture="x86_64",
            gpu=None,
            driver=None,
        ),
        commit=Commit("0123abcd" * 5, "main", False),
        harness_version="0.1.0",
        workloads=(workload(),),
        environments={
            name: Environment("managed", "1.0", "3.11.7", {"numpy": "2.4.6"}, "0" * 16)
            for name in frameworks
        },
        schedule=tuple(
            Slot(block, position, position) for block in range(blocks) for position in range(cells)
        ),
        cells=tuple(Cell(identity(framework=name), name) for name in frameworks),
    )


def measured_record() -> Record:
    """Return the record of a complete run of four trials, one of which took too long."""
    record = pending_record(cells=2, blocks=2)
    for slot in record.schedule[:3]:
        record = accumulate.with_trial(record, slot, trial(block=slot.block, slot=slot.slot))
    record = accumulate.with_failure(record, record.schedule[3], failure(block=1, slot=1))
    return accumulate.ended(record, "complete", CONDITIONS)
