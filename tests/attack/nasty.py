"""Values that nobody means: texts, numbers, TOML and files."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path

TEXTS = (
    "",
    " ",
    ",",
    ",,,",
    "-",
    "--",
    "*",
    "%s%n{0}$(id)`id`",
    "[red]red[/red]",
    "[/]",
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "a\rb\x08\x7f",
    "\u202eright to left\u2066",
    "\u540d\u524d",
    "\U0001f9e8" * 100,
    # A byte that is not UTF-8, as the command line passes it on.
    "\udcff",
    "../../x",
    "two\nlines",
    "null",
    "x" * 5_000,
    "x" * 100_000,
)
NUMBERS = (
    "0",
    "-1",
    "1",
    "-0",
    "1e308",
    "1e-308",
    "1e999",
    "inf",
    "-inf",
    "nan",
    "1_000",
    "0x10",
    "1.5",
    "\uff11\uff12",
    "\u0663",
    " 2 ",
    "2,2",
    "1,0",
    str(2**31),
    str(2**63),
    str(2**64),
    str(10**12),
    "9" * 5_000,
)
UNITS = ("", "%", "s", "min", "h", "days", "\u00b5s")


def text(generator: random.Random) -> str:
    """Return a text, or two that are stuck together."""
    words = generator.choices(TEXTS, k=generator.choice((1, 1, 2)))
    return "".join(words)[:120_000]


def number(generator: random.Random) -> str:
    """Return a text that stands where a number was wanted."""
    return generator.choice(NUMBERS) + generator.choice(UNITS)


def word(generator: random.Random, valid: tuple[str, ...]) -> str:
    """Return valid words, damaged ones, or something else altogether."""
    if not valid or generator.random() < 0.3:
        return generator.choice((text, number))(generator)
    words = generator.choices(valid, k=generator.choice((1, 1, 2, 3)))
    if generator.random() < 0.3:
        words.append(generator.choice((text, number))(generator))
    return generator.choice((",", ", ", ",,", "=="))[:2].join(words)


def damaged_bytes(content: bytes, generator: random.Random) -> bytes:
    """Return a text that a disk, an editor or a download spoiled."""
    place = generator.randrange(len(content))
    length = generator.randint(1, 200)
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: content[:place],
        lambda: content[:place] + generator.randbytes(length) + content[place:],
        lambda: content[:place] + content[place + length :],
        lambda: content[:place] + content[place : place + length] * 2 + content[place:],
        lambda: (
            content[:place]
            + bytes([content[place] ^ 1 << generator.randrange(8)])
            + content[place + 1 :]
        ),
        lambda: content.decode().encode("utf-16"),
        lambda: content[:place] + b"\0" * length + content[place + length :],
        lambda: b"",
    )
    return generator.choice(kinds)()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(300 * 2**20)


def _deep(path: Path) -> None:
    path.write_bytes(b"[" * 1_000_000)


def _not_text(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


# Devices are named by links: what replaces them replaces links.
FILES: Mapping[str, Callable[[Path], None]] = {
    "a folder": Path.mkdir,
    "a pipe": _fifo,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a full device": lambda path: path.symlink_to("/dev/full"),
    "an empty device": lambda path: path.symlink_to("/dev/null"),
    "memory of a process": lambda path: path.symlink_to("/proc/self/mem"),
    "300 MB": _huge,
    "a million brackets": _deep,
    "no text": _not_text,
    "nothing": lambda path: None,
}
