"""Damaged records, made by walking over a whole one: every kind of damage in every kind of place.

``damaged(document, seed)`` yields each kind of damage in each kind of place once, always in the
same order; the seed chooses which of several like parts is hit, such as which trial.
``drawn(document, seed)`` goes on for ever: up to three of these at once, at random. Both yield the
name of the damage and the bytes of the file. `document` is what ``json.loads`` returns for a
record; it is not changed.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]
# From a document to a part of it: keys, and numbers of entries.
Path = tuple[str | int, ...]
# What replaces a value that JSON's writer cannot write, or that no document can hold.
RAW = {
    "@digits@": "1" + "0" * 5_000,
    "@large exponent@": "1e999",
    "@surrogate@": '"a \\ud800 b"',
    "@deep@": "[" * 100_000 + "]" * 100_000,
    "@nested@": "[" * 150 + "]" * 150,
}
# Objects whose keys are names that a run chose.
MAPS = ("environments", "packages", "sources", "environment_variables", "settings", "values")
# A key that becomes equal to the one before it.
AGAIN = "@again@"

# In the place of any value.
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "minus one": -1,
    "one": 1,
    "a fraction": 0.5,
    "NaN": float("nan"),
    "infinite": float("inf"),
    "minus infinite": float("-inf"),
    "huge": 1e300,
    "minus huge": -1e300,
    "tiny": 5e-324,
    "2^63": 2**63,
    "empty text": "",
    "text": "text",
    "a number as text": "1",
    "control characters": "\x00\x1b[31m\u202e\ufffe",
    "long text": "x" * 100_000,
    "empty list": [],
    "empty object": {},
    "list of null": [None],
    "list of objects": [{}],
} | {name: name for name in RAW}


def _missing(holder: Any, key: str | int) -> None:
    del holder[key]


def _twice(holder: Any, key: str | int) -> None:
    """Let a key or an entry stand there twice."""
    if isinstance(holder, dict):
        holder[AGAIN + str(key)] = copy.deepcopy(holder[key])
    else:
        holder.insert(int(key), copy.deepcopy(holder[key]))


def _under_another_name(holder: Any, key: str | int) -> None:
    if isinstance(holder, dict):
        holder[f"{key} "] = holder.pop(key)


def _negated(holder: Any, key: str | int) -> None:
    if _is_number(holder[key]):
        holder[key] = -holder[key]


def _larger(holder: Any, key: str | int) -> None:
    if _is_number(holder[key]):
        holder[key] = holder[key] * 1_000_000 + 1_000_000


def _one_more(holder: Any, key: str | int) -> None:
    if _is_number(holder[key]):
        holder[key] += 1


def _other_truth(holder: Any, key: str | int) -> None:
    if isinstance(holder[key], bool):
        holder[key] = not holder[key]


def _shorter(holder: Any, key: str | int) -> None:
    if isinstance(holder[key], (list, str)):
        holder[key] = holder[key][:-1]


def _backwards(holder: Any, key: str | int) -> None:
    if isinstance(holder[key], (list, str)):
        holder[key] = holder[key][::-1]


def _swapped(holder: Any, key: str | int) -> None:
    """Let a value and the one beside it change places."""
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    other = keys[keys.index(key) - 1]
    holder[key], holder[other] = holder[other], holder[key]


def _put(value: Any) -> Callable[[Any, str | int], None]:
    def put(holder: Any, key: str | int) -> None:
        holder[key] = copy.deepcopy(value)

    return put


CHANGES: dict[str, Callable[[Any, str | int], None]] = {
    "missing": _missing,
    "twice": _twice,
    "under another name": _under_another_name,
    "negated": _negated,
    "larger": _larger,
    "one more": _one_more,
    "the other truth": _other_truth,
    "shorter": _shorter,
    "backwards": _backwards,
    "swapped": _swapped,
} | {name: _put(value) for name, value in VALUES.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def damaged(document: Document, seed: int = 0, every: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield damaged versions of a record; see the module.

    Parameters
    ----------
    every : int
        Of damages to parts only one in so many; each kind of damage comes at some place, and each
        place has some damage, if there is no common divisor with the number of kinds.
    """
    generator = random.Random(seed)
    before = json.dumps(document)
    places = _places(document)
    for kind, name in itertools.islice(itertools.product(places, CHANGES), 0, None, every):
        found = _changed(document, [(generator.choice(places[kind]), CHANGES[name])])
        if found != before:
            yield f"{kind}: {name}", _encoded(found)
    yield from _whole(before, generator)


def drawn(document: Document, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield versions of a record with up to three damages each, without end; see the module."""
    generator = random.Random(seed)
    places = _places(document)
    while True:
        kinds = generator.choices(list(places), k=generator.randint(1, 3))
        names = generator.choices(list(CHANGES), k=len(kinds))
        paths = [generator.choice(places[kind]) for kind in kinds]
        changes = [CHANGES[name] for name in names]
        name = "; ".join(f"{kind}: {name}" for kind, name in zip(kinds, names))
        yield name, _encoded(_changed(document, list(zip(paths, changes))))


def _places(document: Document) -> dict[str, list[Path]]:
    """Return the paths to all parts by their kind: ``cells[].trials[].block``, say."""
    places: dict[str, list[Path]] = {}

    def walk(part: Any, kind: str, path: Path) -> None:
        if path:
            places.setdefault(kind, []).append(path)
        if isinstance(part, dict):
            named = kind.rpartition(".")[2] in MAPS
            for key, value in part.items():
                walk(value, f"{kind}.{'*' if named else key}".lstrip("."), (*path, key))
        elif isinstance(part, list):
            for index, value in enumerate(part):
                walk(value, f"{kind}[]", (*path, index))

    walk(document, "", ())
    return places


def _changed(
    document: Document, changes: list[tuple[Path, Callable[[Any, str | int], None]]]
) -> str:
    """Return the JSON of a document after changes, of which one may have undone another's place."""
    found = copy.deepcopy(document)
    for path, change in changes:
        holder: Any = found
        try:
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]]
        except (LookupError, TypeError):
            continue
        if isinstance(holder, (dict, list)):
            change(holder, path[-1])
    return json.dumps(found)


def _encoded(text: str) -> bytes:
    """Return a file's bytes, with what JSON's writer could not write."""
    for name, raw in RAW.items():
        text = text.replace(f'"{name}"', raw)
    return text.replace(f'"{AGAIN}', '"').encode()


def _whole(text: str, generator: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield what can be wrong with a file as a whole."""
    content = text.encode()
    somewhere = generator.randrange(1, len(content) - 1)
    yield "the file: empty", b""
    for share in (0.01, 0.5, 0.99):
        yield f"the file: cut off at {share:.0%}", content[: int(share * len(content))]
    yield "the file: its last letter missing", content[:-1]
    yield "the file: a letter missing", content[:somewhere] + content[somewhere + 1 :]
    yield "the file: not UTF-8", content[:somewhere] + b"\xff\xfe" + content[somewhere:]
    yield "the file: in UTF-16", text.encode("utf-16")
    yield "the file: behind a byte order mark", b"\xef\xbb\xbf" + content
    yield "the file: null bytes", bytes(len(content))
    yield "the file: a hole", content[:somewhere] + bytes(512) + content[somewhere + 512 :]
    yield "the file: twice", content + content
    yield "the file: in a list", b"[" + content + b"]"
    yield "the file: as text", json.dumps(text).encode()
    yield "the file: deep", b'{"cells":' * 100_000 + b"1" + b"}" * 100_000
    yield "the file: no record", b'{"a": 1}'
    yield "the file: a number", b"17"
