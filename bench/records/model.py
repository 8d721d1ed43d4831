"""The record of a run as frozen dataclasses; their field names are public.

Only the standard library is imported here, because the worker uses these classes inside the
measured framework's environment. The docstring below a field becomes its description in the
JSON Schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Optional

SCHEMA_VERSION: Literal["1.0"] = "1.0"

RunStatus = Literal["running", "complete", "interrupted"]
CellStatus = Literal["pending", "ok", "invalid", "failed", "timeout", "unavailable"]
FailureKind = Literal[
    "import_failed",
    "raised",
    "out_of_memory",
    "killed_by_signal",
    "exited",
    "timeout",
    "device_missing",
    "parity",
]


class _Documented:
    """Tells pydantic, which makes the schema, to use the docstrings below the fields."""

    __pydantic_config__: ClassVar[Any] = {"use_attribute_docstrings": True, "extra": "forbid"}


@dataclass(frozen=True)
class Machine(_Documented):
    """The machine that measured."""

    fingerprint: str
    """Hash of what makes two machines comparable: processor, cores, memory, GPU, system."""
    cpu: str
    cores: int
    """Physical cores."""
    logical_cpus: int
    memory_bytes: int
    os: str
    kernel: str
    architecture: str
    gpu: Optional[str]
    driver: Optional[str]


@dataclass(frozen=True)
class Commit(_Documented):
    """The commit of the project in whose folder the run was started."""

    id: Optional[str]
    branch: Optional[str]
    dirty: bool


@dataclass(frozen=True)
class Environment(_Documented):
    """The interpreter in which one framework ran."""

    kind: Literal["managed", "current"]
    version: Optional[str]
    """The framework's version; null where it is not installed."""
    python: str
    packages: dict[str, str]
    lock_hash: str
    """Hash of the pinned requirements, Python version and device (managed), or of the packages."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity(_Documented):
    """What a cell is: two cells with equal identities measure the same thing."""

    workload: str
    framework: str
    framework_version: str
    form: Literal["scratch", "high_level"]
    execution: Literal["eager", "compiled"]
    device: Literal["cpu", "gpu"]
    threads: int
    batch_size: int
    dtype: Literal["float32"] = "float32"


@dataclass(frozen=True)
class Memory(_Documented):
    """Memory of the worker process.

    `method` is ``VmHWM`` where the kernel's own peak counter was reset and read around each
    training epoch, and ``rss`` where only the resident size after each epoch could be read.
    """

    method: Literal["VmHWM", "rss"]
    imported_bytes: int
    """Resident size after the framework was imported."""
    baseline_bytes: int
    """Resident size after the data was copied to the device, before the first epoch."""
    peak_bytes: int
    """Highest resident size during a training epoch."""
    device_peak_bytes: Optional[int]
    """Peak of the device's own allocator, where there is one."""


@dataclass(frozen=True)
class Interference(_Documented):
    """Evidence of other work on the machine while the epochs of a trial were timed."""

    cpus: tuple[int, ...]
    """CPUs that the worker was bound to."""
    involuntary_context_switches: int
    load_before: Optional[float]
    """One-minute load average before the trial."""
    foreign_modules: tuple[str, ...]
    """Other frameworks and heavy libraries that the worker had imported; should be empty."""


@dataclass(frozen=True)
class Parity(_Documented):
    """Comparison of one trial with the float64 reference; every figure is a largest absolute
    difference."""

    passed: bool
    max_abs_error: Optional[float]
    """Of the parameters, after the first step and at the end; null where not finite."""
    tolerance: float
    """Bound on the parameters' error at the end."""
    first_step_error: Optional[float]
    first_step_tolerance: float
    final_error: Optional[float]
    loss_error: Optional[float]
    """Of the epoch whose loss came closest to its bound, or broke it by the largest factor."""
    loss_tolerance: float
    """Bound on the loss of that epoch."""
    reason: Optional[str]
    """Which bound was broken; null when passed."""


@dataclass(frozen=True)
class Recovered(_Documented):
    """Final parameters of a model that is small enough to print."""

    weight: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]


@dataclass(frozen=True)
class Trial(_Documented):
    """One cell trained once in one fresh interpreter."""

    block: int
    slot: int
    """Position within the block, from 0."""
    import_seconds: float
    setup_seconds: float
    """Configuring the framework, copying the data to the device and building the model."""
    first_epoch_seconds: float
    """The first epoch, compilation included; part of the cold start."""
    epoch_seconds: tuple[float, ...]
    """The steady epochs: all but the first."""
    cpu_seconds: tuple[float, ...]
    """CPU time of the process during each steady epoch."""
    train_loss: tuple[Optional[float], ...]
    """Mean training loss of every epoch, the first one included; null where not finite."""
    test_accuracy: tuple[float, ...]
    """Share of test examples predicted correctly after every epoch; empty for regression."""
    test_mean_squared_error: tuple[Optional[float], ...]
    """Mean squared error on the test examples after every epoch; empty for classification, null
    where not finite."""
    memory: Memory
    interference: Interference
    parity: Parity
    recovered: Optional[Recovered]
    environment_variables: dict[str, str]
    """The whole environment that the worker was started with, user's folders shortened."""


@dataclass(frozen=True)
class Failure(_Documented):
    """Why a trial gave no result."""

    block: int
    slot: int
    kind: FailureKind
    reason: str
    remedy: str
    log: str
    """The end of what the worker printed."""


@dataclass(frozen=True)
class Estimate(_Documented):
    """A median with its 95 % interval."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary(_Documented):
    """What a cell's trials say together; every figure is a median over trials."""

    trials: int
    epoch_seconds: Estimate
    examples_per_second: float
    peak_memory_bytes: int
    cold_start_seconds: float
    """Import, set-up and first epoch."""
    import_seconds: float
    setup_seconds: float
    first_epoch_seconds: float
    train_loss: Optional[float]
    test_accuracy: Optional[float]
    test_mean_squared_error: Optional[float]


@dataclass(frozen=True)
class CellParity(_Documented):
    """The worst of a cell's trials."""

    passed: bool
    max_abs_error: Optional[float]
    tolerance: float


@dataclass(frozen=True)
class Cell(_Documented):
    """One combination of workload, framework, form, execution, device, threads and batch size."""

    identity: Identity
    environment: str
    """Key into the record's `environments`."""
    clips_probabilities: bool = False
    """Whether the framework's own loss clips probabilities before the logarithm."""
    status: CellStatus = "pending"
    reason: Optional[str] = None
    remedy: Optional[str] = None
    trials: tuple[Trial, ...] = ()
    failures: tuple[Failure, ...] = ()
    summary: Optional[Summary] = None
    parity: Optional[CellParity] = None


@dataclass(frozen=True)
class WorkloadInfo(_Documented):
    """What was trained on; one entry for each workload and batch size."""

    name: str
    batch_size: int
    title: str
    task: Literal["classification", "regression"]
    source: str
    """Where the data came from."""
    notice: Optional[str]
    """What the reader must know, such as that ``auto`` fell back to synthetic data."""
    train_examples: int
    test_examples: int
    features: int
    outputs: int
    epochs: int
    learning_rate: float
    checksum: str
    """SHA-256 of the training and test arrays and the initial parameters."""
    reference_train_loss: tuple[float, ...]
    """Loss of every epoch of the float64 reference."""
    clipped_reference_train_loss: tuple[float, ...]
    """The same with probabilities clipped before the logarithm, for cells that do so."""
    true_parameters: Optional[Recovered]
    """The parameters that generated the data, where there are such."""


@dataclass(frozen=True)
class Slot(_Documented):
    """One entry of the schedule."""

    block: int
    slot: int
    cell: int
    """Index into `cells`."""


@dataclass(frozen=True)
class Record(_Documented):
    """One run: what was planned, where it ran, and everything that was measured."""

    schema_version: Literal["1.0"]
    run_id: str
    created: str
    """UTC, ISO 8601."""
    status: RunStatus
    command: tuple[str, ...]
    seed: int
    blocks: int
    timeout_seconds: float
    machine: Machine
    commit: Commit
    harness_version: str
    workloads: tuple[WorkloadInfo, ...]
    environments: dict[str, Environment]
    """By framework, or by what a cell's `environment` says where a version or the GPU was asked
    for."""
    schedule: tuple[Slot, ...]
    cells: tuple[Cell, ...]
    notices: tuple[str, ...] = ()
    """What happened to the run as a whole, in plain words."""
