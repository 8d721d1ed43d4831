"""``softmax-bench list``: what can be measured, and what is installed."""

from __future__ import annotations

from pathlib import Path

from bench.cli.options import HomeDirectory
from bench.cli.tables import compact_table
from bench.cli.terminal import Console
from bench.run.planning import pinned
from bench.run.setting import Home
from bench.workloads.catalog import WORKLOADS
from implementations import registry
from implementations.contract import Framework, Input

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench list
  softmax-bench list --home ~/.cache/softmax-bench
"""


def list_command(
    home: HomeDirectory = Path(".softmax-bench"),
) -> None:
    """List frameworks, forms, versions, workloads, and which environments exist."""
    console = Console()
    frameworks = compact_table("Frameworks")
    for heading in (
        "name",
        "pinned",
        "lanes, fastest first",
        "by loader",
        "Python",
        "environments",
    ):
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
            "\n".join(lanes(framework, "preloaded")),
            "\n".join(fed(framework)),
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


def lanes(framework: Framework, input_: Input) -> tuple[str, ...]:
    """Return a line for each form of a framework: its lanes on the CPU with an input."""
    offers = framework.offers("cpu")
    by_form = {
        form: [way.execution for way in offers if (way.form, way.input) == (form, input_)]
        for form in dict.fromkeys(way.form for way in offers)
    }
    return tuple(f"{form}: {', '.join(ways) or 'none'}" for form, ways in by_form.items())


def fed(framework: Framework) -> tuple[str, ...]:
    """Return for each form which of its lanes a loader can feed."""
    pairs = zip(lanes(framework, "preloaded"), lanes(framework, "loader"))
    return tuple("all" if some == every else some.partition(": ")[2] for every, some in pairs)
