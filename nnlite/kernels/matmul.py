"""Matrix products on one thread: matmul."""

import numpy as np

__all__ = ["SMALL", "matmul"]

SMALL = 1_000_000  # multiply-adds up to which the BLAS packs nothing and is fastest (measured)


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Write ``a @ b`` to `out`, in blocks of columns that are small products of their own where such exist.

    `a` is ``(..., m, k)``, `b` ``(..., k, n)``; the columns of `b` and `out` follow each other in memory.
    """
    m, k = a.shape[-2:]
    n = b.shape[-1]
    width = min(SMALL // (m * k), n) // 16 * 16
    if width < 16 or m * k * n <= SMALL:
        np.matmul(a, b, out=out)
        return
    width = -(-n // -(-n // width) // 16) * 16  # as equal as they can be
    whole = n // width * width
    np.matmul(a[..., None, :, :], _blocks(b[..., :whole], width), out=_blocks(out[..., :whole], width))
    if whole < n:
        np.matmul(a, b[..., whole:], out=out[..., whole:])


def _blocks(x, width):
    return x.reshape(*x.shape[:-1], -1, width).swapaxes(-2, -3)
