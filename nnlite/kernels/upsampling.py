"""Larger planes: nearest, nearest_grad, linear, linear_grad."""

import numpy as np

from .parallel import scratch
from .pooling import axes, in_blocks
from .pooling_sum import window_sum, window_sum_grad

__all__ = ["linear", "linear_grad", "nearest", "nearest_grad"]


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

    Along the last axis it is a product with the matrix of the weights, quicker than a loop over elements that lie
    apart; there a NaN takes the whole row with it.
    """
    weights = [_weights(*sizes, out.dtype) for sizes in zip(out.shape[1:], grad_output.shape[1:], strict=True)]
    last = len(weights)
    matrix = np.zeros((grad_output.shape[-1], out.shape[-1]), out.dtype)
    for line, low, high, fraction in zip(matrix, *weights[-1], strict=True):
        line[low] += 1 - fraction
        line[high] += fraction

    def run(block):
        part = grad_output[block]
        for number in range(1, last):
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = scratch(shape, out.dtype, f"axis{number}")
            target.fill(0)
            lines, found = np.moveaxis(part, number, 0), np.moveaxis(target, number, 0)
            more = scratch(lines.shape[1:], out.dtype, "more")
            for line, low, high, fraction in zip(lines, *weights[number - 1], strict=True):
                for place, weight in ((low, 1 - fraction), (high, fraction)):
                    np.multiply(line, weight, out=more)
                    found[place] += more
            part = target
        np.matmul(part.reshape(-1, len(matrix)), matrix, out=out[block].reshape(-1, out.shape[-1]))

    in_blocks(run, len(out), 2 * grad_output[0].nbytes, 4 * grad_output[0].size)


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
