"""Larger planes: nearest, nearest_grad, linear, linear_grad."""

import math

import numpy as np

from .parallel import scratch
from .pooling import axes, in_blocks
from .pooling_sum import window_sum, window_sum_grad

__all__ = ["linear", "linear_grad", "nearest", "nearest_grad"]

LINES = 64  # of the output in one product, so that a long axis costs no more for each element than a short one


def nearest(x, scale, out) -> None:
    """Write every element of the planes `x`, (planes, *sizes), `scale` times along each axis."""
    window_sum_grad(x, _windows(out.shape, scale), out)


def nearest_grad(grad_output, scale, out) -> None:
    """Write the gradient of the input of `nearest` to `out`: sums of what was one element."""
    window_sum(grad_output, _windows(grad_output.shape, scale), out)


def linear(x, out) -> None:
    """Interpolate the planes `x`, (planes, *sizes), linearly along each axis; the corners of both grids coincide."""
    weights = [_weights(*sizes, x.dtype) for sizes in zip(x.shape[1:], out.shape[1:], strict=True)]
    last = len(weights)

    def run(block):
        part = x[block]
        for number in range(last, 0, -1):
            low, high, fraction = weights[number - 1]
            shape = (*part.shape[:number], len(low), *part.shape[number + 1 :])
            target = out[block] if number == 1 else scratch(shape, x.dtype, f"axis{number}")
            more = scratch(shape, x.dtype, "more")
            fraction = fraction.reshape((-1,) + (1,) * (last - number))
            np.take(part, low, axis=number, out=target, mode="clip")
            np.take(part, high, axis=number, out=more, mode="clip")
            target *= 1 - fraction
            more *= fraction
            target += more
            part = target

    in_blocks(run, len(x), 2 * out[0].nbytes, 4 * out[0].size)


def linear_grad(grad_output, out) -> None:
    """Write the gradient of the input of `linear` to `out`.

    Along each axis it is a product with the matrix of the weights, `LINES` lines at a time, quicker than a loop over
    lines; a NaN takes with it what these lines reach.
    """
    sizes = zip(out.shape[1:], grad_output.shape[1:], strict=True)
    weights = [list(_bands(*_weights(*of, out.dtype))) for of in sizes]
    last = len(weights)

    def run(block):
        part = grad_output[block]
        for number, bands in enumerate(weights, 1):
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = out[block] if number == last else scratch(shape, out.dtype, f"axis{number}")
            target.fill(0)
            before, after = math.prod(shape[:number]), math.prod(shape[number + 1 :])
            lines, found = part.reshape(before, -1, after), target.reshape(before, -1, after)
            for rows, band, matrix in bands:
                if number == last:
                    found[:, band, 0] += lines[:, rows, 0] @ matrix
                else:
                    found[:, band] += matrix.T @ lines[:, rows]
            part = target

    in_blocks(run, len(out), 2 * grad_output[0].nbytes, 4 * grad_output[0].size)


def _bands(low, high, fraction):
    """Yield slices of lines of the output, the lines of the input that they reach, and the weights between them."""
    for start in range(0, len(low), LINES):
        rows = slice(start, min(start + LINES, len(low)))
        band = slice(low[start], high[rows.stop - 1] + 1)
        matrix = np.zeros((rows.stop - start, band.stop - band.start), fraction.dtype)
        lines = np.arange(len(matrix))
        matrix[lines, low[rows] - band.start] += 1 - fraction[rows]
        matrix[lines, high[rows] - band.start] += fraction[rows]
        yield rows, band, matrix


def _windows(shape, scale):
    sizes = shape[1:]
    return axes(sizes, (scale,) * len(sizes), (scale,) * len(sizes))


def _weights(size, count, dtype):
    """Return ``(low, high, fraction)`` for each of `count` points; positions are float32 whatever the dtype."""
    ratio = np.float32(size - 1) / np.float32(count - 1) if count > 1 else np.float32(0)
    position = ratio * np.arange(count, dtype=np.float32)
    low = position.astype(np.int64)
    fraction = (position - low.astype(np.float32)).astype(dtype)
    return low, np.minimum(low + 1, size - 1), fraction
