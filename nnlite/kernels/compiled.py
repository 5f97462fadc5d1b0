"""Loops compiled by numba where it is installed (extra ``fast``), for float32: loops, twin; loop, summing.

NumPy passes over memory once for each operation; a loop passes once, and without the GIL. The NumPy kernel is the
reference and passes the same tests. The loops of kernel module ``name`` are in ``compiled_<name>.py``.
"""

import functools
import importlib

import numpy as np

__all__ = ["FEW", "loop", "loops", "summing", "twin"]

# Elements from which a loop is worth the call.
FEW = 8192


def loops(name: str, *arrays: np.ndarray):
    """Return the compiled loops of a kernel module if they are there, fit `arrays` and pay, else ``None``."""
    module = _load(name) if arrays[0].size >= FEW else None
    return module if module is not None and _fit(arrays) else None


def twin(kernel, arrays):
    """Return the loop of an elementwise kernel as a function of slices of `arrays`, flattened, or ``None``.

    The last array is the result. Where it is the one before, the loop is another, which takes it once: only loops over
    separate arrays become vector instructions.
    """
    module, name = loops("elementwise", *arrays), kernel.__name__
    if module is None or name not in module.__all__:
        return None
    *inputs, out = arrays
    if not any(np.may_share_memory(out, array) for array in inputs):
        return getattr(module, name)
    if not inputs or not _is(inputs[-1], out) or any(np.may_share_memory(out, array) for array in inputs[:-1]):
        return None
    here = getattr(module, f"{name}_here", None)
    return here and (lambda *arguments: here(*arguments[: len(inputs) - 1], *arguments[len(inputs) :]))


def loop(function):
    """Compile a function; a multiplication and an addition may become one instruction, with one rounding."""
    return _compiled(function, {"contract", "nsz"})


def summing(function):
    """As `loop`; sums may also be added in another order, and so by vector instructions."""
    return _compiled(function, {"contract", "nsz", "reassoc"})


def _compiled(function, freedoms):
    try:
        from numba import njit
    except ImportError:
        return function  # never called: `loops` returns None
    return njit(nogil=True, error_model="numpy", cache=True, fastmath=freedoms)(function)


@functools.cache
def _load(name):
    try:
        importlib.import_module("numba")
    except ImportError:  # also where it is there, but not for this NumPy: loops that are not compiled would take hours
        return None
    return importlib.import_module(f".compiled_{name}", __package__)


def _is(array, out):
    """Return whether two contiguous arrays are one, or views of the same elements."""
    return array.size == out.size and array.__array_interface__["data"] == out.__array_interface__["data"]


def _fit(arrays):
    return all(a.dtype == np.float32 and a.flags.c_contiguous and a.flags.writeable for a in arrays)
