"""What the harness hands to a worker, and what the worker hands back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

from bench.records.model import FailureKind, Memory
from implementations.contract import Device, Form


@dataclass(frozen=True)
class Assignment:
    """One trial to run.

    Attributes
    ----------
    framework : str
        ``"module:class"`` of the framework.
    cpus : tuple of int
        CPUs to be bound to.
    foreign : tuple of str
        Top-level modules that the worker must never import.
    folder : str
        Where the outcome is written.
    events, acknowledgements : int
        File descriptors: progress goes out through the first; after each message the worker
        waits for one byte from the second, so that the parent sleeps while the clock runs.
    """

    framework: str
    form: Form
    device: Device
    threads: int
    cpus: tuple[int, ...]
    seed: int
    data_folder: str
    problem_folder: str
    folder: str
    foreign: tuple[str, ...]
    events: int
    acknowledgements: int

    def write(self) -> Path:
        """Write the assignment into its folder and return the file."""
        path = Path(self.folder) / "assignment.json"
        path.write_text(json.dumps(asdict(self)))
        return path

    @staticmethod
    def read(path: Path) -> Assignment:
        """Read what :meth:`write` wrote."""
        fields = json.loads(path.read_text())
        return Assignment(
            **fields | {"cpus": tuple(fields["cpus"]), "foreign": tuple(fields["foreign"])}
        )


@dataclass(frozen=True)
class Measurements:
    """What a worker measured; every sequence has one entry an epoch, the first one included."""

    framework_version: str
    import_seconds: float
    setup_seconds: float
    epoch_seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    train_loss: tuple[float, ...]
    test_accuracy: tuple[float, ...]
    test_mean_squared_error: tuple[float, ...]
    memory: Memory
    involuntary_context_switches: int
    foreign_modules: tuple[str, ...]


@dataclass(frozen=True)
class Trouble:
    """Why a worker that could still speak measured nothing."""

    kind: FailureKind
    reason: str


@dataclass(frozen=True)
class Outcome:
    """The one JSON document that a worker returns; exactly one of its fields is set."""

    measurements: Optional[Measurements] = None
    trouble: Optional[Trouble] = None


OUTCOME_FILE = "outcome.json"
PARAMETERS_FILE = "parameters.npz"
