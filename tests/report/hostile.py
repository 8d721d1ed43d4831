"""A record with hostile text wherever a record holds text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bench.records.model import BusyProcess, Failure, Fairness, Gpu, Record
from tests.records.samples import CONDITIONS
from tests.report import samples

MARKUP = (
    "</text></desc></title></svg></style></script></pre></code></td></table></select></textarea>"
    "<script>window.hacked = 1</script><img src=x onerror=window.hacked=1>"
    "<svg onload=window.hacked=1><style>body{display:none}</style><base href=//example.org>"
    "<a href=javascript:window.hacked=1>javascript:window.hacked=1</a>"
)
QUOTES = "\"' onfocus=window.hacked=1 autofocus x='\"`${window.hacked=1}`><!-- ]]> --> &amp; &lt;"
TEMPLATE = "{{7*7}}{% include 'page.html.j2' %}${7*7}#{7*7}$\\frac{1}{2}$%(x)s{0}\\u003c\\x3c"
# A null byte, terminal colours, characters that XML cannot hold, and text from right to left.
CHARACTERS = "\x00\x1b[31mred\x1b[0m\x07\x7f\ufffe\u202ertl\u2066\u200b\ud800"
HOSTILE = MARKUP + QUOTES + TEMPLATE + CHARACTERS
LONG = "x" * 10_000
FAIRNESS = Fairness(3, 1, 2, 5, {"a setting": "a value"})
GPU = Gpu("a UUID", "a GPU", 2**30, (1_500, 1_980), ("heat",), 1.5, 3.0)


def everywhere(text: str) -> Record:
    """Return a run in which everything happened, with `text` after each text of its record.

    When it was made stays: no record is read in which that is no moment.
    """
    full = _full()
    return replace(_with_text(full, Record, text), created=full.created)


def _full() -> Record:
    """Return a record that leaves next to no field empty."""
    conditions = replace(
        CONDITIONS,
        busy_processes=(BusyProcess("a process", 1.0),),
        missing_counters=("a counter",),
        gpu_throttle_reasons=("heat",),
    )
    eventful = samples.eventful()
    first, *others, floor = eventful.cells
    environments = eventful.environments | {"keras": eventful.environments["numpy"]}
    full = replace(
        eventful,
        conditions=conditions,
        conditions_after=conditions,
        notices=("a notice",),
        machine=replace(eventful.machine, gpu="a GPU", driver="a driver"),
        workloads=tuple(replace(info, notice="a notice") for info in eventful.workloads),
        environments={
            name: replace(environment, notes=("a note",))
            for name, environment in environments.items()
        },
    )
    return samples.with_cells(
        full,
        replace(
            first,
            trials=tuple(
                replace(one, fairness=FAIRNESS, gpu=GPU, attempt=1) for one in first.trials
            ),
            set_aside=(samples.disturbed(first.trials[0]),),
        ),
        *others,
        samples.cell("torch", 0.1, execution="step", input="loader", loader_workers=2),
        samples.failed(floor),
        replace(
            samples.failed(samples.cell("keras")),
            failures=(Failure(0, 0, "raised", "a reason", "a remedy", "a log"),),
        ),
    )


def _with_text(value: Any, kind: Any, text: str) -> Any:
    """Return a value of a record with `text` after each text in it; what is one of a few stays."""
    if is_dataclass(value):
        kinds = get_type_hints(type(value))
        return replace(
            value,
            **{
                field.name: _with_text(getattr(value, field.name), kinds[field.name], text)
                for field in fields(value)
            },
        )
    if get_origin(kind) is Union:
        [kind] = (one for one in get_args(kind) if one is not type(None))
    if isinstance(value, tuple):
        return tuple(_with_text(one, get_args(kind)[0], text) for one in value)
    if isinstance(value, dict):
        key, entry = get_args(kind)
        return {
            _with_text(name, key, text): _with_text(one, entry, text) for name, one in value.items()
        }
    return value + text if isinstance(value, str) and get_origin(kind) is not Literal else value
