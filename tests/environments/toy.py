"""A framework of a few bytes, and the wheels that its environments are made from."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from implementations import contract
from implementations.contract import Device, Offer

THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def write_wheel(folder: Path, name: str, version: str) -> None:
    """Write a wheel with one module, ``<name>.py``, that knows its version."""
    folder.mkdir(parents=True, exist_ok=True)
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{information}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in (files | {f"{information}/RECORD": record}).items():
            wheel.writestr(path, content)


class ToyFramework(contract.Framework):
    """A framework whose requirements lie in a folder of the test."""

    name = "toy"
    title = "Toy"
    module = "toy_framework"
    distributions = ("toy_framework",)
    pythons = (THIS_PYTHON,)

    def __init__(self, folder: Path):
        self._folder = folder

    def folder(self) -> Path:
        return self._folder

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        pass
