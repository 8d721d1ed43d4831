"""What the harness hands to a worker, and what the worker hands back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Optional

from bench.records.model import Ceiling, Fairness, Gpu, Memory, Profile
from bench.worker.evidence import Evidence
from implementations.contract import Form, Options

Task = Literal["trial", "profile", "ceiling"]


@dataclass(frozen=True)
class Assignment:
    """One thing for a worker to do.

    Attributes
    ----------
    task : {"trial", "profile", "ceiling"}
        Train under the clock; find out where an epoch goes; measure the machine.
    framework : str
        ``"module:class"`` of the framework.
    planted_slowdown : float
        Share by which every epoch is made longer on purpose.
    data_folder, problem_folder : str
        Empty where the machine is measured.
    cpus : tuple of int
        CPUs to be bound to.
    foreign : tuple of str
        Top-level modules that the worker must never import.
    folder : str
        Where the outcome is written.
    events, acknowledgements : int
        File descriptors: progress goes out through the first; after each message the worker
        waits for one byte from the second, so that the parent sleeps while the clock runs.
    seconds_between_stops : float or None
        At boundaries between epochs that lie at least so far from the last such, the worker stands
        still, while the harness probes the machine or lets other workers have their turns; at none
        if it is None.
    """

    task: Task
    framework: str
    form: Form
    options: Options
    planted_slowdown: float
    threads: int
    cpus: tuple[int, ...]
    seed: int
    data_folder: str
    problem_folder: str
    folder: str
    foreign: tuple[str, ...]
    events: int
    acknowledgements: int
    seconds_between_stops: float | None = None

    def write(self) -> Path:
        """Write the assignment into its folder and return the file."""
        path = Path(self.folder) / "assignment.json"
        path.write_text(json.dumps(asdict(self)))
        return path

    @staticmethod
    def read(path: Path) -> Assignment:
        """Read what :meth:`write` wrote."""
        fields = json.loads(path.read_text())
        typed = {
            "options": Options(**fields["options"]),
            "cpus": tuple(fields["cpus"]),
            "foreign": tuple(fields["foreign"]),
        }
        return Assignment(**fields | typed)


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
    evidence: tuple[Evidence, ...]
    evidence_method: Literal["proc", "none"]
    unfinished_seconds: tuple[float, ...]
    initial_sha256: str
    order_sha256: str
    fairness: Fairness
    gpu: Optional[Gpu]
    foreign_modules: tuple[str, ...]


# What a worker can know of its own failure.
TroubleKind = Literal["import_failed", "raised", "out_of_memory", "device_missing"]

REASON_CHARACTERS = 2_000


def shortened(text: str) -> str:
    """Return a text for the record: not too long, and without what no file can hold."""
    # A lone surrogate, which is no character.
    whole = text.encode("utf-8", "replace").decode()
    if len(whole) <= REASON_CHARACTERS:
        return whole
    said = f" … (shortened from {len(whole):,} characters)"
    # Not the word that would be cut: half a secret cannot be told for one, and is not masked.
    kept = re.sub(r"\S+\Z", "", whole[: REASON_CHARACTERS - len(said)])
    return kept.rstrip() + said


@dataclass(frozen=True)
class Trouble:
    """Why a worker that could still speak measured nothing."""

    kind: TroubleKind
    reason: str


@dataclass(frozen=True)
class Outcome:
    """The one JSON document that a worker returns; one of its fields is set.

    None is where a profile was asked for and the implementation has no stages to tell apart.
    """

    measurements: Optional[Measurements] = None
    profile: Optional[Profile] = None
    ceiling: Optional[Ceiling] = None
    trouble: Optional[Trouble] = None


OUTCOME_FILE = "outcome.json"
MODEL_FILE = "model.npz"
