"""Which values of environment variables a record shows: those that are known to be harmless.

A value is shown if its variable is listed here and the value is of the form that is listed with it:
a short number, a switch, words of a closed set. Of every other variable the name is shown and a
short hash, which tells whether two trials had the same value.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

# A user's own folders are of no use to a reader of the record.
SET = "(a path)"
HASH_DIGITS = 8
# Shorter than what anybody is let in by, or charged to.
_NUMBER = r"-?\d{1,7}(?:\.\d{1,4})?"
_SWITCH = r"[01]|true|false|yes|no|on|off"
_FLAG = rf"--[a-z][a-z0-9_]{{1,80}}(?:=(?:true|false|{_NUMBER}))?"
_GPU = r"(?:\d{1,3}|(?:GPU|MIG)-[0-9a-f]{4,12}(?:-[0-9a-f]{1,12}){0,4})"
_LOCALE = r"(?:C|POSIX|[a-z]{2,3}_[A-Z]{2})(?:\.(?:utf-?8|iso-?8859-?\d{1,2}))?"
_PLACES = r"(?:threads|cores|sockets|ll_caches|numa_domains)(?:\(\d{1,4}\))?|[{}0-9:,]{1,60}"
_BINDING = r"master|primary|close|spread"
_AFFINITY = (
    r"balanced|compact|disabled|explicit|logical|none|physical|scatter|no(?:reset|respect|verbose)|"
    r"nowarnings|reset|respect|verbose|warnings|\d{1,3}|"
    r"granularity=(?:core|die|fine|group|node|socket|thread|tile)|proclist=\[[0-9,{}-]{1,60}\]"
)
_KERNELS = (
    "athlon|armv8|armv8sve|atom|barcelona|bobcat|bulldozer|cooperlake|core2|cortex[ax]\\d{1,3}|"
    "dunnington|dynamic|excavator|generic|haswell|katmai|nano|nehalem|neoverse[nv][12]|opteron|"
    "penryn|piledriver|power\\d{1,2}|prescott|sandybridge|sapphirerapids|skylakex|steamroller|"
    "thunderx\\w{0,6}|vortex|zen"
)
_INSTRUCTIONS = r"auto|compatible|sse2|ssse3|sse4_[12]|avx|avx2|avx512(?:_mic|_e[1-5])?"

_PATHS = (
    *("CUDA_CACHE_PATH", "CUDA_HOME", "CUDA_PATH", "HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH"),
    *("SYSTEMROOT", "TMPDIR"),
)
_NUMBERS = (
    *("CUDA_CACHE_MAXSIZE", "CUDA_DEVICE_MAX_CONNECTIONS", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"),
    *("FLAGS_eager_delete_tensor_gb", "KMP_DEVICE_THREAD_LIMIT", "KMP_TEAMS_THREAD_LIMIT"),
    *("MKL_DEBUG_CPU_TYPE", "MKL_FAST_MEMORY_LIMIT", "MKL_NUM_STRIPES", "MKL_NUM_THREADS"),
    *("MXNET_CPU_PRIORITY_NTHREADS", "MXNET_CPU_WORKER_NTHREADS", "MXNET_CUDNN_AUTOTUNE_DEFAULT"),
    *("MXNET_GPU_MEM_POOL_RESERVE", "MXNET_GPU_WORKER_NTHREADS", "MXNET_MP_WORKER_NTHREADS"),
    *("NUMEXPR_MAX_THREADS", "NUMEXPR_NUM_THREADS", "OMP_MAX_ACTIVE_LEVELS", "OMP_NUM_THREADS"),
    *("OMP_THREAD_LIMIT", "OPENBLAS_DEFAULT_NUM_THREADS", "OPENBLAS_L2_SIZE"),
    *("OPENBLAS_NUM_THREADS", "OPENBLAS_THREAD_TIMEOUT", "OPENBLAS_VERBOSE", "PYTHONHASHSEED"),
    *("TF_CPP_MIN_LOG_LEVEL", "VECLIB_MAXIMUM_THREADS", "XLA_PYTHON_CLIENT_MEM_FRACTION"),
)
_SWITCHES = (
    *("CUDA_CACHE_DISABLE", "CUDA_LAUNCH_BLOCKING", "CUPY_TF32", "FLAGS_new_executor_serial_run"),
    *("KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "KMP_SETTINGS", "KMP_WARNINGS"),
    *("MKL_DYNAMIC", "MKL_SERVICE_FORCE_INTEL", "MKL_VERBOSE", "MLX_ENABLE_TF32"),
    *("MXNET_CUDA_ALLOW_TENSOR_CORE", "MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION"),
    *("MXNET_EXEC_BULK_EXEC_INFERENCE", "MXNET_EXEC_BULK_EXEC_TRAIN", "MXNET_ONEDNN_ENABLED"),
    *("MXNET_SAFE_ACCUMULATION", "MXNET_USE_FUSION", "NVIDIA_TF32_OVERRIDE", "OMP_DISPLAY_ENV"),
    *("OMP_DYNAMIC", "OMP_NESTED", "OPENBLAS_MAIN_FREE", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"),
    *("PYTHONNOUSERSITE", "PYTHONSAFEPATH", "TF_ENABLE_CUBLAS_TENSOR_OP_MATH_FP32"),
    *("TF_ENABLE_CUDNN_TENSOR_OP_MATH_FP32", "TF_ENABLE_GPU_GARBAGE_COLLECTION"),
    *("TF_ENABLE_ONEDNN_OPTS", "TF_ENABLE_WINOGRAD_NONFUSED"),
    *("TORCHINDUCTOR_FORCE_DISABLE_CACHES", "XLA_PYTHON_CLIENT_PREALLOCATE"),
)


def _list_of(words: str, separator: str = ",", most: int = 12) -> str:
    """Return the form of some of these words, one after the other."""
    return rf"(?:{words})(?:{separator}(?:{words})){{0,{most - 1}}}"


_FORMS: Mapping[str, str] = {
    **dict.fromkeys(_NUMBERS, _NUMBER),
    **dict.fromkeys(_SWITCHES, _SWITCH),
    "CUDA_DEVICE_ORDER": "FASTEST_FIRST|PCI_BUS_ID",
    "CUDA_MODULE_LOADING": "EAGER|LAZY",
    "CUDA_VERSION": r"\d{1,2}(?:\.\d{1,3}){0,2}",
    "CUDA_VISIBLE_DEVICES": rf"|-1|NoDevFiles|{_list_of(_GPU, most=32)}",
    "KERAS_BACKEND": "jax|numpy|openvino|tensorflow|torch",
    "KMP_AFFINITY": _list_of(_AFFINITY),
    "KMP_BLOCKTIME": r"infinite|\d{1,7}(?:us|ms|s)?",
    "KMP_HW_SUBSET": _list_of(r"\d{1,3}[cdlnst]|\d{1,3}(?:cores?|sockets?|threads?)"),
    "KMP_LIBRARY": "serial|throughput|turnaround",
    "LANG": _LOCALE,
    "LC_ALL": _LOCALE,
    "MKL_CBWR": rf"(?:{_INSTRUCTIONS})(?:,strict)?",
    "MKL_DOMAIN_NUM_THREADS": _list_of(r"MKL_DOMAIN_(?:ALL|BLAS|FFT|PARDISO|VML)=\d{1,4}"),
    "MKL_ENABLE_INSTRUCTIONS": _INSTRUCTIONS,
    "MKL_INTERFACE_LAYER": "(?:GNU,)?I?LP64|GNU",
    "MKL_THREADING_LAYER": "GNU|INTEL|PGI|SEQUENTIAL|TBB",
    "MXNET_ENGINE_TYPE": "NaiveEngine|ThreadedEngine|ThreadedEnginePerDevice",
    "MXNET_SUBGRAPH_BACKEND": "MKLDNN|NONE|ONEDNN",
    "NVIDIA_DRIVER_CAPABILITIES": _list_of(
        "all|compat32|compute|display|graphics|ngx|utility|video"
    ),
    "NVIDIA_VISIBLE_DEVICES": rf"|all|none|void|{_list_of(_GPU, most=32)}",
    "OMP_PLACES": _PLACES,
    "OMP_PROC_BIND": rf"true|false|{_list_of(_BINDING)}",
    "OMP_SCHEDULE": r"(?:auto|dynamic|guided|static)(?:,\d{1,6})?",
    "OMP_STACKSIZE": r"\d{1,9}[BKMG]?",
    "OMP_WAIT_POLICY": "ACTIVE|PASSIVE",
    "OPENBLAS_CORETYPE": _KERNELS,
    "TF_XLA_FLAGS": _list_of(_FLAG, r"\s+"),
    "XLA_FLAGS": _list_of(_FLAG, r"\s+"),
    "XLA_PYTHON_CLIENT_ALLOCATOR": "bfc|cuda_async|default|platform|vmm",
}
# What stands for a value already.
_STANDS_FOR_A_VALUE = re.compile(rf"sha256:[0-9a-f]{{{HASH_DIGITS}}}|{re.escape(SET)}")


def shown(name: str, value: str) -> str:
    """Return what a record shows of a variable's value; what it shows already stays."""
    if name in _PATHS:
        return SET
    form = _FORMS.get(name)
    harmless = form is not None and re.fullmatch(form, value, re.IGNORECASE | re.ASCII)
    if harmless or _STANDS_FOR_A_VALUE.fullmatch(value):
        return value
    digest = hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
    return f"sha256:{digest[:HASH_DIGITS]}"


def all_shown(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a record shows of some variables, in the order of their names."""
    return {name: shown(name, variables[name]) for name in sorted(variables)}
