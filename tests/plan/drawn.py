"""Drawn options of a plan: what a user may type, and the same in TOML."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from bench.plan.options import OPTIONS, Surroundings

AROUND = Surroundings(
    frameworks=("numpy", "torch", "jax", "paddle"),
    usual_frameworks=("numpy", "torch", "jax"),
    workloads=("auto", "fashion-mnist", "synthetic", "linear"),
    physical_cores=4,
    available_cpus=8,
)


def _words(*valid: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(valid), min_size=1, unique=True)


def _numbers(least: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most), min_size=1, max_size=3, unique=True)


_shares = st.integers(1, 50).map(lambda share: f"{share}%")
_durations = st.sampled_from(["90", "90s", "10min", "1.5h"])
# By option: its value as TOML has it.
_VALUES: dict[str, st.SearchStrategy[object]] = {
    "framework": _words(*AROUND.frameworks, "jax==0.10.1") | st.just("all"),
    "form": _words("scratch", "high_level"),
    "execution": _words("eager", "step", "epoch") | st.just("all"),
    "input": _words("preloaded", "loader"),
    "loader-workers": _numbers(0, 4),
    "workload": _words(*AROUND.workloads),
    "device": _words("cpu", "gpu"),
    "threads": _numbers(1, AROUND.available_cpus) | st.just("max") | st.just([1, "max"]),
    "batch-size": _numbers(1, 10_000) | st.integers(1, 10_000),
    "blocks": st.integers(1, 100),
    "interleave": st.booleans(),
    "epochs": st.integers(2, 100),
    "quick": st.booleans(),
    "precision": _shares | st.sampled_from([0.02, 0.5]),
    "max-time": _durations | st.integers(1, 10_000),
    "target": _shares | st.sampled_from([0.9, 1.0]),
    "repeats": st.integers(0, 5),
    "profile": st.booleans(),
    "ceiling": st.booleans(),
    "seed": st.integers(0, 2**31 - 1),
    "timeout": _durations,
    "environment": st.sampled_from(["managed", "current"]),
}


def given_options() -> st.SearchStrategy[dict[str, object]]:
    """Return a strategy for options, by their names, with values as TOML has them."""
    assert _VALUES.keys() == {option.name for option in OPTIONS}
    # Without a precision there is no use for a time that bounds it.
    return st.fixed_dictionaries({}, optional=_VALUES).filter(
        lambda given: (
            "precision" in given
            or "max-time" not in given
            or not ("blocks" in given or given.get("quick"))
        )
    )


def typed(value: object) -> str:
    """Return a value as it stands on the command line."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def toml(given: dict[str, object]) -> str:
    """Return options as a plan file; of these values TOML and JSON write each alike."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in given.items())
