"""``python -m benchmarks.floor``: what does the timed region itself add to an epoch?

Prints a Markdown table and exits with 1 if the bound is broken. Real workers run real trials, with
all that happens around an epoch: the harness's own code is measured, not a copy of it. Two
implementations know what an epoch of theirs should take:

- one does nothing, so that all of its epoch is the harness's;
- one keeps the CPU busy for two milliseconds and returns how long it really took as its loss. What
  the clock shows beyond that was added. Unlike the first it lets caches and the processor's clock
  rate become what an epoch of work makes of them.

Of 100 epochs 99 must keep the bound. The very worst is shown and not judged: once in a while the
kernel takes the CPU away, as it does to every program, and that is no work of the harness's. Run it
on a quiet machine, from the repository, in the environment that softmax-bench is installed in.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.engines import local, machine, staging
from bench.engines.probing import Prober, Probers
from bench.engines.worker_environment import worker_environment
from bench.environments.managed import Manager, Request
from bench.run.setting import Home
from bench.worker.assignment import Assignment
from bench.workloads import catalog
from bench.workloads.preparation import Training, prepare
from implementations import registry
from implementations.contract import Options

BOUND_SECONDS = 20e-6
# One small batch an epoch: evaluation and all else outside the clock is over quickly.
WORKLOAD = "blobs"
EPOCHS = 1_000
SEED = 1
CPUS = machine.available_cpus()[:1]
TIMEOUT_SECONDS = 300.0
NOTHING = registry.FLOOR
BUSY_WAIT = "benchmarks.busy_wait.framework:Framework"


def main() -> None:
    home = Home(Path(".softmax-bench").resolve())
    python = Manager(home.environments, print).provide(Request(registry.load(NOTHING))).python
    python_path = staging.stage(home.workers, [NOTHING, BUSY_WAIT])
    launch = local.Launch(
        python, worker_environment(os.environ, python, 1, python_path, {}), TIMEOUT_SECONDS
    )
    problem = prepare_problem(home)
    print(f"{machine.describe_machine().cpu}, {EPOCHS} epochs\n")
    print("| an epoch that | added, median | 99 of 100 up to | bound on these | worst |")
    print("| --- | ---: | ---: | ---: | ---: |")
    nothing = run(launch, problem, NOTHING)
    busy = run(launch, problem, BUSY_WAIT)
    with Probers(lambda cpus: Prober(python, cpus, launch.environment)) as probers:
        probed = run(launch, problem, BUSY_WAIT, probers.reader(CPUS))
    # The epoch after the boundary at which so many epochs were over.
    after_probe = [one.epoch for one in probed.probes if one.epoch < EPOCHS]
    kept = [
        show("does nothing", added(nothing)),
        show("waits busily", added(busy)),
        show("waits busily after a probe", added(probed)[after_probe]),
    ]
    sys.exit(0 if all(kept) else 1)


def prepare_problem(home):
    loaded = catalog.load(WORKLOAD, None)
    training = Training(EPOCHS, loaded.workload.batch_size, SEED)
    return prepare(loaded.workload, loaded.dataset, training, home.problems)


def run(launch, problem, framework, read=None):
    """Return what one trial on one CPU brought; `read` probes the machine between its epochs."""
    with tempfile.TemporaryDirectory(prefix="softmax-bench-floor-") as folder:
        assignment = Assignment(
            task="trial",
            framework=framework,
            form="scratch",
            planted_slowdown=0.0,
            options=Options("cpu", "eager", "preloaded", 0),
            threads=1,
            cpus=CPUS,
            seed=SEED,
            data_folder=str(problem.data_folder.resolve()),
            problem_folder=str(problem.problem_folder.resolve()),
            folder=folder,
            foreign=(),
            events=-1,
            acknowledgements=-1,
        )
        result = local.run_trial(launch, assignment, lambda event: None, read)
    if isinstance(result, local.WorkerFailure):
        sys.exit(f"The worker of {framework} failed: {result.reason}\n{result.log}")
    return result


def added(result):
    """Return what the clock shows beyond what each epoch says that it took, in seconds."""
    measured = result.measurements
    waited = np.array(measured.train_loss) if measured.train_loss[-1] > 0 else 0.0
    return np.array(measured.epoch_seconds) - waited


def show(title: str, added_seconds) -> bool:
    """Print a line of the table for the steady epochs; return whether the bound is kept."""
    median, most, worst = (
        float(np.quantile(added_seconds[1:], share)) for share in (0.5, 0.99, 1.0)
    )
    kept = most <= BOUND_SECONDS
    mark = "" if kept else " (over the bound)"
    print(
        f"| {title} | {median * 1e6:.1f} µs | {most * 1e6:.1f} µs{mark} | "
        f"{BOUND_SECONDS * 1e6:.0f} µs | {worst * 1e6:.1f} µs |"
    )
    return kept


if __name__ == "__main__":
    main()
