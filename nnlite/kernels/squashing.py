"""Smooth functions of one number: tanh, tanh_shrink, sigmoid, log_sigmoid, softplus, softsign, clamp.

A derivative takes the input ``x`` or the output ``y``, whichever Torch's formula uses. Only clamp and clamp_grad
work in place; the others compute in `out`.
"""

import numpy as np

from .elementwise import at_most, blockwise, keep, select, temporary

__all__ = [
    "clamp",
    "clamp_grad",
    "log_sigmoid",
    "log_sigmoid_grad",
    "sigmoid",
    "sigmoid_grad",
    "softplus",
    "softplus_grad",
    "softsign",
    "softsign_grad",
    "tanh",
    "tanh_grad",
    "tanh_shrink",
    "tanh_shrink_grad",
]


@blockwise(0.4)
def tanh(x, out):
    """``tanh(x)``."""
    np.tanh(x, out=out)


@blockwise(0.4)
def tanh_grad(y, grad_output, out):
    """``(1 - y^2) g``."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)
    out *= grad_output


@blockwise(0.6)
def tanh_shrink(x, y, out):
    """``x - tanh(x)``, and ``y = tanh(x)`` for the derivative."""
    np.tanh(x, out=y)
    np.subtract(x, y, out=out)


@blockwise(0.3)
def tanh_shrink_grad(y, grad_output, out):
    """``y^2 g`` for ``y = tanh(x)``."""
    np.multiply(y, y, out=out)
    out *= grad_output


@blockwise(0.8)
@np.errstate(over="ignore")
def sigmoid(x, out):
    """``1 / (1 + exp(-x))``."""
    np.negative(x, out=out)
    if out.dtype == np.float32:  # three quarters of the time of np.exp
        np.expm1(out, out=out)
        out += 2
    else:
        np.exp(out, out=out)
        out += 1
    np.divide(1, out, out=out)


@blockwise(0.4)
def sigmoid_grad(y, grad_output, out):
    """``(1 - y) y g``."""
    np.subtract(1, y, out=out)
    out *= y
    out *= grad_output


@blockwise(1.5)
def log_sigmoid(x, buffer, out):
    """``-log(1 + exp(-x))``, and ``buffer = 1 + exp(-|x|)`` for the derivative."""
    np.abs(x, out=buffer)
    np.negative(buffer, out=buffer)
    np.exp(buffer, out=buffer)
    buffer += 1
    logarithm = np.log(buffer, out=temporary(out))
    at_most(x, 0, out)
    out -= logarithm


@blockwise(0.7)
def log_sigmoid_grad(x, buffer, grad_output, out):
    """``(1 - sigmoid(x)) g``, from the buffer that `log_sigmoid` filled."""
    np.subtract(buffer, 1, out=out)
    out /= buffer
    np.subtract(x < 0, out, out=out)
    np.abs(out, out=out)
    out *= grad_output


@blockwise(2)
def softplus(x, out, beta, limit):
    """``log(1 + exp(beta x)) / beta``, or ``x`` where ``beta x > limit``."""
    scaled = np.multiply(x, beta, out=temporary(x))
    linear = scaled > limit
    at_most(scaled, limit, scaled)
    np.exp(scaled, out=scaled)
    np.log1p(scaled, out=scaled)
    if linear.any():
        scaled /= beta
        select(linear, x, scaled, out)
    else:
        np.divide(scaled, beta, out=out)


@blockwise(2)
def softplus_grad(y, grad_output, out, beta, limit):
    """``(z - 1) / z g`` with ``z = exp(beta y)``, or ``g`` where ``beta y > limit``."""
    z = np.multiply(y, beta, out=temporary(y))
    linear = z > limit
    at_most(z, limit, z)
    np.exp(z, out=z)
    np.subtract(z, 1, out=out)
    out *= grad_output
    out /= z
    if linear.any():
        select(linear, grad_output, out, out)


@blockwise(0.4)
def softsign(x, out):
    """``x / (1 + |x|)``."""
    np.abs(x, out=out)
    out += 1
    np.divide(x, out, out=out)


@blockwise(0.5)
@np.errstate(over="ignore")
def softsign_grad(x, grad_output, out):
    """``g / (1 + |x|)^2``."""
    np.abs(x, out=out)
    out += 1
    out *= out
    np.divide(grad_output, out, out=out)


@blockwise(0.2)
def clamp(x, out, low, high):
    """``min(max(x, low), high)``."""
    np.clip(x, low, high, out=out)


@blockwise(0.6)
def clamp_grad(x, grad_output, out, low, high):
    """``g`` where ``low < x < high``, else 0."""
    inside = x > low
    inside &= x < high
    keep(inside, grad_output, out)
