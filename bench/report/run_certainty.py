"""What the comparison of two runs rests on: how far runs lie apart, and whether they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.analysis.agreement import Agreement, Contradiction
from bench.analysis.between_runs import Changes
from bench.analysis.runs import Against
from bench.records.model import Identity
from bench.report.comparing import SIGNS
from bench.report.run_verdict import Labelled
from bench.report.wording import count, listing, percent

# How many contradictions are named one by one before they are only counted.
NAMED = 3


def certainty(number: int, cells: Sequence[Labelled], against: Against) -> tuple[str, ...]:
    """Return sentences on how sure the verdicts on the run with this number, from 2, are."""
    labels = {one.matched.identity: one.label for one in cells}
    found = (
        _spread(against.time),
        _advice(number, cells),
        _agreement(number, against.agreement, labels),
    )
    return tuple(filter(None, found))


def _spread(time: Changes[Identity]) -> str:
    """Say how far runs lie apart, how that is known, and what it leaves to be told."""
    if not time.found or time.resolution is None:
        return ""
    spread = time.spread
    value = percent(spread.value)
    earlier = count(spread.earlier_runs, "earlier run")
    if spread.seen:
        source = f"{value} apart, by what these two show"
    elif not math.isinf(spread.freedom):
        source = f"{value} apart, by {earlier} of this machine"
    elif spread.measured is None:
        source = f"{value} apart, which is assumed: no earlier run of this machine tells"
    else:
        source = (
            f"{value} apart, which is assumed: {earlier} of this machine show "
            f"{percent(spread.measured)}, and are few"
        )
    return (
        f"Runs of the same code lie {source}. So a change of less than about "
        f"{percent(time.resolution)} cannot be told."
    )


def _advice(number: int, cells: Sequence[Labelled]) -> str:
    """Say how to tell smaller changes: by measuring both in one run."""
    versions = dict.fromkeys(
        f"{framework}=={version}"
        for one in cells
        for first, later in ((one.matched.cells[0], one.matched.cells[number - 1]),)
        if first and later
        for framework in (first.identity.framework,)
        if first.identity.framework_version != later.identity.framework_version
        for version in (first.identity.framework_version, later.identity.framework_version)
    )
    words = "What is measured in one run, in turns, is told far more closely"
    if not versions:
        return f"{words}."
    return f"{words}: softmax-bench run --framework {','.join(versions)}."


def _agreement(number: int, found: Agreement[Identity], labels: dict[Identity, str]) -> str:
    """Say whether the verdicts of the two runs contradict each other."""
    if not found.pairs:
        return ""
    sums = (
        f"of {count(found.pairs, 'pair')} of cells both tell {found.alike} alike, one alone tells "
        f"{found.in_one}, neither {found.neither}"
    )
    if not found.contradictions:
        return f"No verdict of run {number} contradicts run 1: {sums}."
    named = [_contradiction(one, labels) for one in found.contradictions[:NAMED]]
    more = len(found.contradictions) - len(named)
    rest = [f"{more} more"] if more else []
    return (
        f"Run {number} contradicts run 1 on {count(len(found.contradictions), 'pair')}: "
        f"{listing([*named, *rest])}; {sums}."
    )


def _contradiction(found: Contradiction[Identity], labels: dict[Identity, str]) -> str:
    first, later = (SIGNS[verdict].words for verdict in found.verdicts)
    baseline, candidate = labels[found.baseline], labels[found.candidate]
    return f"{candidate} against {baseline}, {first} in run 1 and {later} since"
