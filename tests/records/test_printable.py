"""Text from outside does nothing where it is shown."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records.printable import printable

# What terminals act on, and the characters that sequences of it are made of.
lively = st.text(st.sampled_from("\x1b\x9b\x9d\x90\x9c\x07\x08\\[]0;31mJcP^_X a\r\n\t\u202e"))
texts = lively | st.text(st.characters()) | st.text(st.characters(categories=["Cc", "Cf", "Cs"]))


@given(texts)
def test_nothing_is_left_that_acts(text):
    shown = printable(text)
    assert not [
        character
        for character in shown
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    ]
    assert re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown) is None


@given(texts)
def test_what_is_printable_stays_as_it_is(text):
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_letters_numbers_and_signs_stay_as_they_are(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hcleared", "cleared"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]2;a title\x1b\\text", "text"),
        ("\x9d2;a title\x9ctext", "text"),
        ("\x1b]8;;http://example.org\x1b\\a link\x1b]8;;\x1b\\", "a link"),
        ("\x1b]52;c;Y2xpcGJvYXJk\x07text", "text"),
        ("\x1bPa device's string\x1b\\text", "text"),
        ("\x1bcreset", "reset"),
        ("\x1b(0line drawing", "line drawing"),
        ("\x1b]0;without an end", "\ufffd]0;without an end"),
        ("\x1b\x1b[31m[31mnested", "\ufffd[31mnested"),
        ("back\x08\x08space", "back\ufffd\ufffdspace"),
        ("null\x00", "null\ufffd"),
        ("over\rwritten", "over\nwritten"),
        ("a line\r\nand another", "a line\nand another"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\u2066isolated\u2069", "\ufffdisolated\ufffd"),
        ("\ud800", "\ufffd"),
        ("family: 👩\u200d👩\u200d👧", "family: 👩\u200d👩\u200d👧"),
    ],
)
def test_what_terminals_act_on_is_taken_out(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("piece", ["\x1b]", "\x1b[", "\x1b[1;", "\x9d", "\x1bP", "\x1b ", "\r"])
def test_no_text_takes_a_time_that_grows_with_its_square(piece):
    # A hundred times the length may take no more than some thousand times as long, which would be
    # ten thousand times for the square; a second in any case.
    short, long = (_seconds(piece * count) for count in (2_000, 200_000))
    assert long < max(1.0, 3_000 * short)


def _seconds(text: str) -> float:
    start = time.process_time()
    printable(text)
    return time.process_time() - start
