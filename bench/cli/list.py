"""``softmax-bench list``: what can be measured, and what is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.run import Home, pinned
from bench.workloads.catalog import WORKLOADS
from implementations import registry

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
    frameworks = Table(title="Frameworks", title_justify="left")
    for heading in ("name", "title", "pinned", "Python", "forms", "environments"):
        frameworks.add_column(heading)
    for name, reference in registry.references().items():
        framework = registry.load(reference)
        made = sorted(
            path.name
            for path in Home(home).environments.glob(f"{name}-*")
        )
        frameworks.add_row(
            name,
            framework.title,
            pinned(framework),
            ", ".join(framework.pythons),
            ", ".join(f"{form} ({how})" for form, how in framework.forms.items()),
            "\n".join(made) or "none yet",
        )
    workloads = Table(title="Workloads", title_justify="left")
    for heading in ("name", "title", "model", "examples", "batch", "learning rate", "epochs"):
        workloads.add_column(heading)
    for workload in WORKLOADS.values():
        workloads.add_row(
            workload.name,
            workload.title,
            workload.model,
            f"{workload.train_examples:,}",
            str(workload.batch_size),
            str(workload.learning_rate),
            str(workload.epochs),
        )
    console.print(frameworks)
    console.print(workloads)
