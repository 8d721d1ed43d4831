"""Every framework really trains, in its own environment, and is the same model."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from bench.records import store
from bench.records.model import Cell, Record
from bench.run.planning import offers_of
from implementations import registry
from tests.conftest import CommandLine

CELLS = {
    ("numpy", "scratch"),
    ("sklearn", "high_level"),
    ("torch", "scratch"),
    ("torch", "high_level"),
    ("tensorflow", "scratch"),
    ("tensorflow", "high_level"),
    ("mxnet", "scratch"),
    ("mxnet", "high_level"),
    ("jax", "scratch"),
    ("jax", "high_level"),
}

# One workload of Fashion-MNIST's size, and the regression.
WORKLOADS = ("synthetic", "linear")
# Beside other work the run takes no longer: how fast the cells are plays no part here. Of the
# steady epochs' proofs the median counts, and of three one is left out. All batches have one
# size, so that there is less to compile; short ones, and the regression compiled, are trained in
# test_every_lane.py.
PLAN = """
quick = true
workload = ["synthetic", "linear"]
blocks = 1
repeats = 0
epochs = 4
batch-size = [10, 250]

[[exclude]]
workload = "synthetic"
batch-size = 10

[[exclude]]
workload = "linear"
batch-size = 250

[[exclude]]
workload = "linear"
framework = ["torch", "tensorflow", "mxnet"]
execution = ["step", "epoch"]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, Record]:
    command_line = CommandLine(tmp_path_factory.mktemp("every_framework"))
    (command_line.folder / "plan.toml").write_text(PLAN)
    done = command_line("run", "--plan", "plan.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    return command_line, command_line.record()


def cells_of(record: Record, workload: str) -> list[Cell]:
    """Return the cells that train a workload: all but the floor."""
    return [cell for cell in contenders(record) if cell.identity.workload == workload]


def contenders(record: Record) -> list[Cell]:
    """Return the cells that train."""
    return [cell for cell in record.cells if cell.role == "contender"]


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_form_of_every_framework_is_measured(run, workload):
    cells = cells_of(run[1], workload)
    assert {(cell.identity.framework, cell.identity.form) for cell in cells} == CELLS
    assert {cell.status for cell in cells} == {"ok"}


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_cell_is_the_same_model(run, workload):
    for cell in cells_of(run[1], workload):
        assert cell.parity is not None
        assert cell.parity.passed, (cell.identity, cell.reason)
        assert cell.parity.tolerance <= 1e-4


def test_every_cell_predicts_the_same(run):
    cells = cells_of(run[1], "synthetic")
    accuracies = {cell.trials[0].test_accuracy[-1] for cell in cells}
    assert max(accuracies) - min(accuracies) <= 2 / 10_000
    assert 0.75 < min(accuracies) <= max(accuracies) < 0.9


def test_predictions_are_those_of_the_reference_but_for_near_ties(run):
    info = next(info for info in run[1].workloads if info.name == "synthetic")
    assert {example.label for example in info.examples} == set(range(10))
    for cell in cells_of(run[1], "synthetic"):
        predictions = cell.trials[0].predictions
        assert predictions is not None
        assert predictions.differing <= 2
        assert predictions.examples == tuple(example.predicted for example in info.examples)


def test_a_regression_has_no_classes_to_predict(run):
    assert all(cell.trials[0].predictions is None for cell in cells_of(run[1], "linear"))


def test_the_source_of_every_cell_is_kept(run):
    record = run[1]
    for cell in cells_of(record, "synthetic"):
        assert cell.source == f"implementations.{cell.identity.framework}.{cell.identity.form}"
        assert "class SoftmaxRegression" in record.sources[cell.source]
    assert len(record.sources) == len(CELLS)


def test_linear_regression_recovers_the_true_parameters_in_every_cell(run):
    for cell in cells_of(run[1], "linear"):
        recovered = cell.trials[0].recovered
        assert recovered is not None
        assert recovered.weight[0][0] == pytest.approx(2.0, abs=1e-2)
        assert recovered.weight[1][0] == pytest.approx(-3.4, abs=1e-2)
        assert recovered.bias[0] == pytest.approx(4.2, abs=1e-2)


def test_a_worker_imports_its_own_framework_and_nothing_heavy_besides(run):
    for cell in run[1].cells:
        assert cell.trials[0].interference.foreign_modules == (), cell.identity


def test_each_form_trains_eager_where_that_is_taught_and_in_its_fastest_lane(run):
    for name, form in CELLS:
        cells = [
            cell.identity
            for cell in cells_of(run[1], "synthetic")
            if (cell.identity.framework, cell.identity.form) == (name, form)
        ]
        usual = offers_of(registry.load(registry.BUILT_IN[name])).usual("cpu", form, "preloaded")
        assert {(one.execution, one.input) for one in cells} == {
            (offer.execution, offer.input) for offer in usual
        }


def test_a_compiled_lane_says_what_it_compiled_and_compiles_nothing_later(run):
    for cell in contenders(run[1]):
        fairness = cell.trials[0].fairness
        assert not fairness.recompilations, cell.identity
        if cell.identity.execution != "eager" and fairness.compilations is not None:
            assert fairness.compilations > 0, cell.identity
        # An optimizer may break the graph on purpose, as torch.optim does before its step.
        if cell.identity.form == "scratch":
            assert not fairness.graph_breaks, cell.identity


def test_the_time_to_the_target_is_told(run):
    for cell in cells_of(run[1], "synthetic"):
        assert 0 < cell.summary.seconds_to_target < cell.summary.seconds_to_target_from_cold


def test_a_trial_holds_every_epoch_and_its_cold_start(run):
    info = {info.name: info for info in run[1].workloads}
    for cell in run[1].cells:
        if cell.role == "floor":
            continue
        trial, epochs = cell.trials[0], info[cell.identity.workload].epochs
        assert len(trial.train_loss) == epochs
        assert len(trial.epoch_seconds) == len(trial.cpu_seconds) == epochs - 1
        assert trial.import_seconds > 0
        assert trial.setup_seconds > 0
        assert trial.first_epoch_seconds > 0


def test_memory_peaks_above_the_data_that_every_worker_holds(run):
    data_bytes = 60_000 * 784 * 4
    for cell in cells_of(run[1], "synthetic"):
        memory = cell.trials[0].memory
        assert memory.peak_bytes > memory.baseline_bytes * 0.9
        assert memory.baseline_bytes - memory.imported_bytes > data_bytes * 0.9


def test_every_cell_started_from_the_same_parameters_and_used_the_same_order(run):
    for workload in WORKLOADS:
        proofs = {cell.trials[0].input for cell in cells_of(run[1], workload)}
        assert len(proofs) == 1
        assert proofs.pop().passed


def test_every_cell_s_work_was_done_when_its_clock_stopped(run):
    for cell in cells_of(run[1], "synthetic"):
        assert cell.trials[0].synchronization.passed, cell.identity


def test_the_floor_is_measured_for_every_workload_and_is_far_below_every_cell(run):
    floors = {cell.identity.workload: cell for cell in run[1].cells if cell.role == "floor"}
    assert set(floors) == set(WORKLOADS)
    assert {cell.status for cell in floors.values()} == {"ok"}
    for cell in cells_of(run[1], "synthetic"):
        assert cell.summary.times_floor > 10, cell.identity


def test_no_cell_beats_the_machine_s_ceiling(run):
    (ceiling,) = run[1].ceilings
    assert ceiling.operations_per_second > 1e9
    assert ceiling.bytes_per_second > 1e9
    for cell in cells_of(run[1], "synthetic"):
        assert cell.summary.times_ceiling > 1, cell.identity


def test_the_machine_is_probed_between_the_epochs_of_every_cell(run):
    for cell in contenders(run[1]):
        probes = cell.trials[0].probes
        assert probes, cell.identity
        assert all(1 <= probe.epoch <= len(cell.trials[0].train_loss) for probe in probes)
        assert all(
            0 < seconds < 10
            for probe in probes
            for seconds in (probe.product_seconds, probe.streaming_seconds, probe.gathering_seconds)
        )


def test_each_framework_has_an_environment_of_its_own(run):
    packages = {name: set(one.packages) for name, one in run[1].environments.items()}
    assert "torch" not in packages["jax"]
    assert "jax" not in packages["torch"]
    assert {one.kind for one in run[1].environments.values()} == {"managed"}


def test_workers_start_with_a_clean_environment(run):
    variables = run[1].cells[0].trials[0].environment_variables
    assert variables["OMP_NUM_THREADS"] == str(run[1].cells[0].identity.threads)
    assert not any(name.startswith("SOFTMAX_BENCH") for name in variables)


def test_the_record_satisfies_its_schema(run):
    path = store.latest(run[0].folder / "results")
    schema = json.loads(store.SCHEMA_FILE.read_text())
    jsonschema.validate(json.loads(Path(path).read_text()), schema)


def test_the_report_names_every_framework(run):
    page = (run[0].folder / "reports" / "index.html").read_text()
    for title in ("NumPy", "scikit-learn", "PyTorch", "TensorFlow", "MXNet", "JAX"):
        assert title in page
