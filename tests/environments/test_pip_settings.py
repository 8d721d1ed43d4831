"""What pip was told is said to uv, unless uv was told itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.environments.pip_settings import (
    SYNONYMS,
    TRANSLATION,
    for_uv,
    parse_pip_config,
    read_pip_config,
)

MIRROR = "https://packages.example.org/simple"
OTHER = "https://other.example.org/simple"


def test_a_mirror_in_a_configuration_file_is_read():
    text = f"global.index-url='{MIRROR}'\nglobal.timeout='60'\n"
    assert parse_pip_config(text) == {"index-url": MIRROR, "timeout": "60"}


def test_the_environment_wins_over_files_and_the_command_over_all_commands():
    text = (
        ":env:.index-url='https://env.example.org'\n"
        "global.find-links='/everywhere'\n"
        "global.index-url='https://global.example.org'\n"
        "install.find-links='/install'\n"
        "install.index-url='https://install.example.org'\n"
    )
    assert parse_pip_config(text) == {
        "index-url": "https://env.example.org",
        "find-links": "/install",
    }


def test_settings_of_other_commands_do_not_matter():
    assert parse_pip_config("download.index-url='https://example.org'\n") == {}


def test_several_values_on_several_lines_are_read():
    text = f"global.extra-index-url='\\n{MIRROR}\\n{OTHER}'\n"
    assert parse_pip_config(text)["extra-index-url"].split() == [MIRROR, OTHER]


def test_an_address_may_hold_an_equals_sign_and_a_quote():
    text = """global.index-url="https://user:it's=me@example.org/simple"\n"""
    assert parse_pip_config(text) == {"index-url": "https://user:it's=me@example.org/simple"}


@pytest.mark.parametrize("text", ["", "\n", "\n\n"])
def test_no_settings_are_none(text):
    assert parse_pip_config(text) == {}


options = st.sampled_from(sorted(TRANSLATION))
values = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.dictionaries(options, values))
def test_every_value_that_pip_prints_is_read(settings):
    text = "".join(f"global.{option}={value!r}\n" for option, value in settings.items())
    assert parse_pip_config(text) == settings


def test_pips_own_output_is_understood(monkeypatch, tmp_path):
    pytest.importorskip("pip")
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        f"[global]\nextra-index-url =\n    {MIRROR}\n    {OTHER}\n[install]\nno-index = true\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("PIP_FIND_LINKS", "/some/wheels /more/wheels")
    for variable in ("PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(variable, raising=False)
    settings = for_uv(read_pip_config(), {})
    assert settings["UV_INDEX"] == f"{MIRROR} {OTHER}"
    assert settings["UV_FIND_LINKS"] == "/some/wheels,/more/wheels"
    assert settings["UV_NO_INDEX"] == "true"


@pytest.mark.parametrize(
    ("option", "value", "variable", "translated"),
    [
        ("index-url", MIRROR, "UV_DEFAULT_INDEX", MIRROR),
        ("extra-index-url", f"\n{MIRROR}\n{OTHER}", "UV_INDEX", f"{MIRROR} {OTHER}"),
        ("find-links", "/a /b", "UV_FIND_LINKS", "/a,/b"),
        ("no-index", "true", "UV_NO_INDEX", "true"),
        ("cert", "/certificates.pem", "SSL_CERT_FILE", "/certificates.pem"),
        ("proxy", "http://proxy.example.org:3128", "ALL_PROXY", "http://proxy.example.org:3128"),
    ],
)
def test_an_option_has_its_variable(option, value, variable, translated):
    assert for_uv({option: value}, {})[variable] == translated


def test_an_option_that_uv_has_no_use_for_is_left_out():
    assert for_uv({"timeout": "60", "index-url": ""}, {}) == {}


@given(st.dictionaries(options, values), st.sets(st.sampled_from(sorted(TRANSLATION.values()))))
def test_what_uv_was_told_stays(pip, told):
    environ = {variable: "told" for variable, _ in told}
    assert for_uv(pip, environ).keys().isdisjoint(environ)


@pytest.mark.parametrize(("variable", "older"), SYNONYMS.items())
def test_what_uv_was_told_in_an_older_spelling_stays_too(variable, older):
    pip = {"index-url": MIRROR, "extra-index-url": OTHER}
    assert variable not in for_uv(pip, {older: "https://told.example.org"})


def test_with_several_indexes_uv_takes_the_best_version_from_any_as_pip_does():
    assert for_uv({"extra-index-url": OTHER}, {})["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_with_one_index_there_is_nothing_to_choose_from():
    assert "UV_INDEX_STRATEGY" not in for_uv({"index-url": MIRROR}, {})


def test_an_index_strategy_that_uv_was_told_stays():
    found = for_uv({"extra-index-url": OTHER}, {"UV_INDEX_STRATEGY": "first-index"})
    assert "UV_INDEX_STRATEGY" not in found
