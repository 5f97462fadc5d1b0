"""Softmax and its logarithm over one axis: softmax, softmax_grad, log_softmax, log_softmax_grad.

Sums are double for float32 as well, as in Torch.
"""

import math

import numpy as np

from . import compiled
from .parallel import each, split

__all__ = ["log_softmax", "log_softmax_grad", "softmax", "softmax_grad"]

# Least nanoseconds of one slice, and of one slice of more than two: every call of NumPy may wait for the GIL.
_GRAIN, _LONG = 80_000, 300_000
_FEW = 4096
_HANDFUL = 32


def softmax(x, axis, out) -> None:
    """Write ``exp(x - max) / sum(exp(x - max))`` along `axis`."""
    if _in_loops("softmax", axis, 0.5, x, out):
        return

    def run(x, out):
        _, total = _exponentials(x, axis, out, out)
        out *= (1 / total).astype(out.dtype, copy=False)

    _sliced(run, axis, 1.2, x, out)


def softmax_grad(y, grad_output, axis, out) -> None:
    """Write ``y (g - sum(g y))``."""
    if _in_loops("softmax_grad", axis, 0.3, y, grad_output, out):
        return

    def run(y, grad_output, out):
        if _is_long(y, axis) and grad_output.flags.c_contiguous:
            total = np.vecdot(grad_output, y)[..., None]
        else:
            np.multiply(grad_output, y, out=out)
            total = _sum(out, axis).astype(out.dtype, copy=False)
        np.subtract(grad_output, total, out=out)
        out *= y

    _sliced(run, axis, 0.8, y, grad_output, out)


def log_softmax(x, axis, out, exponentials) -> np.ndarray | None:
    """Write ``x - (max + log(sum(e)))``, rounded where Torch rounds, and ``e = exp(x - max)``; return the sums.

    For a vector of a few numbers the C library, number by number, is quicker; then there are no ``e`` and no sums. Nor
    are there where a compiled loop did it.
    """
    if x.ndim == 1 and x.size <= _HANDFUL:
        numbers = x.tolist()
        top = max(numbers)
        total = sum([math.exp(number - top) for number in numbers])
        np.subtract(x, top + math.log(total), out=out)
        return None
    if _in_loops("log_softmax", axis, 0.6, x, out):
        return None
    axis %= x.ndim
    sums = np.empty((*x.shape[:axis], 1, *x.shape[axis + 1 :]))

    def run(x, out, exponentials, sums):
        shifted = exponentials if out.dtype == np.float64 else out  # out may be x, which is still needed
        top, sums[...] = _exponentials(x, axis, shifted, exponentials)
        if out.dtype == np.float64:
            np.subtract(x, top + np.log(sums), out=out)
        else:  # as precise as Torch, which subtracts in double
            out -= np.log(sums).astype(out.dtype)

    _sliced(run, axis, 1.2, x, out, exponentials, sums)
    return sums


def log_softmax_grad(y, exponentials, sums, grad_output, axis, out) -> None:
    """Write ``g - exp(y) sum(g)``, in single precision as ``g - exponentials / sums sum(g)``, which needs no exp.

    In double precision the rounding of ``y`` is part of Torch's gradient: a training on large numbers amplifies it.
    """
    if y.size >= compiled.FEW and _in_loops("log_softmax_grad", axis, 0.5, y, grad_output, out):
        return
    if sums is None:
        probabilities = np.exp(y)
        probabilities *= sum(grad_output.tolist()) if y.ndim == 1 else _sum(grad_output, axis).astype(y.dtype)
        np.subtract(grad_output, probabilities, out=out)
        return

    def run(y, exponentials, sums, grad_output, out):
        if out.dtype == np.float64:
            np.exp(y, out=out)
            out *= _sum(grad_output, axis)
            np.subtract(grad_output, out, out=out)
            return
        if _is_long(grad_output, axis):
            factor = np.dot(grad_output, np.ones(grad_output.shape[-1], np.float32))[..., None] / sums
        else:
            factor = _sum(grad_output, axis) / sums
        np.multiply(exponentials, factor.astype(out.dtype, copy=False), out=out)
        np.subtract(grad_output, out, out=out)

    _sliced(run, axis, 0.4, y, exponentials, sums, grad_output, out)


def _in_loops(name, axis, cost, *arrays):
    """Run the compiled loop of this name over the rows, if there is one, and return whether there was."""
    out = arrays[-1]
    module = compiled.loops("softmax", *arrays) if axis % out.ndim == out.ndim - 1 else None
    if module is None:
        return False
    rows, loop = [array.reshape(-1, out.shape[-1]) for array in arrays], getattr(module, name)
    each(lambda s: loop(*[row[s] for row in rows]), split(len(rows[0]), cost * out.shape[-1]))
    return True


def _exponentials(x, axis, shifted, out):
    """Write ``x - max`` and its exponential, which may be one array; return max and the double sum of the latter."""
    if not _is_long(out, axis):
        top = np.maximum.reduce(x, axis, keepdims=True)
        np.exp(np.subtract(x, top, out=shifted), out=out)
        return top, _sum(out, axis)
    rows, results = x.reshape(-1, x.shape[-1]), out.reshape(-1, x.shape[-1])
    every, largest = np.arange(len(rows)), rows.argmax(1)
    top = rows[every, largest].reshape(*x.shape[:-1], 1)
    np.exp(np.subtract(x, top, out=shifted), out=out)
    # The largest are exactly 1: without them a quick sum in float32 is as good as one in double.
    results[every, largest] = 0
    total = 1 + np.dot(results, np.ones(x.shape[-1], x.dtype)).astype(np.float64)
    results[every, largest] = 1
    return top, total.reshape(top.shape)


def _sum(x, axis):
    return np.add.reduce(x, axis, dtype=np.float64, keepdims=True)


def _is_long(x, axis):
    """Return whether it pays to add up rows as a product with ones, which is five times as fast as a double sum."""
    return x.dtype == np.float32 and x.size >= _FEW and axis % x.ndim == x.ndim - 1 and x.flags.c_contiguous


def _sliced(run, axis, cost, *arrays):
    """Run on slices of the longest axis but `axis`, each on a thread."""
    shape, size = arrays[0].shape, arrays[0].size
    with np.errstate(over="ignore"):  # numbers too far apart for their difference
        others = [i for i in range(len(shape)) if i != axis % len(shape)]
        if size * cost < 2 * _GRAIN or not others:
            run(*arrays)
            return
        cut = max(others, key=lambda i: (shape[i], -i))
        before = (slice(None),) * cut
        slices = split(shape[cut], cost * size / shape[cut], min(max(cost * size / 2, _GRAIN), _LONG))
        each(lambda s: run(*(a[(*before, s)] for a in arrays)), slices)
