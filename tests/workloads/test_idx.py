"""The IDX format: what was written is read, and nothing else is."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from bench.workloads.fashion_mnist import parse_idx
from bench.workloads.workload import DataError
from tests.workloads.idx_files import idx

arrays = arrays_of.arrays(np.uint8, arrays_of.array_shapes(min_dims=1, max_dims=4, min_side=0))


@given(arrays)
def test_what_was_written_is_read(array):
    found = parse_idx(idx(array))
    assert found.dtype == np.uint8
    assert found.shape == array.shape
    assert (found == array).all()


@given(arrays, st.data())
def test_a_truncated_file_is_refused(array, data):
    content = idx(array)
    length = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(DataError):
        parse_idx(content[:length])


@given(arrays, st.binary(min_size=1, max_size=8))
def test_bytes_after_the_end_are_refused(array, more):
    with pytest.raises(DataError, match="length does not fit"):
        parse_idx(idx(array) + more)


@given(arrays, st.binary(min_size=3, max_size=3).filter(lambda first: first != b"\x00\x00\x08"))
def test_a_wrong_magic_number_is_refused(array, first):
    with pytest.raises(DataError, match="first bytes are wrong"):
        parse_idx(first + idx(array)[3:])


def test_dimensions_are_big_endian():
    content = b"\x00\x00\x08\x02" + struct.pack(">II", 1, 3) + b"abc"
    assert parse_idx(content).shape == (1, 3)


def test_a_file_that_ends_within_its_header_says_so():
    with pytest.raises(DataError, match="ends within its header"):
        parse_idx(b"\x00\x00\x08\x03\x00\x00")


def test_a_gzip_file_that_was_not_unpacked_is_refused():
    with pytest.raises(DataError):
        parse_idx(b"\x1f\x8b\x08\x00\x00\x00\x00\x00")


@pytest.mark.parametrize(("shape", "body"), [((2**31, 2**31, 4), b""), ((1,) * 200, b"a")])
def test_an_impossible_shape_is_refused(shape, body):
    header = bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
    with pytest.raises(DataError):
        parse_idx(header + body)
