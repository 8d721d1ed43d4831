"""Drawn identities, plans and whole records: whatever a run may write."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

from hypothesis import strategies as st

from bench.analysis import accumulate, interference, proofs, questions, settling
from bench.records.axes import AXES, DEVICES, EXECUTIONS, FORMS, INPUTS, NO_VARIANT
from bench.records.model import (
    Ceiling,
    Cell,
    Differing,
    Example,
    FailureKind,
    Fairness,
    Gpu,
    Identity,
    Interference,
    Memory,
    Parity,
    Predictions,
    Probe,
    Profile,
    Record,
    Recovered,
    Resident,
    Slot,
    Trial,
    WorkloadInfo,
)
from bench.records.plan import Plan, Rule
from tests.records.samples import (
    CONDITIONS,
    PASSED,
    REJECTED,
    failure,
    pending_record,
    trial,
    workload,
)

# A few of each, so that drawn identities share some parts and differ in others.
names = st.sampled_from(["a", "b", "a-b", "ab", "c 2"])
# As the packaging standard writes them: without a hyphen.
versions = st.sampled_from(["1", "1.0", "2.0", "2.0rc1", "2.0+cpu", "unpinned"])
variants = st.text("ab 1", max_size=4).filter(lambda variant: variant != NO_VARIANT)


def identities(**fixed: object) -> st.SearchStrategy[Identity]:
    """Return a strategy for identities; `fixed` names fields that all of them share."""
    drawn = {
        "workload": names,
        "framework": names,
        "framework_version": versions,
        "form": st.sampled_from(list(FORMS)),
        "execution": st.sampled_from(list(EXECUTIONS)),
        "device": st.sampled_from(list(DEVICES)),
        "threads": st.integers(1, 3),
        "batch_size": st.sampled_from([1, 256, 1024]),
        "input": st.sampled_from(list(INPUTS)),
        "loader_workers": st.integers(0, 2),
        "dtype": st.sampled_from(get_args(get_type_hints(Identity)["dtype"])),
        "variant": variants,
    }
    return st.builds(Identity, **drawn | {name: st.just(value) for name, value in fixed.items()})


def _some(values: object) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(list(values)), min_size=1, unique=True).map(tuple)


_numbers = st.lists(st.integers(1, 10**6), min_size=1, max_size=3, unique=True).map(tuple)
_seconds = st.floats(1.0, 1e6)
rules = st.dictionaries(
    st.sampled_from([axis.field for axis in AXES]),
    st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
    min_size=1,
    max_size=4,
).map(Rule)
plans = st.builds(
    Plan,
    frameworks=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    workloads=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    forms=_some(FORMS),
    executions=_some(EXECUTIONS) | st.just(()),
    inputs=_some(INPUTS),
    loader_workers=_numbers | st.just((0,)),
    devices=_some(DEVICES),
    threads=_numbers,
    batch_sizes=_numbers | st.just(()),
    include=st.lists(rules, max_size=2).map(tuple),
    exclude=st.lists(rules, max_size=2).map(tuple),
    blocks=st.integers(1, 1000),
    interleaved=st.booleans(),
    epochs=st.none() | st.integers(2, 1000),
    quick=st.booleans(),
    seed=st.integers(0, 10**12),
    timeout_seconds=_seconds,
    environment=st.sampled_from(["managed", "current"]),
    repeats=st.integers(0, 10),
    precision=st.none() | st.floats(0.001, 0.5),
    max_time_seconds=_seconds,
    profile=st.booleans(),
    target=st.floats(0.01, 1.0),
)


# ---- whole runs ----------------------------------------------------------------------------------

# From one tick of a clock to a day.
_times = st.floats(1e-9, 86_400.0)
# What diverges may be of any size, and null where it is not finite.
_losses = st.none() | st.floats(0.0, 1e308)
_bytes = st.integers(1, 2**50)
_numbers_from_0 = st.integers(0, 10**6)
_kinds: st.SearchStrategy[FailureKind] = st.sampled_from(get_args(FailureKind))


def _each(values: st.SearchStrategy, count: int) -> st.SearchStrategy[tuple]:
    return st.lists(values, min_size=count, max_size=count).map(tuple)


@st.composite
def workload_infos(draw: st.DrawFn, name: str, batch_size: int, epochs: int) -> WorkloadInfo:
    """Return a strategy for what a record says of a workload."""
    classifies = draw(st.booleans())
    outputs, tests = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    examples = st.lists(st.integers(0, tests - 1), unique=True) if classifies else st.just([])
    classes = st.integers(0, outputs - 1)
    return workload(
        name=name,
        batch_size=batch_size,
        task="classification" if classifies else "regression",
        epochs=epochs,
        features=2,
        outputs=outputs,
        test_examples=tests,
        reference_train_loss=draw(_each(st.floats(0.0, 1e308), epochs)),
        clipped_reference_train_loss=draw(_each(st.floats(0.0, 1e308), epochs)),
        examples=tuple(Example(one, draw(classes), draw(classes)) for one in draw(examples)),
        target=draw(st.none() | st.floats(0.0, 1e6)),
        image_shape=draw(st.sampled_from([None, (1, 2)])),
        classes=tuple(map(str, range(outputs))) if classifies and draw(st.booleans()) else (),
    )


@st.composite
def trials(draw: st.DrawFn, slot: Slot, info: WorkloadInfo) -> Trial:
    """Return a strategy for what a trial of a workload may come to."""
    classifies, steady = info.task == "classification", info.epochs - 1
    epoch_seconds = draw(_each(_times, steady))
    resident = st.none() | st.builds(Resident, _bytes, _bytes, _numbers_from_0, st.none() | _bytes)
    initial = draw(st.sampled_from([info.initial_sha256] * 3 + ["9" * 64]))
    probed = sorted(draw(st.sets(st.integers(1, info.epochs))))
    weight = _each(_each(st.floats(allow_nan=False, allow_infinity=False), info.outputs), 2)
    bias = _each(st.floats(allow_nan=False, allow_infinity=False), info.outputs)
    return trial(
        block=slot.block,
        slot=slot.slot,
        import_seconds=draw(_times),
        setup_seconds=draw(_times),
        first_epoch_seconds=draw(_times),
        epoch_seconds=epoch_seconds,
        cpu_seconds=draw(_each(st.floats(0.0, 1e6), steady)),
        train_loss=draw(_each(_losses | st.floats(-1e308, 0.0), info.epochs)),
        test_accuracy=draw(_each(st.floats(0.0, 1.0), info.epochs if classifies else 0)),
        test_mean_squared_error=draw(_each(_losses, 0 if classifies else info.epochs)),
        memory=draw(
            st.builds(
                Memory,
                method=st.sampled_from(["VmHWM", "rss"]),
                imported_bytes=_bytes,
                baseline_bytes=_bytes,
                peak_bytes=_bytes,
                device_peak_bytes=st.none() | _numbers_from_0,
                imported=resident,
                baseline=resident,
                trained=resident,
            )
        ),
        interference=interference.judge(draw(_evidence(steady)), epoch_seconds),
        parity=draw(_parities()),
        synchronization=proofs.synchronization(
            draw(_each(st.floats(0.0, 1e3), steady)), epoch_seconds
        ),
        input=proofs.same_input(initial, info.order_sha256, info),
        settling=settling.settle(epoch_seconds),
        recovered=draw(st.none() | st.builds(Recovered, weight, bias)),
        fairness=draw(
            st.none()
            | st.builds(
                Fairness,
                st.none() | _numbers_from_0,
                st.none() | st.integers(-1, 10),
                st.none() | _numbers_from_0,
                _numbers_from_0,
                st.dictionaries(st.text(), st.text(), max_size=2),
            )
        ),
        gpu=draw(
            st.none()
            | st.builds(
                Gpu,
                st.text(),
                st.text(),
                st.none() | _bytes,
                st.lists(_numbers_from_0, max_size=steady).map(tuple),
                st.just(("heat",)),
                st.none() | st.floats(0.0, 1e6),
                st.none() | _times,
            )
        ),
        predictions=draw(st.none() | _predictions(info)) if classifies else None,
        probes=tuple(Probe(epoch, *draw(_each(_times, 3))) for epoch in probed),
        by_turns=draw(st.booleans()),
    )


def _parities() -> st.SearchStrategy[Parity]:
    return st.sampled_from(
        [PASSED, PASSED, PASSED, REJECTED, replace(REJECTED, max_abs_error=None)]
    )


@st.composite
def _evidence(draw: st.DrawFn, steady: int) -> Interference:
    """Return a strategy for counters that have one entry for each steady epoch."""
    method = draw(st.sampled_from(["proc", "none"]))
    # Others take nothing, or everything.
    foreign = st.sampled_from([0.0, -0.02, 1e6])
    return Interference(
        method=method,
        cpus=draw(st.sampled_from([(), (0,), (3, 1)])),
        load_before=draw(st.none() | st.floats(0.0, 1e4)),
        involuntary_context_switches=draw(_each(_numbers_from_0, steady)),
        waiting_seconds=draw(_each(st.floats(0.0, 1e6), steady)),
        foreign_cpu_seconds=draw(_each(foreign, steady)),
        steal_seconds=draw(_each(st.just(0.0), steady)),
        run_queue=draw(_each(_numbers_from_0, steady)),
        foreign_modules=draw(st.sampled_from([(), ("torch",)])),
    )


@st.composite
def _predictions(draw: st.DrawFn, info: WorkloadInfo) -> Predictions:
    classes = st.integers(0, info.outputs - 1)
    examples = st.builds(Example, st.integers(0, info.test_examples - 1), classes, classes)
    listed = draw(st.lists(st.builds(Differing, examples, classes), max_size=info.test_examples))
    return Predictions(draw(_each(classes, len(info.examples))), len(listed), tuple(listed))


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    """Return a strategy for what a run writes one after the other, up to where it ends.

    It is planned; cells may be unavailable; trials pass, are disturbed and repeated, break a proof
    or fail; blocks are added; it is interrupted and taken up again, profiled and concluded.
    """
    epochs = draw(st.integers(2, 4))
    found = draw(st.lists(identities(), min_size=1, max_size=3, unique=True))
    sizes = dict.fromkeys((one.workload, one.batch_size) for one in found)
    empty = pending_record(cells=0, blocks=1)
    plan = replace(
        draw(plans),
        epochs=draw(st.sampled_from([None, epochs])),
        blocks=1,
        repeats=draw(st.integers(0, 2)),
    )
    environment = pending_record(cells=1).environments["framework0"]
    there = [draw(st.integers(0, 4)) > 0 for _ in found]
    record = replace(
        empty,
        plan=plan,
        workloads=tuple(draw(workload_infos(*size, epochs)) for size in sizes),
        environments={
            identity.framework: environment for identity, here in zip(found, there) if here
        },
        cells=tuple(
            Cell(
                identity,
                identity.framework if here else f"{identity.framework} (gpu)",
                status="pending" if here else "unavailable",
                reason=None if here else "no Python 3.11 was found",
                role=draw(st.sampled_from(["contender", "floor"])),
                planted_slowdown=draw(st.sampled_from([0.0, 0.05])),
            )
            for identity, here in zip(found, there)
        ),
        ceilings=draw(st.sampled_from([(), (Ceiling("cpu", 1, 1e9, 1e9, "a product"),)])),
    )
    runnable = [index for index, here in enumerate(there) if here]
    written = [record]
    for block in range(draw(st.integers(1, 3))):
        more = [Slot(block, place, cell) for place, cell in enumerate(runnable)]
        if more:
            written.append(accumulate.with_blocks(written[-1], more))
        for slot in more:
            written.extend(_filled(draw, written[-1], slot))
        if draw(st.booleans()):
            written.append(accumulate.with_look(written[-1]))
        if draw(st.booleans()):
            written.append(accumulate.ended(written[-1], "interrupted", None))
            written.append(accumulate.resumed(written[-1], "2025-01-02T04:04:05+00:00"))
    for index in runnable:
        parts = draw(_each(st.floats(0.0, 1e6), 3))
        profile = Profile(9, draw(_times), *parts, draw(st.floats(0.0, 1e6)), 0.99)
        written.append(accumulate.with_profile(written[-1], index, profile))
    done = accumulate.with_precision_notice(written[-1], 0.02)
    return [*written, accumulate.ended(done, "complete", CONDITIONS)]


def _filled(draw: st.DrawFn, record: Record, slot: Slot) -> list[Record]:
    """Return a record after each trial of a slot, until it needs no more."""
    written: list[Record] = []
    info = questions.workload_of(record, record.cells[slot.cell])
    while not questions.is_filled(record, slot):
        if draw(st.integers(0, 5)) == 0:
            failed = failure(block=slot.block, slot=slot.slot, kind=draw(_kinds))
            record = accumulate.with_failure(record, slot, failed)
        else:
            record = accumulate.with_trial(record, slot, draw(trials(slot, info)))
        written.append(record)
    return written
