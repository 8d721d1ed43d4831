"""What a self-test came to, for the terminal: a table of each framework, then sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rich.markup import escape

from bench.analysis.comparison import Comparison
from bench.analysis.selftest import LIES, Assessment, Finding, Outcome
from bench.analysis.verdicts import MAXIMUM_BLOCKS, MINIMUM_BLOCKS
from bench.cli.tables import compact_table
from bench.cli.terminal import Console
from bench.cli.wording import rough_duration
from bench.records import axes
from bench.records.model import Identity, Record
from bench.report.meanwhile import control_sentence
from bench.report.naming import titles
from bench.report.wording import count, listing, percent

SIGNS: dict[Outcome, str] = {
    "right": "[green]right[/green]",
    "open": "[yellow]open[/yellow]",
    "false alarm": "[red]FALSE[/red]",
    "missed": "[red]MISSED[/red]",
}
HEADINGS = ("candidate", "against", "found", "interval, %", "verdict")
RAW_HEADINGS = ("clock", "interval, %", "verdict")


def print_assessments(console: Console, record: Record, assessments: Sequence[Assessment]) -> None:
    """Print every comparison, and what all of them come to."""
    labels = labels_of(record, assessments)
    for assessment in assessments:
        _print_table(console, assessment, labels[assessment.cell])
    for assessment in assessments:
        for sentence in sentences(assessment, labels[assessment.cell], _minutes(record)):
            console.print(sentence, highlight=False, markup=False, soft_wrap=True)
        console.print()
    for sentence in (*unmeasured(record), conclusion(assessments, labels, record)):
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def labels_of(record: Record, assessments: Sequence[Assessment]) -> dict[Identity, str]:
    """Return what the cells of each assessment are called."""
    cells = [assessment.cell for assessment in assessments]
    called = titles([record])
    return {cell: axes.label(cell, cells, called, omit=("form",)) for cell in cells}


def _minutes(record: Record) -> str:
    return rough_duration(record.plan.max_time_seconds)


def _print_table(console: Console, assessment: Assessment, label: str) -> None:
    table = compact_table(escape(f"{label}, {count(assessment.blocks, 'block')}"), padding=0)
    for heading in (*HEADINGS, *(RAW_HEADINGS if assessment.corrected else ())):
        table.add_column(heading, no_wrap=True)
    for finding in assessment.findings:
        table.add_row(
            finding.candidate,
            finding.baseline.removeprefix("identical "),
            *_figures(finding.comparison, finding.outcome),
            *(_figures(finding.raw, finding.raw_outcome) if assessment.corrected else ()),
        )
    console.print(table)
    console.print()


def _figures(comparison: Comparison, outcome: Outcome) -> tuple[str, ...]:
    interval = "-"
    if math.isfinite(comparison.high):
        interval = f"{_points(comparison.low)} to {_points(comparison.high)}"
    return _points(comparison.ratio), interval, SIGNS[outcome]


def _points(ratio: float) -> str:
    """Return by how many percent one takes longer, with a sign."""
    points = 100 * (ratio - 1)
    return f"{points:+.1f}" if abs(points) < 99.95 else f"{points:+.0f}"


def sentences(assessment: Assessment, label: str, time: str) -> tuple[str, ...]:
    """Return what an assessment comes to, in words.

    Parameters
    ----------
    time : str
        How long blocks were added for.
    """
    if assessment.smallest_effect is None:
        return (
            f"{label}: {count(assessment.blocks, 'block')}, and a verdict takes {MINIMUM_BLOCKS}. "
            "Give more time with --max-time.",
        )
    return (
        f"{label}: {_false_alarms(assessment.identical)} {_planted(assessment.slowed)} "
        f"{_intervals(assessment.findings)}",
        *_by_the_clock(assessment),
        f"In {time} ({count(assessment.blocks, 'block')}) this machine shows it 95 times in 100 "
        f"if {label} becomes slower by {percent(assessment.smallest_effect)} or more"
        f"{_raw_effect(assessment)}.",
        *_probes(assessment),
    )


def _false_alarms(identical: Sequence[Finding]) -> str:
    false = sum(finding.outcome == "false alarm" for finding in identical)
    if not identical:
        return "no two identical cells were measured."
    if not false:
        return "identical cells were not told apart."
    of_all = f"{false} of {count(len(identical), 'comparison')}"
    return f"identical cells were told apart in {of_all}, a false alarm."


def _planted(slowed: Sequence[Finding]) -> str:
    """Return which of the planted slowdowns were found, left open and missed."""
    if not slowed:
        return "No slowed cell was measured."
    parts = (
        _shares("found", slowed, "right"),
        _shares(f"left open, which is no lie ({_needs(slowed)})", slowed, "open"),
        _shares("called the same or faster, and so missed", slowed, "missed"),
    )
    return f"Of slowdowns that were planted, {'; '.join(filter(None, parts))}."


def _needs(slowed: Sequence[Finding]) -> str:
    """Return what it takes to tell those that are open."""
    needed = [one.comparison.blocks_needed for one in slowed if one.outcome == "open"]
    if None in needed:
        return f"telling needs more than {MAXIMUM_BLOCKS:,} blocks"
    return f"telling needs some {max(filter(None, needed), default=0)} blocks"


def _shares(fate: str, slowed: Sequence[Finding], outcome: Outcome) -> str:
    """Return which shares came out so, and in how many comparisons where not in all."""
    words = []
    for share in dict.fromkeys(finding.planted for finding in slowed):
        outcomes = [finding.outcome for finding in slowed if finding.planted == share]
        times = outcomes.count(outcome)
        if times:
            some = "" if times == len(outcomes) else f" in {times} of {len(outcomes)} comparisons"
            words.append(f"{100 * share:g} %{some}")
    if not words:
        return ""
    return f"{listing(words)} {'was' if len(words) == 1 else 'were'} {fate}"


def _intervals(findings: Sequence[Finding]) -> str:
    """Return how many intervals hold what was planted, which no verdict shows."""
    hold = sum(finding.holds_truth for finding in findings)
    share = "All" if hold == len(findings) else f"{hold} of"
    return f"{share} {count(len(findings), 'interval')} hold the difference that there is."


def _by_the_clock(assessment: Assessment) -> Iterable[str]:
    """Yield what the clock alone would have said, where that is another thing."""
    if not assessment.corrected:
        return
    right = sum(finding.outcome == "right" for finding in assessment.slowed)
    raw = sum(finding.raw_outcome == "right" for finding in assessment.slowed)
    lies = sum(finding.raw_outcome in LIES for finding in assessment.findings)
    of_all = f"{raw} of {len(assessment.slowed)} planted slowdowns, not {right}"
    if raw != right:
        yield f"The clock alone, without the probes, would have found {of_all}."
    if lies:
        yield f"The clock alone would have given {count(lies, 'false verdict')}."


def _raw_effect(assessment: Assessment) -> str:
    if not assessment.corrected or assessment.raw_smallest_effect is None:
        return ""
    return f"; by the clock alone, by {percent(assessment.raw_smallest_effect)} or more"


def _probes(assessment: Assessment) -> Iterable[str]:
    """Yield what the probes were worth, and whether the cells left them alone."""
    control = assessment.control
    if control is None:
        yield "Not all trials were probed, so nothing is corrected."
        return
    yield f"Probes: {control_sentence(control)}"
    if control.off != "differs between cells":
        yield (
            f"Placebo: cells do not differ in their probes (p = {control.placebo_p_value:.2g}), "
            "as they must not."
        )


def unmeasured(record: Record) -> Iterable[str]:
    """Yield why cells were not measured, once for each reason."""
    called = titles([record])
    whys = dict.fromkeys(
        f"Cells of {called.framework(cell.identity.framework)} were not measured ({cell.status}): "
        f"{cell.reason or 'no trial was finished'}. {cell.remedy or ''}".rstrip()
        for cell in record.cells
        if cell.role == "contender" and cell.status != "ok"
    )
    yield from whys


def conclusion(
    assessments: Sequence[Assessment], labels: Mapping[Identity, str], record: Record
) -> str:
    """Return whether the harness can be trusted on this machine, to what size, and what next."""
    findings = [finding for assessment in assessments for finding in assessment.findings]
    verdicts = sum(finding.outcome != "open" for finding in findings)
    lies = sum(assessment.lies for assessment in assessments)
    if lies:
        return (
            f"Do not trust comparisons on this machine yet: {lies} of {count(verdicts, 'verdict')} "
            f"{'is' if lies == 1 else 'are'} false, and chance alone seldom does that. See with "
            "softmax-bench doctor what disturbs the machine and run this again; if it happens "
            "again, report it with the record."
        )
    sizes = [
        f"{percent(one.smallest_effect)} in {labels[one.cell]}"
        for one in assessments
        if one.smallest_effect is not None
    ]
    if not sizes:
        return "Nothing can be said of this machine: see above."
    return f"{_trust(verdicts, listing(sizes), _minutes(record))} {_advice(record)}"


def _trust(verdicts: int, sizes: str, time: str) -> str:
    if not verdicts:
        return (
            "No comparison came to a verdict, so that nothing is false and nothing is shown: in "
            f"{time} this machine shows slowdowns from {sizes} up."
        )
    return (
        f"No verdict of {verdicts} is false: comparisons on this machine can be trusted, and in "
        f"{time} they find slowdowns from {sizes} up."
    )


def _advice(record: Record) -> str:
    longer = rough_duration(4 * record.plan.max_time_seconds)
    return (
        f"For half of that give them four times as long ({longer}), or a quieter machine: "
        "softmax-bench doctor says what disturbs this one."
    )
