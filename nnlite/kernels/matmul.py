"""Matrix products on one thread: matmul."""

import numpy as np

__all__ = ["SMALL", "matmul"]

SMALL = 1_000_000  # multiply-adds up to which the BLAS packs nothing and is fastest (measured, as is all of this)


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Write ``a @ b`` to `out`, in blocks of columns or rows that are small products of their own, where such exist.

    `a` is ``(..., m, k)``, `b` ``(..., k, n)``.
    """
    m, k = a.shape[-2:]
    n = b.shape[-1]
    if m * k * n > SMALL:
        columns, rows = SMALL // (m * k) // 16 * 16, SMALL // (k * n) // 8 * 8
        if columns >= 32 or columns > rows:
            _by_columns(a, b, out, columns)
            return
        if rows:
            _by_rows(a, b, out, rows)
            return
    np.matmul(a, b, out=out)


def _by_columns(a, b, out, most):
    n = b.shape[-1]
    width = _even(n, most, 16)
    whole = n // width * width

    def blocks(x):
        return x[..., :whole].reshape(*x.shape[:-1], -1, width).swapaxes(-2, -3)

    np.matmul(a[..., None, :, :], blocks(b), out=blocks(out))
    if whole < n:
        np.matmul(a, b[..., whole:], out=out[..., whole:])


def _by_rows(a, b, out, most):
    m = a.shape[-2]
    width = _even(m, most, 8)
    whole = m // width * width

    def blocks(x):
        return x[..., :whole, :].reshape(*x.shape[:-2], -1, width, x.shape[-1])

    np.matmul(blocks(a), b[..., None, :, :], out=blocks(out))
    if whole < m:
        np.matmul(a[..., whole:, :], b, out=out[..., whole:, :])


def _even(length, most, step):
    """Return a multiple of `step` up to `most` that cuts `length` into parts as equal as can be."""
    parts = -(-length // most)
    return min(-(-length // (parts * step)) * step, most)
