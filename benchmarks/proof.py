"""``python -m benchmarks.proof``: how small a mistake does the proof of parity still reject?

Prints a Markdown table. NumPy's implementation trains with one mistake of each kind; the mistake is
made smaller, in steps of 1, 2, 5, until it passes. What happens once in a training is made once,
and the table says by what factor it breaks a bound. docs/method.md holds the results. It takes some
ten minutes; nothing is timed, so the machine need not be quiet. `--data-dir` is as for `run`;
without Fashion-MNIST its synthetic stand-in is taken.
"""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bench.analysis import parity
from bench.analysis.parity import Course
from bench.worker import problem_files
from bench.workloads import catalog
from bench.workloads.preparation import Training, prepare
from bench.workloads.rounding import bounds_for
from implementations.contract import Options
from implementations.numpy import scratch
from implementations.numpy.framework import Framework
from tests.analysis import mistakes, mutants

SEED = 1
WORKLOADS = ("auto", "linear", "blobs")
# 5e-1, 2e-1, 1e-1, 5e-2, ... 1e-9
SIZES = [float(f"{digit}e-{power}") for power in range(1, 10) for digit in (5, 2, 1)]
BITS = range(12, 23)


def scaled_features(honest, share):
    return mistakes.with_features(honest, lambda features: features * np.float32(1 + share))


def one_feature_of_one_example(honest, share):
    """Changes the feature that is the largest of the first example by a share of one."""

    def change(features):
        changed = np.array(features)
        changed[0, changed[0].argmax()] -= np.float32(share)
        return changed

    return mistakes.with_features(honest, change)


def rounded_features(honest, bits):
    return mistakes.with_features(honest, lambda features: mistakes.with_bits(features, bits))


KINDS = {
    "learning rate, relative": mistakes.with_learning_rate,
    "features, relative": scaled_features,
    "gradient of the bias, relative": mistakes.with_bias_gradient,
    "reported loss, relative": mistakes.with_loss,
    "momentum": mutants.with_momentum,
    "weight decay": mutants.with_weight_decay,
    "one feature of one example of all": one_feature_of_one_example,
}
ONCE = {
    "one target of all wrong": mistakes.one_label_wrong,
    "two examples in each other's batch": mistakes.two_examples_swapped,
    "half-way, one update missing": None,
}


class Proof:
    """A workload, with all that its proof needs."""

    def __init__(self, name, data_dir, folder):
        loaded = catalog.load(name, data_dir)
        workload = loaded.workload
        training = Training(workload.epochs, workload.batch_size, SEED)
        prepared = prepare(workload, loaded.dataset, training, folder)
        files = problem_files.read(prepared.data_folder, prepared.problem_folder)
        self.title, self.problem, self.orders = workload.title, files.problem, files.orders
        self.honest = getattr(scratch, workload.model)
        self.expected = prepared.reference.course()
        self.bounds = bounds_for(Framework(), "scratch", prepared.rounding, prepared.reference)
        steps_per_epoch = -(-len(files.problem.features) // workload.batch_size)
        self.steps = workload.epochs * steps_per_epoch

    def share(self, implementation_class):
        """Return the largest error of a training, as a share of its bound."""
        errors = parity.distances(self.course(implementation_class), self.expected)
        return max(
            errors.first_step / self.bounds.first_step,
            errors.final / self.bounds.final,
            *np.divide(errors.train_loss, self.bounds.train_loss),
        )

    def course(self, implementation_class):
        implementation = implementation_class(self.problem, Options())
        train_loss = [implementation.train_epoch(order) for order in self.orders]
        final = implementation.parameters()
        fresh = implementation_class(self.problem, Options())
        fresh.train_epoch(self.orders[0][: self.problem.batch_size])
        first = fresh.parameters()
        return Course(train_loss, (first.weight, first.bias), (final.weight, final.bias))

    def smallest(self, mistake, sizes):
        """Return the last of falling sizes that is rejected, by bisection; None if none is."""
        rejected, passed = -1, len(sizes)
        while passed - rejected > 1:
            middle = (rejected + passed) // 2
            if self.share(mistake(self.honest, sizes[middle])) > 1:
                rejected = middle
            else:
                passed = middle
        return sizes[rejected] if rejected >= 0 else None

    def most_bits(self):
        """Return the most bits of which features are rejected, as they are of all fewer.

        Of a few features one bit more may round worse, so that bisection would find any of several.
        """
        return BITS.start - 1 + len(list(itertools.takewhile(self.rejects_bits, BITS)))

    def rejects_bits(self, bits):
        return self.share(rounded_features(self.honest, bits)) > 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data-dir", type=Path)
    data_dir = parser.parse_args().data_dir
    # The order of sums, and so rounding, must not depend on how many CPUs there are.
    threadpool_limits(1)
    with tempfile.TemporaryDirectory(prefix="softmax-bench-proof-") as folder:
        proofs = [Proof(name, data_dir, Path(folder)) for name in WORKLOADS]
        show("", [proof.title for proof in proofs])
        show("---", ["---:" for _ in proofs])
        show("none: share of its bound", [f"{p.share(p.honest):.2f}" for p in proofs])
        for title, mistake in KINDS.items():
            show(title, [written(proof.smallest(mistake, SIZES)) for proof in proofs])
        show("features, significant bits", [str(proof.most_bits()) for proof in proofs])
        for title, mistake in ONCE.items():
            show(title, [times(proof, mistake) for proof in proofs])


def times(proof, mistake):
    """Return by what factor a mistake breaks a bound."""
    if mistake is None:
        mistaken = mutants.with_missing_update(proof.honest, proof.steps // 2)
    else:
        mistaken = mistake(proof.honest)
    share = proof.share(mistaken)
    return f"{share:,.0f} times its bound" if share > 1 else f"passes, {share:.2f} of its bound"


def written(size):
    return "none" if size is None else f"{size:.0e}".replace("e-0", "e-")


def show(title, values) -> None:
    print(f"| {title} | {' | '.join(values)} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
