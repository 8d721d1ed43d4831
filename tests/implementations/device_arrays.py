"""What the form in NumPy asks of CuPy, where there is no GPU: arrays that lie somewhere else.

Like CuPy's, they are handed on by NumPy's functions and never turned into NumPy's arrays unasked.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class DeviceArray(NDArrayOperatorsMixin):
    """An array on a device that is none."""

    def __init__(self, held):
        self._held = held

    def __array__(self, *arguments, **options):
        raise TypeError("an array on the device is not handed over unasked")

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        if any(isinstance(array, np.ndarray) for array in inputs):
            raise TypeError("an array of the host is not handed over unasked")
        if out:
            options["out"] = tuple(_held(array) for array in out)
        computed = getattr(ufunc, method)(*map(_held, inputs), **options)
        return out[0] if out else DeviceArray(computed)

    def __array_function__(self, function, types, arguments, options):
        return DeviceArray(function(*map(_held, arguments), **options))

    def __getitem__(self, index):
        return DeviceArray(self._held[_index(index)])

    def __setitem__(self, index, value):
        self._held[_index(index)] = _held(value)

    def __len__(self):
        return len(self._held)

    def __float__(self):
        return float(self._held)

    @property
    def T(self):
        return DeviceArray(self._held.T)

    def take(self, indices, axis):
        return DeviceArray(self._held.take(_index(indices), axis))

    def max(self, **options):
        return DeviceArray(self._held.max(**options))

    def sum(self, **options):
        return DeviceArray(self._held.sum(**options))

    def mean(self):
        return DeviceArray(self._held.mean())

    def argmax(self, **options):
        return DeviceArray(self._held.argmax(**options))

    def get(self):
        return np.array(self._held)


def _held(value):
    return value._held if isinstance(value, DeviceArray) else value


def _index(index):
    """Return an index for NumPy's own; an array of the host would be copied at every use."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, np.ndarray) for part in parts):
        raise TypeError("an index of the host is not handed over unasked")
    held = tuple(_held(part) for part in parts)
    return held if isinstance(index, tuple) else held[0]


def module() -> ModuleType:
    """Return the part of CuPy's module that makes arrays."""
    cupy = ModuleType("cupy")
    cupy.array = cupy.asarray = lambda array: DeviceArray(np.array(array))
    cupy.zeros = lambda *arguments: DeviceArray(np.zeros(*arguments))
    return cupy
