"""Largest elements where windows are not alike: max_pool_cells, max_pool_at, largest_in_order, adaptive_spans."""

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


def adaptive_spans(size: int, count: int, largest: bool = False) -> list[tuple[int, int]]:
    """Return ``(start, stop)`` of `count` windows that cover `size` elements.

    Torch rounds in float32, and for the largest element it divides first: the seventh of 13 windows over 13 elements is
    two elements wide then, and one for a mean.
    """
    edges = np.arange(count + 1)
    if largest:
        places = edges.astype(np.float32) / np.float32(count) * np.float32(size)
    else:
        places = (edges * size).astype(np.float32) / np.float32(count)
    return [(int(np.floor(a)), int(np.ceil(b))) for a, b in pairwise(places)]


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

    Parameters
    ----------
    x : ndarray, (planes, height, width)
    spans : pair of lists of (start, stop)
        Rows and columns of the cells.
    out : ndarray, (planes, rows, columns)
    indices : ndarray of int64, (2, planes, rows, columns)
    """

    def run(block):
        for (i, (top, bottom)), (j, (left, right)) in product(*map(enumerate, spans)):
            cell = x[block, top:bottom, left:right].reshape(block.stop - block.start, -1)
            if np.isnan(cell).any():
                cell = np.where(np.isnan(cell), -np.inf, cell)
            best = cell.argmax(axis=1)
            out[block, i, j] = np.take_along_axis(cell, best[:, None], axis=1)[:, 0]
            row, column = np.divmod(best, right - left)
            indices[0, block, i, j] = column + 1
            indices[1, block, i, j] = row + 1

    in_blocks(run, len(x), x[0].nbytes, 3 * x[0].size)


def max_pool_cells_grad(grad_output, spans, indices, out) -> None:
    """Write the gradient of the input of `max_pool_cells` to `out`."""
    planes, _, width = out.shape
    tops, lefts = (np.array([start for start, _ in span]) - 1 for span in spans)

    def locate(block):
        at = (indices[1, block] + tops[:, None]) * width + indices[0, block] + lefts
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

    def run(block):
        flat = x[block].reshape(block.stop - block.start, -1)
        corner = np.zeros((len(flat),) + (1,) * len(sizes), np.int64)
        for number, start in enumerate(starts):
            shape = [len(flat)] + [1] * len(sizes)
            shape[1 + number] = -1
            corner = corner * sizes[number] + start[block].reshape(shape)
        corner = corner.reshape(len(flat), -1)
        best = np.full(corner.shape, -np.inf, x.dtype)
        place = np.zeros(corner.shape, np.int64)
        for offset in product(*map(range, size)):
            at = corner + int(np.ravel_multi_index(offset, sizes))
            value = np.take_along_axis(flat, at, axis=1)
            at += 1
            np.copyto(place, at, where=value > best)
            np.fmax(best, value, out=best)
        out[block] = best.reshape(out[block].shape)
        indices[block] = place.reshape(out[block].shape)

    in_blocks(run, len(x), x[0].nbytes, 10 * len(sizes) ** 2 * out[0].size)


def largest_in_order(x, count, axis) -> np.ndarray:
    """Return the positions of the `count` largest elements along `axis`, ascending; of equal ones the first count."""
    order = np.argsort(-x, axis=axis, kind="stable")
    return np.sort(np.take(order, range(count), axis=axis), axis=axis)
