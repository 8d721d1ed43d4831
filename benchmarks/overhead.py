"""``python -m benchmarks.overhead``: does the plain speed of each framework come through?

Prints a Markdown table of each implementation's epoch against the plainest loop in the same
framework, both in one process, their epochs alternating in random order. Run it on a quiet
machine, from the repository, in the environment that softmax-bench is installed in; the
environments of the frameworks are made if they are missing.
"""

import json
import os
import statistics
import subprocess
from pathlib import Path

from bench.engines import machine
from bench.engines.worker_environment import worker_environment
from bench.environments.managed import Manager, Request
from bench.run.setting import Home
from implementations import registry

BOUND = 1.10
REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    manager = Manager(Home(Path(".softmax-bench")).environments, print)
    threads = machine.default_threads()
    print(f"{machine.describe_machine().cpu}, {threads} threads\n")
    print("| framework | form | implementation | plainest loop | ratio |")
    print("| --- | --- | ---: | ---: | ---: |")
    for name, reference in registry.BUILT_IN.items():
        framework = registry.load(reference)
        python = manager.provide(Request(framework)).python
        environment = worker_environment(
            os.environ, python, threads, REPOSITORY, framework.environment(threads)
        )
        for form in framework.forms:
            command = [python, "-m", "benchmarks.plain_loops.compare", name, form, str(threads)]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            seconds = json.loads(done.stdout.splitlines()[-1])
            print(row(framework.title, form, seconds), flush=True)


def row(title: str, form: str, seconds: dict[str, list[float]]) -> str:
    """Return a line of the table; the ratio is the median of the epochs' paired ratios."""
    ours, plain = seconds["implementation"], seconds["plain"]
    ratio = statistics.median(one / other for one, other in zip(ours, plain))
    mark = "" if ratio <= BOUND else " (over the bound)"
    return (
        f"| {title} | {form} | {statistics.median(ours) * 1e3:.1f} ms | "
        f"{statistics.median(plain) * 1e3:.1f} ms | {ratio:.2f}{mark} |"
    )


if __name__ == "__main__":
    main()
