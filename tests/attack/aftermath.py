"""What an attack left behind, and the rules that hold after every attack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench.cli.exit_status import ExitStatus

# Of what a command says last: the record and the report have a line each, a notice another.
LAST_LINES = 4
TRACEBACK = "Traceback (most recent call last)"
# What a terminal does not obey. Commands write to files here, so that no colours are expected.
HARMLESS_CONTROLS = frozenset("\n\t")
BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True)
class RecordSeen:
    """What lay in a record's file at one moment.

    Attributes
    ----------
    trials : mapping
        A hash of each trial, counted or set aside, by what it is.
    repeated : tuple of str
        The trials that count more than once.
    trouble : str
        Why the file cannot be read as a record; empty where it can.
    status : str
        Of the run.
    """

    trials: Mapping[str, str]
    repeated: tuple[str, ...] = ()
    trouble: str = ""
    status: str = ""


Records = Mapping[str, RecordSeen]


@dataclass(frozen=True)
class Ended:
    """A command that has ended, and what it did to records.

    Attributes
    ----------
    words : tuple of str
        What stood behind ``softmax-bench``.
    expected : frozenset of int
        The exit statuses with which it may end; negative ones are those of signals.
    status : int, optional
        None if it had to be ended because it ran too long.
    shown : bool
        Whether what it printed could be seen; not where standard output was closed, say.
    excused : bool
        Whether a signal met it before any program could have listened.
    changed : tuple of str
        The records that it wrote.
    processes : tuple of str
        Those that were still there when a grace was over.
    """

    words: tuple[str, ...]
    expected: frozenset[int]
    status: int | None
    output: str
    errors: str
    before: Records
    after: Records
    changed: tuple[str, ...]
    processes: tuple[str, ...] = ()
    shown: bool = True
    excused: bool = False


@dataclass(frozen=True)
class Aftermath:
    """Everything that rules judge.

    Attributes
    ----------
    leftovers : tuple of str
        Temporary files that were still there, at the end of all commands.
    betrayed : tuple of str
        Where a secret stands that was planted.
    findings : tuple of str
        What rules of this attack alone found.
    """

    commands: tuple[Ended, ...]
    leftovers: tuple[str, ...] = ()
    betrayed: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


def judge(aftermath: Aftermath) -> tuple[str, ...]:
    """Return every promise that was broken, in words; nothing if all were kept."""
    return (
        *(f"{shown(one.words)}: {wrong}" for one in aftermath.commands for wrong in faults(one)),
        *(f"left lying about: {path}" for path in aftermath.leftovers),
        *(f"a secret stands in {place}" for place in aftermath.betrayed),
        *aftermath.findings,
    )


def faults(ended: Ended) -> Iterator[str]:
    """Yield what is wrong with how one command ended."""
    yield from (f"left running: {process}" for process in ended.processes)
    if ended.excused and not ended.changed:
        return
    yield from _of_status(ended)
    yield from _of_text(ended.output + ended.errors)
    yield from _of_records(ended.before, ended.after)
    yield from _of_last_lines(ended)


def _of_status(ended: Ended) -> Iterator[str]:
    if ended.status is None:
        yield "did not end in time"
    elif ended.status == ExitStatus.CRASH:
        yield f"crashed: {(ended.output + ended.errors).strip()[-300:]}"
    elif ended.status not in ended.expected:
        yield f"ended with {ended.status}, not with {_listed(ended.expected)}"
    if ended.shown and _owes_a_word(ended) and not ended.output + ended.errors:
        yield "ended without a word"


def _owes_a_word(ended: Ended) -> bool:
    """Tell whether somebody must be told: not who asked it to end before it had done anything."""
    at_once = ended.status == ExitStatus.INTERRUPTED and not ended.changed
    return ended.status is not None and ended.status > 0 and not at_once


def _of_text(text: str) -> Iterator[str]:
    if TRACEBACK in text:
        yield f"showed a traceback: {_last_line(text[text.index(TRACEBACK) :])}"
    obeyed = sorted({character for character in text if _commands_terminal(character)})
    if obeyed:
        yield f"printed control characters: {''.join(obeyed)!a}"


def _of_records(before: Records, after: Records) -> Iterator[str]:
    for name, record in after.items():
        if record.trouble:
            yield f"left {name} unreadable: {record.trouble}"
        if record.repeated:
            yield f"repeated trials in {name}: {_listed(record.repeated)}"
    for name, record in before.items():
        if name not in after:
            yield f"removed {name}"
        elif lost := record.trials.items() - after[name].trials.items():
            yield f"lost trials of {name}: {_listed(key for key, _ in lost)}"


def _of_last_lines(ended: Ended) -> Iterator[str]:
    """Yield that a command which wrote a record, and could say where, did not."""
    if not ended.shown or ended.status is None or ended.status < 0:
        return
    texts = ended.output, ended.errors
    last = [line for text in texts for line in text.strip().split("\n")[-LAST_LINES:]]
    for name in ended.changed:
        if not any(name in line for line in last):
            yield f"did not say last that the record is {name}"


def _commands_terminal(character: str) -> bool:
    """Tell whether a character is more than text; surrogates stand for bytes that are no text."""
    control = unicodedata.category(character) in ("Cc", "Cs")
    return (control and character not in HARMLESS_CONTROLS) or character in BIDIRECTIONAL


def _last_line(text: str) -> str:
    """Return the line of a traceback that names the exception."""
    lines = [line for line in text.strip().splitlines() if re.match(r"\w", line)]
    return lines[-1][:200] if lines else ""


def _listed(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values)))


def shown(words: Iterable[str]) -> str:
    """Return a command as it may be printed: short, and in plain letters."""
    text = " ".join(ascii(word)[1:-1] if word else "''" for word in words)
    return f"softmax-bench {text if len(text) < 120 else text[:120] + '...'}"
