"""One dimension less: sum_along, extreme_along and their gradients. The reduced axis is kept, with size 1."""

import numpy as np

from .parallel import each, split

__all__ = ["extreme_along", "extreme_along_grad", "sum_along", "sum_along_grad"]


def _sliced(kernel, axis, *arrays):
    """Call ``kernel(*parts)`` for slices of a dimension other than the one that goes."""
    x = arrays[0]
    if x.ndim == 1 or x.size < 100_000:
        kernel(*arrays)
        return
    before = (slice(None),) if axis == 0 else ()
    length = x.shape[len(before)]
    each(lambda s: kernel(*(array[(*before, s)] for array in arrays)), split(length, x.size / length))


def sum_along(x, axis, out):
    """The sum along `axis`."""
    _sliced(lambda x, out: np.add.reduce(x, axis, None, out, True), axis, x, out)


def sum_along_grad(grad_output, axis, out):
    """``g`` for each of the numbers that were added."""
    _sliced(lambda out, grad_output: np.copyto(out, grad_output), axis, out, grad_output)


def extreme_along(x, axis, extreme, arg, out, index):
    """``extreme`` (``np.maximum`` or ``np.minimum``) along `axis`; `index` is ``arg`` of it, counted from 1."""

    def reduce(x, out, index):
        extreme.reduce(x, axis, None, out, True)
        arg(x, axis, out=index, keepdims=True)
        index += 1

    _sliced(reduce, axis, x, out, index)


def extreme_along_grad(grad_output, axis, index, out):
    """``g`` at the place that `index` names, else 0."""

    def spread(out, grad_output, index):
        out.fill(0)
        np.put_along_axis(out, index - 1, grad_output, axis)

    _sliced(spread, axis, out, grad_output, index)
