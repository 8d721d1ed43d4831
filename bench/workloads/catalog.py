"""The workloads by name, and what ``auto`` means on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.workloads import blobs, fashion_mnist, linear, synthetic
from bench.workloads.workload import Dataset, DataUnreachable, Workload

AUTO = "auto"

WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        fashion_mnist.WORKLOAD,
        synthetic.WORKLOAD,
        linear.WORKLOAD,
        blobs.WORKLOAD,
    )
}


@dataclass(frozen=True)
class Loaded:
    """A workload with its data; `notice` is what the reader must know about the choice."""

    workload: Workload
    dataset: Dataset
    notice: str | None = None


def planned(name: str) -> Workload:
    """Return the workload that a name stands for, without touching data."""
    return WORKLOADS[fashion_mnist.WORKLOAD.name if name == AUTO else name]


def load(name: str, data_dir: Path | None) -> Loaded:
    """Return the named workload with its data.

    ``auto`` is Fashion-MNIST where it is at hand or can be downloaded, else synthetic images; a
    workload asked for by name never falls back.

    Raises
    ------
    DataError
        If the data are damaged, or cannot be had and the workload was asked for by name.
    """
    if name != AUTO:
        workload = WORKLOADS[name]
        return Loaded(workload, workload.load(data_dir))
    try:
        return Loaded(fashion_mnist.WORKLOAD, fashion_mnist.WORKLOAD.load(data_dir))
    except DataUnreachable as error:
        notice = f"Synthetic images stand in for Fashion-MNIST on this run. {error}"
        return Loaded(synthetic.WORKLOAD, synthetic.WORKLOAD.load(data_dir), notice)


def load_each(names: Iterable[str], data_dir: Path | None) -> tuple[Loaded, ...]:
    """Return the named workloads, each once; ``auto`` may be one that is named as well.

    Raises
    ------
    DataError
        See :func:`load`.
    """
    found: dict[str, Loaded] = {}
    for name in names:
        loaded = load(name, data_dir)
        # The first may have a notice.
        found.setdefault(loaded.workload.name, loaded)
    return tuple(found.values())
