"""``softmax-bench list``: what can be measured, and what is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.cli.tables import compact_table
from bench.run.planning import pinned
from bench.run.setting import Home
from bench.workloads.catalog import WORKLOADS
from implementations import registry
from implementations.contract import Framework

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench list
  softmax-bench list --home ~/.cache/softmax-bench
"""


def list_command(
    home: Annotated[
        Path, typer.Option(envvar="SOFTMAX_BENCH_HOME", help="Where environments are kept.")
    ] = Path(".softmax-bench"),
) -> None:
    """List frameworks, forms, versions, workloads, and which environments exist."""
    console = Console()
    frameworks = compact_table("Frameworks")
    for heading in ("name", "pinned", "lanes, fastest first", "Python", "environments"):
        frameworks.add_column(heading, no_wrap=True)
    for name, reference in registry.references().items():
        try:
            framework = registry.load(reference)
        except registry.BrokenFramework as error:
            console.print(str(error), markup=False, highlight=False, soft_wrap=True)
            continue
        made = sorted(
            path.name.removeprefix(f"{name}-").rpartition("-")[0]
            for path in Home(home).environments.glob(f"{name}-*")
        )
        frameworks.add_row(
            name,
            pinned(framework),
            "\n".join(lanes(framework)),
            "\n".join(framework.pythons),
            "\n".join(made) or "none yet",
        )
    workloads = compact_table("Workloads")
    for heading in ("name", "model", "examples", "batch", "rate", "epochs"):
        workloads.add_column(heading)
    for workload in WORKLOADS.values():
        workloads.add_row(
            workload.name,
            workload.model,
            f"{workload.train_examples:,}",
            str(workload.batch_size),
            str(workload.learning_rate),
            str(workload.epochs),
        )
    console.print(frameworks)
    console.print(workloads)


def lanes(framework: Framework) -> tuple[str, ...]:
    """Return a line for each form of a framework: its lanes on the CPU, and which can be fed."""
    offers = framework.offers("cpu")
    forms = dict.fromkeys(offer.form for offer in offers)
    return tuple(
        f"{form}: "
        + ", ".join(
            offer.execution + (" (+ loader)" if offer._replace(input="loader") in offers else "")
            for offer in offers
            if offer.form == form and offer.input == "preloaded"
        )
        for form in forms
    )
