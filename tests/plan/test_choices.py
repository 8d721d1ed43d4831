"""What the user asked for, checked against what there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.choices import (
    ChoiceError,
    FrameworkChoice,
    UnknownName,
    check,
    parse_duration,
    parse_frameworks,
    parse_integers,
    parse_precision,
    split,
)

FRAMEWORKS = ("numpy", "sklearn", "torch", "tensorflow", "mxnet", "jax")
words = st.lists(st.text("abc_1.=", min_size=1, max_size=5), max_size=6)
spaces = st.sampled_from(["", " ", "  "])


@given(words, spaces)
def test_words_come_once_each_in_their_order(given_, space):
    assert split(f"{space},{space}".join(given_)) == tuple(dict.fromkeys(given_))


@pytest.mark.parametrize("text", ["", ",", " , ,"])
def test_there_are_no_empty_words(text):
    assert split(text) == ()


def test_a_valid_name_passes():
    check("framework", ["torch", "jax"], FRAMEWORKS)


def test_an_unknown_name_is_answered_with_the_nearest_and_all_valid_ones():
    with pytest.raises(UnknownName) as error:
        check("framework", ["jax", "tensorfow"], FRAMEWORKS)
    assert str(error.value) == (
        "Unknown framework 'tensorfow'. Did you mean tensorflow? "
        "Valid: numpy, sklearn, torch, tensorflow, mxnet, jax."
    )


def test_where_nothing_is_near_nothing_is_suggested():
    with pytest.raises(UnknownName) as error:
        check("form", ["xyz"], ("scratch", "high_level"))
    assert str(error.value) == "Unknown form 'xyz'. Valid: scratch, high_level."


@given(st.sampled_from(FRAMEWORKS), st.data())
def test_one_slip_of_the_finger_is_understood(name, data):
    index = data.draw(st.integers(1, len(name) - 2))
    slip = name[:index] + name[index + 1 :]
    with pytest.raises(UnknownName, match=f"Did you mean {name}\\?"):
        check("framework", [slip], FRAMEWORKS)


def test_a_framework_comes_at_its_pinned_version_unless_one_is_named():
    assert parse_frameworks("torch,jax==0.10.1", FRAMEWORKS) == (
        FrameworkChoice("torch"),
        FrameworkChoice("jax", "0.10.1"),
    )


def test_one_framework_can_be_chosen_in_two_versions():
    choices = parse_frameworks("sklearn,sklearn==1.8.0", FRAMEWORKS)
    assert [str(choice) for choice in choices] == ["sklearn", "sklearn==1.8.0"]


@given(
    st.lists(
        st.builds(
            FrameworkChoice,
            st.sampled_from(FRAMEWORKS),
            st.none() | st.from_regex(r"[0-9]\.[0-9]{1,2}(\.[0-9]|rc1|\+cpu)?", fullmatch=True),
        ),
        min_size=1,
        unique=True,
    )
)
def test_choices_that_were_written_are_read(choices):
    assert parse_frameworks(",".join(map(str, choices)), FRAMEWORKS) == tuple(choices)


def test_an_unknown_framework_is_refused_with_its_version_or_without():
    for text in ("tork", "tork==1.0"):
        with pytest.raises(UnknownName, match="'tork'"):
            parse_frameworks(text, FRAMEWORKS)


@pytest.mark.parametrize(
    "text", ["torch==", "torch==latest", "torch==1.0; rm", "torch==>2", "torch==" + "1" * 65]
)
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ValueError, match=r"is not of the form torch==1\.2\.3"):
        parse_frameworks(text, FRAMEWORKS)


@pytest.mark.parametrize("text", ["torch=2.0", "torch>=2.0", "torch 2.0"])
def test_only_exact_versions_can_be_asked_for(text):
    with pytest.raises(UnknownName, match="Did you mean torch"):
        parse_frameworks(text, FRAMEWORKS)


@given(st.lists(st.integers(1, 10**6), unique=True))
def test_positive_integers_are_read(numbers):
    text = ",".join(map(str, numbers))
    assert parse_integers("batch size", text, least=1) == tuple(numbers)


@pytest.mark.parametrize("word", ["0", "-1", "1.5", "two", "1e3", "0x10", "²"])
def test_what_is_no_positive_integer_is_refused(word):
    with pytest.raises(ValueError, match=r"Batch size .* is not a positive whole number\."):
        parse_integers("batch size", f"128,{word}", least=1)


@given(st.integers(0, 10))
def test_integers_may_begin_at_another_number(least):
    text = ",".join(str(number) for number in range(least, least + 3))
    assert parse_integers("seed", text, least) == (least, least + 1, least + 2)
    with pytest.raises(ChoiceError, match="is not a"):
        parse_integers("seed", str(least - 1), least)


def test_a_number_that_is_too_long_to_be_meant_is_refused_and_says_so():
    with pytest.raises(ChoiceError, match=r"^Seed '9{40}'\.\.\. is not .* from 0 to 999,999,999"):
        parse_integers("seed", "9" * 5000, least=0)


@given(st.integers(3, 50), st.integers(1, 50), st.integers(0, 9))
def test_integers_end_where_they_stop_to_make_sense(most, more, zeros):
    padded = "0" * zeros + str(most)
    assert parse_integers("blocks", f"{most},{padded}", least=1, most=most) == (most,)
    with pytest.raises(ChoiceError, match=f"is not a whole number from 1 to {most}"):
        parse_integers("blocks", str(most + more), least=1, most=most)


@given(st.text(min_size=1, max_size=20), st.integers(1, 2000))
def test_whatever_is_typed_a_message_quotes_the_beginning_of_it(text, times):
    with pytest.raises(UnknownName) as error:
        check("framework", [text * times + "!"], FRAMEWORKS)
    assert len(str(error.value)) < 600


@pytest.mark.parametrize(
    ("text", "share"), [("", None), ("2%", 0.02), ("0.02", 0.02), ("1.5 %", 0.015), ("50%", 0.5)]
)
def test_a_precision_is_a_percentage_or_a_share(text, share):
    assert parse_precision(text) == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    ["2", "0", "0%", "-1%", "two", "60%", "0.01%", "nan", "1e-2", "\u0662%", "9" * 5000, "\n"],
)
def test_a_precision_that_cannot_be_meant_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a share from 0\.1% to 50%"):
        parse_precision(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("10min", 600), ("1.5h", 5400), ("10 min", 600)]
)
def test_a_duration_has_a_unit_or_is_in_seconds(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "-5s", "soon", "5 days", "10m", "inf", "nan", "1e400"])
@pytest.mark.parametrize("unit", ["", "h"])
def test_what_is_no_duration_is_refused(text, unit):
    with pytest.raises(ValueError, match="is not a duration such as"):
        parse_duration(text + unit)


@pytest.mark.parametrize(
    "text", ["9" * 400, "9" * 5000, "240.1h", "0.05s", "0.000", "\u0669s", "\uff19s"]
)
def test_a_duration_is_bounded_and_in_plain_digits(text):
    with pytest.raises(ValueError, match=r"is not a duration .* It may be from 0\.1s to 240h\.$"):
        parse_duration(text)
