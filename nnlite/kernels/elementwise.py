"""Functions of one number and their derivatives, on arrays of any shape: blockwise, tanh, ...

In-place means that `out` is an argument: every kernel reads an element before it writes it.
"""

import functools
import inspect

import numpy as np

from .parallel import each, split

__all__ = ["blockwise", "tanh", "tanh_grad"]


def blockwise(cost):
    """Let a kernel run over its arrays in blocks, on threads; they are its arguments up to ``out``, of one shape.

    `cost` is the time per element in nanoseconds, as `parallel.split` wants it.
    """

    def decorate(kernel):
        count = list(inspect.signature(kernel).parameters).index("out") + 1

        @functools.wraps(kernel)
        def run(*arguments):
            size = arguments[0].size
            if size * cost < 100_000:
                kernel(*arguments)
                return
            arrays, rest = arguments[:count], arguments[count:]
            if all(array.flags.c_contiguous for array in arrays):
                arrays = [array.reshape(-1) for array in arrays]
            length = len(arrays[0])
            each(lambda s: kernel(*(array[s] for array in arrays), *rest), split(length, cost * size / length))

        return run

    return decorate


@blockwise(5)
def tanh(x, out):
    """``tanh(x)``."""
    np.tanh(x, out=out)


@blockwise(1)
def tanh_grad(y, grad_output, out):
    """``(1 - y^2) g`` for the output ``y``."""
    slope = np.multiply(y, y)
    np.subtract(1, slope, out=slope)
    np.multiply(slope, grad_output, out=out)
