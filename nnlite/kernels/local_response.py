"""Normalization by the neighbouring planes: cross_map, cross_map_grad."""

import numpy as np

from .parallel import each, scratch, split
from .pooling import GRAIN

__all__ = ["cross_map", "cross_map_grad"]


def cross_map(x, size, alpha, beta, k, scale, out) -> None:
    """Write ``scale = k + alpha / size * sum(x^2)`` over `size` planes around each, and ``out = x scale^-beta``.

    All arrays are (batch, planes, positions). The sums run along the planes: one square more, one square less.
    """
    planes = x.shape[1]
    before = (size - 1) // 2 + 1

    def run(x, scale, out):
        square = out
        np.multiply(x, x, out=square)
        np.add.reduce(square[:, : min(before, planes)], axis=1, out=scale[:, 0])
        for c in range(1, planes):
            np.copyto(scale[:, c], scale[:, c - 1])
            if c + before - 1 < planes:
                scale[:, c] += square[:, c + before - 1]
            if c >= before:
                scale[:, c] -= square[:, c - before]
        scale *= alpha / size
        scale += k
        np.power(scale, -beta, out=out)
        out *= x

    _sliced(run, 10, x, scale, out)


def cross_map_grad(x, y, scale, grad_output, size, alpha, beta, out) -> None:
    """Write the gradient of the input of `cross_map` to `out`; `y` and `scale` are what it wrote."""
    planes = x.shape[1]
    before = size - (size - 1) // 2 - 1
    factor = 2 * alpha * beta / size

    def run(x, y, scale, grad_output, out):
        batch, _, positions = x.shape
        ratio = scratch((batch, planes + size - 1, positions), x.dtype, "ratio")
        ratio[:, :before] = 0
        ratio[:, before + planes :] = 0
        inner = ratio[:, before : before + planes]
        np.multiply(grad_output, y, out=inner)
        inner /= scale
        np.power(scale, -beta, out=out)
        out *= grad_output
        total = np.add.reduce(ratio[:, : size - 1], axis=1, out=scratch((batch, positions), x.dtype, "total"))
        product = scratch(total.shape, x.dtype, "product")
        for c in range(planes):
            total += ratio[:, c + size - 1]
            np.multiply(x[:, c], total, out=product)
            product *= factor
            out[:, c] -= product
            total -= ratio[:, c]

    _sliced(run, 12, x, y, scale, grad_output, out)


def _sliced(run, cost, *arrays):
    """Run on slices of the batch, or of the positions of a single sample, each on a thread."""
    batch, planes, positions = arrays[0].shape
    if batch > 1:
        each(lambda s: run(*(a[s] for a in arrays)), split(batch, cost * planes * positions, GRAIN))
    else:
        each(lambda s: run(*(a[:, :, s] for a in arrays)), split(positions, cost * planes, GRAIN))
