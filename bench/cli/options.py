"""What subcommands that measure share: the options of a plan, and the places of a run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from bench.cli.places import named_place
from bench.engines import machine
from bench.plan.options import OPTIONS, PlanOption, Surroundings
from bench.workloads import catalog
from implementations import registry

DataDirectory = Annotated[
    Optional[Path],
    typer.Option(
        parser=named_place,
        metavar="FOLDER",
        help="Folder with the official files of Fashion-MNIST.",
    ),
]
HomeDirectory = Annotated[
    Path,
    typer.Option(
        parser=named_place,
        metavar="FOLDER",
        envvar="SOFTMAX_BENCH_HOME",
        help="Environments and problems are kept here.",
    ),
]
ResultsDirectory = Annotated[
    Path,
    typer.Option(parser=named_place, metavar="FOLDER", help="Where the record is written."),
]


def with_plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a plan, in place of its parameter ``given``.

    The command is called with ``given``, the texts of those options that stand on the command line,
    by their names.
    """
    # Typer does not evaluate annotations of a signature that was set by hand.
    own = inspect.signature(command, eval_str=True)
    added = {option.name.replace("-", "_"): option for option in OPTIONS}
    parameters = [
        *(own.parameters[name] for name in own.parameters if name != "given"),
        *(_parameter(name, option) for name, option in added.items()),
    ]

    def called(**values: Any) -> Any:
        texts = {added[name].name: values.pop(name) for name in added}
        given = {name: _text(value) for name, value in texts.items() if value is not None}
        return command(given=given, **values)

    called.__doc__ = command.__doc__
    called.__name__ = command.__name__
    # Typer looks at both; to mypy a function has no such attribute.
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {
        "return": own.return_annotation
    }
    return called


def _parameter(name: str, option: PlanOption) -> inspect.Parameter:
    """Return an option of a plan as a parameter that typer understands."""
    switch = not option.metavar
    flag = f"--{option.name}" + (f"/--{option.off}" if option.off else "")
    words: dict[str, Any] = {} if switch else {"metavar": option.metavar}
    kind: Any = Optional[bool] if switch else Optional[str]
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            kind, typer.Option(flag, help=option.help, show_default=False, **words)
        ],
    )


def _text(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def surroundings() -> Surroundings:
    """Return what there is to choose from on this machine."""
    return Surroundings(
        tuple(registry.references()),
        registry.usual(),
        (catalog.AUTO, *catalog.WORKLOADS),
        machine.default_threads(),
        len(machine.available_cpus()),
    )
