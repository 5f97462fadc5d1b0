"""Kernels of one number, compiled; the names are those of the NumPy kernels: sigmoid, threshold, ...; exp.

``<name>_here`` writes to its last array.
"""

import numpy as np

from .compiled import loop

__all__ = [
    "clamp",
    "clamp_grad",
    "exp",
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
def exp(x):
    """``exp(x)`` of a float32 to within one unit in the last place: a polynomial between two powers of 2.

    Taylor's polynomial, fitted to ``|r| < log(2) / 2`` (Moshier's Cephes, ``expf``), in which ``x = n log(2) + r``. The
    power ``2^n`` is multiplied in two halves, as it may leave the range of float32 where the result is denormal.
    """
    x = _single(-150) if x < _single(-150) else x
    x = _single(130) if x > _single(130) else x
    n = x * _single(1.44269504) + _single(12582912) - _single(12582912)  # rounds to a whole number
    r = x - n * _single(0.693359375) + n * _single(2.12194440e-4)
    p = _single(1.9875691500e-4)
    p = p * r + _single(1.3981999507e-3)
    p = p * r + _single(8.3334519073e-3)
    p = p * r + _single(4.1665795894e-2)
    p = p * r + _single(1.6666665459e-1)
    p = p * r + _single(5.0000001201e-1)
    p = p * (r * r) + r + _single(1)
    whole = np.int32(n)
    half = whole >> np.int32(1)
    return p * _power(half) * _power(whole - half)


@loop
def _power(n):
    """``2^n`` by its bits."""
    return np.int32((n + np.int32(127)) << np.int32(23)).view(np.float32)


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
