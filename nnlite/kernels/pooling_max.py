"""The largest element of each window and where it is: max_pool, max_pool_cells, max_pool_at, largest_in_order."""

import math
from functools import lru_cache
from itertools import product

import numpy as np

from .parallel import scratch
from .pooling import in_blocks

__all__ = ["largest_in_order", "max_pool", "max_pool_at", "max_pool_cells"]

ROW = 12  # from this many windows in a row on, blocks keep the layout of the input


def max_pool(x, windows, weights, base, out, indices) -> None:
    """Write the largest element of each window to `out` and its place to `indices`.

    The first of several equal ones counts. NaN and -inf are never selected: a window of nothing else gives -inf and,
    for an index, the value that element number -1 would have if its weight were 1.

    Parameters
    ----------
    x : ndarray, (planes, *sizes)
    windows : tuple of Axis
        One for each axis but the first.
    weights : tuple of int, decreasing
        The element at ``offset`` of the window at ``i`` gets the index ``base[i] + dot(weights, offset)``.
    base : ndarray of int64, shape of one plane of `out`
    out : ndarray, (planes, *counts)
    indices : ndarray of int64, shape of `out`

    Notes
    -----
    Offset by offset, all windows at once: `larger` remembers in which step an element beat the ones before, and the
    last such step is the place. Rows shorter than `ROW` would leave NumPy with loops of a few elements, so there the
    planes become the innermost axis. The last axis is split by ``position % stride`` in any case, so that what one
    step looks at is contiguous.
    """
    steps, codes, used, phases = _plan(windows, weights)
    x = x[(slice(None), *used)]
    stride = windows[-1].stride
    planes_last = windows[-1].count < ROW
    size, counts = x[0].size, out.shape[1:]
    base = base.reshape(-1) - 1

    def run(block):
        part, planes = x[block], block.stop - block.start
        shape, count = (planes, *counts), out[block].size
        rows = _rows(part, stride, phases, planes_last)
        best = scratch((count,), x.dtype, "best")
        best.fill(-np.inf)
        larger = scratch((len(steps), count), np.bool_, "larger")
        larger.fill(False)
        best_there, larger_there = _canonical(best, shape, planes_last), _canonical(larger, shape, planes_last)
        for number, (target, source) in enumerate(steps):
            values, so_far = rows[source], best_there[target]
            np.greater(values, so_far, out=larger_there[number][target])
            np.fmax(so_far, values, out=so_far)
        which = larger.view(np.uint8)
        scaled = which if codes.dtype == np.uint8 else scratch(which.shape, codes.dtype, "scaled")
        np.multiply(which, codes, out=scaled)
        code = np.maximum.reduce(scaled, axis=0, out=scratch((count,), codes.dtype, "code"))
        shape = (planes, count // planes)
        np.copyto(out[block].reshape(shape), _canonical(best, shape, planes_last))
        places = indices[block].reshape(shape)
        np.copyto(places, _canonical(code, shape, planes_last))
        nothing = None if code.all() else places == 0
        places += base
        if nothing is not None:
            places[nothing] = -1

    in_blocks(run, len(x), size * x.itemsize, 0.5 * size + len(steps) * out[0].size)


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


@lru_cache(maxsize=256)
def _plan(windows, weights):
    """Return ``(steps, codes, used, phases)`` for windows of this shape.

    There is one step for each offset that some window reaches: ``(target, source)``, the windows that it reaches and
    where they find their element in what `_rows` returns. The codes, (steps, 1), are their indices + 1. Only the part
    `used` of the input is looked at, and only these phases of the last axis.
    """
    steps, codes, phases = [], [], set()
    for offsets in product(*(range(axis.kernel) for axis in windows)):
        reach = [axis.reach(offset) for axis, offset in zip(windows, offsets, strict=True)]
        if all(first < stop for first, stop, _ in reach):
            target = tuple(slice(first, stop) for first, stop, _ in reach)
            source = [
                slice(at, at + (stop - first - 1) * axis.stride + 1, axis.stride)
                for axis, (first, stop, at) in zip(windows, reach, strict=True)
            ]
            first, stop, at = reach[-1]
            column, phase = divmod(at, windows[-1].stride)
            source[-1:] = phase, slice(column, column + stop - first)
            phases.add(phase)
            steps.append(((slice(None), *target), (slice(None), *source)))
            codes.append(1 + sum(offset * weight for offset, weight in zip(offsets, weights, strict=True)))
    used = tuple(slice(0, axis.spans()[-1, 1]) for axis in windows)
    return steps, np.array(codes, np.min_scalar_type(max(codes)))[:, None], used, sorted(phases)


def _rows(part, stride, phases, planes_last):
    """Return ``rows[plane, ..., phase, column]``: element ``column * stride + phase`` of the last axis."""
    if stride == 1 and not planes_last:
        return part[..., None, :]
    planes, *sizes, last = part.shape
    shape = (planes, *sizes, stride, -(-last // stride))
    rows = _canonical(scratch((math.prod(shape),), part.dtype, "rows"), shape, planes_last)
    for phase in phases:
        values = part[..., phase::stride]
        np.copyto(rows[..., phase, : values.shape[-1]], values)
    return rows


def _canonical(memory, shape, planes_last):
    """Return the last axis of `memory` as an array of this shape, in which `planes_last` lets axis 0 vary fastest."""
    before = memory.shape[:-1]
    if not planes_last:
        return memory.reshape(*before, *shape)
    order = (*range(len(before)), -1, *range(len(before), len(before) + len(shape) - 1))
    return memory.reshape(*before, *shape[1:], shape[0]).transpose(order)
