"""Products of matrices on nnlite's threads: product, accumulate, accumulate_outer."""

import numpy as np

from .matmul import LONG, matmul
from .parallel import each, scratch, split

__all__ = ["accumulate", "accumulate_outer", "product"]

_TINY, _SMALL = 1 << 17, 1 << 23  # multiplications of one call of the BLAS, and of one slice
GRAIN = 130_000
# Measured: a product of fewer columns is cut by rows; long sums of so many rows are quickest transposed.
_NARROW = 256
_FEW, _MANY = 16, 128


def product(a, b, out):
    """``out = a b``, for a vector or matrix `a`."""
    multiplications = a.size * b.shape[1]
    if multiplications < _TINY or a.ndim == 1:
        np.dot(a, b, out=out)
    elif multiplications < _SMALL:
        matmul(a, b, out)
    elif b.shape[1] < _NARROW and len(a) >= b.shape[1]:
        each(lambda s: matmul(a[s], b, out[s]), _slices(len(a), b.size, out))
    else:
        each(lambda s: _columns(a, b[:, s], out[:, s]), _slices(b.shape[1], a.size, out))


def accumulate(a, b, scale, out):
    """``out += scale a b`` for matrices."""
    multiplications = a.size * b.shape[1]
    if multiplications < _TINY:
        _add_product(a.dot(b), scale, out)
        return

    def run(s):
        part = scratch((s.stop - s.start, b.shape[1]), out.dtype, "linear")
        matmul(a[s], b, part)
        _add_product(part, scale, out[s])

    if multiplications < _SMALL:
        run(slice(0, len(a)))
    else:
        each(run, _slices(len(a), b.size, out))


def accumulate_outer(a, b, scale, out):
    """``out += scale a b^T`` for vectors."""
    if scale != 1:
        a = scale * a
    np.add(out, np.multiply.outer(a, b), out=out)


def _columns(a, b, out):
    if len(b) < LONG or len(a) <= _FEW:
        matmul(a, b, out)
    elif len(a) <= _MANY and b.T.flags.c_contiguous:
        # The BLAS takes out^T = b^T a^T, its long side first, so much faster that a copy pays.
        transposed = scratch(out.T.shape, out.dtype, "linear")
        np.matmul(b.T, a.T, out=transposed)
        np.copyto(out, transposed.T)
    else:
        np.matmul(a, b, out=out)


def _slices(count, multiplications, out):
    """Return `count` rows or columns of so many multiplications in four slices, or more of two milliseconds."""
    rate = 40 if out.itemsize == 4 else 20  # multiplications per nanosecond
    cost = multiplications / rate
    return split(count, cost, min(max(count * cost / 4, GRAIN), 2_000_000))


def _add_product(part, scale, out):
    if scale != 1:
        part *= scale
    out += part
