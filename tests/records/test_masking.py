"""Secrets are taken out of texts, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records.masking import (
    MASK,
    masked,
    masked_words,
    names_a_secret,
    secrets_in,
    without_secrets,
)

LETTERS = "a1B2c3D4e5F6g7H8i9J0"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:hunter2@host/simple", "https://***@host/simple"),
        ("https://hunter2@host/simple", "https://***@host/simple"),
        ("https://user:hun/t@er2@host/simple", "https://***@host/simple"),
        ("http://proxy:8080/", "http://proxy:8080/"),
        ("git@github.com:owner/name", "git@github.com:owner/name"),
        ("https://host/x?token=hunter2&page=2", "https://host/x?token=***&page=2"),
        ("https://host/x?a=1&X-Amz-Signature=hunter2", "https://host/x?a=1&X-Amz-Signature=***"),
        ("https://host/x?api_key=hunter2", "https://host/x?api_key=***"),
        ("Authorization: Basic aHVudGVyMg==", "Authorization: ***"),
        ("{'Authorization': 'Bearer hunter2'}", "{'Authorization': '***'}"),
        (f"sent bearer {LETTERS}", "sent bearer ***"),
        (f"found ghp_{LETTERS}!", "found ***!"),
        (f"github_pat_{LETTERS}_{LETTERS}", MASK),
        ("AKIAIOSFODNN7EXAMPLE", MASK),
        (f"hf_{LETTERS}, xoxb-{LETTERS}", "***, ***"),
        (f"eyJ{LETTERS}.{LETTERS}.{LETTERS}", MASK),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n***\nb"),
        ("a\n-----BEGIN PRIVATE KEY-----\nMIIcut off", "a\n***"),
        (f"{LETTERS}\n{LETTERS}\n-----END PRIVATE KEY-----\nb", "***\nb"),
        ("machine host login me password hunter2", "machine host login me password ***"),
        ("password='hunter2'", "password='***'"),
        ('{"client_secret": "hunter two"}', '{"client_secret": "***"}'),
        ("DB_PASSWORD=hunter2 make", "DB_PASSWORD=*** make"),
        ("tool --api-key hunter2 --verbose", "tool --api-key *** --verbose"),
        (f"gh\x1b[0mp_{LETTERS}", MASK),
    ],
)
def test_credentials_of_known_shapes_are_masked(text, shown):
    assert masked(text, ()) == shown


@pytest.mark.parametrize(
    "text",
    [
        "tokens: 512, keys: 8",
        "KeyError: 'api_key'",
        "a basic understanding of bearer bonds",
        "sha256:3f2a9c1e and 7c4695795368f48444de96a60f9bd751f984cf74",
        "parameters off by 1e-3: bound 2e-6",
        "\x1b[31mred\x1b[0m \x00",
        "monkey=bananas",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text):
    assert masked(text, ()) == text


def test_source_code_keeps_its_names():
    code = "def attend(token: tensor_of_ids, secret=default_secret): return token"
    assert masked(code, (), source=True) == code
    assert masked('password = "hunter2"', (), source=True) == 'password = "***"'


@given(st.text() | st.text(st.sampled_from(":/@?&=-.'\" \ntokensecrtpaswd")))
def test_what_is_masked_stays_as_it_is(text):
    assert masked(masked(text, ()), ()) == masked(text, ())


@given(st.text(), st.text(), st.text("aé %/+1", min_size=6).map(str.strip))
def test_a_known_secret_is_found_wherever_it_is(before, after, secret):
    secrets = secrets_in({"MY_TOKEN": secret})
    if len(secret) >= 6:
        assert secret not in masked(f"{before}{secret}{after}", secrets).replace(MASK, "\0")


@pytest.mark.parametrize(
    "name",
    [
        *("NVIDIA_API_KEY", "MXNET_TOKEN", "XLA_SECRET", "AWS_SECRET_ACCESS_KEY", "DB_PASS"),
        *("GITHUBTOKEN", "PGPASSWORD", "GOOGLE_APPLICATION_CREDENTIALS", "SENTRY_DSN", "token"),
    ],
)
def test_names_that_say_that_the_value_is_a_secret(name):
    assert names_a_secret(name)
    assert without_secrets({name: "x", "PATH": "/usr/bin"}) == {"PATH": "/usr/bin"}


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "PWD", "OLDPWD", "KEYBOARD", "TOKENIZERS_PARALLELISM", "KERAS_BACKEND"),
        *("COMPASS", "OMP_NUM_THREADS", "XAUTHORITY", "MONKEY_PATCH"),
    ],
)
def test_names_that_do_not(name):
    assert not names_a_secret(name)


def test_passwords_in_addresses_are_secrets_of_their_own():
    variables = {
        "PIP_INDEX_URL": "https://user:hunter%212@host/simple",
        "UV_FIND_LINKS": "https://host/?token=swordfish",
    }
    assert set(secrets_in(variables)) == {"hunter%212", "hunter!2", "swordfish"}


def test_what_is_short_or_a_place_is_no_secret_to_look_for():
    assert secrets_in({"A_KEY": "12345", "SECRETS_DIR": "/home/somebody/secrets"}) == ()


def test_each_line_of_a_secret_is_one():
    secrets = secrets_in({"SSH_PRIVATE_KEY": "first line\nsecond line"})
    assert masked("it said: second line", secrets) == "it said: ***"


def test_the_value_of_an_option_that_names_a_secret_is_masked():
    words = ("run", "--token", "hunter2", "--home", "https://u:pass@host", "--api-key=swordfish")
    hidden = ("run", "--token", MASK, "--home", f"https://{MASK}@host", f"--api-key={MASK}")
    assert masked_words(words) == hidden
