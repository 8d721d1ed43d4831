"""What this machine does at best with the worker's CPUs, or on its GPU: tried, not looked up.

Two rates bound every epoch: that of float32 arithmetic and that of reading memory. The first is
taken from matrix products of growing size. The second is the best of three ways to run through
arrays that no cache holds, because none is best everywhere:

- dot products: nothing but reading. Of all that NumPy offers this comes closest to what the memory
  yields: on two cores of an AMD EPYC it read 80 GB/s, where a loop written by hand with AVX-512
  instructions read 77 (`max` 70, `sum` 47);
- copying: bytes read and bytes written both count (75 GB/s there);
- products of a matrix and a vector (69 GB/s there).

On CPUs a thread for each of them works by itself, on its own part or its own product, while the
BLAS has one thread: together they are no slower than the threads of a BLAS, which wait for each
other, and one that is held up by other work does not hold up all. Interruptions only ever lower a
rate, so the best of many repetitions counts. The same code runs on CuPy, which has NumPy's
interface; there one part is the whole.
"""

from __future__ import annotations

import importlib
import itertools
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import threadpoolctl

from bench.records.model import Ceiling
from implementations.contract import Device

# Rows of the square matrices; they grow for as long as products take no longer than this.
PRODUCT_SIZES = (512, 1024, 2048, 4096, 8192, 16384)
LONGEST_PRODUCT_SECONDS = 0.1
# Six kernels take two seconds together on a machine with two CPUs.
SECONDS_PER_KERNEL = 0.3
# A kernel is called as often in a row as makes this long a round, so that reading the clock,
# handing work to threads and waiting for a device do not count.
SECONDS_PER_ROUND = 5e-3
FLOAT_BYTES = 4
# The run rules of the STREAM benchmark (McCalpin, 1995) want arrays at least four times as large as
# all last-level caches together.
TIMES_THE_CACHE = 4
LEAST_ARRAY_BYTES = 256 * 2**20
# Two arrays together take at most a quarter of the memory that is free.
SHARE_OF_MEMORY = 1 / 8
COLUMNS = 1024
CPUS = Path("/sys/devices/system/cpu")
# Enough rows for a sum of 2^9 terms 1 + 2^-12. It needs 22 of the 24 bits of float32; TF32, float16
# and bfloat16 keep 11 at most and lose the small part of every term.
PRECISION_SIZE = 512
SMALL_PART = 2.0**-12


class CeilingUnavailable(Exception):
    """The ceiling cannot be measured here; the message says why and what to do."""


@dataclass(frozen=True)
class Kernel:
    """Something to run at full speed.

    Attributes
    ----------
    amount : int
        Operations or bytes of one call.
    call : callable
        May return before a device has done the work.
    """

    name: str
    amount: int
    call: Callable[[], object]


@dataclass(frozen=True)
class Library:
    """NumPy on CPUs, or CuPy on a GPU.

    Attributes
    ----------
    arrays : module
        ``numpy`` or ``cupy``.
    description : str
        Name and version, and what it computes with.
    array_bytes : int
        Size of an array that is too large for the caches.
    workers : int
        How many parts are worked on at the same time.
    on_each : callable
        Calls a function on each of a sequence, all at the same time, and returns after the last.
    finish : callable
        Waits until the device has done everything that it was given.
    """

    arrays: Any
    description: str
    array_bytes: int
    workers: int
    on_each: Callable[[Callable[[Any], object], Sequence[Any]], object]
    finish: Callable[[], object]


def measure(device: Device, threads: int) -> Ceiling:
    """Return the best rates of this process; takes about two seconds.

    Parameters
    ----------
    threads : int
        The process must be bound to so many CPUs.

    Raises
    ------
    CeilingUnavailable
        If there is no GPU or no CuPy, or if products are computed in less than float32.
    """
    one_blas_thread = threadpoolctl.threadpool_limits(1, user_api="blas")
    with one_blas_thread, ThreadPoolExecutor(threads) as pool:
        library = _cupy() if device == "gpu" else _numpy(pool, threads)
        refuse_reduced_precision(library.arrays)
        products = product_rates(library)
        readings = reading_rates(library)
    size = max(products, key=products.__getitem__)
    reading = max(readings, key=readings.__getitem__)
    return Ceiling(
        device=device,
        threads=threads,
        operations_per_second=products[size],
        bytes_per_second=readings[reading],
        method=(
            f"{library.description}: of float32 products of square matrices those of {size:,} rows "
            f"were fastest; of {', '.join(readings)} over arrays of "
            f"{library.array_bytes / 2**20:.0f} MiB the {reading} was."
        ),
    )


def product_rates(library: Library) -> dict[int, float]:
    """Return the operations per second of products of square matrices, by their rows.

    A product of matrices with n rows takes 2 n^3 operations: a multiplication and an addition for
    each of n terms of n^2 sums.
    """
    arrays, on_each = library.arrays, library.on_each
    rates: dict[int, float] = {}
    for size in PRODUCT_SIZES:
        operations = library.workers * 2 * size**3
        if rates and operations / max(rates.values()) > LONGEST_PRODUCT_SECONDS:
            break
        # Numbers of all sizes between -1 and 1: a GPU clocks higher while it multiplies zeros.
        left = arrays.linspace(-1, 1, size * size, dtype=np.float32).reshape(size, size)
        right = left[::-1].copy()
        products = [arrays.empty_like(left) for _ in range(library.workers)]
        multiply = partial(_multiply, arrays, left, right)
        kernel = Kernel("product", operations, partial(on_each, multiply, products))
        rates[size] = rate(kernel, library.finish)
    return rates


def _multiply(arrays: Any, left: Any, right: Any, product: Any) -> None:
    arrays.matmul(left, right, out=product)


def reading_rates(library: Library) -> dict[str, float]:
    """Return the bytes per second of each way to run through arrays, by its name."""
    arrays, on_each = library.arrays, library.on_each
    rows = max(1, library.array_bytes // FLOAT_BYTES // COLUMNS)
    first, second = (arrays.empty(rows * COLUMNS, np.float32) for _ in range(2))
    matrix, vector = first.reshape(rows, COLUMNS), arrays.ones(COLUMNS, np.float32)
    parts, parts_of_rows = cut(rows * COLUMNS, library.workers), cut(rows, library.workers)

    def fill(part: slice) -> None:
        # By all workers: memory lies near the CPU that first writes to it.
        first[part], second[part] = 1, 1

    def dot() -> None:
        on_each(lambda part: arrays.dot(first[part], second[part]), parts)

    def copy() -> None:
        on_each(lambda part: arrays.copyto(second[part], first[part]), parts)

    def times_vector() -> None:
        on_each(lambda part: arrays.dot(matrix[part], vector), parts_of_rows)

    on_each(fill, parts)
    kernels = (
        Kernel("dot product", first.nbytes + second.nbytes, dot),
        Kernel("copy", first.nbytes + second.nbytes, copy),
        Kernel("matrix times vector", matrix.nbytes, times_vector),
    )
    return {kernel.name: rate(kernel, library.finish) for kernel in kernels}


def rate(kernel: Kernel, finish: Callable[[], object]) -> float:
    """Return the amount per second of a kernel's fastest round."""
    # Not timed: it loads libraries, compiles for a GPU and touches memory for the first time.
    _round_seconds(kernel, 1, finish)
    calls, seconds = 1, _round_seconds(kernel, 1, finish)
    while seconds < SECONDS_PER_ROUND:
        calls *= 2
        seconds = _round_seconds(kernel, calls, finish)
    shortest, end = seconds, time.perf_counter() + SECONDS_PER_KERNEL
    while time.perf_counter() < end:
        shortest = min(shortest, _round_seconds(kernel, calls, finish))
    return calls * kernel.amount / shortest


def _round_seconds(kernel: Kernel, calls: int, finish: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        kernel.call()
    finish()
    return time.perf_counter() - start


def cut(length: int, parts: int) -> tuple[slice, ...]:
    """Return slices that cut a sequence into parts as equal as can be."""
    bounds = [length * part // parts for part in range(parts + 1)]
    return tuple(slice(start, end) for start, end in itertools.pairwise(bounds))


def array_bytes(cache_bytes: int, free_bytes: int) -> int:
    """Return how large an array must be for the caches to be of no use, if memory allows."""
    wanted = max(LEAST_ARRAY_BYTES, TIMES_THE_CACHE * cache_bytes)
    return min(wanted, int(free_bytes * SHARE_OF_MEMORY))


def last_level_cache_bytes(cpus: Collection[int]) -> int:
    """Return the size of these CPUs' last-level caches together; 0 where it is not known.

    A cache that several of them share counts once.
    """
    sizes: dict[str, int] = {}
    for cpu in cpus:
        found = {
            int((cache / "level").read_text()): cache
            for cache in (CPUS / f"cpu{cpu}" / "cache").glob("index*")
        }
        if found:
            cache = found[max(found)]
            kibibytes = (cache / "size").read_text().strip().rstrip("K")
            sizes[(cache / "shared_cpu_list").read_text()] = int(kibibytes) * 1024
    return sum(sizes.values())


def refuse_reduced_precision(arrays: Any) -> None:
    """Multiply matrices whose product tells float32 from anything less.

    Raises
    ------
    CeilingUnavailable
        If it was less: no cell computes so, and the rate would be no ceiling for them.
    """
    ones = arrays.ones((PRECISION_SIZE, PRECISION_SIZE), np.float32)
    product = arrays.matmul(ones, ones + np.float32(SMALL_PART))
    if float(abs(product - PRECISION_SIZE * (1 + SMALL_PART)).max()) > 0:
        raise CeilingUnavailable(
            f"{arrays.__name__} multiplies float32 matrices in a shorter format such as TF32, "
            "which no cell may use. Unset CUPY_TF32 and NVIDIA_TF32_OVERRIDE and run again."
        )


def _numpy(pool: ThreadPoolExecutor, threads: int) -> Library:
    """Return NumPy with one worker for each thread of the pool."""
    process = psutil.Process()
    cpus = process.cpu_affinity() if hasattr(process, "cpu_affinity") else range(threads)
    return Library(
        arrays=np,
        description=(
            f"NumPy {np.__version__} with {_blas()} on {threads} thread{'s' * (threads > 1)}"
        ),
        array_bytes=array_bytes(last_level_cache_bytes(cpus), psutil.virtual_memory().available),
        workers=threads,
        on_each=lambda function, items: list(pool.map(function, items)),
        finish=lambda: None,
    )


def _blas() -> str:
    """Return name and version of NumPy's BLAS, and for which processor its kernels are."""
    for library in threadpoolctl.threadpool_info():
        if library["user_api"] == "blas":
            kernels = library.get("architecture")
            name = f"{library['internal_api']} {library['version']}"
            return f"{name} ({kernels} kernels)" if kernels else name
    return "its own BLAS"


def _cupy() -> Library:
    """Return CuPy on the first GPU."""
    try:
        cupy = importlib.import_module("cupy")
    except ImportError as error:
        raise CeilingUnavailable(
            f"The GPU's ceiling is measured with CuPy, which cannot be imported: {error}. Install "
            "a CuPy for this machine's CUDA into the worker's environment."
        ) from error
    runtime = cupy.cuda.runtime
    try:
        properties = runtime.getDeviceProperties(0)
    except runtime.CUDARuntimeError as error:
        raise CeilingUnavailable(
            f"CuPy sees no GPU: {error}. Look at what nvidia-smi says, or leave out --device gpu."
        ) from error
    free_bytes, _ = runtime.memGetInfo()
    return Library(
        arrays=cupy,
        description=f"CuPy {cupy.__version__} on {properties['name'].decode()}",
        array_bytes=array_bytes(properties["l2CacheSize"], free_bytes),
        workers=1,
        on_each=lambda function, items: list(map(function, items)),
        finish=cupy.cuda.get_current_stream().synchronize,
    )
