"""The record of a run as frozen dataclasses; their field names are public.

Only the standard library is imported here, because the worker uses these classes inside the
measured framework's environment. The docstring below a field becomes its description in the
JSON Schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Optional

from bench.records.documented import Documented
from bench.records.plan import Plan

SCHEMA_VERSION: Literal["3.5"] = "3.5"

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
    "asynchronous",
    "other_input",
    "garbled",
    "left_processes",
    "signalled",
]
Advice = Literal["ok", "warning", "unknown"]


@dataclass(frozen=True)
class Machine(Documented):
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
class Commit(Documented):
    """The commit of the project in whose folder the run was started."""

    id: Optional[str]
    branch: Optional[str]
    dirty: bool


@dataclass(frozen=True)
class Environment(Documented):
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
class Identity(Documented):
    """What a cell is: two cells with equal identities measure the same thing."""

    workload: str
    framework: str
    framework_version: str
    form: Literal["scratch", "high_level"]
    execution: Literal["eager", "step", "epoch"]
    """The lane: operation by operation; one compiled function for each mini-batch; one compiled
    program for the whole epoch."""
    device: Literal["cpu", "gpu"]
    threads: int
    batch_size: int
    input: Literal["preloaded", "loader"] = "preloaded"
    """Whether the data lie on the device before the clock starts, or the framework's own loader
    brings them from the memory of the host while it runs."""
    loader_workers: int = 0
    """Processes or threads that the loader uses besides the one that trains."""
    dtype: Literal["float32"] = "float32"
    variant: str = ""
    """Tells apart cells that measure the same on purpose; empty but in a self-test."""


@dataclass(frozen=True)
class Resident(Documented):
    """What of the worker's memory was resident at one moment, by kind; read outside every clock."""

    anonymous_bytes: int
    """Its own: heap, stacks, and what it changed of files."""
    file_bytes: int
    """Pages of files, such as libraries and memory-mapped data. How many of a library's pages come
    in with one that is needed is up to the system and its page cache."""
    shared_bytes: int
    """Shared memory."""
    huge_bytes: Optional[int]
    """What of all these is in huge pages; null where the system does not say."""


@dataclass(frozen=True)
class Memory(Documented):
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
    imported: Optional[Resident] = None
    """What `imported_bytes` were. Null in records older than 3.2, and where the system does not
    say, as all of these."""
    baseline: Optional[Resident] = None
    """What `baseline_bytes` were."""
    trained: Optional[Resident] = None
    """At the end of the last training epoch."""


@dataclass(frozen=True)
class Interference(Documented):
    """Evidence of other work on the machine while the epochs of a trial were timed.

    Sequences have one entry for each steady epoch. They are empty where the system has no such
    counter; `method` is then ``none``.
    """

    method: Literal["proc", "none"]
    """``proc``: Linux's /proc/stat, /proc/self/task/*/schedstat, /proc/loadavg and getrusage."""
    cpus: tuple[int, ...]
    """CPUs that the worker was bound to."""
    load_before: Optional[float]
    """One-minute load average before the trial."""
    involuntary_context_switches: tuple[int, ...]
    waiting_seconds: tuple[float, ...]
    """Time that the worker's threads were ready to run and waited for a CPU, summed."""
    foreign_cpu_seconds: tuple[float, ...]
    """CPU time of other processes, anywhere on the machine; counted in clock ticks."""
    steal_seconds: tuple[float, ...]
    """Time that the hypervisor gave to other machines, on the worker's CPUs; in clock ticks."""
    run_queue: tuple[int, ...]
    """Tasks ready to run on the whole machine just before the epoch, the worker among them."""
    foreign_modules: tuple[str, ...]
    """Other frameworks and heavy libraries that the worker had imported; should be empty."""
    disturbed_epochs: tuple[int, ...] = ()
    """Steady epochs, counted from 0, that others disturbed; they are left out of the median."""
    reason: Optional[str] = None
    """Why the trial as a whole counts as disturbed; null where it does not."""


@dataclass(frozen=True)
class Fairness(Documented):
    """What could make a comparison with this trial unfair."""

    compilations: Optional[int]
    """Programs that the framework compiled or traced up to the end of the first epoch; null where
    it does not count them."""
    recompilations: Optional[int]
    """Those after the first epoch, inside steady epochs; should be 0."""
    graph_breaks: Optional[int]
    """Places where a compiled function falls back to Python; null where there is no such thing."""
    threads: int
    """Threads of the worker's process after the last epoch, sleeping ones included."""
    settings: dict[str, str]
    """Precision modes and thread counts, as the framework itself reports them."""


# The one reason for a GPU's lower clock that steadies measurements.
CLOCKS_SET_BY_THE_USER = "clocks set by the user"


@dataclass(frozen=True)
class Gpu(Documented):
    """What the GPU's driver (NVML) told of a trial."""

    uuid: str
    """Of the device that the worker really used."""
    name: str
    process_peak_bytes: Optional[int]
    """Most memory of the device that the worker's process held, seen after its epochs."""
    clock_mhz: tuple[int, ...]
    """Clock of the multiprocessors after each steady epoch."""
    throttle_reasons: tuple[str, ...]
    """Why the clock was held down at some moment after a steady epoch."""
    joules_per_epoch: Optional[float]
    """Energy of the whole device, idle share included, over a window of whole epochs; null where
    the driver does not count it."""
    energy_window_seconds: Optional[float]
    """Length of that window."""


@dataclass(frozen=True)
class Settling(Documented):
    """Which of a trial's steady epochs count, as far as their own course tells."""

    left_out: int
    """Steady epochs at the beginning that had not settled; they are left out of the median."""
    settled: Optional[bool]
    """False where the epochs never settled; null where there are too few to tell."""


@dataclass(frozen=True)
class SyncProof(Documented):
    """Whether an epoch's work was done when its clock stopped."""

    passed: bool
    unfinished_seconds: float
    """What reading the parameters took right after an epoch, less what a second reading took;
    the median over the steady epochs, of an even number the lower of the middle two (the mean of
    both in records before December 2026)."""
    tolerance_seconds: float


@dataclass(frozen=True)
class InputProof(Documented):
    """Whether the trial started from the same parameters and used the same order of examples."""

    passed: bool
    initial_sha256: str
    """Of the parameters as the implementation held them before the first epoch."""
    order_sha256: str
    """Of the index arrays of all epochs, read back from the memory that the implementation was
    given, after it had used them."""


@dataclass(frozen=True)
class Parity(Documented):
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
class Recovered(Documented):
    """Final parameters of a model that is small enough to print."""

    weight: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]


@dataclass(frozen=True)
class Example(Documented):
    """A test example and what the reference makes of it; classes are numbers from 0."""

    index: int
    """Its place among the test examples, from 0."""
    label: int
    """The class that it belongs to."""
    predicted: int
    """The class that the float64 reference predicts after the last epoch."""


@dataclass(frozen=True)
class Differing(Documented):
    """A test example of which a trial predicts another class than the reference does."""

    example: Example
    predicted: int
    """By the trial."""


@dataclass(frozen=True)
class Predictions(Documented):
    """What a trial's model predicts after the last epoch, beside the float64 reference."""

    examples: tuple[int, ...]
    """The classes of the workload's `examples`, in their order."""
    differing: int
    """Test examples of which trial and reference predict different classes."""
    first_differing: tuple[Differing, ...]
    """The first of them."""


@dataclass(frozen=True)
class Probe(Documented):
    """A small fixed piece of work on the trial's CPUs while the worker stood still."""

    epoch: int
    """How many epochs were over, the first one included."""
    product_seconds: float
    """A product of float32 matrices."""
    streaming_seconds: float
    """Reading arrays that the caches of a core do not hold."""
    gathering_seconds: float
    """Gathered mini-batches, each times a thin matrix."""


@dataclass(frozen=True)
class Trial(Documented):
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
    synchronization: SyncProof
    input: InputProof
    settling: Settling
    recovered: Optional[Recovered]
    environment_variables: dict[str, str]
    """The whole environment that the worker was started with. Values stand here as far as they are
    known to be harmless: short numbers, switches and words of a closed set, by variable. Of a path
    it is said that there is one; any other value is given by the first digits of its SHA-256."""
    fairness: Optional[Fairness] = None
    """Null in records older than 3.0."""
    gpu: Optional[Gpu] = None
    """Null on the CPU, and where the driver does not answer."""
    attempt: int = 0
    """How often this slot had been measured before and was disturbed."""
    predictions: Optional[Predictions] = None
    """Null for regression."""
    probes: tuple[Probe, ...] = ()
    """Between epochs, at most ten a second, or one after each where cells take turns. Empty in
    records older than 3.1, on a GPU, and where the system cannot stop a process."""
    by_turns: bool = False
    """Whether its epochs alternated with those of the other such trials of its block, the first
    with the first and so on. False in records older than 3.3."""


@dataclass(frozen=True)
class Failure(Documented):
    """Why a trial gave no result."""

    block: int
    slot: int
    kind: FailureKind
    reason: str
    remedy: str
    log: str
    """The end of what the worker printed, without secrets."""


@dataclass(frozen=True)
class Estimate(Documented):
    """A median with its 95 % interval, which fewer than three trials do not have."""

    median: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the interval; where there is none, the median twice."""
        if self.low is None or self.high is None:
            return self.median, self.median
        return self.low, self.high


@dataclass(frozen=True)
class Summary(Documented):
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
    disturbed_trials: int
    """Trials that stayed disturbed however often they were repeated."""
    unsettled_trials: int
    cpus_busy: Optional[float] = None
    """CPU seconds over wall seconds of the steady epochs."""
    seconds_to_target: Optional[float] = None
    """Seconds of training until the plan's target is reached, the first epoch included; null
    where it was not reached."""
    seconds_to_target_from_cold: Optional[float] = None
    """The same with import and set-up."""
    times_ceiling: Optional[float] = None
    """Median epoch over the shortest that this machine's ceiling allows; null where the ceiling
    was not measured."""
    times_floor: Optional[float] = None
    """Median epoch over that of the implementation that does nothing; null without such."""


@dataclass(frozen=True)
class Profile(Documented):
    """Where an epoch goes; from a trial of its own, which never feeds the timings."""

    epochs: int
    """Epochs timed for each part."""
    whole_seconds: float
    """Median epoch in the profiling trial, timed apart from its parts."""
    gather_seconds: float
    """Picking each batch's rows."""
    forward_backward_seconds: float
    """Loss and gradients; the update as well, where `update_seconds` is null."""
    update_seconds: Optional[float]
    """Null where the framework does not let the update be told from the gradients."""
    dispatch_seconds: float
    """What the same steps cost on one example of one feature: Python and the framework's calls."""
    sum_over_whole: float
    """All parts over the whole."""


@dataclass(frozen=True)
class CellParity(Documented):
    """The worst of a cell's trials."""

    passed: bool
    max_abs_error: Optional[float]
    tolerance: float


@dataclass(frozen=True)
class Cell(Documented):
    """One combination of workload, framework, form, execution, device, threads and batch size."""

    identity: Identity
    environment: str
    """Key into the record's `environments`."""
    clips_probabilities: bool = False
    """Whether the framework's own loss clips probabilities before the logarithm."""
    own_arithmetic: Optional[str] = None
    """What its framework's own arithmetic adds to rounding, for which its bounds are wider."""
    role: Literal["contender", "floor"] = "contender"
    """``floor``: the implementation that does nothing; measured, never ranked."""
    planted_slowdown: float = 0.0
    """Share by which a self-test lengthens every epoch on purpose."""
    status: CellStatus = "pending"
    reason: Optional[str] = None
    remedy: Optional[str] = None
    trials: tuple[Trial, ...] = ()
    set_aside: tuple[Trial, ...] = ()
    """Disturbed trials that were measured again."""
    failures: tuple[Failure, ...] = ()
    profile: Optional[Profile] = None
    source: Optional[str] = None
    """Key into the record's `sources`, which hold no text of a compiled module."""
    summary: Optional[Summary] = None
    parity: Optional[CellParity] = None


@dataclass(frozen=True)
class WorkloadInfo(Documented):
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
    initial_sha256: str
    """Of the initial parameters; every trial's must be equal."""
    order_sha256: str
    """Of the index arrays of all epochs; every trial's must be equal."""
    epoch_operations: int
    """Floating-point operations that an epoch cannot do without; docs/method.md counts them."""
    epoch_bytes: int
    """Bytes that an epoch cannot do without reading from memory."""
    target: Optional[float] = None
    """The test accuracy, or mean squared error, at which a cell has learned enough: the plan's
    share of what the reference ends with; null in records older than 3.0."""
    classes: tuple[str, ...] = ()
    """What the classes are called, in the order of their numbers; empty where they have no
    names."""
    image_shape: Optional[tuple[int, int]] = None
    """Height and width, where an example is an image."""
    examples: tuple[Example, ...] = ()
    """A few test examples, of every class one that the reference gets right and one that it gets
    wrong, as far as there are such."""


@dataclass(frozen=True)
class Slot(Documented):
    """One entry of the schedule."""

    block: int
    slot: int
    cell: int
    """Index into `cells`."""


@dataclass(frozen=True)
class Ceiling(Documented):
    """What the machine can do at best with the CPUs of some cells, measured before the trials."""

    device: Literal["cpu", "gpu"]
    threads: int
    operations_per_second: float
    """Best rate of a float32 matrix product."""
    bytes_per_second: float
    """Best rate of reading memory."""
    method: str
    """What was run to measure them."""


@dataclass(frozen=True)
class BusyProcess(Documented):
    """Another process at work on the machine."""

    name: str
    cpus: float
    """CPUs that it kept busy while it was watched."""


@dataclass(frozen=True)
class Conditions(Documented):
    """The state of the machine around a run; a reading is null where the system has none."""

    load_average: Optional[float]
    """Of one minute."""
    logical_cpus: int
    """CPUs of the whole machine."""
    available_cpus: int
    """CPUs that the run may use."""
    cpu_quota: Optional[float]
    """CPUs' worth of time that the container may use; null without such a limit."""
    governor: Optional[str]
    """Frequency governor; several are joined by commas."""
    turbo: Optional[bool]
    simultaneous_multithreading: Optional[bool]
    thermal_throttle_events: Optional[int]
    """Since the machine was started."""
    memory_available_bytes: int
    swap_used_bytes: int
    swapped_pages: Optional[int]
    """Pages moved to and from swap since the machine was started."""
    on_battery: Optional[bool]
    steal_share: Optional[float]
    """Share of CPU time that the hypervisor gave to other machines while it was watched."""
    busy_processes: tuple[BusyProcess, ...]
    missing_counters: tuple[str, ...]
    """Counters that the evidence of interference wants and this system does not have."""
    gpu_clock_mhz: Optional[int]
    gpu_max_clock_mhz: Optional[int]
    gpu_busy_percent: Optional[int]
    gpu_throttle_reasons: tuple[str, ...]
    transparent_huge_pages: Optional[str] = None
    """When the kernel gives a process huge pages that it did not ask for by name: ``always``,
    ``madvise`` or ``never``. Null in records older than 3.2, too."""


@dataclass(frozen=True)
class Check(Documented):
    """One thing that can spoil measurements."""

    name: str
    status: Advice
    finding: str
    advice: str
    """What to do about it; empty where nothing is to be done."""


@dataclass(frozen=True)
class Record(Documented):
    """One run: what was planned, where it ran, and everything that was measured."""

    schema_version: Literal["3.5"]
    run_id: str
    created: str
    """UTC, ISO 8601."""
    status: RunStatus
    command: tuple[str, ...]
    """The command line, with the user's home folder shortened and without secrets."""
    plan: Plan
    blocks: int
    """Those of the plan, and those that were added."""
    machine: Machine
    conditions: Conditions
    """Before the first trial."""
    conditions_after: Optional[Conditions]
    """After the last trial; null while the run goes on."""
    checks: tuple[Check, ...]
    """What `softmax-bench doctor` had to say before the first trial."""
    ceilings: tuple[Ceiling, ...]
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
    sources: dict[str, str] = field(default_factory=dict)
    """The source code that was measured, by module."""
    code: dict[str, str] = field(default_factory=dict)
    """Hash of every file whose change may change what a trial measures: of the worker, the engines,
    the workloads, the contract and the frameworks' folders, pinned requirements among them. Empty
    in records older than 3.4."""
    looks: tuple[int, ...] = ()
    """After how many blocks the comparison was looked at, to choose which cells to measure next;
    empty where all blocks were planned."""
