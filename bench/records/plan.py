"""The choices of a run: one class, which users make, the record keeps and a resumed run reads.

Only the standard library is imported here, because the record is part of the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.records.documented import Documented

FormName = Literal["scratch", "high_level"]
ExecutionName = Literal["eager", "step", "epoch"]
InputName = Literal["preloaded", "loader"]
DeviceName = Literal["cpu", "gpu"]

DEFAULT_BLOCKS = 5
# What every cell has where more are added for those that are not told apart.
FIRST_BLOCKS = 3
# A disturbance of some seconds passes between two attempts; a lasting one wastes no more than this.
DEFAULT_REPEATS = 2
DEFAULT_MAX_TIME_SECONDS = 3600.0
ADAPTIVE_MAX_TIME_SECONDS = 360.0
DEFAULT_TIMEOUT_SECONDS = 300.0
# With seed 1, ten epochs of Fashion-MNIST end at 0.8345; docs/method.md gives the range.
DEFAULT_SEED = 1
DEFAULT_TARGET = 0.99


@dataclass(frozen=True)
class Rule(Documented):
    """Cells that a plan includes or excludes: those that have one of the values in every field."""

    values: dict[str, tuple[str, ...]]
    """By field of a cell's identity; numbers are written as text."""


@dataclass(frozen=True)
class Plan(Documented):
    """What was asked for; the defaults are the default plan."""

    frameworks: tuple[str, ...]
    """``name`` or ``name==version``."""
    workloads: tuple[str, ...]
    """In a record, as they were loaded: never ``auto``."""
    forms: tuple[FormName, ...] = ("scratch", "high_level")
    executions: tuple[ExecutionName, ...] = ()
    """Empty for the eager lane, where a framework's documentation teaches it, and each form's
    fastest one."""
    inputs: tuple[InputName, ...] = ("preloaded",)
    loader_workers: tuple[int, ...] = (0,)
    devices: tuple[DeviceName, ...] = ("cpu",)
    threads: tuple[int, ...] = (1,)
    batch_sizes: tuple[int, ...] = ()
    """Empty for each workload's own."""
    include: tuple[Rule, ...] = ()
    """Where there are such, only cells that fit one of them are measured."""
    exclude: tuple[Rule, ...] = ()
    """Cells that fit one of them are not measured."""
    blocks: int = DEFAULT_BLOCKS
    """Before any were added."""
    adaptive: bool = False
    """Whether blocks are added for cells whose comparison is open."""
    interleaved: bool = False
    """Whether the cells of a block run at once and take turns, epoch by epoch. False in records
    older than 3.2."""
    epochs: int | None = None
    """Null for each workload's own."""
    quick: bool = False
    """Few epochs, where `epochs` does not say how many."""
    seed: int = DEFAULT_SEED
    """Of initial parameters, order of examples and of trials."""
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    """After which a trial is ended."""
    environment: Literal["managed", "current"] = "managed"
    repeats: int = DEFAULT_REPEATS
    """How often a disturbed trial may be measured again."""
    precision: float | None = None
    """Blocks are added until no cell's interval is wider than this share of its median to either
    side."""
    max_time_seconds: float = DEFAULT_MAX_TIME_SECONDS
    """No block is added after this time."""
    profile: bool = True
    """Whether each cell is profiled after the blocks."""
    ceiling: bool = True
    """Whether the machine's ceiling is measured, before the blocks and after them. True in records
    older than 3.5."""
    target: float = DEFAULT_TARGET
    """Share of the reference's final accuracy at which a cell has learned enough; of a
    regression, the reference's final error over that of the cell."""
