"""Drawn identities and plans: whatever a record may hold."""

from __future__ import annotations

from typing import get_args, get_type_hints

from hypothesis import strategies as st

from bench.records.axes import AXES, DEVICES, EXECUTIONS, FORMS, INPUTS, NO_VARIANT
from bench.records.model import Identity
from bench.records.plan import Plan, Rule

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
