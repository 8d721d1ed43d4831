"""What could make a comparison unfair: compiling inside steady epochs, modes, threads."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

from bench.records.model import Fairness
from implementations.contract import Compilations, Framework

# Programs compiled, and graph breaks, during one epoch; None where the framework does not count.
Compiled = Compilations | None


def between(before: Compiled, after: Compiled) -> Compiled:
    """Return what was compiled between two readings."""
    if before is None or after is None:
        return None
    if before.graph_breaks is None or after.graph_breaks is None:
        return Compilations(after.programs - before.programs)
    return Compilations(after.programs - before.programs, after.graph_breaks - before.graph_breaks)


def summarize(epochs: Sequence[Compiled], framework: Framework) -> Fairness:
    """Return what a trial's epochs, the first one included, tell.

    Parameters
    ----------
    epochs : sequence of Compilations or None
        What was compiled during each epoch.
    """
    known = [epoch for epoch in epochs if epoch is not None]
    counted = len(known) == len(epochs) and bool(known)
    breaks = [epoch.graph_breaks for epoch in known if epoch.graph_breaks is not None]
    return Fairness(
        compilations=known[0].programs if counted else None,
        recompilations=sum(epoch.programs for epoch in known[1:]) if counted else None,
        graph_breaks=sum(breaks) if breaks else None,
        threads=psutil.Process().num_threads(),
        settings=framework.settings(),
    )
