"""Softmax and its logarithm over one axis: softmax, softmax_grad, log_softmax, log_softmax_grad.

Sums are double for float32 as well, as in Torch.
"""

import numpy as np

from .parallel import each, scratch, split
from .pooling import GRAIN

__all__ = ["log_softmax", "log_softmax_grad", "softmax", "softmax_grad"]


def softmax(x, axis, out) -> None:
    """Write ``exp(x - max) / sum(exp(x - max))`` along `axis`."""

    def run(x, out):
        np.subtract(x, x.max(axis, keepdims=True), out=out)
        np.exp(out, out=out)
        out *= (1 / _sum(out, axis)).astype(out.dtype, copy=False)

    _sliced(run, axis, 6, x, out)


def softmax_grad(y, grad_output, axis, out) -> None:
    """Write ``y (g - sum(g y))``."""

    def run(y, grad_output, out):
        np.multiply(grad_output, y, out=out)
        total = _sum(out, axis).astype(out.dtype, copy=False)
        np.subtract(grad_output, total, out=out)
        out *= y

    _sliced(run, axis, 3, y, grad_output, out)


def log_softmax(x, axis, out) -> None:
    """Write ``x - (max + log(sum(exp(x - max))))``, rounded where Torch rounds (double)."""

    def run(x, out):
        top = x.max(axis, keepdims=True)
        room = scratch(out.shape, out.dtype, "exponentials")
        if out.dtype == np.float64:
            exponentials = np.exp(np.subtract(x, top, out=room), out=room)
            np.subtract(x, top + np.log(_sum(exponentials, axis)), out=out)
        else:  # as precise as Torch, which adds in double
            exponentials = np.exp(np.subtract(x, top, out=out), out=room)
            out -= np.log(_sum(exponentials, axis)).astype(out.dtype)

    _sliced(run, axis, 7, x, out)


def log_softmax_grad(y, grad_output, axis, out) -> None:
    """Write ``g - exp(y) sum(g)``."""

    def run(y, grad_output, out):
        total = _sum(grad_output, axis).astype(out.dtype, copy=False)
        np.exp(y, out=out)
        out *= total
        np.subtract(grad_output, out, out=out)

    _sliced(run, axis, 6, y, grad_output, out)


def _sum(x, axis):
    return np.add.reduce(x, axis, dtype=np.float64, keepdims=True)


def _sliced(run, axis, cost, *arrays):
    """Run on slices of the longest axis but `axis`, each on a thread."""
    shape = arrays[0].shape
    others = [i for i in range(len(shape)) if i != axis % len(shape)]
    cut = max(others, key=lambda i: (shape[i], -i), default=0)
    slices = split(shape[cut], cost * (arrays[0].size // shape[cut]), GRAIN) if others else ()
    with np.errstate(over="ignore"):  # numbers too far apart for their difference
        if len(slices) < 2:
            run(*arrays)
            return
        before = (slice(None),) * cut
        each(lambda s: run(*(a[(*before, s)] for a in arrays)), slices)
