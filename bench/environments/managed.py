"""Environments made by uv, one per framework and version, kept and reused while unchanged."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import uv

from bench import folders
from bench.environments import pip_settings
from bench.environments.interpreter import Interpreter, Unavailable, installed_packages
from bench.environments.requirements import (
    WORKER_REQUIREMENTS,
    Pins,
    at_version,
    canonical,
    parse,
    pinned_version,
)
from bench.records.masking import masked
from bench.records.model import Environment
from implementations.contract import Device, Framework

DESCRIPTION_FILE = "softmax-bench.json"
LOG_LINES_SHOWN = 12


@dataclass(frozen=True)
class Uv:
    """The uv executable with the settings of this machine.

    Attributes
    ----------
    settings : mapping
        Environment variables on top of this process's own.
    """

    executable: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def with_pip_settings() -> Uv:
        """Return uv, told what pip has been told."""
        settings = pip_settings.for_uv(pip_settings.read_pip_config(), os.environ)
        return Uv(uv.find_uv_bin(), settings)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run uv and return what it said."""
        environ = {name: os.environ[name] for name in os.environ if name != "VIRTUAL_ENV"}
        return subprocess.run(
            [self.executable, "--no-progress", "--color", "never", *arguments],
            env=environ | {"UV_PYTHON_PREFERENCE": "system"} | dict(self.settings),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )

    def find_python(self, versions: tuple[str, ...]) -> tuple[str, Path]:
        """Return the first version that is installed, or fetch the most preferred one.

        Raises
        ------
        Unavailable
        """
        for version in versions:
            answer = self.run("python", "find", "--no-python-downloads", version)
            if answer.returncode == 0:
                return version, Path(answer.stdout.strip())
        wanted = versions[0]
        if self.run("python", "install", wanted).returncode == 0:
            answer = self.run("python", "find", "--no-python-downloads", wanted)
            if answer.returncode == 0:
                return wanted, Path(answer.stdout.strip())
        raise Unavailable(
            f"needs Python {' or '.join(versions)}, which is not on this machine and could not "
            "be downloaded",
            f"Install Python {wanted} where `uv python find {wanted}` sees it, then run again.",
        )


@dataclass(frozen=True)
class Request:
    """An environment that a run needs.

    Attributes
    ----------
    version : str, optional
        Another version of the framework than the pinned one.
    """

    framework: Framework
    version: str | None = None
    device: Device = "cpu"


def pins(request: Request, python: str) -> Pins:
    """Return what the environment is made from: the framework's pins and the worker's.

    Raises
    ------
    Unavailable
        If the framework pins nothing for the device.
    """
    framework = request.framework
    path = framework.requirements_file(request.device)
    if not path.is_file():
        raise Unavailable(
            framework.unavailable.get(request.device)
            or f"no packages are pinned for {framework.title} on the {request.device}",
            f"Write {path.name} beside its framework.py, or use --environment current.",
        )
    lines = parse(path.read_text(encoding="utf-8"))
    if request.version is not None:
        lines = at_version(lines, framework.distributions, request.version)
    own = parse(WORKER_REQUIREMENTS[request.device].read_text(encoding="utf-8"))
    return Pins((*lines, *own), python, request.device)


def offers_cpu_torch(find_links: str) -> bool:
    """Tell whether a find-links folder holds a CPU build of PyTorch (``torch-...+cpu-...``)."""
    places = (Path(place.removeprefix("file://")) for place in find_links.split(","))
    return any(place.is_dir() and any(place.glob("torch-*+cpu-*")) for place in places)


def install_attempts(
    lines: tuple[str, ...], device: Device, find_links: str
) -> tuple[tuple[str, ...], ...]:
    """Return the extra arguments of the installs to try, most wanted first.

    On the plain index PyTorch for Linux is a CUDA build of several gigabytes; for the CPU, uv's
    torch backend is asked first, unless a find-links folder has a CPU build, which wins anyway.
    """
    needs_torch = pinned_version(lines, ("torch",)) is not None
    if not needs_torch:
        return ((),)
    if device == "gpu":
        return (("--torch-backend", "auto"), ())
    if offers_cpu_torch(find_links):
        return ((),)
    return (("--torch-backend", "cpu"), ())


class Manager:
    """Makes environments under a folder and finds them there again.

    Parameters
    ----------
    folder : Path
        Where environments live, one folder each.
    announce : callable
        Told in words before something slow begins.
    """

    def __init__(self, folder: Path, announce: Callable[[str], None], uv_: Uv | None = None):
        self._folder = folder
        self._announce = announce
        self._uv = uv_ or Uv.with_pip_settings()

    def provide(self, request: Request) -> Interpreter:
        """Return an interpreter with the requested framework, made now or found.

        Raises
        ------
        Unavailable
            If it cannot be made here.
        """
        version, base = self._uv.find_python(request.framework.pythons)
        wanted = pins(request, version)
        shown = request.version or pinned_version(wanted.lines, request.framework.distributions)
        name = f"{request.framework.name}-{shown}-py{version}-{wanted.lock_hash}"
        place = self._folder / name
        if not (place / DESCRIPTION_FILE).is_file():
            self._announce(f"making the environment of {request.framework.title} {shown}")
            self._make(place, base, wanted, request)
        description = json.loads((place / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        description["notes"] = tuple(description["notes"])
        return Interpreter(python_of(place), Environment(**description))

    def _make(self, place: Path, base: Path, wanted: Pins, request: Request) -> None:
        """Build beside `place` and rename, so that a broken install is never found."""
        # What a killed run or a hand has left of one that was whole.
        if not (place / DESCRIPTION_FILE).is_file():
            folders.remove(place)
        with folders.whole_or_absent(place) as partial:
            self._run_or_raise(request, "venv", "--relocatable", "--python", base, partial)
            notes = self._install(partial, wanted, request)
            packages = installed_packages(python_of(partial))
            names = {canonical(name): version for name, version in packages.items()}
            versions = [names.get(canonical(d)) for d in request.framework.distributions]
            description = Environment(
                kind="managed",
                version=next((version for version in versions if version), None),
                python=exact_python(partial),
                packages=packages,
                lock_hash=wanted.lock_hash,
                notes=notes,
            )
            (partial / DESCRIPTION_FILE).write_text(json.dumps(asdict(description), indent=1))

    def _install(self, partial: Path, wanted: Pins, request: Request) -> tuple[str, ...]:
        requirements = partial / "requirements.txt"
        requirements.write_text("\n".join(wanted.lines) + "\n", encoding="utf-8")
        find_links = self._uv.settings.get("UV_FIND_LINKS", os.environ.get("UV_FIND_LINKS", ""))
        attempts = install_attempts(wanted.lines, request.device, find_links)
        # Compiled now, so that no trial pays for it as import time.
        install = ["pip", "install", "--compile-bytecode", "--python", str(python_of(partial))]
        install += ["-r", str(requirements)]
        for extra in attempts[:-1]:
            if self._uv.run(*install, *extra).returncode == 0:
                return ()
        self._run_or_raise(request, *install, *attempts[-1])
        if len(attempts) > 1 and request.device == "cpu":
            return ("PyTorch's CPU build could not be had; the default build was installed.",)
        return ()

    def _run_or_raise(self, request: Request, *arguments: str | Path) -> None:
        answer = self._uv.run(*arguments)
        if answer.returncode != 0:
            said = shorten(answer.stderr)
            raise Unavailable(
                f"uv {arguments[0]} failed: {said}",
                "Check the network and the index settings (PIP_INDEX_URL, PIP_FIND_LINKS), or "
                f"leave it out: --framework without {request.framework.name}.",
            )


def shorten(text: str) -> str:
    """Return the last lines of what uv said, without its warnings and without secrets."""
    lines = [line for line in masked(text).strip().splitlines() if not line.startswith("warning:")]
    return "\n".join(lines[-LOG_LINES_SHOWN:])


def python_of(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def exact_python(environment: Path) -> str:
    """Return the full Python version that a virtual environment's configuration names."""
    match = re.search(
        r"^version_info = (\S+)", (environment / "pyvenv.cfg").read_text(encoding="utf-8"), re.M
    )
    assert match, "uv writes version_info"
    return match[1]
