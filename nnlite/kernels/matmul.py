"""Matrix products on one thread: matmul."""

import numpy as np

from .parallel import scratch

__all__ = ["matmul"]

SMALL = 1_000_000  # multiply-adds up to which the BLAS packs nothing and is fastest (measured, as is all of this)
LONG, TERMS = 1000, 400  # sums of so many terms are cut into sums of at most so many, for the same reason
# Where the right matrix is stored transposed, it packs nothing for results of at most so many elements, and sums of at
# least so many terms; blocks are best with at most so many rows and columns.
TILE, SHORT = 1200, 32
TILE_ROWS, TILE_COLUMNS = 37, 64
MOST_ROWS, LEAST_TERMS = 128, 96  # with more rows, or several blocks of rows and fewer terms, such blocks gain nothing


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Write ``a @ b`` to `out`, in blocks of columns, rows or terms that are small products of their own, if possible.

    `a` is ``(..., m, k)``, `b` ``(..., k, n)``.
    """
    m, k = a.shape[-2:]
    n = b.shape[-1]
    if k == 1:
        np.multiply(a, b, out=out)
        return
    a_in_rows, b_in_rows = a.strides[-1] == a.itemsize, b.strides[-1] == b.itemsize
    if not b_in_rows:
        if not (a_in_rows and (m * n > TILE or m * k * n > SMALL) and _in_tiles(a, b, out)):
            np.matmul(a, b, out=out)
        return
    if m * k * n <= SMALL:
        np.matmul(a, b, out=out)
        return
    columns, rows = SMALL // (m * k) // 16 * 16, SMALL // (k * n) // 8 * 8
    if columns >= 32 or (columns > rows > 0 and k < LONG and a_in_rows):
        _by_columns(a, b, out, columns)
    elif k >= LONG and n <= 256:
        _by_terms(a, b, out)
    elif rows >= 16:
        _by_rows(a, b, out, rows)
    else:
        np.matmul(a, b, out=out)


def _in_tiles(a, b, out):
    """Multiply in blocks of rows and columns, for a right matrix that is stored transposed, or return false."""
    m, k = a.shape[-2:]
    n = b.shape[-1]
    parts = -(-m // TILE_ROWS)
    if m > MOST_ROWS or k < (LEAST_TERMS if parts > 1 else SHORT):
        return False
    parts = next((p for p in range(parts, 2 * parts) if m % p == 0), parts)
    height = m // parts
    width = _even(n, min(TILE // height, SMALL // (height * k), TILE_COLUMNS) // 16 * 16, 16)
    if not width or n % width > n // 8:
        return False
    down, across = height * parts, n // width * width

    def rows(x):
        return x[..., :down, :].reshape(*x.shape[:-2], parts, height, x.shape[-1])

    def columns(x):
        return x[..., :across].reshape(*x.shape[:-1], -1, width).swapaxes(-2, -3)

    np.matmul(rows(a)[..., None, :, :], columns(b)[..., None, :, :, :], out=columns(rows(out)))
    if across < n:
        np.matmul(a, b[..., across:], out=out[..., across:])
    if down < m:
        np.matmul(a[..., down:, :], b[..., :across], out=out[..., down:, :across])
    return True


def _by_terms(a, b, out):
    k = a.shape[-1]
    parts = -(-k // TERMS)
    found = scratch(out.shape, out.dtype, "terms")
    for i in range(parts):
        terms = slice(i * k // parts, (i + 1) * k // parts)
        matmul(a[..., terms], b[..., terms, :], found if i else out)
        if i:
            np.add(out, found, out=out)


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
    if most < step:
        return 0
    parts = -(-length // most)
    return min(-(-length // (parts * step)) * step, most)
