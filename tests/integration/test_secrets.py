"""Secrets, planted wherever a run looks or listens, reach nothing that it writes or says."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import BRIEFLY, CommandLine
from tests.integration.telling import telling_command_line

# Known by the variable that holds them: each looks like any other word.
IN_VARIABLES = {
    "NVIDIA_API_KEY": "quagmire-nvidia",
    "MXNET_TOKEN": "quagmire-mxnet",
    "XLA_SECRET": "quagmire-xla",
    "CUDA_PASSWORD": "quagmire cuda / %",
    "AWS_SECRET_ACCESS_KEY": "quagmire+aws/key=",
    "DATABASE_CREDENTIALS": "quagmire-first-line\nquagmire-second-line",
}
# In variables that are recorded, for their names are harmless; the values are not.
IN_SETTINGS = {
    "KMP_AFFINITY": "quagmire-affinity",
    "MKL_CBWR": "quagmire-kernels",
    "TF_ENABLE_ONEDNN_OPTS": "quagmire-onednn",
    "TF_XLA_FLAGS": "--tf_xla_dump_to=quagmire-flags",
    "NVIDIA_OF_TOMORROW": "quagmire-tomorrow",
}
# Of addresses that programs are told of: user and password, or a token.
NOBODY = "127.0.0.1:9"
IN_ADDRESSES = {
    "PIP_INDEX_URL": f"http://me:quagmire-index@{NOBODY}/simple",
    "PIP_EXTRA_INDEX_URL": f"http://quagmire-extra@{NOBODY}/simple",
    "UV_INDEX": f"http://me:quagmire%2Fuv@{NOBODY}/simple",
    "HTTPS_PROXY": f"http://me:quagmire-proxy@{NOBODY}",
}
# Known by their shapes alone.
SHAPED = {
    "github": "ghp_Qu4gM1reQu4gM1reQu4gM1reQu4gM1re",
    "aws": "AKIAQUAGMIREQUAGMIRE",
    "jwt": "eyJxdWFnbWlyZSI6.eyJxdWFnbWlyZSI6.cXVhZ21pcmU",
    "header": "Authorization: Basic cXVhZ21pcmU6cXVhZ21pcmU=",
    "bearer": "Bearer cXVhZ21pcmU6cXVhZ21pcmU",
    "key": "-----BEGIN PRIVATE KEY-----\ncXVhZ21pcmVyeXF1YWdtaXJl\n-----END PRIVATE KEY-----",
    "netrc": "machine host login me password quagmire-netrc",
    "address": "https://me:quagmire-address@host/path?token=quagmire-parameter",
    "assignment": "POSTGRES_PASSWORD=quagmire-assignment",
}
IN_PIP_SETTINGS = "quagmire-pip"
IN_COMMAND = "quagmire-command"
IN_BRANCH = "ghp_Br4nchBr4nchBr4nchBr4nch"
# What no output may hold.
FORBIDDEN = (
    "quagmire",
    "cXVhZ21pcm",
    "Qu4gM1re",
    "AKIAQUAG",
    "eyJxdWFn",
    IN_BRANCH,
    base64.b64encode(b"me:quagmire-index").decode(),
)


@dataclass(frozen=True)
class Outputs:
    """Everything that commands said and wrote, by what or where it is."""

    said: dict[str, str]
    written: dict[str, bytes]
    statuses: dict[str, int]


def printing(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts that a plug-in tells: those above, and what the harness's variables hold."""
    return texts | IN_VARIABLES | IN_ADDRESSES


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("secrets")
    pip = home / ".config" / "pip" / "pip.conf"
    pip.parent.mkdir(parents=True)
    pip.write_text(f"[global]\nfind-links = http://me:{IN_PIP_SETTINGS}@{NOBODY}/wheels\n")
    branch(folder, IN_BRANCH)
    variables = IN_VARIABLES | IN_SETTINGS | IN_ADDRESSES | {"UV_HTTP_RETRIES": "0"}
    command_line = telling_command_line(folder, home, printing(SHAPED), variables)
    done = dict(commands(command_line, folder))
    return Outputs(
        {name: one.stdout + one.stderr for name, one in done.items()},
        {
            str(path): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and ".git" not in path.parts[len(folder.parts) :]
        },
        {name: one.returncode for name, one in done.items()},
    )


def branch(folder: Path, name: str) -> None:
    """Make a commit on a branch, in a repository of its own."""
    git = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    subprocess.run([*git, "init", "--quiet", "--initial-branch", name], cwd=folder, check=True)
    message = ("commit", "--quiet", "--allow-empty", "--message", "Nothing")
    subprocess.run([*git, *message], cwd=folder, check=True)


def commands(
    command_line: CommandLine, folder: Path
) -> Iterator[tuple[str, subprocess.CompletedProcess[str]]]:
    """Run every subcommand in which something is told, and yield what it was."""
    few = ("--workload", "linear", "--blocks", "1", "--epochs", "3", *BRIEFLY)
    address = ("--data-dir", f"https://me:{IN_COMMAND}@host/data?token={IN_COMMAND}")
    plugins = ("--framework", "leaking-prints,leaking-raises,leaking-titled,numpy")
    yield "run", command_line("run", "--environment", "current", *few, *plugins, *address)
    install = ("--framework", "numpy==0.0.1", "--home", str(folder / "environments"))
    yield "install", command_line("run", *few, *install)
    records = [str(path) for path in sorted((folder / "results").glob("*.json"))]
    for name in ("markdown", "csv"):
        yield name, command_line("report", *records, "--format", name, "--output", "-")
    every = ("--format", "html,markdown,csv", "--figures", "svg", "--output", "all/")
    yield "report", command_line("report", *records, *every)
    yield (
        "crash",
        command_line(*("run", "--environment", "current", "--framework", "leaking-crashes"), *few),
    )
    yield "no record", command_line("report", f"https://me:{IN_COMMAND}@host/record.json")
    yield "wrong usage", command_line("run", "--framework", SHAPED["github"])
    yield "wrong option", command_line("run", f"--token={IN_COMMAND}")


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_no_secret_is_said(outputs, forbidden):
    assert [name for name, text in outputs.said.items() if forbidden in text] == []


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_no_secret_is_written(outputs, forbidden):
    assert [path for path, held in outputs.written.items() if forbidden.encode() in held] == []


def test_everything_was_said_and_written_that_could_have_told_one(outputs):
    assert outputs.statuses == {
        "run": 2,
        "install": 2,
        "markdown": 0,
        "csv": 0,
        "report": 0,
        "crash": 1,
        "no record": 5,
        "wrong usage": 3,
        "wrong option": 3,
    }
    names = " ".join(outputs.written)
    for ending in ("html", "md", "csv", "svg", "log"):
        assert f".{ending}" in names
    records = b"".join(held for path, held in outputs.written.items() if "/results/" in path)
    for told in (b"github is ***", b"uv pip failed", b"NVIDIA_OF_TOMORROW", b"https://***@host"):
        assert told in records
