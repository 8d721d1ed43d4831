"""The frameworks that can be measured: built-in ones, and plug-ins that are really installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bench.environments.requirements import parse, pinned_version
from implementations import registry
from implementations.contract import Device, Framework
from implementations.registry import BrokenFramework

BUILT_IN = sorted(registry.BUILT_IN)
REFERENCES = registry.BUILT_IN | {registry.FLOOR_NAME: registry.FLOOR}
ON_THE_GPU = [
    name
    for name in BUILT_IN
    if registry.load(registry.BUILT_IN[name]).requirements_file("gpu").is_file()
]
# What a lane wraps, and where a step finds its batch.
SHARED = {"execution", "feeds"}
PLUGIN = """
from implementations import contract
from implementations.contract import Offer

class Framework(contract.Framework):
    name = title = module = "installed_plugin"
    distributions = ("installed_plugin",)

    def offers(self, device):
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads, seed, device):
        pass

class Undecided(Framework):
    def offers(self, device):
        raise RuntimeError(f"what {device}?")

class Unplaced(Framework):
    def requirements_file(self, device):
        raise RuntimeError(f"where for {device}?")

class Unsettled(Framework):
    def environment(self, threads):
        raise RuntimeError(f"with {threads} threads?")

class Undistributed(Framework):
    distributions = ()

class Untitled(Framework):
    @property
    def title(self):
        raise AttributeError("no title")

class NoFramework:
    pass
"""


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder to install plug-ins into."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "installed_plugin", raising=False)
    (tmp_path / "installed_plugin.py").write_text(PLUGIN)
    return tmp_path


def install(site_packages: Path, *entry_points: str) -> None:
    """Install a distribution with entry points, as pip would leave it."""
    information = site_packages / "installed_plugin-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: installed_plugin\nVersion: 1.0\n"
    )
    lines = ["[softmax_bench.frameworks]", *entry_points]
    (information / "entry_points.txt").write_text("\n".join(lines) + "\n")


def forms(framework: Framework) -> set[str]:
    """Return the forms that a framework offers on any device."""
    devices: tuple[Device, ...] = ("cpu", "gpu")
    return {offer.form for device in devices for offer in framework.offers(device)}


def class_names(path: Path) -> set[str]:
    """Return the names of the classes in a module, without importing it."""
    return {
        node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)
    }


@pytest.mark.parametrize("name", REFERENCES)
def test_a_framework_of_this_project_goes_by_the_name_of_its_folder(name):
    framework = registry.load(REFERENCES[name])
    assert framework.name == name == framework.folder().name


@pytest.mark.parametrize("name", REFERENCES)
def test_a_framework_of_this_project_has_a_module_for_each_form_and_for_what_they_share(name):
    framework = registry.load(REFERENCES[name])
    modules = {path.stem for path in framework.folder().glob("*.py")}
    assert modules - SHARED == {"__init__", "framework", *forms(framework)}


@pytest.mark.parametrize("name", REFERENCES)
def test_every_form_of_a_framework_of_this_project_has_both_models(name):
    framework = registry.load(REFERENCES[name])
    for form in forms(framework):
        found = class_names(framework.folder() / f"{form}.py")
        assert {"SoftmaxRegression", "LinearRegression"} <= found


@pytest.mark.parametrize("name", REFERENCES)
def test_a_framework_of_this_project_is_pinned_with_all_its_companions(name):
    framework = registry.load(REFERENCES[name])
    lines = parse(framework.requirements_file("cpu").read_text())
    assert pinned_version(lines, framework.distributions)
    assert all("==" in line for line in lines)


@pytest.mark.parametrize("name", ON_THE_GPU)
def test_pins_for_the_gpu_are_of_the_same_version(name):
    framework = registry.load(REFERENCES[name])
    versions = {
        pinned_version(
            parse(framework.requirements_file(device).read_text()), framework.distributions
        )
        for device in ("cpu", "gpu")
    }
    assert len(versions) == 1


def test_describing_the_frameworks_imports_none_of_them():
    program = (
        "import sys\n"
        "from implementations import registry\n"
        "references = [*registry.BUILT_IN.values(), registry.FLOOR]\n"
        "frameworks = [registry.load(one) for one in references]\n"
        "modules = {one.module for one in frameworks} - {'numpy'}\n"
        "print(sorted(modules & sys.modules.keys()))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_what_does_nothing_is_no_contender():
    assert registry.FLOOR_NAME not in registry.references()
    assert registry.FLOOR not in registry.references().values()


def test_the_contenders_train_and_the_floor_does_not():
    trains = {name: registry.load(reference).trains for name, reference in REFERENCES.items()}
    assert [name for name in trains if not trains[name]] == [registry.FLOOR_NAME]


def test_the_floor_runs_on_the_numpy_of_the_numpy_contender():
    files = [registry.load(REFERENCES[name]).requirements_file("cpu") for name in ("null", "numpy")]
    assert files[0].read_text() == files[1].read_text()


def test_an_installed_plug_in_is_listed_after_the_built_in_frameworks(site_packages):
    install(site_packages, "toy = installed_plugin:Framework")
    names = list(registry.references())
    assert names[: len(BUILT_IN)] == list(registry.BUILT_IN)
    assert "toy" in names[len(BUILT_IN) :]


def test_an_installed_plug_in_is_loaded(site_packages):
    install(site_packages, "toy = installed_plugin:Framework")
    assert registry.load(registry.references()["toy"]).title == "installed_plugin"


def test_a_plug_in_cannot_take_the_place_of_a_built_in_framework(site_packages):
    install(site_packages, "torch = installed_plugin:Framework")
    assert registry.references()["torch"] == registry.BUILT_IN["torch"]


def test_what_is_no_framework_is_refused_by_name(site_packages):
    with pytest.raises(BrokenFramework, match="installed_plugin:NoFramework is not a subclass"):
        registry.load("installed_plugin:NoFramework")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Undecided", "RuntimeError: what cpu"),
        ("Unplaced", "RuntimeError: where for cpu"),
        ("Unsettled", "RuntimeError: with 1 threads"),
        ("Undistributed", "ValueError: distributions names none"),
        ("Untitled", "AttributeError: .*title"),
    ],
)
def test_a_plug_in_that_cannot_say_what_it_is_and_offers_is_refused(site_packages, name, said):
    install(site_packages, f"plugin = installed_plugin:{name}")
    with pytest.raises(BrokenFramework, match=f"cannot be loaded: {said}"):
        registry.load(registry.references()["plugin"])


def test_a_module_that_does_not_exist_is_named():
    with pytest.raises(BrokenFramework, match="no_such_module"):
        registry.load("no_such_module:Framework")
