"""A small realistic record, built by code, and the cells that can go wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bench.analysis import interference, parity
from bench.analysis.statistics import summarize
from bench.records.model import (
    SCHEMA_VERSION,
    Ceiling,
    Cell,
    Check,
    Commit,
    Differing,
    Environment,
    Example,
    Failure,
    Identity,
    InputProof,
    Machine,
    Memory,
    Parity,
    Predictions,
    Profile,
    Record,
    Recovered,
    Settling,
    Slot,
    SyncProof,
    Trial,
    WorkloadInfo,
)
from tests.records.samples import CONDITIONS, PLAN, quiet

LOSSES = (0.9, 0.6, 0.5)
TRUTH = Recovered(((2.0,), (-3.4,)), (4.2,))

FASHION = WorkloadInfo(
    name="fashion-mnist",
    batch_size=256,
    title="Fashion-MNIST",
    task="classification",
    source="the four official files",
    notice=None,
    train_examples=60_000,
    test_examples=10_000,
    features=784,
    outputs=10,
    epochs=3,
    learning_rate=0.1,
    checksum="0" * 64,
    reference_train_loss=LOSSES,
    clipped_reference_train_loss=LOSSES,
    true_parameters=None,
    initial_sha256="1" * 64,
    order_sha256="2" * 64,
    epoch_operations=1_881_600_000,
    epoch_bytes=189_120_000,
)
LINEAR = replace(
    FASHION,
    name="linear",
    batch_size=10,
    title="Linear regression, y = Xw + b",
    task="regression",
    source="generated, seed 1",
    train_examples=1_000,
    test_examples=200,
    features=2,
    outputs=1,
    true_parameters=TRUTH,
    epoch_operations=8_000,
    epoch_bytes=20_000,
)
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


CLASSES = (
    *("t-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
# Two that the reference gets right, an ankle boot and a shirt, and a coat that it takes for a
# pullover.
EXAMPLES = (Example(0, 9, 9), Example(4, 6, 6), Example(17, 4, 2))
IMAGES = replace(FASHION, classes=CLASSES, image_shape=(28, 28), examples=EXAMPLES)
SOURCE = '''"""Softmax regression in NAME."""

import NAME


def softmax(scores):
    exponentials = NAME.exp(scores - scores.max())  # no overflow
    return exponentials / exponentials.sum()
'''


def trial(info: WorkloadInfo = FASHION, seconds: float = 0.05, **fields: Any) -> Trial:
    """Return a trial that passed, with steady epochs around `seconds`."""
    regression = info.task == "regression"
    usual = Trial(
        block=0,
        slot=0,
        import_seconds=0.5,
        setup_seconds=0.25,
        first_epoch_seconds=0.125,
        epoch_seconds=(seconds * 1.01, seconds * 0.99),
        cpu_seconds=(seconds, seconds),
        train_loss=tuple(loss + 1e-7 for loss in LOSSES),
        test_accuracy=() if regression else (0.75, 0.8, 0.834),
        test_mean_squared_error=(0.2, 0.1, 0.0125) if regression else (),
        memory=Memory("VmHWM", 100 * 2**20, 300 * 2**20, 350 * 2**20, None),
        interference=quiet(2),
        parity=PASSED,
        synchronization=SyncProof(True, 2e-6, 2.5e-3),
        input=InputProof(True, info.initial_sha256, info.order_sha256),
        settling=Settling(0, None),
        recovered=Recovered(((1.9995,), (-3.4005,)), (4.1997,)) if regression else None,
        environment_variables={"OMP_NUM_THREADS": "2"},
    )
    return replace(usual, **fields)


def cell(
    framework: str = "numpy",
    seconds: float = 0.05,
    info: WorkloadInfo = FASHION,
    trials: int = 3,
    first_epoch_seconds: float = 0.125,
    **identity: Any,
) -> Cell:
    """Return a cell whose trials took `seconds` an epoch, one percent more in each block.

    So two cells keep their ratio from block to block, and every comparison is sure.
    """
    usual = Identity(
        workload=info.name,
        framework=framework,
        framework_version="1.2.3",
        form="scratch",
        execution="eager",
        device="cpu",
        threads=2,
        batch_size=info.batch_size,
    )
    measured = tuple(
        trial(
            info,
            seconds * (1 + block / 100),
            block=block,
            first_epoch_seconds=first_epoch_seconds,
        )
        for block in range(trials)
    )
    planned = Cell(replace(usual, **identity), environment=framework, status="ok")
    return with_trials(planned, measured, info)


def with_trials(planned: Cell, trials: Sequence[Trial], info: WorkloadInfo = FASHION) -> Cell:
    """Return the cell with these trials and what follows from them."""
    return replace(
        planned,
        trials=tuple(trials),
        summary=summarize(trials, info),
        parity=parity.worst(trials),
    )


def predicting(measured: Cell, *differing: Differing) -> Cell:
    """Return the cell as one that predicts as the reference does but for these examples."""
    otherwise = {one.example: one.predicted for one in differing}
    predictions = Predictions(
        tuple(otherwise.get(example, example.predicted) for example in EXAMPLES),
        len(differing),
        differing,
    )
    trials = tuple(replace(one, predictions=predictions) for one in measured.trials)
    return replace(measured, trials=trials)


def with_source(planned: Cell) -> Cell:
    """Return the cell as one whose source its run keeps."""
    identity = planned.identity
    return replace(planned, source=f"implementations.{identity.framework}.{identity.form}")


def illustrated(plain: Record) -> Record:
    """Return the run with its source code, and with test images on which PyTorch disagrees."""

    def cell_with_more(plain_cell: Cell) -> Cell:
        if plain_cell.role == "floor":
            return plain_cell
        with_code = with_source(plain_cell)
        if with_code.identity.workload != FASHION.name:
            return with_code
        dissenting = with_code.identity.framework == "torch"
        return predicting(with_code, *([Differing(EXAMPLES[2], 6)] if dissenting else []))

    cells = tuple(map(cell_with_more, plain.cells))
    return replace(
        plain,
        cells=cells,
        sources={
            one.source: SOURCE.replace("NAME", one.identity.framework)
            for one in cells
            if one.source
        },
        workloads=tuple(
            replace(info, classes=CLASSES, image_shape=(28, 28), examples=EXAMPLES)
            if info.task == "classification"
            else info
            for info in plain.workloads
        ),
    )


def noisy(measured: Cell, *factors: float) -> Cell:
    """Return the cell with each block's epochs longer by a factor of its own."""
    trials = [
        replace(one, epoch_seconds=tuple(seconds * factor for seconds in one.epoch_seconds))
        for one, factor in zip(measured.trials, factors)
    ]
    return with_trials(measured, trials)


def holding(measured: Cell, *peaks_mib: float) -> Cell:
    """Return the cell with a peak memory of its own in each block."""
    trials = [
        replace(one, memory=replace(one.memory, peak_bytes=round(peak * 2**20)))
        for one, peak in zip(measured.trials, peaks_mib)
    ]
    return with_trials(measured, trials)


def floor(seconds: float = 1e-6, info: WorkloadInfo = FASHION) -> Cell:
    """Return the cell that does nothing."""
    return replace(cell("null", seconds, info), role="floor")


def summarized(measured: Cell, **fields: Any) -> Cell:
    """Return the cell with `fields` of its summary replaced."""
    assert measured.summary
    return replace(measured, summary=replace(measured.summary, **fields))


def disturbed(quiet_trial: Trial, foreign_seconds: float = 0.5) -> Trial:
    """Return the trial as one in which others took so much CPU time during each epoch."""
    epochs = len(quiet_trial.epoch_seconds)
    found = replace(
        quiet_trial.interference,
        foreign_cpu_seconds=(foreign_seconds,) * epochs,
        waiting_seconds=(foreign_seconds / 2,) * epochs,
        involuntary_context_switches=(120,) * epochs,
        run_queue=(3,) * epochs,
    )
    judged = interference.judge(found, quiet_trial.epoch_seconds)
    return replace(quiet_trial, interference=judged)


def profile(whole_seconds: float = 0.05, fused: bool = False) -> Profile:
    """Return a profile whose parts are 10, 50, 15 and 24 percent of an epoch."""
    gather, computing, update, dispatch = (
        share * whole_seconds for share in (0.1, 0.5, 0.15, 0.24)
    )
    return Profile(
        epochs=15,
        whole_seconds=whole_seconds,
        gather_seconds=gather,
        forward_backward_seconds=computing + update if fused else computing,
        update_seconds=None if fused else update,
        dispatch_seconds=dispatch,
        sum_over_whole=0.99,
    )


def asynchronous(valid: Cell) -> Cell:
    """Return the cell as one whose epochs return before their work is done."""
    early = SyncProof(False, 0.03, 2.5e-3)
    return replace(
        valid,
        status="invalid",
        reason="its epochs return 0.03 s before their work is done (tolerance 0.0025 s)",
        remedy="Let train_epoch() wait for the device before it returns.",
        trials=tuple(replace(one, synchronization=early) for one in valid.trials),
    )


def other_input(valid: Cell) -> Cell:
    """Return the cell as one that took the examples in another order."""
    other = InputProof(False, "1" * 64, "9" * 64)
    return replace(
        valid,
        status="invalid",
        reason="the initial parameters or the order of examples are not the run's",
        remedy="Do not write to `order`.",
        trials=tuple(replace(one, input=other) for one in valid.trials),
    )


def invalid(valid: Cell) -> Cell:
    """Return the cell as one that trained another model."""
    wrong = replace(PASSED, passed=False, max_abs_error=1.3, reason="off by 1.3 > 5e-05")
    trials = tuple(
        replace(one, parity=wrong, train_loss=tuple(loss * 1.5 for loss in LOSSES))
        for one in valid.trials
    )
    return replace(
        valid,
        status="invalid",
        reason="at the end parameters are off by 1.3 > 5e-05",
        remedy="docs/method.md lists the bounds and the usual mistakes.",
        trials=trials,
        parity=parity.worst(trials),
    )


def unmeasured(planned: Cell, **fields: Any) -> Cell:
    """Return the cell without anything measured; `fields` say why."""
    return replace(planned, trials=(), summary=None, parity=None, **fields)


def failed(planned: Cell) -> Cell:
    """Return the cell as one whose worker raised an exception."""
    reason, remedy = "ValueError: shapes do not match", "Read the worker's log."
    failure = Failure(1, 0, "raised", reason, remedy, "Traceback: line 17 of scratch.py")
    return unmeasured(planned, status="failed", reason=reason, remedy=remedy, failures=(failure,))


def unavailable(planned: Cell) -> Cell:
    """Return the cell as one whose framework could not be installed."""
    return unmeasured(
        planned,
        status="unavailable",
        reason="no Python 3.11 was found",
        remedy="Install Python 3.11",
    )


def with_cells(plain: Record, *cells: Cell) -> Record:
    """Return the run with these cells, in every block in their order."""
    cells = tuple(_in_slot(slot, cell) for slot, cell in enumerate(cells))
    measured = (one for cell in cells for one in (*cell.trials, *cell.failures))
    blocks = max([3, *(1 + one.block for one in measured)])
    return replace(
        plain,
        cells=cells,
        blocks=blocks,
        schedule=tuple(
            Slot(block, slot, slot) for block in range(blocks) for slot in range(len(cells))
        ),
    )


def _in_slot(slot: int, measured: Cell) -> Cell:
    """Return the cell as one that has this slot in every block."""
    return replace(
        measured,
        trials=tuple(replace(one, slot=slot) for one in measured.trials),
        set_aside=tuple(replace(one, slot=slot) for one in measured.set_aside),
        failures=tuple(replace(one, slot=slot) for one in measured.failures),
    )


def record(*cells: Cell, **fields: Any) -> Record:
    """Return a complete run of these cells."""
    used = {one.identity.workload for one in cells}
    environments = {
        one.environment: Environment(
            kind="managed",
            version=one.identity.framework_version,
            python="3.11.7",
            packages={"numpy": "2.4.6", "psutil": "7.2.2"},
            lock_hash="fedcba9876543210",
        )
        for one in cells
    }
    usual = Record(
        schema_version=SCHEMA_VERSION,
        run_id="20250102T030405Z-0123abcd",
        created="2025-01-02T03:04:05+00:00",
        status="complete",
        command=("softmax-bench", "run"),
        blocks=3,
        plan=replace(PLAN, blocks=3, seed=20170825),
        conditions=CONDITIONS,
        conditions_after=CONDITIONS,
        checks=(),
        ceilings=(),
        machine=Machine(
            fingerprint="0123456789abcdef",
            cpu="A processor",
            cores=2,
            logical_cpus=4,
            memory_bytes=8 * 2**30,
            os="An operating system",
            kernel="6.1",
            architecture="x86_64",
            gpu=None,
            driver=None,
        ),
        commit=Commit("0123abcd" * 5, "main", False),
        harness_version="0.1.0",
        workloads=tuple(info for info in (FASHION, LINEAR) if info.name in used),
        environments=environments,
        schedule=(),
        cells=(),
    )
    return replace(with_cells(usual, *cells), **fields)


def eventful() -> Record:
    """Return a run of two workloads; of the first, cells of every status."""
    plain = record(
        replace(cell("numpy", 0.04), profile=profile(0.04)),
        summarized(cell("torch", 0.08, form="high_level"), disturbed_trials=1, times_floor=4.0),
        replace(cell("jax", 0.9), profile=profile(0.9, fused=True)),
        invalid(cell("mxnet", 0.06)),
        failed(cell("tensorflow")),
        unavailable(cell("mxnet", form="high_level")),
        unmeasured(cell("sklearn", form="high_level"), status="pending"),
        cell("numpy", 0.001, LINEAR),
        cell("torch", 0.004, LINEAR),
        floor(),
        checks=(Check("load", "warning", "load average 3.00 on 4 CPUs", "Stop other work."),),
        ceilings=(Ceiling("cpu", 2, 95.3e9, 17.1e9, "products of matrices"),),
    )
    return illustrated(plain)


def lanes() -> Record:
    """Return a run with every lane and both inputs, in which PyTorch has loaders of two kinds.

    JAX gains by compiling, PyTorch's forms do not, and NumPy has no other lane.
    """
    info = replace(FASHION, target=0.8)
    cells = (
        cell("numpy", 0.047, info),
        cell("torch", 0.073, info),
        cell("torch", 0.115, info, execution="step", first_epoch_seconds=5.0),
        cell("torch", 0.070, info, form="high_level"),
        cell("torch", 0.090, info, form="high_level", execution="step", first_epoch_seconds=4.0),
        cell("torch", 0.14, info, input="loader"),
        cell("torch", 0.11, info, input="loader", loader_workers=2),
        cell("jax", 1.1, info),
        cell("jax", 0.058, info, execution="step", first_epoch_seconds=0.6),
        cell("jax", 0.040, info, execution="epoch", first_epoch_seconds=0.7),
        cell("jax", 0.079, info, form="high_level", execution="step"),
        cell("jax", 0.050, info, form="high_level", execution="epoch"),
        cell("jax", 0.08, info, execution="step", input="loader"),
    )
    return record(*cells, floor(), workloads=(info,))
