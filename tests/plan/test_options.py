"""Options of a plan: each is one field, wherever it was written."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given

from bench.plan import plan_file
from bench.plan.choices import QUICK_BLOCKS, ChoiceError
from bench.plan.options import OPTIONS, complete, parse, require_valid
from bench.plan.plan_file import Source
from bench.records import plan
from bench.records.plan import Plan
from tests.plan.drawn import AROUND, given_options, toml, typed

DEFAULT = complete({}, AROUND)


def planned(**texts: str) -> Plan:
    """Return the plan of some options, by their names with underscores."""
    given_texts = {name.replace("_", "-"): text for name, text in texts.items()}
    return complete(parse(given_texts, AROUND), AROUND)


def test_every_field_of_a_plan_but_its_rules_has_exactly_one_option():
    """Whether blocks are added follows from the others."""
    wanted = {field.name for field in fields(Plan)} - {"include", "exclude", "adaptive"}
    assert sorted(option.field for option in OPTIONS) == sorted(wanted)


def test_every_option_has_a_name_of_its_own_and_a_help_in_sentences():
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)
    assert all(option.help.endswith((".", "]")) for option in OPTIONS)


def test_without_options_the_plan_is_the_default_one():
    assert DEFAULT == Plan(
        frameworks=AROUND.usual_frameworks,
        workloads=("auto",),
        threads=(AROUND.physical_cores,),
        blocks=plan.FIRST_BLOCKS,
        adaptive=True,
        max_time_seconds=plan.ADAPTIVE_MAX_TIME_SECONDS,
    )


# Of a plan whose blocks are fixed, or follow from a precision.
FIXED = replace(
    DEFAULT,
    adaptive=False,
    blocks=plan.DEFAULT_BLOCKS,
    max_time_seconds=plan.DEFAULT_MAX_TIME_SECONDS,
)


def test_a_quick_plan_has_few_blocks_and_no_profile_unless_they_are_asked_for():
    quick = planned(quick="true")
    assert quick == replace(FIXED, quick=True, blocks=QUICK_BLOCKS, profile=False)
    assert planned(quick="true", blocks="7", profile="true") == replace(
        FIXED, quick=True, blocks=7, profile=True
    )


@given(given_options())
def test_an_option_sets_its_own_field_and_no_other(given_):
    texts = {name: typed(value) for name, value in given_.items()}
    found = parse(texts, AROUND)
    assert found.keys() == {option.field for option in OPTIONS if option.name in given_}
    for option in OPTIONS:
        if option.name in given_:
            assert (
                found[option.field]
                == parse({option.name: texts[option.name]}, AROUND)[option.field]
            )


@given(given_options())
def test_a_plan_file_and_the_same_options_on_the_command_line_give_the_same_plan(given_):
    typed_options = parse({name: typed(value) for name, value in given_.items()}, AROUND)
    written = plan_file.parse(Source("plan.toml", toml(given_)), AROUND)
    assert written == typed_options
    assert complete(written, AROUND) == complete(typed_options, AROUND)


def test_all_stands_for_every_framework_and_lane_there_is():
    assert planned(framework="all").frameworks == AROUND.frameworks
    assert planned(execution="all").executions == ("eager", "step", "epoch")


def test_lanes_forms_inputs_and_devices_keep_an_order_of_their_own():
    assert planned(execution="epoch,eager").executions == ("eager", "epoch")
    assert planned(form="high_level,scratch").forms == ("scratch", "high_level")
    assert planned(input="loader,preloaded").inputs == ("preloaded", "loader")


def test_max_is_a_thread_for_every_physical_core_and_comes_once():
    assert planned(threads="max").threads == (4,)
    assert planned(threads="1,max,4").threads == (1, 4)
    assert planned(threads="1,01,max,04").threads == (1, 4)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"framework": "trch"}, "Unknown framework 'trch'. Did you mean torch?"),
        ({"framework": ""}, "No framework is named. Valid: numpy, torch"),
        ({"framework": "all,trch"}, "Unknown framework 'all'"),
        ({"workload": "fashionmnist"}, "Did you mean fashion-mnist?"),
        ({"workload": ","}, "No workload is named."),
        ({"form": "highlevel"}, "Did you mean high_level?"),
        ({"form": ""}, "No form is named."),
        ({"execution": "compiled"}, "Unknown lane 'compiled'. Valid: eager, step, epoch, all."),
        ({"execution": ""}, "No lane is named. Valid: eager, step, epoch."),
        ({"input": "loadr"}, "Unknown input 'loadr'. Did you mean loader?"),
        ({"device": "tpu"}, "Unknown device 'tpu'"),
        ({"threads": "0"}, "Thread count '0' is not a positive whole number."),
        ({"threads": ""}, "No thread count is named."),
        ({"threads": "9"}, "9 threads need as many CPUs; this process may use 8."),
        ({"batch-size": ""}, "No batch size is named."),
        ({"batch-size": "ten"}, "Batch size 'ten' is not a positive whole number."),
        ({"loader-workers": "-1"}, "Number of loader workers '-1' is not a whole number from 0"),
        ({"epochs": "1"}, "Number of epochs '1' is not a whole number from 2 up."),
        ({"blocks": "1,2"}, "Number of blocks '1,2' is not one whole number."),
        ({"seed": "-1"}, "Seed '-1' is not a whole number from 0 up."),
        ({"quick": "yes"}, "quick 'yes' is neither true nor false."),
        ({"target": "200%"}, "Target '200%' is not a share from 1% to 100%."),
        ({"precision": "2"}, "Precision '2' is not a share from 0.1% to 50%."),
        ({"timeout": "soon"}, "'soon' is not a duration such as 90s, 10min or 1.5h."),
        ({"timeout": "inf"}, "'inf' is not a duration"),
        ({"timeout": "-1"}, "'-1' is not a duration"),
        ({"timeout": "1e400"}, "'1e400' is not a duration"),
        ({"timeout": "0"}, "from 0.1s to 240h."),
        ({"max-time": "nan"}, "'nan' is not a duration"),
        ({"max-time": "1000h"}, "from 0.1s to 240h."),
        ({"precision": "nan"}, "Precision 'nan' is not a share from 0.1% to 50%."),
        ({"target": "0"}, "Target '0' is not a share from 1% to 100%."),
        ({"blocks": "1000000000000"}, "is not a whole number from 1 to 10,000."),
        ({"epochs": "1000000000000"}, "is not a whole number from 2 to 100,000."),
        ({"epochs": "9" * 5000}, "is not a whole number from 2 to 100,000."),
        ({"repeats": "101"}, "Number of repeats '101' is not a whole number from 0 to 100."),
        ({"seed": "2147483648"}, "Seed '2147483648' is not a whole number from 0 to 2,147,483,647"),
        ({"seed": "\u0663"}, "Seed '\u0663' is not a whole number from 0 up."),
        ({"loader-workers": "17"}, "workers '17' is not a whole number from 0 to 16."),
        ({"batch-size": "9" * 12}, "is not a whole number from 1 to 1,000,000,000."),
        ({"threads": "9" * 5000}, "Thread count '9999"),
        ({"device": " "}, "No device is named."),
        ({"environment": ""}, "Unknown environment ''. Valid: managed, current."),
        ({"environment": "mine"}, "Unknown environment 'mine'. Valid: managed, current."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(texts, said):
    with pytest.raises(ChoiceError) as error:
        parse(texts, AROUND)
    assert said in str(error.value)


@pytest.mark.parametrize("given_", [{"blocks": "5"}, {"quick": "true"}])
def test_a_time_bounds_nothing_where_no_block_is_added_and_is_refused(given_):
    with pytest.raises(ChoiceError, match="or name a precision, such as 2%"):
        planned(max_time="10min", **given_)
    assert planned(max_time="10min", precision="2%", **given_).max_time_seconds == 600


def test_three_blocks_are_followed_by_those_that_matter_for_as_long_as_is_said():
    assert (DEFAULT.blocks, DEFAULT.adaptive, DEFAULT.max_time_seconds) == (3, True, 360)
    assert planned(max_time="10min") == replace(DEFAULT, max_time_seconds=600)


def test_blocks_that_are_named_are_all_there_are():
    assert planned(blocks="5") == FIXED


def test_a_precision_begins_with_five_blocks_of_every_cell():
    assert planned(precision="2%") == replace(FIXED, precision=0.02)


def test_the_help_tells_the_defaults_of_the_plan():
    helps = {option.name: option.help for option in OPTIONS}
    assert (
        f"[default: {plan.FIRST_BLOCKS}, then more of what is not told apart; with --quick "
        f"{QUICK_BLOCKS}, with --precision {plan.DEFAULT_BLOCKS} at first]" in helps["blocks"]
    )
    assert f"[default: {plan.DEFAULT_TARGET:.0%}]" in helps["target"]
    assert f"[default: {plan.DEFAULT_REPEATS}]" in helps["repeats"]
    assert f"[default: {plan.DEFAULT_SEED}]" in helps["seed"]
    assert "[default: 5min]" in helps["timeout"]
    assert planned(timeout="5min").timeout_seconds == plan.DEFAULT_TIMEOUT_SECONDS
    assert "[default: 6min, with --precision 1h]" in helps["max-time"]
    assert planned(max_time="6min") == DEFAULT
    assert planned(max_time="1h", precision="2%") == planned(precision="2%")


@given(given_options())
def test_what_options_made_is_valid_when_it_is_read_from_a_record(given_):
    texts = {name: typed(value) for name, value in given_.items()}
    require_valid(complete(parse(texts, AROUND), AROUND), AROUND)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"frameworks": ("abacus",)}, "framework: Unknown framework 'abacus'."),
        ({"workloads": ("none",)}, "workload: Unknown workload 'none'."),
        ({"threads": (10**6,)}, "threads: 1000000 threads need as many CPUs"),
        ({"epochs": 10**12}, "epochs: Number of epochs '1000000000000' is not"),
        ({"blocks": 0}, "blocks: Number of blocks '0' is not a positive whole number."),
        ({"timeout_seconds": 1e300}, "timeout: '1000"),
        ({"precision": 1e-9}, "precision: Precision '0.000000001' is not"),
        ({"seed": -1}, "seed: Seed '-1' is not"),
        ({"forms": ("scratch", "scratch")}, "form: 'scratch,scratch' cannot have been asked for."),
        ({"forms": ("high_level", "scratch")}, "form: 'high_level,scratch' cannot have been"),
    ],
)
def test_what_no_options_made_is_refused_when_it_is_read_from_a_record(changes, said):
    with pytest.raises(ChoiceError) as error:
        require_valid(replace(FIXED, **changes), AROUND)
    assert str(error.value).startswith(said)
