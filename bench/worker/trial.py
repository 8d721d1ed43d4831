"""The trial itself: import, set up, train under pytest-benchmark's clock, and show the result.

pytest collects ``test_trial`` from this module; :mod:`bench.worker.process` runs pytest on it.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.records.model import Gpu, Memory
from bench.worker import evaluation, evidence, fairness, gpu, loading, memory, proofs
from bench.worker.assignment import MODEL_FILE, Assignment, Measurements
from bench.worker.channel import Channel
from implementations import registry
from implementations.contract import Parameters


class Trial:
    """One trial, step by step.

    Parameters
    ----------
    numpy_import_seconds : float
        What importing NumPy took when the worker started. All frameworks use it, and the harness
        needs it before any of them, so it counts into everyone's import time.
    """

    def __init__(self, assignment: Assignment, numpy_import_seconds: float):
        self.assignment = assignment
        self.channel = Channel(assignment.events, assignment.acknowledgements)
        self.framework = registry.load(assignment.framework)
        self.import_seconds = numpy_import_seconds
        self.cpu_seconds: list[float] = []
        self.train_loss: list[float] = []
        self.test_accuracy: list[float] = []
        self.test_mean_squared_error: list[float] = []
        self.peaks: list[int] = []
        self.evidence: list[evidence.Evidence] = []
        self.unfinished_seconds: list[float] = []
        self.order_digest = proofs.OrderDigest()
        self.compiled: list[fairness.Compiled] = []

    def run(self, benchmark: Any) -> None:
        """Run the trial, timing each epoch as one round of `benchmark`."""
        self.channel.send(stage="importing")
        implementation_class = self._import()
        self._set_up(implementation_class)
        self.channel.send(stage="training")
        benchmark.pedantic(
            self._train_epoch,
            setup=self._before_epoch,
            teardown=self._after_epoch,
            rounds=len(self.orders),
            iterations=1,
        )
        self.epoch_seconds = tuple(benchmark.stats.stats.data)
        self.final = self.implementation.parameters()
        self.device_peak_bytes = self.framework.peak_device_memory()
        self.gpu = self._gpu(self.gpu_watch) if self.gpu_watch else None
        self.fairness = fairness.summarize(self.compiled, self.framework)
        del self.implementation
        self.first_step = self._first_step(implementation_class)

    def _import(self) -> Any:
        assignment = self.assignment
        start = time.perf_counter()
        module = loading.import_module(self.framework, assignment.form)
        self.import_seconds += time.perf_counter() - start
        self.version = loading.installed_version(self.framework)
        self.imported_bytes, self.imported = memory.resident_bytes(), memory.resident()
        files = loading.read_problem(assignment)
        self.orders = files.orders
        self.test_features = np.array(files.test_features)
        self.test_targets = np.array(files.test_targets)
        self.is_classification = files.model == "SoftmaxRegression"
        return loading.implementation_class(module, files.model, assignment.planted_slowdown)

    def _set_up(self, implementation_class: Any) -> None:
        assignment = self.assignment
        start = time.perf_counter()
        loading.configure(self.framework, assignment)
        problem = loading.read_problem(assignment).problem
        self.implementation = implementation_class(problem, assignment.options)
        self.framework.synchronize()
        self.framework.reset_peak_device_memory()
        self.gpu_watch = gpu.watch() if assignment.options.device == "gpu" else None
        self.setup_seconds = time.perf_counter() - start
        self.initial_sha256 = proofs.parameters_sha256(self.implementation.parameters())
        # The memory-mapped originals leave the resident set with their last reference.
        del problem
        gc.collect()
        self.baseline_bytes, self.baseline = memory.resident_bytes(), memory.resident()

    def _before_epoch(self) -> tuple[tuple[Any], dict[str, Any]]:
        order = np.array(self.orders[len(self.train_loss)])
        memory.reset_peak()
        self.reading = evidence.read(self.assignment.cpus)
        self.compiled_before = self.framework.compilations()
        self.cpu_before = time.process_time()
        return (order,), {}

    def _train_epoch(self, order: Any) -> None:
        self.train_loss.append(self.implementation.train_epoch(order))

    def _after_epoch(self, order: Any) -> None:
        self.cpu_seconds.append(time.process_time() - self.cpu_before)
        # First of all, before anything else could wait for work that the epoch left undone.
        self.unfinished_seconds.append(proofs.unfinished_seconds(self.implementation.parameters))
        self.peaks.append(memory.peak_bytes())
        self.compiled.append(fairness.between(self.compiled_before, self.framework.compilations()))
        if self.gpu_watch is not None:
            self.gpu_watch.read()
        reading = evidence.read(self.assignment.cpus)
        self.evidence.append(evidence.between(self.reading, reading))
        if len(self.peaks) == len(self.orders):
            self.trained = memory.resident()
        self.order_digest.update(order)
        # Before the evaluation, which wakes the threads that stood still.
        if self.assignment.seconds_between_stops is not None:
            self.channel.boundary(len(self.train_loss), self.assignment.seconds_between_stops)
        self.predicted = np.asarray(self.implementation.predict(self.test_features))
        if self.is_classification:
            self.test_accuracy.append(evaluation.accuracy(self.predicted, self.test_targets))
        else:
            error = evaluation.mean_squared_error(self.predicted, self.test_targets)
            self.test_mean_squared_error.append(error)
        self.channel.send(
            stage="training",
            epoch=len(self.train_loss),
            epochs=len(self.orders),
            train_loss=float(self.train_loss[-1]),
            test_accuracy=self.test_accuracy[-1] if self.test_accuracy else None,
        )

    def _gpu(self, watch: gpu.Watch) -> Gpu:
        """Return what the driver tells; what is trained for the energy counts for nothing else."""
        order = np.array(self.orders[-1])
        energy = watch.measure_energy(
            lambda: self.implementation.train_epoch(order), self.framework.synchronize
        )
        return watch.conclude(energy)

    def _first_step(self, implementation_class: Any) -> Parameters:
        """Return the parameters after one step, made by a second instance after the timing."""
        problem = loading.read_problem(self.assignment).problem
        implementation = implementation_class(problem, self.assignment.options)
        implementation.train_epoch(np.array(self.orders[0][: problem.batch_size]))
        parameters: Parameters = implementation.parameters()
        return parameters

    def measurements(self) -> Measurements:
        """Return what was measured, once :meth:`run` is through."""
        return Measurements(
            framework_version=self.version,
            import_seconds=self.import_seconds,
            setup_seconds=self.setup_seconds,
            epoch_seconds=self.epoch_seconds,
            cpu_seconds=tuple(self.cpu_seconds),
            train_loss=tuple(float(loss) for loss in self.train_loss),
            test_accuracy=tuple(self.test_accuracy),
            test_mean_squared_error=tuple(self.test_mean_squared_error),
            memory=Memory(
                method=memory.method(),
                imported_bytes=self.imported_bytes,
                baseline_bytes=self.baseline_bytes,
                peak_bytes=max(self.peaks),
                device_peak_bytes=self.device_peak_bytes,
                imported=self.imported,
                baseline=self.baseline,
                trained=self.trained,
            ),
            evidence=tuple(self.evidence),
            evidence_method=evidence.method(),
            unfinished_seconds=tuple(self.unfinished_seconds),
            initial_sha256=self.initial_sha256,
            order_sha256=self.order_digest.hexdigest(),
            fairness=self.fairness,
            gpu=self.gpu,
            foreign_modules=tuple(name for name in self.assignment.foreign if name in sys.modules),
        )

    def write_model(self) -> None:
        """Write what the model became, and what it predicts, beside the outcome."""
        np.savez(
            Path(self.assignment.folder) / MODEL_FILE,
            first_weight=self.first_step.weight,
            first_bias=self.first_step.bias,
            final_weight=self.final.weight,
            final_bias=self.final.bias,
            predicted=self.predicted,
        )


def test_trial(benchmark: Any, trial: Trial) -> None:
    """What pytest runs."""
    trial.run(benchmark)
