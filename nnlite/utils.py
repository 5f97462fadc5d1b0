"""Nested tables of arrays, as Lua modules handle them: the functions of ``nn.utils``. Lua: nn/utils.lua."""

import numpy as np

from .core import buffers, convert
from .core.buffers import sized
from .core.tables import Table
from .core.tensor_types import dtype_of
from .kernels import arithmetic

__all__ = [
    "addSingletonDimension",
    "clear",
    "contiguousView",
    "recursiveAdd",
    "recursiveCopy",
    "recursiveFill",
    "recursiveResizeAs",
    "recursiveType",
]


def recursiveType(param, type, tensorCache=None):
    """Return `param` (an array, module, criterion or nested table) converted to the tensor type; tables in place."""
    return convert.converted(param, type, dtype_of(type), {} if tensorCache is None else tensorCache)


def recursiveResizeAs(t1, t2):
    """Return ``(t1, t2)`` with t1, a table in place, in the nesting and shapes of t2; contents are undefined."""
    return _mirrored(t1, _nested(t2), _resized, drop=True), t2


def recursiveFill(t2, val):
    """Fill every array of a nested table with `val` and return the table."""
    _each(lambda a: a.fill(val), t2)
    return t2


def recursiveAdd(t1, val, t2=None):
    """Add `val` (default 1) times t2 to t1, array by array, and return ``(t1, t2)``."""
    if t2 is None:
        val, t2 = 1, val
    val = 1.0 if val is None else float(val)

    def add(a, b):
        arithmetic.add_scaled(b.reshape(a.shape), val, a)

    _each(add, t1, t2)
    return t1, t2


def recursiveCopy(t1, t2, asynchronous=False):
    """Copy the arrays of t2 into those of t1, which is a nested table like it, and return ``(t1, t2)``.

    What t1 lacks, or has in another shape, is made.
    """
    return _mirrored(t1, _nested(t2), _copied, drop=False), t2


def addSingletonDimension(*arguments):
    """Return a view of t with an axis of length 1 at `dim` (default 1): ``addSingletonDimension([view,] t, dim)``.

    A `view` passed first, as Lua does to re-use a tensor, is ignored: NumPy arrays cannot be pointed elsewhere.
    """
    *_, t, dim = arguments if len(arguments) > 1 else (*arguments, 1)
    if not isinstance(t, np.ndarray):
        raise TypeError(f"nn.utils.addSingletonDimension: an array expected, got {type(t).__name__} {t!r}")
    if not 0 < dim <= t.ndim + 1:
        raise ValueError(f"nn.utils.addSingletonDimension: dim from 1 to {t.ndim + 1} expected, got {dim}")
    return np.expand_dims(t, dim - 1)


def contiguousView(output, input, *sizes):
    """Return `input` in another shape: a view where it is contiguous, else a copy (in `output` where that fits)."""
    if not input.flags.c_contiguous:
        output = sized(output, input.shape, input.dtype)
        output[...] = input
        input = output
    return input.reshape(*sizes)


def clear(owner, *names):
    """Empty the fields of `owner` named one by one or in a list, and return it."""
    if names and isinstance(names[0], list | tuple):
        names = names[0]
    return buffers.clear(owner, *names)


def _each(function, first, *others):
    """Call ``function(a, *b)`` for the arrays of nested tables of the same structure."""
    if isinstance(first, np.ndarray):
        function(first, *others)
    elif isinstance(first, list | tuple | dict):
        for key in first if isinstance(first, dict) else range(len(first)):
            _each(function, first[key], *(other[key] for other in others))
    else:
        raise TypeError(f"nn.utils: nested tables of arrays expected, got {type(first).__name__} {first!r}")


def _mirrored(t1, t2, leaf, drop):
    """Return t1 with ``leaf(a, b)`` for the arrays of t2, without what t2 lacks if `drop`; tables change in place."""
    if isinstance(t2, np.ndarray):
        return leaf(t1 if isinstance(t1, np.ndarray) else None, t2)
    if isinstance(t2, dict):
        t1 = t1 if isinstance(t1, dict) else Table()
        for key, item in t2.items():
            t1[key] = _mirrored(t1.get(key), item, leaf, drop)
        for key in [key for key in t1 if drop and key not in t2]:
            del t1[key]
        return t1
    if not isinstance(t1, list):
        t1 = list(t1) if isinstance(t1, tuple) else [] if t1 is None else [t1]
    t1 += [None] * (len(t2) - len(t1))
    for i, item in enumerate(t2):
        t1[i] = _mirrored(t1[i], item, leaf, drop)
    if drop:
        del t1[len(t2) :]
    return t1


def _resized(array, like):
    if array is None:
        return sized(None, like.shape, like.dtype)
    return array if array.shape == like.shape else sized(array, like.shape, array.dtype)


def _copied(array, source):
    array = _resized(array, source)
    np.copyto(array, source, casting="unsafe")
    return array


def _nested(value):
    """Return `value` if it is an array or a nested table of arrays, or raise an error."""
    _each(lambda array: None, value)
    return value
