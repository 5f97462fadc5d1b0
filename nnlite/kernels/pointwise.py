"""Arithmetic on every number by itself: absolute, exp, log, power, sqrt, square.

A derivative takes the input ``x`` or the output ``y``, whichever Torch's formula uses, and computes in `out`, which
is no argument.
"""

import numpy as np

from .elementwise import BITS, blockwise, keep

__all__ = [
    "absolute",
    "absolute_grad",
    "exp",
    "log",
    "log_grad",
    "power",
    "power_grad",
    "sqrt",
    "sqrt_grad",
    "square",
    "square_grad",
]


@blockwise(0.1)
def absolute(x, out):
    """``|x|``."""
    np.abs(x, out=out)


@blockwise(0.3)
def absolute_grad(x, grad_output, out):
    """``g`` where ``x >= 0``, else ``-g``."""
    bits = BITS[out.itemsize]
    sign = np.add(x, 0, out=out).view(bits)  # no -0 any more
    sign &= np.iinfo(bits).min
    sign ^= grad_output.view(bits)


@blockwise(0.5)
@np.errstate(over="ignore")
def exp(x, out):
    """``exp(x)``."""
    np.exp(x, out=out)


@blockwise(0.5)
@np.errstate(divide="ignore", invalid="ignore")
def log(x, out):
    """``log(x)``."""
    np.log(x, out=out)


@blockwise(0.3)
@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def log_grad(x, grad_output, out):
    """``1 / x g``."""
    np.divide(1, x, out=out)
    out *= grad_output


@blockwise(5)
@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def power(x, out, exponent):
    """``x^exponent``, with Torch's short cuts."""
    if exponent in (0.5, -0.5):
        np.sqrt(x, out=out)
    elif exponent in (2, -2):
        np.multiply(x, x, out=out)
    elif exponent == 3:
        np.multiply(x, x, out=out)
        out *= x
    elif abs(exponent) == 1:
        np.copyto(out, x)
    else:
        np.power(x, exponent, out=out)
    if exponent in (-0.5, -1, -2):
        np.divide(1, out, out=out)


@blockwise(5)
@np.errstate(invalid="ignore", over="ignore")
def power_grad(x, grad_output, out, exponent):
    """``exponent x^(exponent - 1) g``."""
    power(x, out, exponent - 1)
    out *= grad_output
    out *= exponent


@blockwise(0.4)
@np.errstate(invalid="ignore")
def sqrt(x, out):
    """``sqrt(x)``."""
    np.sqrt(x, out=out)


@blockwise(0.7)
@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def sqrt_grad(y, grad_output, out):
    """``0.5 g / y``, or 0 where ``y == 0``."""
    np.divide(grad_output, y, out=out)
    out *= 0.5
    if not y.all():
        keep(y != 0, out, out)


@blockwise(0.2)
@np.errstate(over="ignore")
def square(x, out):
    """``x^2``."""
    np.multiply(x, x, out=out)


@blockwise(0.3)
@np.errstate(over="ignore")
def square_grad(x, grad_output, out):
    """``2 g x``."""
    np.multiply(grad_output, x, out=out)
    out *= 2
