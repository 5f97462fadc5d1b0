"""The exponential of one float32, compiled: exp, exp_of_negative."""

import numpy as np

from .compiled import loop

__all__ = ["exp", "exp_of_negative"]

_single = np.float32


@loop
def exp(x):
    """``exp(x)`` of a float32 to within one unit in the last place: a polynomial between two powers of 2.

    The power ``2^n`` is multiplied in two halves, as it may leave the range of float32 where the result is denormal.
    """
    x = _single(-150) if x < _single(-150) else x
    x = _single(130) if x > _single(130) else x
    n = _nearest(x)
    whole = np.int32(n)
    half = whole >> np.int32(1)
    return _polynomial(x, n) * _power(half) * _power(whole - half)


@loop
def exp_of_negative(x):
    """``exp(x)`` for ``x`` up to 0 or a little more, at least ``exp(-87)``: all that a sum with 1 can notice."""
    x = _single(-87) if x < _single(-87) else x
    n = _nearest(x)
    return _polynomial(x, n) * _power(np.int32(n))


@loop
def _nearest(x):
    """Return ``x / log(2)``, rounded to a whole number."""
    return x * _single(1.44269504) + _single(12582912) - _single(12582912)


@loop
def _polynomial(x, n):
    """``exp(r)`` for ``x = n log(2) + r``: Taylor's, fitted to ``|r| < log(2) / 2`` (Moshier's Cephes, ``expf``)."""
    r = x - n * _single(0.693359375) + n * _single(2.12194440e-4)
    p = _single(1.9875691500e-4)
    p = p * r + _single(1.3981999507e-3)
    p = p * r + _single(8.3334519073e-3)
    p = p * r + _single(4.1665795894e-2)
    p = p * r + _single(1.6666665459e-1)
    p = p * r + _single(5.0000001201e-1)
    return p * (r * r) + r + _single(1)


@loop
def _power(n):
    """``2^n`` by its bits."""
    return np.int32((n + np.int32(127)) << np.int32(23)).view(np.float32)
