"""Pooling, compiled: max_pool, and adding values by position, scatter_add."""

import numpy as np

from . import compiled_planes as planes
from .compiled import loop

__all__ = ["max_pool", "scatter_add"]


@loop
def max_pool(x, kernel, stride, pad, dilation, image, best, taps, out, indices):
    """Write the largest element of each window to `out`, and where it is in its plane, from 1, to `indices`.

    A window without a number above the least finite one gives that, and index 0. Scratch memory: `image` (rows,
    stride[1], columns, number) for some rows of so many planes, and `best` and `taps` (places in a row * number).
    """
    width, number = x.shape[2], image.shape[3]
    span = (kernel[0] - 1) * dilation[0] + 1
    step = (len(image) - span) // stride[0] + 1
    offsets = np.empty(kernel[0] * kernel[1], np.int64)
    for k in range(offsets.size):
        offsets[k] = k // kernel[1] * dilation[0] * width + k % kernel[1] * dilation[1] + 1
    for start in range(0, len(x), number):
        some = slice(start, min(start + number, len(x)))
        for row in range(0, out.shape[1], step):
            top = row * stride[0] - pad[0]
            planes.last(x[some], top, 0, image)
            for i in range(row, min(row + step, out.shape[1])):
                best[:] = np.finfo(np.float32).min
                taps[:] = -1
                _row_of_windows(image, i * stride[0] - pad[0], top, kernel, stride, pad, dilation, x, best, taps)
                first = (i * stride[0] - pad[0]) * width - pad[1]
                _put(best, taps, number, first, stride[1], offsets, out[some, i], indices[some, i])


@loop
def _row_of_windows(image, y, top, kernel, stride, pad, dilation, x, best, taps):
    """Find the largest elements of the windows whose first row is `y`, tap by tap, for all of them at once."""
    height, width = x.shape[1:]
    number = image.shape[3]
    places = best.size // number
    for a in range(kernel[0]):
        at = y + a * dilation[0]
        if 0 <= at < height:
            for b in range(kernel[1]):
                left = b * dilation[1] - pad[1]
                first = max(0, (-left + stride[1] - 1) // stride[1])
                stop = min(places, (width - 1 - left) // stride[1] + 1)
                if first < stop:
                    column = left + first * stride[1]
                    line = image[at - top, column % stride[1]].reshape(-1)[column // stride[1] * number :]
                    here = slice(first * number, stop * number)
                    _larger(line, np.int32(a * kernel[1] + b), best[here], taps[here])


@loop
def _larger(values, tap, best, taps):
    for k in range(best.size):
        value, so_far = values[k], best[k]
        larger = value > so_far
        best[k] = value if larger else so_far
        taps[k] = tap if larger else taps[k]


@loop
def _put(best, taps, number, first, step, offsets, out, indices):
    """Write a row of the largest elements, planes last, to that row of the planes, and their places."""
    for p in range(len(out)):
        for j in range(out.shape[1]):
            k = j * number + p
            out[p, j] = best[k]
            indices[p, j] = first + j * step + offsets[taps[k]] if taps[k] >= 0 else 0


@loop
def scatter_add(values, indices, out):
    """Set `out` to zero and add each value where its index says, from 1; index 0 drops it.

    Return the largest index that is too large, or 0.
    """
    wrong = 0
    for p in range(len(out)):
        out[p] = 0
        for k in range(values.shape[1]):
            at = indices[p, k] - 1
            if at >= out.shape[1]:
                wrong = max(wrong, at + 1)
            elif at >= 0:
                out[p, at] += values[p, k]
    return wrong
