"""What must not be told, taken out of a text: credentials of known shapes, and known secrets.

The one place that does so, for records, reports and the terminal. Only the standard library is
imported here, because workers may use it as well.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from bench.records.printable import printable

MASK = "***"
# What is shorter occurs in other words by chance.
SHORTEST_SECRET = 6

# Names of variables, options and parameters whose values are secrets, as a whole or in parts.
_SECRET_WORD = (
    r"(?:token(?!iz)|secret|passw|passphrase|credential|api_?-?key|access_?-?key|private_?-?key)"
)
_SECRET_NAME = re.compile(
    rf"{_SECRET_WORD}"
    r"|(?:^|[_.-])(?:key|keys|auth|authorization|cookie|dsn|jwt|pass|pat|pwd|sas|signature)"
    r"(?:$|[_.-])",
    re.IGNORECASE,
)
_NO_SECRETS = {"PWD", "OLDPWD"}
# Their values are places, which a message may have to name.
_NAMES_A_PLACE = re.compile(r"(?:_|^)(?:DIR|DIRECTORY|FILE|FOLDER|HOME|PATH|ROOT|SOCK)$", re.I)

_VALUE = r"[^\s\"'<>&;,)\]}]"
_PARAMETER = r"(?:[\w.-]{0,40}(?:auth|key|passw|pwd|secret|sig|signature|token)[\w.-]{0,40})"
# Each has the group that stays, if anything does; every repetition is bounded, so that no text
# takes long.
_SHAPES = (
    # Whole, or cut off at its end or its beginning.
    re.compile(
        r"()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
        r"(?s:.{0,20000}?)(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\Z)"
    ),
    re.compile(r"()(?:[A-Za-z0-9+/=]{8,100}\s+){1,200}-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----"),
    # https://user:password@host, whatever the password holds; as a path it has one slash.
    re.compile(
        r"([a-z]:/{1,3})(?:[^\s/?#\"'<>]{1,1000}|[^\s/@:\"'<>]{1,200}:[^\s\"'<>]{1,1000})(?=@)"
    ),
    re.compile(rf"([?&;]{_PARAMETER}=)[^\s&#;\"'<>]{{1,4000}}", re.IGNORECASE),
    re.compile(
        r"((?:proxy-)?authorization[\"']?\s{0,5}[:=]\s{0,5}[\"']?)"
        r"(?:(?:basic|bearer|digest|negotiate|token)\s{1,5})?[^\s\"',]{1,4000}",
        re.IGNORECASE,
    ),
    re.compile(r"\b(bearer\s{1,5})[A-Za-z0-9._~+/=-]{12,4000}", re.IGNORECASE),
    re.compile(r"\b(basic\s{1,5})(?=[a-z+/]{0,100}[A-Z0-9])[A-Za-z0-9+/]{12,4000}=*"),
    re.compile(r"\b(Basic\s{1,5})(?=[a-z+/]{0,100}[A-Z0-9])[A-Za-z0-9+/]{12,4000}=*"),
    # .netrc
    re.compile(r"\b(login\s{1,5}\S{1,200}\s{1,5}password\s{1,5})\S{1,1000}", re.IGNORECASE),
    # A JSON Web Token, and what some services put before theirs so that it is recognized.
    re.compile(r"()\beyJ[\w-]{5,4000}\.[\w-]{5,8000}(?:\.[\w-]{0,4000})?"),
    re.compile(
        r"()(?<![A-Za-z0-9])(?:"
        r"gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{16,}"
        r"|(?:A3T[A-Z0-9]|AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{16,}"
        r"|npm_[A-Za-z0-9]{30,}|nvapi-[\w-]{16,}|pypi-[\w-]{16,}|sk-[\w-]{20,}"
        r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|xox[abeoprs]-[\w-]{10,})"
    ),
    # password = "…", "password": "…"
    re.compile(
        rf"((?<![\w-])[\w-]{{0,40}}{_SECRET_WORD}[\w-]{{0,40}}[\"']?\s{{0,5}}[:=]\s{{0,5}}(?P<quote>[\"']))"
        r"(?:(?!(?P=quote))[^\n]){1,4000}",
        re.IGNORECASE,
    ),
)
# PASSWORD=…, password: … and --password …, which in source code are something else.
_UNQUOTED = (
    re.compile(
        rf"((?<![\w-])[\w-]{{0,40}}{_SECRET_WORD}[\w-]{{0,40}}(?:=|:\s{{0,5}}))"
        rf"(?!\*\*\*){_VALUE}{{{SHORTEST_SECRET},4000}}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(--[\w-]{{0,40}}{_SECRET_WORD}[\w-]{{0,40}}\s{{1,5}})(?!-)\S{{1,4000}}", re.IGNORECASE
    ),
)
_USER_AND_PASSWORD = re.compile(r"[a-z]:/{1,3}([^\s/?#\"'<>]{1,1000})@")
_PARAMETER_VALUE = re.compile(rf"[?&;]{_PARAMETER}=([^\s&#;\"'<>]{{1,4000}})", re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """Tell whether a variable's name says that its value is not for others."""
    return name not in _NO_SECRETS and _SECRET_NAME.search(name) is not None


def secrets_in(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets among the values of variables, the longest first.

    Those are the values of variables whose names say so, and the passwords and tokens in addresses.
    What has several lines is told line by line too.
    """
    found: set[str] = set()
    for name, value in variables.items():
        found.update(_credentials(value))
        if names_a_secret(name) and not _NAMES_A_PLACE.search(name):
            found.update((value, *value.splitlines()))
    as_shown = {printable(one).strip() for one in found}
    return tuple(sorted((one for one in as_shown if len(one) >= SHORTEST_SECRET), key=_rank))


def _rank(secret: str) -> tuple[int, str]:
    return -len(secret), secret


def _credentials(text: str) -> Iterable[str]:
    """Yield the passwords and tokens in the addresses of a text, as they stand and decoded."""
    for match in _USER_AND_PASSWORD.finditer(text):
        user, colon, password = match[1].partition(":")
        secret = password if colon else user
        yield from (secret, unquote(secret))
    for match in _PARAMETER_VALUE.finditer(text):
        yield from (match[1], unquote(match[1]))


@functools.cache
def own_secrets() -> tuple[str, ...]:
    """Return the secrets that this process was started with, in its environment and its command."""
    words = {str(number): word for number, word in enumerate(sys.argv)}
    return secrets_in(dict(os.environ) | words)


@functools.lru_cache(maxsize=65536)
def masked(text: str, secrets: tuple[str, ...] | None = None, source: bool = False) -> str:
    """Return a text with what must not be told replaced by ``***``.

    What has nothing to hide stays as it is, control characters included; else they are gone, for
    they could divide a secret.

    Parameters
    ----------
    secrets : tuple of str, optional
        Known ones, which are masked wherever they occur; by default those of this process.
    source : bool
        Whether the text is source code, in which ``token=token`` gives nothing away.
    """
    known = own_secrets() if secrets is None else secrets
    shapes = _SHAPES if source else (*_SHAPES, *_UNQUOTED)
    plain = printable(text)
    hidden = _hidden(plain, known, shapes)
    if hidden == plain and (text == plain or _hidden(text, known, shapes) == text):
        return text
    return hidden


def _hidden(text: str, secrets: Iterable[str], shapes: Iterable[re.Pattern[str]]) -> str:
    for secret in secrets:
        for written in (secret, quote(secret, safe="", errors="replace")):
            text = text.replace(written, MASK)
    for shape in shapes:
        text = shape.sub(rf"\g<1>{MASK}", text)
    return text


def masked_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a command line with what must not be told replaced by ``***``."""
    hidden: list[str] = []
    before = ""
    for word in words:
        is_value = before.startswith("-") and "=" not in before and names_a_secret(before)
        hidden.append(MASK if is_value else masked(word))
        before = word
    return tuple(hidden)


def without_secrets(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables whose names do not say that their values are secrets."""
    return {name: variables[name] for name in variables if not names_a_secret(name)}
