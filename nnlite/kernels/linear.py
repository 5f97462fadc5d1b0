"""Products of matrices on nnlite's threads: product, accumulate."""

import numpy as np

from .parallel import each, scratch, split

__all__ = ["accumulate", "product"]

_SMALL = 1 << 21  # multiplications that one core does in the time of two slices


def product(a, b, out):
    """``out = a b``, for a vector or matrix `a`."""
    if a.size * b.shape[1] < _SMALL or a.ndim == 1:
        np.matmul(a, b, out=out)
    elif len(a) >= b.shape[1]:
        each(lambda s: np.matmul(a[s], b, out=out[s]), split(len(a), b.size / _rate(out)))
    else:
        each(lambda s: np.matmul(a, b[:, s], out=out[:, s]), split(b.shape[1], a.size / _rate(out)))


def accumulate(a, b, scale, out):
    """``out += scale a b`` for matrices."""
    if a.size * b.shape[1] < _SMALL:
        _add_product(a @ b, scale, out)
        return

    def run(s):
        part = np.matmul(a[s], b, out=scratch((s.stop - s.start, b.shape[1]), out.dtype, "linear"))
        _add_product(part, scale, out[s])

    each(run, split(len(a), b.size / _rate(out)))


def _add_product(part, scale, out):
    if scale != 1:
        part *= scale
    out += part


def _rate(out):
    """Return multiplications per nanosecond, with slices long enough for the cost of packing."""
    return 40 if out.itemsize == 4 else 20
