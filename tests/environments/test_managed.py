"""Environments really made by uv, from wheels made here: no network is needed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import uv

from bench.environments import managed
from bench.environments.interpreter import Interpreter, Unavailable
from bench.environments.managed import DESCRIPTION_FILE, Manager, Request, Uv, shorten
from tests.environments.toy import THIS_PYTHON, ToyFramework, write_wheel


class Workshop:
    """A toy framework with wheels of its own, and a manager that installs nothing else."""

    def __init__(self, folder: Path):
        self.wheels = folder / "wheels"
        self.environments = folder / "environments"
        self.announced: list[str] = []
        self.framework = ToyFramework(folder)
        settings = {
            "UV_CACHE_DIR": str(folder / "cache"),
            "UV_FIND_LINKS": str(self.wheels),
            "UV_NO_INDEX": "1",
            "UV_OFFLINE": "1",
        }
        self.manager = Manager(
            self.environments, self.announced.append, Uv(uv.find_uv_bin(), settings)
        )

    def pin(self, *lines: str, device: str = "cpu") -> None:
        """Write the framework's requirements."""
        self.framework.requirements_file(device).write_text("\n".join(lines) + "\n")

    def provide(self, **choices: str) -> Interpreter:
        """Return an environment of the toy framework."""
        return self.manager.provide(Request(self.framework, **choices))

    def left_behind(self) -> list[str]:
        """Return the names of what lies in the folder of environments."""
        return sorted(path.name for path in self.environments.glob("*"))


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    workshop = Workshop(tmp_path)
    write_wheel(workshop.wheels, "toy_framework", "1.0")
    write_wheel(workshop.wheels, "toy_framework", "2.0")
    write_wheel(workshop.wheels, "companion", "3.0")
    write_wheel(workshop.wheels, "worker_needs", "4.0")
    worker_requirements = tmp_path / "worker-requirements.txt"
    worker_requirements.write_text("worker_needs==4.0\n")
    needs = dict.fromkeys(("cpu", "gpu"), worker_requirements)
    monkeypatch.setattr(managed, "WORKER_REQUIREMENTS", needs)
    workshop.pin("# what the toy is", "toy_framework==1.0", "companion==3.0")
    return workshop


def said(interpreter: Interpreter, program: str) -> str:
    """Return what a program prints in an environment."""
    command = [interpreter.python, "-I", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_environment_holds_the_framework_and_what_the_worker_needs(workshop):
    interpreter = workshop.provide()
    program = "import toy_framework, companion, worker_needs; print(toy_framework.VERSION)"
    assert said(interpreter, program) == "1.0"


def test_the_environment_is_isolated_from_the_harness(workshop):
    program = "import importlib.util; print(importlib.util.find_spec('numpy'))"
    assert said(workshop.provide(), program) == "None"


def test_the_environment_is_described_for_the_record(workshop):
    interpreter = workshop.provide()
    description = interpreter.description
    assert description.kind == "managed"
    assert description.version == "1.0"
    assert description.python == said(
        interpreter, "import platform; print(platform.python_version())"
    )
    assert description.packages == {
        "companion": "3.0",
        "toy_framework": "1.0",
        "worker_needs": "4.0",
    }
    assert description.notes == ()


def test_an_environment_is_made_once_and_found_again(workshop):
    first = workshop.provide()
    made = first.python.parent.stat().st_mtime_ns
    second = workshop.provide()
    assert second == first
    assert second.python.parent.stat().st_mtime_ns == made
    assert workshop.announced == ["making the environment of Toy 1.0"]


def test_an_environment_is_found_again_without_its_wheels(workshop):
    first = workshop.provide()
    for wheel in workshop.wheels.iterdir():
        wheel.unlink()
    assert workshop.provide() == first


def test_a_changed_pin_gets_another_environment(workshop):
    first = workshop.provide()
    workshop.pin("toy_framework==2.0", "companion==3.0")
    second = workshop.provide()
    assert second.python != first.python
    assert second.description.lock_hash != first.description.lock_hash
    assert second.description.version == "2.0"
    assert first.python.exists()


def test_a_changed_comment_gets_no_other_environment(workshop):
    first = workshop.provide()
    workshop.pin("# another remark", "toy_framework==1.0", "companion==3.0")
    assert workshop.provide() == first


def test_another_version_can_be_asked_for_beside_the_pinned_one(workshop):
    pinned, other = workshop.provide(), workshop.provide(version="2.0")
    assert pinned.description.version == "1.0"
    assert other.description.version == "2.0"
    assert len(workshop.left_behind()) == 2


def test_the_folder_says_what_it_holds(workshop):
    lock_hash = workshop.provide().description.lock_hash
    assert workshop.left_behind() == [f"toy-1.0-py{THIS_PYTHON}-{lock_hash}"]


def test_a_version_that_does_not_exist_is_unavailable_with_reason_and_remedy(workshop):
    with pytest.raises(Unavailable) as error:
        workshop.provide(version="99.0")
    assert "uv pip failed" in error.value.reason
    assert "99.0" in error.value.reason
    assert "--framework without toy" in error.value.remedy


def test_a_broken_install_leaves_nothing_behind(workshop):
    workshop.pin("toy_framework==1.0", "no_such_companion==1.0")
    with pytest.raises(Unavailable):
        workshop.provide()
    assert workshop.left_behind() == []


def test_a_broken_install_is_tried_again_the_next_time(workshop):
    workshop.pin("toy_framework==1.0", "late_companion==1.0")
    with pytest.raises(Unavailable):
        workshop.provide()
    write_wheel(workshop.wheels, "late_companion", "1.0")
    assert workshop.provide().description.packages["late_companion"] == "1.0"


def test_what_a_killed_run_left_half_made_is_made_anew(workshop):
    interpreter = workshop.provide()
    place = interpreter.python.parent.parent
    (place / DESCRIPTION_FILE).unlink()
    assert workshop.provide() == interpreter
    assert len(workshop.announced) == 2


def test_a_device_without_pins_is_unavailable_with_reason_and_remedy(workshop):
    with pytest.raises(Unavailable) as error:
        workshop.provide(device="gpu")
    assert error.value.reason == "no packages are pinned for Toy on the gpu"
    assert "requirements-gpu.txt" in error.value.remedy


def test_each_device_has_its_own_pins(workshop):
    workshop.pin("toy_framework==2.0", device="gpu")
    assert workshop.provide().description.version == "1.0"
    assert workshop.provide(device="gpu").description.version == "2.0"


def test_the_first_python_that_is_here_is_taken(workshop):
    workshop.framework.pythons = ("3.99", THIS_PYTHON)
    assert workshop.provide().description.python.startswith(THIS_PYTHON)


def test_a_python_that_cannot_be_had_is_unavailable_with_reason_and_remedy(workshop):
    workshop.framework.pythons = ("3.98", "3.99")
    with pytest.raises(Unavailable) as error:
        workshop.provide()
    assert "needs Python 3.98 or 3.99" in error.value.reason
    assert "Install Python 3.98" in error.value.remedy
    assert workshop.left_behind() == []


def test_of_a_long_complaint_the_end_is_kept_without_warnings():
    lines = [f"line {number}" for number in range(50)]
    shortened = shorten("\n".join(["warning: never mind", *lines, "warning: old"])).splitlines()
    assert shortened[-1] == "line 49"
    assert len(shortened) == managed.LOG_LINES_SHOWN
