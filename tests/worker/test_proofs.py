"""Digests of a trial's input, and work that goes on after an epoch returns."""

from __future__ import annotations

import hashlib
import threading
import time

import numpy as np

from bench.worker.proofs import OrderDigest, parameters_sha256, unfinished_seconds
from implementations.contract import Parameters

PARAMETERS = Parameters(np.arange(6, dtype=np.float32).reshape(3, 2), np.zeros(2, np.float32))


def test_equal_parameters_have_equal_digests_however_they_lie_in_memory():
    transposed = Parameters(np.asfortranarray(PARAMETERS.weight), PARAMETERS.bias)
    assert parameters_sha256(transposed) == parameters_sha256(PARAMETERS)


def test_one_bit_changes_the_digest():
    weight = PARAMETERS.weight.copy()
    weight[0, 0] = np.nextafter(weight[0, 0], np.float32(1))
    assert parameters_sha256(Parameters(weight, PARAMETERS.bias)) != parameters_sha256(PARAMETERS)


def test_the_digest_of_orders_is_that_of_all_epochs_together():
    orders = np.array([[2, 0, 1], [1, 2, 0]])
    digest = OrderDigest()
    for order in orders:
        digest.update(order)
    assert digest.hexdigest() == hashlib.sha256(orders.tobytes()).hexdigest()


def test_the_order_of_epochs_matters():
    one, other = OrderDigest(), OrderDigest()
    first, second = np.array([0, 1]), np.array([1, 0])
    one.update(first)
    one.update(second)
    other.update(second)
    other.update(first)
    assert one.hexdigest() != other.hexdigest()


def test_work_that_is_left_is_waited_for_once_and_seen():
    asked = threading.Event()

    def work() -> None:
        asked.wait()
        time.sleep(0.2)

    def read() -> None:
        asked.set()
        worker.join()

    worker = threading.Thread(target=work)
    worker.start()
    assert unfinished_seconds(read) > 0.1


def test_no_work_left_takes_no_longer_than_reading():
    # A busy machine holds up one of them, not all.
    assert min(unfinished_seconds(lambda: None) for _ in range(10)) < 0.1
