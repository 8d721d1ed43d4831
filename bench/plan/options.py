"""The options of a plan: one entry each, for the command line and for plan files alike.

An option is a field of :class:`~bench.records.plan.Plan` and an entry of :data:`OPTIONS`; the
command line and plan files know it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from bench.plan import choices
from bench.plan.choices import ALL, QUICK_BLOCKS, ChoiceError, shown
from bench.records import axes, plan
from bench.records.plan import Plan

ENVIRONMENTS = ("managed", "current")
# What is more than these cannot be meant; bench.run.planning bounds what they come to together.
MOST_EXAMPLES_OF_A_BATCH = 10**9
MOST_BLOCKS = 10_000
MOST_EPOCHS = 100_000
MOST_REPEATS = 100
# What every framework's generator takes.
MOST_SEED = 2**31 - 1
# Where there are fewer CPUs: so many help to wait for a disk, and nothing else.
MOST_LOADER_WORKERS = 16
# A thread for every physical core, however many there are.
MOST_THREADS = "max"


@dataclass(frozen=True)
class Surroundings:
    """What there is to choose from.

    Attributes
    ----------
    frameworks : tuple of str
        All that are registered.
    usual_frameworks : tuple of str
        Those of the default plan.
    workloads : tuple of str
        The first is that of the default plan, and stands for others.
    physical_cores, available_cpus : int
    """

    frameworks: tuple[str, ...]
    usual_frameworks: tuple[str, ...]
    workloads: tuple[str, ...]
    physical_cores: int
    available_cpus: int


@dataclass(frozen=True)
class PlanOption:
    """One choice of a plan.

    Attributes
    ----------
    field : str
        Of the plan.
    name : str
        On the command line, behind two dashes, and in a plan file.
    help : str
        What the command line's help says.
    parse : callable
        Returns the field's value for a text; raises ChoiceError where it makes no sense.
    metavar : str
        What stands for the value in the help; empty for a switch, which has none.
    off : str
        How a switch is turned off, where it can be.
    """

    field: str
    name: str
    help: str
    parse: Callable[[str, Surroundings], Any]
    metavar: str = "WORDS"
    off: str = ""


def _words(kind: str, valid: Mapping[str, str], text: str, _: Surroundings) -> tuple[str, ...]:
    """Return the words in `text` in the order of the valid ones; ``all`` stands for those."""
    words = tuple(valid) if text.strip() == ALL else choices.split(text)
    choices.check(kind, words, (*valid, ALL))
    if not words:
        raise ChoiceError(f"No {kind} is named. Valid: {', '.join(valid)}.")
    return tuple(word for word in valid if word in words)


def _frameworks(text: str, around: Surroundings) -> tuple[str, ...]:
    names = around.frameworks if text.strip() == ALL else choices.split(text)
    if not names:
        raise ChoiceError(f"No framework is named. Valid: {', '.join(around.frameworks)}.")
    return tuple(map(str, choices.parse_frameworks(",".join(names), around.frameworks)))


def _workloads(text: str, around: Surroundings) -> tuple[str, ...]:
    words = choices.split(text)
    choices.check("workload", words, around.workloads)
    if not words:
        raise ChoiceError(f"No workload is named. Valid: {', '.join(around.workloads)}.")
    return words


def _numbers(kind: str, least: int, most: int, text: str, _: Surroundings) -> tuple[int, ...]:
    numbers = choices.parse_integers(kind, text, least, most)
    if not numbers:
        raise ChoiceError(f"No {kind} is named.")
    return numbers


def counted_threads(text: str, around: Surroundings) -> str:
    """Return thread counts with ``max`` replaced by its number."""
    most = str(around.physical_cores)
    return ",".join(most if word == MOST_THREADS else word for word in choices.split(text))


def _threads(text: str, around: Surroundings) -> tuple[int, ...]:
    counted = counted_threads(text, around)
    counts = _numbers("thread count", 1, 10**choices.MOST_DIGITS - 1, counted, around)
    for count in counts:
        if count > around.available_cpus:
            raise ChoiceError(
                f"{count} threads need as many CPUs; this process may use {around.available_cpus}."
            )
    return counts


def _loader_workers(text: str, around: Surroundings) -> tuple[int, ...]:
    most = max(MOST_LOADER_WORKERS, around.available_cpus)
    return _numbers("number of loader workers", 0, most, text, around)


def _integer(kind: str, least: int, most: int, text: str, _: Surroundings) -> int:
    numbers = choices.parse_integers(kind, text, least, most)
    if len(numbers) != 1:
        raise ChoiceError(f"{kind.capitalize()} {shown(text)} is not one whole number.")
    return numbers[0]


def _switch(name: str, text: str, _: Surroundings) -> bool:
    if text not in ("true", "false"):
        raise ChoiceError(f"{name} {shown(text)} is neither true nor false.")
    return text == "true"


def _environment(text: str, _: Surroundings) -> str:
    choices.check("environment", [text], ENVIRONMENTS)
    return text


OPTIONS = (
    PlanOption(
        "frameworks",
        "framework",
        "Comma-separated; NAME==VERSION for another version; all for every one. [default: those "
        "of the default plan, see softmax-bench list]",
        _frameworks,
    ),
    PlanOption(
        "forms",
        "form",
        "scratch, high_level; comma-separated. [default: both]",
        partial(_words, "form", axes.FORMS),
    ),
    PlanOption(
        "executions",
        "execution",
        "Lanes: eager (operation by operation), step (one compiled function for each mini-batch), "
        "epoch (one compiled program for the whole epoch); comma-separated, or all. [default: "
        "eager, and each form's fastest lane]",
        partial(_words, "lane", axes.EXECUTIONS),
    ),
    PlanOption(
        "inputs",
        "input",
        "preloaded (data on the device before the clock starts), loader (the framework's own "
        "loader, within the clock); comma-separated. [default: preloaded]",
        partial(_words, "input", axes.INPUTS),
    ),
    PlanOption(
        "loader_workers",
        "loader-workers",
        "Processes, or threads, that a loader uses besides the one that trains; comma-separated. "
        "[default: 0]",
        _loader_workers,
        "NUMBERS",
    ),
    PlanOption(
        "workloads",
        "workload",
        "auto, fashion-mnist, synthetic, linear, blobs; comma-separated. auto is fashion-mnist "
        "where it can be had, else synthetic. [default: auto]",
        _workloads,
    ),
    PlanOption(
        "devices",
        "device",
        "cpu, gpu; comma-separated. [default: cpu]",
        partial(_words, "device", axes.DEVICES),
    ),
    PlanOption(
        "threads",
        "threads",
        "Thread counts, comma-separated; max is one a physical core. [default: max]",
        _threads,
        "NUMBERS",
    ),
    PlanOption(
        "batch_sizes",
        "batch-size",
        "Comma-separated. [default: the workload's own]",
        partial(_numbers, "batch size", 1, MOST_EXAMPLES_OF_A_BATCH),
        "NUMBERS",
    ),
    PlanOption(
        "blocks",
        "blocks",
        "As many trials of each cell, whatever they show. [default: "
        f"{plan.FIRST_BLOCKS}, then more of what is not told apart; with --quick {QUICK_BLOCKS}, "
        f"with --precision {plan.DEFAULT_BLOCKS} at first]",
        partial(_integer, "number of blocks", 1, MOST_BLOCKS),
        "NUMBER",
    ),
    PlanOption(
        "interleaved",
        "interleave",
        "Start the cells of a block together and let them take turns, epoch by epoch: smaller "
        "differences are told where the machine's speed wanders. Needs memory for all of them at "
        "once.",
        partial(_switch, "interleave"),
        "",
        "no-interleave",
    ),
    PlanOption(
        "epochs",
        "epochs",
        "Epochs of each trial, the first of which is cold. [default: the workload's own]",
        partial(_integer, "number of epochs", 2, MOST_EPOCHS),
        "NUMBER",
    ),
    PlanOption(
        "quick",
        "quick",
        "Few blocks and epochs, and no profile.",
        partial(_switch, "quick"),
        "",
    ),
    PlanOption(
        "precision",
        "precision",
        "Add blocks until every interval reaches no farther than this share of its median, such "
        "as 2%.",
        lambda text, _: choices.parse_precision(text),
        "SHARE",
    ),
    PlanOption(
        "max_time_seconds",
        "max-time",
        f"After {plan.FIRST_BLOCKS} trials of each cell, measure more of those that are not told "
        "apart until trials have taken 90s, 10min, 1.5h; with --precision, add no block later. "
        "[default: 6min, with --precision 1h]",
        lambda text, _: choices.parse_duration(text),
        "DURATION",
    ),
    PlanOption(
        "target",
        "target",
        "Share of the reference's final accuracy at which a cell has learned enough: the report "
        f"says how long that takes. [default: {plan.DEFAULT_TARGET:.0%}]",
        lambda text, _: choices.parse_share("Target", text, 0.01, 1.0),
        "SHARE",
    ),
    PlanOption(
        "repeats",
        "repeats",
        "How often a trial that other work disturbed is measured again at most. [default: "
        f"{plan.DEFAULT_REPEATS}]",
        partial(_integer, "number of repeats", 0, MOST_REPEATS),
        "NUMBER",
    ),
    PlanOption(
        "profile",
        "profile",
        "Find out where each cell's epoch goes. [default: yes, with --quick no]",
        partial(_switch, "profile"),
        "",
        "no-profile",
    ),
    PlanOption(
        "ceiling",
        "ceiling",
        "Measure the machine's ceiling, before the trials and after: some seconds of every run. "
        "[default: yes]",
        partial(_switch, "ceiling"),
        "",
        "no-ceiling",
    ),
    PlanOption(
        "seed",
        "seed",
        f"Of initial parameters, order of examples and of trials. [default: {plan.DEFAULT_SEED}]",
        partial(_integer, "seed", 0, MOST_SEED),
        "NUMBER",
    ),
    PlanOption(
        "timeout_seconds",
        "timeout",
        "After which a trial is ended: seconds, or 90s, 10min. [default: 5min]",
        lambda text, _: choices.parse_duration(text),
        "DURATION",
    ),
    PlanOption(
        "environment",
        "environment",
        "managed: made by uv; current: this interpreter, as it is. [default: managed]",
        _environment,
        "WORD",
    ),
)


def parse(texts: Mapping[str, str], around: Surroundings) -> dict[str, Any]:
    """Return fields of a plan from the texts of options, by the options' names.

    Raises
    ------
    ChoiceError
        If a text makes no sense for its option; a name that is none is the caller's to refuse.
    """
    return {
        option.field: option.parse(texts[option.name], around)
        for option in OPTIONS
        if option.name in texts
    }


def require_valid(plan: Plan, around: Surroundings) -> None:
    """Refuse a plan from a record that no options could have made here.

    Raises
    ------
    ChoiceError
        Saying which option is wrong.
    """
    for option in OPTIONS:
        value = getattr(plan, option.field)
        # What has no text is left to the workloads, or to the frameworks.
        if value is None or value == ():
            continue
        try:
            parsed = option.parse(_typed(value), around)
        except ChoiceError as error:
            raise ChoiceError(f"{option.name}: {error}") from error
        if parsed != value:
            raise ChoiceError(f"{option.name}: {shown(_typed(value))} cannot have been asked for.")


def _typed(value: Any) -> str:
    """Return a field of a plan as it would be typed."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    # Every digit, and no exponent.
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def complete(fields: Mapping[str, Any], around: Surroundings) -> Plan:
    """Return the plan with these fields; what depends on others or on the machine is filled in."""
    quick = {"blocks": QUICK_BLOCKS, "profile": False} if fields.get("quick") else {}
    precise = fields.get("precision") is not None
    fixed = "blocks" in fields or bool(fields.get("quick"))
    usual = {
        "frameworks": around.usual_frameworks,
        "workloads": around.workloads[:1],
        "threads": (around.physical_cores,),
    }
    if "max_time_seconds" in fields and fixed and not precise:
        raise ChoiceError(
            "A max-time bounds the blocks that are added, and here none are: leave out blocks and "
            "quick, or name a precision, such as 2%."
        )
    adaptive = {} if fixed or precise else ADAPTIVE
    # A trial that is measured again is measured alone, and is no match for those that took turns.
    alone = {"repeats": 0} if fields.get("interleaved") else {}
    return Plan(**usual | quick | adaptive | alone | dict(fields))


# The default: blocks where they matter.
ADAPTIVE = {
    "adaptive": True,
    "blocks": plan.FIRST_BLOCKS,
    "max_time_seconds": plan.ADAPTIVE_MAX_TIME_SECONDS,
}
