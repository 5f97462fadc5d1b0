"""Kernels of one number, compiled, under the names of the NumPy kernels: sigmoid, threshold, ...

``<name>_here`` writes to its last array.
"""

import numpy as np

from .compiled import loop
from .compiled_exp import exp

__all__ = [
    "clamp",
    "clamp_grad",
    "leaky",
    "leaky_grad",
    "sigmoid",
    "sigmoid_grad",
    "threshold",
    "threshold_grad",
    "threshold_grad_here",
    "threshold_here",
]

_single = np.float32


@loop
def sigmoid(x, out):
    """``1 / (1 + exp(-x))``."""
    for k in range(out.size):
        out[k] = _single(1) / (_single(1) + exp(-x[k]))


@loop
def sigmoid_grad(y, grad_output, out):
    """``(1 - y) y g``."""
    for k in range(out.size):
        out[k] = (_single(1) - y[k]) * y[k] * grad_output[k]


@loop
def threshold(x, out, limit, value):
    """``x`` where ``x > limit``, else ``value``."""
    limit, value = _single(limit), _single(value)
    for k in range(out.size):
        # a NaN is no number above the limit, but stays where the limit is the value, as in NumPy's maximum
        out[k] = value if x[k] <= limit or (limit != value and x[k] != x[k]) else x[k]


@loop
def threshold_here(x, limit, value):
    """``x`` where ``x > limit``, else ``value``."""
    limit, value = _single(limit), _single(value)
    for k in range(x.size):
        x[k] = value if x[k] <= limit or (limit != value and x[k] != x[k]) else x[k]


@loop
def threshold_grad(x, grad_output, out, limit):
    """``g`` where ``x > limit``, else 0."""
    limit = _single(limit)
    for k in range(out.size):
        out[k] = grad_output[k] if x[k] > limit else _single(0)


@loop
def threshold_grad_here(x, grad_output, limit):
    """``g`` where ``x > limit``, else 0."""
    limit = _single(limit)
    for k in range(x.size):
        grad_output[k] = grad_output[k] if x[k] > limit else _single(0)


@loop
def leaky(x, out, slope):
    """``x`` where ``x > 0``, else ``slope x``."""
    slope = _single(slope)
    for k in range(out.size):
        out[k] = x[k] if x[k] > 0 else x[k] * slope


@loop
def leaky_grad(x, grad_output, out, slope):
    """``g`` where ``x > 0``, else ``slope g``."""
    slope = _single(slope)
    for k in range(out.size):
        out[k] = grad_output[k] if x[k] > 0 else grad_output[k] * slope


@loop
def clamp(x, out, low, high):
    """``min(max(x, low), high)``."""
    low, high = _single(low), _single(high)
    for k in range(out.size):
        out[k] = low if x[k] < low else high if x[k] > high else x[k]


@loop
def clamp_grad(x, grad_output, out, low, high):
    """``g`` where ``low < x < high``, else 0."""
    low, high = _single(low), _single(high)
    for k in range(out.size):
        out[k] = grad_output[k] if low < x[k] and x[k] < high else _single(0)
