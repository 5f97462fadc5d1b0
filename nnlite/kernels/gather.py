"""Rows of a table by their numbers: take_rows, add_rows."""

import numpy as np
from scipy import sparse

from .parallel import each, split

try:
    from scipy.sparse._sparsetools import csc_matvecs
except ImportError:  # it is private to scipy
    csc_matvecs = None

__all__ = ["add_rows", "take_rows"]

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def take_rows(table, rows, out):
    """``out[i] = table[rows[i]]``; the rows exist."""
    slices = split(len(rows), 200 + 0.4 * table.shape[1])
    each(lambda s: table.take(rows[s], 0, out[s], "clip"), slices)


def add_rows(rows, x, scale, out):
    """``out[rows[i]] += scale[i] x[i]`` in this order; `scale` may be one number. It costs what the rows cost.

    A row may occur several times, and every row exists.
    """
    scales = np.empty(len(rows), out.dtype)
    scales[...] = scale
    if csc_matvecs is None or out.dtype not in _FLOATS or not out.flags.c_contiguous:
        _add_distinct_rows(rows, x, scales, out)
        return
    starts = np.arange(len(rows) + 1)
    csc_matvecs(len(out), len(rows), out.shape[1], starts, rows, scales, np.ravel(x), out.reshape(-1))


def _add_distinct_rows(rows, x, scales, out):
    """As `add_rows`, in the public terms of scipy: the sums first, then one addition for each distinct row."""
    distinct, places = np.unique(rows, return_inverse=True)
    shape = (len(distinct), len(rows))
    dtype = out.dtype if out.dtype in _FLOATS else np.float32
    sums = sparse.csc_array((scales.astype(dtype), places, np.arange(len(rows) + 1)), shape)
    out[distinct] += sums @ x.astype(dtype, copy=False)
