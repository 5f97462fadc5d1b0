"""Products of matrices on nnlite's threads: product, accumulate, accumulate_outer."""

import numpy as np

from .matmul import matmul
from .parallel import each, scratch, split

__all__ = ["accumulate", "accumulate_outer", "product"]

_SMALL = 1 << 23  # multiplications of one slice
GRAIN = 130_000


def product(a, b, out):
    """``out = a b``, for a vector or matrix `a`."""
    if a.size * b.shape[1] < _SMALL or a.ndim == 1:
        np.dot(a, b, out=out)
    elif len(a) >= b.shape[1]:
        each(lambda s: matmul(a[s], b, out[s]), split(len(a), b.size / _rate(out), GRAIN))
    else:
        each(lambda s: matmul(a, b[:, s], out[:, s]), split(b.shape[1], a.size / _rate(out), GRAIN))


def accumulate(a, b, scale, out):
    """``out += scale a b`` for matrices."""
    if a.size * b.shape[1] < _SMALL:
        _add_product(a.dot(b), scale, out)
        return

    def run(s):
        part = scratch((s.stop - s.start, b.shape[1]), out.dtype, "linear")
        matmul(a[s], b, part)
        _add_product(part, scale, out[s])

    each(run, split(len(a), b.size / _rate(out), GRAIN))


def accumulate_outer(a, b, scale, out):
    """``out += scale a b^T`` for vectors."""
    if scale != 1:
        a = scale * a
    np.add(out, np.multiply.outer(a, b), out=out)


def _add_product(part, scale, out):
    if scale != 1:
        part *= scale
    out += part


def _rate(out):
    """Return multiplications per nanosecond, with slices long enough for the cost of packing."""
    return 40 if out.itemsize == 4 else 20
