"""What a worker brought back, put into the words of the record. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bench.analysis import interference, parity, proofs, roofline, settling
from bench.analysis.parity import Course
from bench.analysis.predictions import choose_examples, compare_predictions
from bench.analysis.target import goal
from bench.engines.local import TrialResult
from bench.records.model import (
    Interference,
    Parity,
    Predictions,
    Recovered,
    Slot,
    Trial,
    WorkloadInfo,
)
from bench.worker.assignment import Measurements
from bench.workloads.catalog import Loaded
from bench.workloads.preparation import PreparedProblem
from bench.workloads.rounding import bounds_for
from implementations.contract import Form, Framework, Parameters

# Parameters of models no larger than this stand in the record.
PRINTABLE_PARAMETERS = 16


def recovered(parameters: Parameters) -> Recovered | None:
    """Return parameters for the record, if they are finite and few enough to read."""
    values = np.concatenate([parameters.weight.ravel(), parameters.bias.ravel()])
    if values.size > PRINTABLE_PARAMETERS or not np.isfinite(values).all():
        return None
    return Recovered(
        tuple(tuple(float(value) for value in row) for row in parameters.weight),
        tuple(float(value) for value in parameters.bias),
    )


NOTHING_TO_COMPARE = Parity(
    passed=True,
    max_abs_error=None,
    tolerance=0.0,
    first_step_error=None,
    first_step_tolerance=0.0,
    final_error=None,
    loss_error=None,
    loss_tolerance=0.0,
    reason=None,
)


def check_parity(
    result: TrialResult, problem: PreparedProblem, framework: Framework, form: Form
) -> Parity:
    """Compare what a worker brought back with the reference; what does not train has none."""
    if not framework.trains:
        return NOTHING_TO_COMPARE
    found = Course(
        result.measurements.train_loss,
        (result.first_step.weight, result.first_step.bias),
        (result.final.weight, result.final.bias),
    )
    expected = problem.reference.course(framework.clips_probabilities)
    bounds = bounds_for(framework, form, problem.rounding, problem.reference)
    return parity.check(found, expected, bounds)


def evidence(
    measurements: Measurements, cpus: tuple[int, ...], load_before: float | None
) -> Interference:
    """Return the evidence of other work on the machine during the steady epochs, judged."""
    steady = measurements.evidence[1:]
    found = Interference(
        method=measurements.evidence_method,
        cpus=cpus,
        load_before=load_before,
        involuntary_context_switches=tuple(one.involuntary_context_switches for one in steady),
        waiting_seconds=tuple(one.waiting_seconds for one in steady),
        foreign_cpu_seconds=tuple(one.foreign_cpu_seconds for one in steady),
        steal_seconds=tuple(one.steal_seconds for one in steady),
        run_queue=tuple(one.run_queue for one in steady),
        foreign_modules=measurements.foreign_modules,
    )
    return interference.judge(found, measurements.epoch_seconds[1:])


@dataclass(frozen=True)
class Circumstances:
    """What the harness knows of a trial beside what its worker brought back."""

    slot: Slot
    cpus: tuple[int, ...]
    load_before: float | None
    environment_variables: dict[str, str]
    by_turns: bool = False


def check_predictions(
    result: TrialResult, problem: PreparedProblem, info: WorkloadInfo, framework: Framework
) -> Predictions | None:
    """Compare a classifier's predictions with the reference's; what does not train has none."""
    if info.task == "regression" or not framework.trains:
        return None
    return compare_predictions(
        result.predicted.astype(np.int64), problem.predicted, problem.test_labels, info.examples
    )


def assemble_trial(
    circumstances: Circumstances, result: TrialResult, proof: Parity, info: WorkloadInfo
) -> Trial:
    """Return a trial for the record; the first epoch is split from the steady ones here."""
    found = result.measurements
    first_epoch_seconds, *steady = found.epoch_seconds
    return Trial(
        block=circumstances.slot.block,
        slot=circumstances.slot.slot,
        import_seconds=found.import_seconds,
        setup_seconds=found.setup_seconds,
        first_epoch_seconds=first_epoch_seconds,
        epoch_seconds=tuple(steady),
        cpu_seconds=found.cpu_seconds[1:],
        train_loss=tuple(map(parity.finite, found.train_loss)),
        test_accuracy=found.test_accuracy,
        test_mean_squared_error=tuple(map(parity.finite, found.test_mean_squared_error)),
        memory=found.memory,
        interference=evidence(found, circumstances.cpus, circumstances.load_before),
        parity=proof,
        synchronization=proofs.synchronization(found.unfinished_seconds[1:], steady),
        input=proofs.same_input(found.initial_sha256, found.order_sha256, info),
        settling=settling.settle(steady),
        recovered=recovered(result.final),
        environment_variables=circumstances.environment_variables,
        fairness=found.fairness,
        gpu=found.gpu,
        probes=result.probes,
        by_turns=circumstances.by_turns,
    )


def describe_workload(loaded: Loaded, problem: PreparedProblem, target: float) -> WorkloadInfo:
    """Return what the record says about a workload.

    Parameters
    ----------
    target : float
        Share of the reference's final quality at which a cell has learned enough.
    """
    workload, dataset = loaded.workload, loaded.dataset
    truth = dataset.true_parameters
    examples, features = dataset.train_features.shape
    sizes = roofline.Sizes(workload.task, examples, features, workload.outputs)
    info = WorkloadInfo(
        name=workload.name,
        batch_size=problem.training.batch_size,
        title=workload.title,
        task=workload.task,
        source=dataset.source,
        notice=loaded.notice,
        train_examples=examples,
        test_examples=len(dataset.test_features),
        features=features,
        outputs=workload.outputs,
        epochs=problem.training.epochs,
        learning_rate=workload.learning_rate,
        checksum=problem.checksum,
        reference_train_loss=tuple(map(float, problem.reference.train_loss)),
        clipped_reference_train_loss=tuple(map(float, problem.reference.clipped_train_loss)),
        true_parameters=recovered(truth) if truth else None,
        initial_sha256=problem.initial_sha256,
        order_sha256=problem.order_sha256,
        epoch_operations=roofline.epoch_operations(sizes),
        epoch_bytes=roofline.epoch_bytes(sizes),
        classes=workload.classes,
        image_shape=workload.image_shape,
        examples=choose_examples(problem.test_labels, problem.predicted, workload.outputs)
        if workload.task == "classification"
        else (),
    )
    return replace(info, target=goal(info, target, problem.reference_quality))
