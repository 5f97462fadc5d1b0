"""Copies, sums and products of arrays, several at a time: copy, scale, total, product, extreme, join, matmul, ...

All arrays of a call have one shape, but for `join` and `matmul`.
"""

import numpy as np

from . import linear
from .elementwise import GRAIN, keep, parts, select, temporary
from .parallel import each, split

__all__ = [
    "accumulate",
    "add_scaled",
    "along",
    "copies",
    "copy",
    "difference",
    "extreme",
    "join",
    "matmul",
    "pick",
    "product",
    "quotient",
    "quotient_grad",
    "scale",
    "total",
]


def _in_blocks(kernel, arrays, cost):
    """Call ``kernel(parts)`` for all blocks of `arrays`, on threads; `cost` is in nanoseconds per element."""
    size = arrays[0].size
    if size * cost < 2 * GRAIN:
        kernel(arrays)
        return
    if all(array.flags.c_contiguous for array in arrays):
        arrays = [array.reshape(-1) for array in arrays]
    each(lambda s: kernel([array[s] for array in arrays]), parts(len(arrays[0]), cost * size))


def _folded(function, arrays, out):
    """``function(... function(a1, a2) ..., an)``, from left to right."""

    def fold(parts):
        first, *others, result = parts
        if not others:
            np.copyto(result, first)
        for other in others:
            function(first, other, out=result)
            first = result

    _in_blocks(fold, [*arrays, out], 0.1 * len(arrays) + 0.1)


def total(arrays, out):
    """``a1 + a2 + ... + an``; `out` may be the first."""
    _folded(np.add, arrays, out)


def product(arrays, out):
    """``a1 a2 ... an``; `out` may be the first."""
    _folded(np.multiply, arrays, out)


def difference(a, b, out):
    """``a - b``."""
    _folded(np.subtract, [a, b], out)


@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def quotient(a, b, out):
    """``a / b``."""
    _folded(np.divide, [a, b], out)


@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def quotient_grad(a, b, grad_output, out_a, out_b):
    """``g / b`` and ``-(g / b) / b a``."""

    def gradients(parts):
        a, b, grad_output, out_a, out_b = parts
        np.divide(grad_output, b, out=out_a)
        np.divide(out_a, b, out=out_b)
        np.negative(out_b, out=out_b)
        np.multiply(out_b, a, out=out_b)

    _in_blocks(gradients, [a, b, grad_output, out_a, out_b], 1)


def along(array, axis, where):
    """Return the view ``array[..., where, ...]``: a slice, or one index, of an axis."""
    return array[(slice(None),) * axis + (where,)]


def accumulate(x, out):
    """Add `x` to `out`."""

    def add(parts):
        np.add(parts[1], parts[0], out=parts[1], casting="unsafe")

    _in_blocks(add, [x, out], 0.2)


def add_scaled(x, factor, out):
    """Add ``factor x`` to `out`."""

    def add(parts):
        part, target = parts
        np.add(target, np.multiply(part, factor, out=temporary(part)), out=target)

    _in_blocks(add, [x, out], 0.3)


def copy(x, out):
    """Copy `x`, of any strides."""
    _in_blocks(lambda parts: np.copyto(parts[1], parts[0]), [x, out], 0.1)


def scale(x, factor, out):
    """``factor x`` for a number."""
    _in_blocks(lambda parts: np.multiply(parts[0], factor, out=parts[1]), [x, out], 0.1)


def copies(x, outs):
    """Copy `x` to every array of `outs`."""

    def spread(parts):
        for part in parts[1:]:
            np.copyto(part, parts[0])

    _in_blocks(spread, [x, *outs], 0.1 * len(outs))


def extreme(arrays, beats, out, index):
    """The element that ``beats`` (``np.greater`` or ``np.less``) the others; `index` is 1 where the first array has it.

    The first of equals wins. `index` holds whole numbers in any dtype.
    """

    def fold(parts):
        first, *others, result, where = parts
        np.copyto(result, first)
        where.fill(1)
        for i, other in enumerate(others, 2):
            better = beats(other, result)
            select(better, other, result, result)
            np.maximum(where, np.multiply(better, where.dtype.type(i)), out=where)

    _in_blocks(fold, [*arrays, out, index], len(arrays))


def pick(x, index, outs):
    """Copy each element of `x` to the array of `outs` that `index` names (from 1), and zero to the others."""

    def spread(parts):
        values, where, *results = parts
        for i, result in enumerate(results, 1):
            keep(where == i, values, result)

    _in_blocks(spread, [x, index, *outs], len(outs))


def join(arrays, axis, out):
    """The arrays one after the other along `axis`."""
    if axis == 0 or out.size < 100_000:
        np.concatenate(arrays, axis, out=out)
    else:
        slices = split(len(out), 0.6 * out[0].size)
        each(lambda s: np.concatenate([array[s] for array in arrays], axis, out=out[s]), slices)


def matmul(a, b, out):
    """``a b``, two matrices or two batches of them."""
    if out.ndim == 2:
        linear.product(a, b, out)
    else:
        cost = out[0].size * a.shape[-1] / 40
        each(lambda s: np.matmul(a[s], b[s], out=out[s]), split(len(out), cost))
