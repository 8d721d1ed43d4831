"""Which values of environment variables a record shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.engines.worker_environment import FIXED, THREAD_VARIABLES
from bench.records import variables
from bench.records.variables import all_shown, shown
from implementations import registry

PUBLISHED = sorted((Path(__file__).parents[2] / "results" / "published").glob("*.json"))
HASHED = re.compile("sha256:[0-9a-f]{8}")
names = st.sampled_from(sorted(variables._FORMS)) | st.from_regex(r"[A-Z_]{1,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_NUM_THREADS", "8"),
        ("OMP_PLACES", "{0:4},{4:4}"),
        ("OMP_PROC_BIND", "spread,close"),
        ("KMP_AFFINITY", "granularity=fine,compact,1,0"),
        ("KMP_AFFINITY", "explicit,proclist=[0-3,8]"),
        ("KMP_BLOCKTIME", "infinite"),
        ("KMP_DUPLICATE_LIB_OK", "True"),
        ("MKL_CBWR", "AVX2,STRICT"),
        ("OPENBLAS_CORETYPE", "Haswell"),
        ("TF_ENABLE_ONEDNN_OPTS", "0"),
        ("CUDA_VISIBLE_DEVICES", ""),
        ("CUDA_VISIBLE_DEVICES", "0,2"),
        ("CUDA_VISIBLE_DEVICES", "GPU-5c8a4f2e-0d1b-4c3a-9e8f-1a2b3c4d5e6f"),
        ("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false --xla_gpu_autotune_level=0"),
        ("XLA_PYTHON_CLIENT_MEM_FRACTION", "0.75"),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "de_DE.utf8"),
    ],
)
def test_harmless_values_are_shown(name, value):
    assert shown(name, value) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_NUM_THREADS", "483920175834"),
        ("OMP_NUM_THREADS", "hunter2"),
        ("OMP_NUM_THREADS", "4\n"),
        ("OMP_NUM_THREADS", "٤"),
        ("KMP_AFFINITY", "compact,hunter2"),
        ("TF_ENABLE_ONEDNN_OPTS", "swordfish"),
        ("CUDA_VISIBLE_DEVICES", "0,ghp_abc"),
        ("XLA_FLAGS", "--xla_dump_to=/home/somebody"),
        ("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false swordfish"),
        ("XLA_FLAGS", "--xla_gpu_autotune_level=swordfish"),
        ("LANG", "swordfish"),
        ("NVIDIA_API_KEY", "1"),
        ("MXNET_TOKEN", "true"),
        ("CUDA_OF_TOMORROW", "1"),
        ("A_PLUGIN_S_OWN", "/home/somebody"),
    ],
)
def test_all_else_is_hashed(name, value):
    assert HASHED.fullmatch(shown(name, value))


@pytest.mark.parametrize("name", ["HOME", "PATH", "LD_LIBRARY_PATH", "TMPDIR", "CUDA_HOME"])
def test_of_a_path_it_is_said_that_there_is_one(name):
    assert shown(name, "/home/somebody") == shown(name, "secrets") == "(a path)"


@given(names, st.text() | st.text("0123456789abc-=_, ", max_size=12))
def test_what_is_shown_stays_as_it_is(name, value):
    assert shown(name, shown(name, value)) == shown(name, value)


@given(st.text(), st.text())
def test_a_hash_tells_values_apart_by_a_few_digits(one, other):
    hashes = shown("A_PLUGIN_S_OWN", one), shown("A_PLUGIN_S_OWN", other)
    assert (hashes[0] == hashes[1]) == (one == other)


def test_what_the_harness_and_its_frameworks_set_is_shown():
    set_here = dict.fromkeys(THREAD_VARIABLES, "2") | FIXED
    for reference in registry.BUILT_IN.values():
        set_here |= registry.load(reference).environment(2)
    assert all_shown(set_here) == set_here


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_records_show_what_they_showed(path):
    for cell in json.loads(path.read_text())["cells"]:
        for trial in cell["trials"]:
            recorded = trial["environment_variables"]
            assert all_shown(recorded) == recorded
