"""``python -m benchmarks.overhead``: is each cell as fast as the fastest loop known for its lane?

Prints a Markdown table of each cell's epoch against the fastest of the loops in
``benchmarks/idioms`` and, where there is gcc, against a kernel written by hand
(``benchmarks/kernel.c``); then what the other loops took. All run in one process, their epochs
alternating in random order. Where memory comes to lie differs from process to process, and with it
the ratio, by up to a fifth: so several processes do the same, more of them where a cell is over the
bound, and their geometric mean counts. Run it on a quiet machine, from the repository, in the
environment that softmax-bench is installed in; the environments of the frameworks are made if they
are missing.
"""

import argparse
import itertools
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
# Of the fewest that say anything, and at most, where a cell would be over the bound.
PROCESSES, MOST_PROCESSES = 3, 9
REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLES = """examples:
  python -m benchmarks.overhead              every framework and lane; takes long
  python -m benchmarks.overhead jax torch    these frameworks

exit status: 1 if a cell takes more than 1.10 times as long as the fastest loop, else 0
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead",
        description="Is each cell as fast as the fastest loop known for its lane?",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "framework",
        nargs="*",
        help=f"one of {', '.join(registry.BUILT_IN)}; all of them if none is given",
    )
    names = parser.parse_args(arguments).framework
    if unknown := [name for name in names if name not in registry.BUILT_IN]:
        parser.error(f"no framework {unknown[0]!r}; there are {', '.join(registry.BUILT_IN)}")
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
            seconds = measure(python, environment, [name, form, execution, str(threads)])
            fastest, *known = fastest_first(seconds)
            slow += ratio(seconds[OURS], seconds[fastest]) > BOUND
            where = f"{framework.title} | {form} | {execution}"
            print(row(where, seconds, fastest), flush=True)
            others += [
                f"| {where} | {one} | {ratio(seconds[one], seconds[fastest]):.2f} |"
                for one in known
            ]
    print("\nThe others, as multiples of the fastest:\n")
    print("| framework | form | lane | idiom | ratio |\n| --- | --- | --- | --- | ---: |")
    print("\n".join(others))
    return 1 if slow else 0


def measure(
    python: Path, environment: dict[str, str], arguments: list[str]
) -> dict[str, list[list[float]]]:
    """Return the seconds of each loop's epochs, process by process."""
    found: dict[str, list[list[float]]] = {}
    for seed in range(MOST_PROCESSES):
        if seed >= PROCESSES and ratio(found[OURS], found[fastest_first(found)[0]]) <= BOUND:
            break
        done = subprocess.run(
            [python, "-m", "benchmarks.idioms.compare", *arguments, str(seed)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        for which, seconds in json.loads(done.stdout.splitlines()[-1]).items():
            found.setdefault(which, []).append(seconds)
    return found


def fastest_first(seconds: dict[str, list[list[float]]]) -> list[str]:
    """Return the loops, without cell and kernel, by how long they took."""
    known = sorted(seconds.keys() - {OURS, KERNEL})
    return sorted(known, key=lambda one: ratio(seconds[one], seconds[known[0]]))


def ratio(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """Return the geometric mean over processes of the median ratio of a round's epochs."""
    return statistics.geometric_mean(
        statistics.median(one / other for one, other in zip(*process))
        for process in zip(ours, theirs)
    )


def milliseconds(seconds: list[list[float]]) -> str:
    """Return the median epoch of all processes."""
    return f"{statistics.median(itertools.chain(*seconds)) * 1e3:.1f} ms"


def row(where: str, seconds: dict[str, list[list[float]]], fastest: str) -> str:
    """Return a line of the table."""
    ours, theirs = seconds[OURS], seconds[fastest]
    kernel = f"{ratio(ours, seconds[KERNEL]):.1f}" if KERNEL in seconds else ""
    found = ratio(ours, theirs)
    mark = "" if found <= BOUND else " (over the bound)"
    return (
        f"| {where} | {milliseconds(ours)} | {milliseconds(theirs)}, {fastest} "
        f"| {found:.2f}{mark} | {kernel} |"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
