"""Largest elements where windows are not alike: max_pool_cells, max_pool_at, largest_in_order, adaptive_spans."""

from functools import lru_cache
from itertools import pairwise, product

import numpy as np

from .pooling import in_blocks, scatter_add

__all__ = [
    "adaptive_spans",
    "largest_in_order",
    "max_pool_at",
    "max_pool_cells",
    "max_pool_cells_grad",
    "random_starts",
]


@lru_cache(maxsize=256)
def adaptive_spans(size: int, count: int, largest: bool = False) -> tuple[tuple[int, int], ...]:
    """Return ``(start, stop)`` of `count` windows that cover `size` elements.

    Torch rounds in float32, and for the largest element it divides first: the seventh of 13 windows over 13 elements is
    two elements wide then, and one for a mean.
    """
    edges = np.arange(count + 1)
    if largest:
        places = edges.astype(np.float32) / np.float32(count) * np.float32(size)
    else:
        places = (edges * size).astype(np.float32) / np.float32(count)
    return tuple((int(np.floor(a)), int(np.ceil(b))) for a, b in pairwise(places))


def random_starts(samples, size: int, count: int, pool: int) -> np.ndarray:
    """Return where `count` windows of `pool` elements begin, (planes, count), for one random number in [0, 1) a plane.

    They are computed in the dtype of the samples. The last window ends where the input does.
    """
    starts = np.full((len(samples), count), size - pool, np.int64)
    if count > 1:
        alpha = samples.dtype.type(size - pool) / samples.dtype.type(count - 1)
        samples = samples[:, None]
        steps = (np.arange(count - 1, dtype=samples.dtype) + samples) * alpha
        starts[:, :-1] = steps.astype(np.int64) - (samples * alpha).astype(np.int64)
    return starts


def max_pool_cells(x, spans, out, indices) -> None:
    """Write the largest element of each cell to `out`, and its 1-based column and row in the cell to `indices`.

    A cell of NaN or -inf gives the least float32, as in Torch, and the indices 0.

    Parameters
    ----------
    x : ndarray, (planes, height, width)
    spans : pair of tuples of (start, stop)
        Rows and columns of the cells.
    out : ndarray, (planes, rows, columns)
    indices : ndarray of int64, (2, planes, rows, columns)
    """
    rows, columns = (np.array(span) for span in spans)
    height, width = int((rows[:, 1] - rows[:, 0]).max()), int((columns[:, 1] - columns[:, 0]).max())
    kind = np.min_scalar_type(height * width)

    def run(block):
        part = np.moveaxis(x[block], 0, -1).copy()  # planes last: cells are copied as runs of memory
        best = np.full((len(rows), len(columns), part.shape[-1]), np.finfo(np.float32).min, x.dtype)
        code = np.zeros(best.shape, kind)
        for row in range(height):  # smaller cells see their last row and column again, which changes nothing
            line = part[np.minimum(rows[:, 0] + row, rows[:, 1] - 1)]
            for column in range(width):
                value = line[:, np.minimum(columns[:, 0] + column, columns[:, 1] - 1)]
                larger = np.greater(value, best).view(np.uint8)
                np.fmax(best, value, out=best)
                np.maximum(code, larger * kind.type(row * width + column + 1), out=code)
        out[block] = np.moveaxis(best, -1, 0)
        code = np.moveaxis(code, -1, 0).astype(np.int64)
        row, column = np.divmod(code - 1, width)
        indices[0, block] = np.where(code, column + 1, 0)
        indices[1, block] = np.where(code, row + 1, 0)

    in_blocks(run, len(x), x[0].nbytes, x[0].size + height * width * out[0].size)


def max_pool_cells_grad(grad_output, spans, indices, out) -> None:
    """Write the gradient of the input of `max_pool_cells` to `out`."""
    planes, _, width = out.shape
    tops, lefts = (np.array([start for start, _ in span]) - 1 for span in spans)

    def locate(block):
        at = (indices[1, block] + tops[:, None]) * width + indices[0, block] + lefts
        at[indices[0, block] == 0] = -1
        return at.reshape(len(at), -1)

    scatter_add(grad_output.reshape(planes, -1), locate, out.reshape(planes, -1))


def max_pool_at(x, starts, size, out, indices) -> None:
    """Write the largest element of windows of one size, placed plane by plane, and its 1-based place in the plane.

    Parameters
    ----------
    x : ndarray, (planes, *sizes)
    starts : list of ndarray of int64, (planes, count)
        Where the windows begin, for each axis after the first.
    size : sequence of int
        Size of a window.
    out, indices : ndarray, (planes, *counts)
        As in `max_pool`; the index of nothing is 0.
    """
    sizes = x.shape[1:]
    offsets = [int(np.ravel_multi_index(offset, sizes)) for offset in product(*map(range, size))]
    places = np.array([0, *offsets])

    def run(block):
        flat = x[block].reshape(-1)
        count = block.stop - block.start
        corner = np.arange(count).reshape([count] + [1] * len(sizes))
        for number, start in enumerate(starts):
            shape = [count] + [1] * len(sizes)
            shape[1 + number] = -1
            corner = corner * sizes[number] + start[block].reshape(shape)
        best = np.full(corner.shape, np.finfo(x.dtype).min, x.dtype)
        code = np.zeros(corner.shape, np.min_scalar_type(len(offsets)))
        for number, offset in enumerate(offsets, 1):
            value = flat.take(corner + offset)
            larger = np.greater(value, best).view(np.uint8)
            np.fmax(best, value, out=best)
            np.maximum(code, larger * code.dtype.type(number), out=code)
        out[block] = best
        corner += places.take(code)
        corner -= (np.arange(count) * x[0].size - 1).reshape([count] + [1] * len(sizes))
        corner[code == 0] = 0
        indices[block] = corner

    in_blocks(run, len(x), x[0].nbytes, 4 * len(offsets) * out[0].size)


def largest_in_order(x, count, axis) -> np.ndarray:
    """Return the positions of the `count` largest elements along `axis`, ascending; of equal ones the first count."""
    order = np.argsort(-x, axis=axis, kind="stable")
    return np.sort(np.take(order, range(count), axis=axis), axis=axis)
