"""Plan files: what they say, and what is said of one that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan import plan_file
from bench.plan.choices import ChoiceError
from bench.plan.options import OPTIONS
from bench.plan.plan_file import Source
from bench.records.axes import AXES
from bench.records.plan import Rule
from tests.plan.drawn import AROUND


def fields(text: str) -> dict[str, object]:
    return plan_file.parse(Source("plan.toml", text), AROUND)


def complaint(text: str) -> str:
    with pytest.raises(ChoiceError) as error:
        fields(text)
    return str(error.value)


def test_a_key_is_an_option_and_a_value_what_stands_behind_it_or_a_list():
    text = """
    framework = "torch, jax"
    execution = ["eager", "epoch"]
    threads = [1, "max"]
    batch-size = 256
    precision = 0.02
    profile = false
    """
    assert fields(text) == {
        "frameworks": ("torch", "jax"),
        "executions": ("eager", "epoch"),
        "threads": (1, 4),
        "batch_sizes": (256,),
        "precision": 0.02,
        "profile": False,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a remark\n"])
def test_a_file_that_sets_nothing_leaves_the_default_plan(text):
    assert fields(text) == {}


def test_rules_name_values_of_axes():
    text = """
    [[include]]
    framework = ["torch", "jax"]
    threads = "max"
    batch-size = [32, 256]

    [[include]]
    execution = "eager, step"
    version = "2.13.0"

    [[exclude]]
    loader-workers = 0
    input = "loader"
    """
    assert fields(text) == {
        "include": (
            Rule({"framework": ("torch", "jax"), "threads": ("4",), "batch_size": ("32", "256")}),
            Rule({"execution": ("eager", "step"), "framework_version": ("2.13.0",)}),
        ),
        "exclude": (Rule({"loader_workers": ("0",), "input": ("loader",)}),),
    }


def test_rules_may_be_written_in_one_line():
    assert fields('exclude = [{form = "scratch"}, {device = "gpu"}]') == {
        "exclude": (Rule({"form": ("scratch",)}), Rule({"device": ("gpu",)}))
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # Keys.
        ('\n\nframwork = "torch"', "plan.toml, line 3: unknown key 'framwork'. Did you mean fram"),
        ("batch_size = 3", "line 1: unknown key 'batch_size'. Did you mean batch-size? Valid: fra"),
        ("seed = 1\n[blocks2]\n", "line 2: unknown key 'blocks2'. Did you mean blocks?"),
        ('seed = 1\n["blocks2"]\n', "line 2: unknown key 'blocks2'. Did you mean blocks?"),
        ("[[includes]]\n", "line 1: unknown key 'includes'. Did you mean include?"),
        ("a.b.c = 1\n", "line 1: unknown key 'a'."),
        ('"" = 1\n', "unknown key ''."),
        # Values.
        ('seed = 1\nframework = ["trch"]', "line 2: framework: Unknown framework 'trch'. Did you"),
        ("\n# seed = 2\nseed = -1", "line 3: seed: Seed '-1' is not a whole number from 0 up."),
        ("epochs = 2.5", "line 1: epochs: Number of epochs '2.5' is not a whole number"),
        ("threads = 0", "line 1: threads: Thread count '0' is not a positive whole number."),
        ("threads = []", "line 1: threads: No thread count is named."),
        ("quick = 1", "line 1: quick: quick '1' is neither true nor false."),
        ("blocks = true", "line 1: blocks: Number of blocks 'true' is not a positive whole"),
        ("timeout = nan", "line 1: timeout: 'nan' is not a duration"),
        ("timeout = 1979-05-27", "line 1: timeout: '1979-05-27' is not a duration"),
        ("precision = inf", "line 1: precision: Precision 'inf' is not a share"),
        ("form = {scratch = true}", "line 1: form: A table cannot be meant"),
        ("form = [[['scratch']], {}]", "line 1: form: A table cannot be meant"),
        # Rules.
        ('[include]\nform = "scratch"', "line 1: include is a list of tables: write [[include]]"),
        ("seed = 1\nexclude = 3", "line 2: exclude is a list of tables: write [[exclude]]"),
        ('exclude = ["scratch"]', "line 1: exclude is a list of tables: write [[exclude]]"),
        ("[[include.form]]", "line 1: include is a list of tables"),
        ("[[exclude]]", "line 1: a rule names no axis. Valid: workload, framework, form"),
        ("[[exclude]]\nform = []", "line 2: form: No value is named."),
        ("[[exclude]]\n\nlane = 1", "line 3: unknown axis 'lane'."),
        (
            "threads = 1\n[[include]]\nthreads = 1\n[[include]]\nthread = 2",
            "line 5: unknown axis 'thread'. Did you mean threads? Valid: workload, framework",
        ),
        (
            'execution = "step"\n[[include]]\nexecution = "step"\n[[exclude]]\nexecution = "stp"',
            "line 5: execution: No cell has 'stp'. Did you mean step? Valid: eager, step, epoch.",
        ),
        (
            '[[include]]\nform = "scratch"\n[[include]]\nform = "low"',
            "line 4: form: No cell has 'low'. Valid: scratch, high_level.",
        ),
        ('[[exclude]]\nframework = "trch"', "line 2: framework: No cell has 'trch'. Did you mean"),
        ('[[exclude]]\nworkload = "auto"', "line 2: workload: No cell has 'auto'. Valid: fashion"),
        ('[[exclude]]\nthreads = "most"', "line 2: threads: Threads 'most' is not a whole number"),
        ("seed = 1\nexclude = [{form = 1}]", "line 2: form: No cell has '1'. Valid: scratch"),
        # No TOML at all.
        ("frameworks: torch", "The plan plan.toml is not TOML: "),
        ("seed = 1\nseed = 2", "The plan plan.toml is not TOML: Cannot overwrite a value"),
        ("\ufeffseed = 1", "The plan plan.toml is not TOML: "),
        # Too much of a number, or of depth.
        (f"seed = {'9' * 20}", "line 1: seed: Seed '99999999999999999999' is not a whole number"),
        (f"seed = {'9' * 5000}", "it nests too deeply, or a number in it is too long"),
        (f"seed = 0x{'f' * 5000}", "line 1: seed: A number with so many digits cannot be meant."),
        (f"timeout = '{'9' * 400}'", "line 1: timeout: '9999"),
        (f"seed = {'[' * 5000}", "it nests too deeply, or a number in it is too long"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_would_be_right(text, said):
    assert said in complaint(text)


@pytest.mark.parametrize("name", [option.name for option in OPTIONS])
def test_a_slip_in_a_key_is_answered_with_the_right_one(name):
    assert f"Did you mean {name}?" in complaint(f"{name[:-1]} = 1")


@pytest.mark.parametrize("name", [axis.name for axis in AXES])
def test_a_slip_in_an_axis_is_answered_with_the_right_one(name):
    assert f"Did you mean {name}?" in complaint(f"[[include]]\n{name[:-1]} = 1")


@given(st.integers(0, 5), st.sampled_from(["include", "exclude"]), st.booleans())
def test_the_line_is_that_of_the_rule_that_is_wrong(number, kind, blank):
    good = f'[[{kind}]]\nform = "scratch"\n' + "\n" * blank
    text = good * number + f'[[{kind}]]\nform = "none"\n' + good
    line = number * (2 + blank) + 2
    assert complaint(text).startswith(f"plan.toml, line {line}: form: ")


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ChoiceError, match=r"absent\.toml cannot be read: No such file"):
        plan_file.read(tmp_path / "absent.toml", AROUND)


def test_a_folder_is_no_plan(tmp_path: Path):
    with pytest.raises(ChoiceError, match="cannot be read: Is a directory"):
        plan_file.read(tmp_path, AROUND)


def test_what_is_no_text_is_no_plan(tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ChoiceError, match=r"plan\.toml cannot be read: it is not a text in UTF-8"):
        plan_file.read(path, AROUND)


def test_a_pipe_is_no_plan_and_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "plan.toml")
    with pytest.raises(ChoiceError, match="cannot be read: it is a named pipe, not a file"):
        plan_file.read(tmp_path / "plan.toml", AROUND)


def test_a_device_is_no_plan():
    with pytest.raises(ChoiceError, match="/dev/zero cannot be read: it is a device, not a file"):
        plan_file.read(Path("/dev/zero"), AROUND)


def test_a_plan_is_no_larger_than_can_be_meant(tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_text("# " + "x" * plan_file.MOST_BYTES)
    with pytest.raises(ChoiceError, match="cannot be read: it is larger than 100 kB"):
        plan_file.read(path, AROUND)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("framework." + "a." * 40_000 + "b = 1", "line 1: so many dots cannot be meant"),
        ("framework." + "a." * 400 + "b = 1", "line 1: framework: A table cannot be meant"),
        ("framework = {a = 1}", "line 1: framework: A table cannot be meant"),
        ('[[include]]\nframework = {a = "numpy"}', "line 2: framework: A table cannot be meant"),
        ("framework = " + "[" * 10_000 + "]" * 10_000, "it nests too deeply"),
        ("seed = " + "9" * 5_000, "a number in it is too long"),
        ("seed = 0x" + "f" * 5_000, "so many digits cannot be meant"),
        ("timeout = nan", "timeout: 'nan' is not a duration"),
        ("timeout = inf", "timeout: 'inf' is not a duration"),
        ("seed = 2025-01-02", "seed: Seed '2025-01-02' is not"),
        ("blocks = 1.5", "blocks: Number of blocks '1.5' is not"),
        ("seed = true", "seed: Seed 'true' is not"),
        ("seed = 1\nseed = 2", "is not TOML"),
        ('form = "\\ud800"', "is not TOML"),
    ],
)
def test_damage_is_named(text: str, said: str):
    assert said in complaint(text)


words = st.sampled_from(
    [*(option.name for option in OPTIONS), *(axis.name for axis in AXES), "include", "exclude", "x"]
)
values = st.recursive(
    st.sampled_from(["1", "-1", "1e9", "nan", "true", '"all"', '"torch"', "'', ''", "0x1F", "[]"])
    | st.integers().map(str)
    | st.text("ab=[]{}\"'#.,\n 1", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(words, inner).map(lambda pair: f"{{{pair[0]} = {pair[1]}}}")
    ),
    max_leaves=4,
)
lines = st.one_of(
    st.tuples(words, values).map(" = ".join),
    words.map("[[{}]]".format),
    words.map("[{}]".format),
    st.tuples(words, words, values).map(lambda three: f"{three[0]}.{three[1]} = {three[2]}"),
    st.text(max_size=12),
)


def outcome(text: str) -> dict[str, object] | str:
    """Return what a text sets, or what is said of it."""
    try:
        return fields(text)
    except ChoiceError as error:
        return str(error)


@given(st.lists(lines, max_size=6).map("\n".join))
def test_whatever_a_file_holds_it_is_a_plan_or_refused_in_a_sentence(text):
    found = outcome(text)
    assert isinstance(found, dict) or "plan.toml" in found
