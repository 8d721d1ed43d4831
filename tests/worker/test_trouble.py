"""What a worker says about the exception that ended its trial."""

from __future__ import annotations

import pytest

from bench.worker.assignment import REASON_CHARACTERS, Trouble, shortened
from bench.worker.loading import DeviceMissing, ImportFailed
from bench.worker.process import trouble


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ImportFailed("no such module"), Trouble("import_failed", "no such module")),
        (DeviceMissing("sees no gpu"), Trouble("device_missing", "sees no gpu")),
        (MemoryError("4 GiB"), Trouble("out_of_memory", "MemoryError: 4 GiB")),
        (ValueError("wrong shape"), Trouble("raised", "ValueError: wrong shape")),
        (SystemExit("gone"), Trouble("raised", "SystemExit: gone")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_is_a_kind_and_a_reason(error, expected):
    assert trouble(error) == expected


class CannotBeSaid(Exception):
    def __str__(self):
        raise ValueError("no words")


def test_an_exception_whose_message_cannot_be_had_is_told_all_the_same():
    assert trouble(CannotBeSaid()).reason == (
        "CannotBeSaid: its message cannot be had (ValueError)"
    )


def test_a_long_message_is_shortened_once_and_says_so():
    reason = trouble(RuntimeError("word " * 10_000_000)).reason
    assert REASON_CHARACTERS - len("word ") <= len(reason) <= REASON_CHARACTERS
    assert reason.endswith("… (shortened from 50,000,014 characters)")
    assert shortened(reason) == reason


def test_a_word_that_would_be_cut_is_left_out_for_half_a_secret_is_not_masked():
    words = "word " * 1_000
    assert REASON_CHARACTERS < len(words)
    assert set(shortened(words).partition(" …")[0].split()) == {"word"}
    assert shortened(f"key: {'x' * 10_000}") == "key: … (shortened from 10,005 characters)"


def test_what_no_file_can_hold_is_replaced():
    assert shortened("half \ud800").encode() == b"half ?"
