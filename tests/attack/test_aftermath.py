"""The rules find what they are for: each has an aftermath that breaks it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.attack.aftermath import TRACEBACK, Aftermath, Ended, RecordSeen, judge

NAME = "20261120T101500Z-1a2b3c4d.json"
EMPTY = RecordSeen({})
MEASURED = RecordSeen({"cell 0, block 0 a1": "a1"})
CLEAN = Ended(
    words=("run",),
    expected=frozenset({0, 130}),
    status=0,
    output=f"a table\nrecord: results/{NAME}\nreport: reports/index.html\n",
    errors="",
    before={NAME: EMPTY},
    after={NAME: MEASURED},
    changed=(NAME,),
)


def faults(**changes: object) -> tuple[str, ...]:
    return judge(Aftermath((replace(CLEAN, **changes),)))


def test_nothing_is_wrong_with_a_run_that_did_what_it_should():
    assert judge(Aftermath((CLEAN,))) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"status": None}, "did not end in time"),
        ({"status": 1}, "crashed"),
        ({"status": 5}, "ended with 5, not with 0, 130"),
        ({"status": -11}, "ended with -11, not with 0, 130"),
        (
            {"status": 5, "expected": frozenset({5}), "output": "", "changed": ()},
            "ended without a word",
        ),
        ({"errors": f"{TRACEBACK}:\n  File x\nKeyError: 1\n"}, "showed a traceback: KeyError: 1"),
        ({"errors": "\x1b[2Jred\n"}, r"printed control characters: '\x1b'"),
        ({"errors": "\u202ered\n"}, r"printed control characters: '\u202e'"),
        ({"errors": "\udcff\n"}, r"printed control characters: '\udcff'"),
        ({"after": {}}, f"removed {NAME}"),
        ({"before": {NAME: MEASURED}, "after": {NAME: EMPTY}}, f"lost trials of {NAME}"),
        (
            {"before": {NAME: MEASURED}, "after": {NAME: RecordSeen({"cell 0, block 0 b2": "b2"})}},
            f"lost trials of {NAME}",
        ),
        ({"after": {NAME: replace(MEASURED, repeated=("cell 0, block 0",))}}, "repeated trials"),
        ({"after": {NAME: replace(MEASURED, trouble="no JSON")}}, f"left {NAME} unreadable"),
        (
            {"output": f"record: {NAME}\n" + "more\n" * 9},
            f"did not say last that the record is {NAME}",
        ),
        ({"processes": ("17 sleeping python",)}, "left running: 17 sleeping python"),
    ],
)
def test_each_broken_promise_of_a_command_is_found(changes, fault):
    (found,) = faults(**changes)
    assert fault in found


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"leftovers": ("tmp/x",)}, "left lying about: tmp/x"),
        ({"betrayed": ("results/x",)}, "a secret stands in results/x"),
        ({"findings": ("the honest cell failed",)}, "the honest cell failed"),
    ],
)
def test_each_broken_promise_of_an_attack_is_found(changes, fault):
    assert judge(replace(Aftermath((CLEAN,)), **changes)) == (fault,)


def test_who_asks_a_run_to_end_before_it_did_anything_need_not_be_told_so():
    assert faults(status=130, output="", changed=()) == ()
    assert faults(status=130, output="") != ()


def test_a_killed_run_need_not_say_where_its_record_is():
    assert faults(status=-9, expected=frozenset({-9}), output="") == ()


def test_a_program_that_had_just_begun_is_excused_unless_it_wrote_or_left_something():
    ended = {"status": -15, "errors": TRACEBACK, "excused": True}
    assert faults(**ended, changed=()) == ()
    assert faults(**ended) != ()
    left = faults(**ended, changed=(), processes=("a worker",))
    assert left == ("softmax-bench run: left running: a worker",)
