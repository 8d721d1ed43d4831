"""``python -m benchmarks.overhead``: is each cell as fast as the fastest loop known for its lane?

Prints a Markdown table of each cell's epoch against the fastest of the loops in
``benchmarks/idioms`` and, where there is gcc, against a kernel written by hand
(``benchmarks/kernel.c``); then what the other loops took. All run in one process, their epochs
alternating in random order. Run it on a quiet machine, from the repository, in the environment that
softmax-bench is installed in; the environments of the frameworks are made if they are missing.

    python -m benchmarks.overhead              every framework and lane; some ten minutes
    python -m benchmarks.overhead jax torch    these frameworks
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from bench.engines import machine
from bench.engines.worker_environment import worker_environment
from bench.environments.managed import Manager, Request
from bench.run.setting import Home
from benchmarks.idioms.compare import KERNEL, OURS
from implementations import registry

BOUND = 1.10
REPOSITORY = Path(__file__).resolve().parent.parent


def main(names: list[str]) -> int:
    manager = Manager(Home(Path(".softmax-bench")).environments, print)
    threads = machine.default_threads()
    others: list[str] = []
    slow = 0
    print(f"{machine.describe_machine().cpu}, {threads} threads\n")
    print("| framework | form | lane | cell | fastest loop known | ratio | times the kernel |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: |")
    for name in names or registry.BUILT_IN:
        framework = registry.load(registry.BUILT_IN[name])
        python = manager.provide(Request(framework)).python
        environment = worker_environment(
            os.environ, python, threads, REPOSITORY, framework.environment(threads)
        )
        lanes = [offer for offer in framework.offers("cpu") if offer.input == "preloaded"]
        for form, execution, _ in lanes:
            arguments = [name, form, execution, str(threads)]
            done = subprocess.run(
                [python, "-m", "benchmarks.idioms.compare", *arguments],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            seconds = json.loads(done.stdout.splitlines()[-1])
            fastest = min(seconds.keys() - {OURS, KERNEL}, key=lambda known: median(seconds[known]))
            ratio = paired_ratio(seconds[OURS], seconds[fastest])
            slow += ratio > BOUND
            where = f"{framework.title} | {form} | {execution}"
            print(row(where, seconds, fastest, ratio), flush=True)
            others += [
                f"| {where} | {known} | {paired_ratio(seconds[known], seconds[fastest]):.2f} |"
                for known in sorted(seconds, key=lambda known: median(seconds[known]))
                if known not in (OURS, KERNEL, fastest)
            ]
    print("\nThe others, as multiples of the fastest:\n")
    print("| framework | form | lane | idiom | ratio |\n| --- | --- | --- | --- | ---: |")
    print("\n".join(others))
    return 1 if slow else 0


def median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def paired_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios of epochs that ran in the same round."""
    return statistics.median(one / other for one, other in zip(ours, theirs))


def row(where: str, seconds: dict[str, list[float]], fastest: str, ratio: float) -> str:
    """Return a line of the table."""
    kernel = f"{paired_ratio(seconds[OURS], seconds[KERNEL]):.1f}" if KERNEL in seconds else ""
    mark = "" if ratio <= BOUND else " (over the bound)"
    return (
        f"| {where} | {median(seconds[OURS]) * 1e3:.1f} ms | "
        f"{median(seconds[fastest]) * 1e3:.1f} ms, {fastest} | {ratio:.2f}{mark} | {kernel} |"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
