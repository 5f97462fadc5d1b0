"""Functions of one number and their derivatives, on arrays of any shape: blockwise, select, tanh, threshold, ...

A derivative takes the input ``x`` or the output ``y``, whichever Torch's formula uses. Kernels of modules that work in
place allow `out` to be an argument ("also in place"); the others compute in `out`.
"""

import functools
import inspect

import numpy as np

from .parallel import each, scratch, split

__all__ = [
    "absolute",
    "absolute_grad",
    "blockwise",
    "clamp",
    "clamp_grad",
    "elu",
    "elu_grad",
    "exp",
    "gated",
    "gated_grad",
    "hard_shrink",
    "keep",
    "leaky",
    "leaky_grad",
    "log",
    "log_grad",
    "log_sigmoid",
    "log_sigmoid_grad",
    "multiply",
    "power",
    "power_grad",
    "room",
    "select",
    "shrink_grad",
    "sigmoid",
    "sigmoid_grad",
    "soft_shrink",
    "softplus",
    "softplus_grad",
    "softsign",
    "softsign_grad",
    "sqrt",
    "sqrt_grad",
    "square",
    "square_grad",
    "tanh",
    "tanh_grad",
    "tanh_shrink",
    "tanh_shrink_grad",
    "temporary",
    "threshold",
    "threshold_grad",
]

_BITS = {2: np.dtype(np.int16), 4: np.dtype(np.int32), 8: np.dtype(np.int64)}
# Least nanoseconds of one slice. Each ufunc of a slice may have to wait for the GIL, so slices are few and long, and
# temporaries come from scratch memory.
_GRAIN = 100_000


def blockwise(cost):
    """Let a kernel run over its arrays in slices, on threads; they are its arguments up to ``out``, of one shape.

    `cost` is the time per element in nanoseconds, as `parallel.split` wants it.
    """

    def decorate(kernel):
        count = list(inspect.signature(kernel).parameters).index("out") + 1

        @functools.wraps(kernel)
        def run(*arguments):
            size = arguments[0].size
            if size * cost < 2 * _GRAIN:
                kernel(*arguments)
                return
            arrays, rest = arguments[:count], arguments[count:]
            if all(array.flags.c_contiguous for array in arrays):
                arrays = [array.reshape(-1) for array in arrays]
            length = len(arrays[0])
            slices = split(length, cost * size / length, _GRAIN)
            each(lambda s: kernel(*[array[s] for array in arrays], *rest), slices)

        return run

    return decorate


def temporary(like, tag=""):
    """Return an array of the shape and dtype of `like` for use inside one kernel."""
    if like.nbytes < 1 << 16:
        return np.empty(like.shape, like.dtype)
    return scratch(like.shape, like.dtype, f"elementwise {tag}")


def room(out, x):
    """Return `out` to compute in, or a temporary array where it is `x` itself and `x` is still needed."""
    return temporary(out) if np.may_share_memory(out, x) else out


# Choosing by a mask multiplies the bits of the numbers, as integers, by 0 or 1: three times as fast as np.where, and
# unlike a product of the numbers it does not turn an infinite gradient into NaN. np.clip is faster than np.maximum.


def keep(mask, x, out):
    """``x`` where `mask` is true, else 0."""
    bits = _BITS[x.itemsize]
    np.multiply(mask.view(np.int8), x.view(bits), out=out.view(bits))


def select(mask, x, other, out):
    """``x`` where `mask` is true, else ``other``."""
    bits = _BITS[x.itemsize]
    x, other = x.view(bits), other.view(bits)
    change = np.subtract(x, other, out=temporary(x, "change"))
    change *= mask.view(np.int8)
    np.add(other, change, out=out.view(bits))


# Smooth functions


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
    np.clip(x, -np.inf, 0, out=out)
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
    np.clip(scaled, -np.inf, limit, out=scaled)
    np.exp(scaled, out=scaled)
    np.log1p(scaled, out=scaled)
    scaled /= beta
    select(linear, x, scaled, out)


@blockwise(2)
def softplus_grad(y, grad_output, out, beta, limit):
    """``(z - 1) / z g`` with ``z = exp(beta y)``, or ``g`` where ``beta y > limit``."""
    z = np.multiply(y, beta, out=temporary(y))
    linear = z > limit
    np.clip(z, -np.inf, limit, out=z)
    np.exp(z, out=z)
    np.subtract(z, 1, out=out)
    out *= grad_output
    out /= z
    select(linear, grad_output, out, out)


@blockwise(0.4)
def softsign(x, out):
    """``x / (1 + |x|)``."""
    np.abs(x, out=out)
    out += 1
    np.divide(x, out, out=out)


@blockwise(0.5)
def softsign_grad(x, grad_output, out):
    """``g / (1 + |x|)^2``."""
    np.abs(x, out=out)
    out += 1
    out *= out
    np.divide(grad_output, out, out=out)


@blockwise(1.6)
def elu(x, out, alpha):
    """``x`` where ``x > 0``, else ``alpha (exp(x) - 1)``; also in place."""
    below = np.clip(x, -np.inf, 0, out=temporary(x))
    if out.dtype == np.float64:
        np.exp(below, out=below)
        below -= 1
    else:
        np.expm1(below, out=below)  # Torch takes this difference in double
    if alpha != 1:
        below *= alpha
    np.clip(x, 0, np.inf, out=out)
    out += below


@blockwise(0.7)
def elu_grad(y, grad_output, out, alpha):
    """``g`` where ``y > 0``, else ``(y + alpha) g``; also in place."""
    slope = room(out, grad_output)
    if alpha == 1:
        np.clip(y, -np.inf, 0, out=slope)
        slope += alpha
    else:
        np.add(y, alpha, out=slope)
        slope *= y <= 0
        slope += y > 0
    np.multiply(slope, grad_output, out=out)


@blockwise(1)
def gated(x, gate, out):
    """``x sigmoid(gate)``."""
    sigmoid(gate, out)
    out *= x


@blockwise(1.5)
def gated_grad(x, gate, grad_output, grad_gate, out):
    """``sigmoid(gate) g`` for ``x``; ``grad_gate`` takes ``(1 - s) s g x`` for the gate, s its sigmoid."""
    sigmoid(gate, out)
    sigmoid_grad(out, grad_output, grad_gate)
    grad_gate *= x
    out *= grad_output


# Functions with kinks, all of them also in place


@blockwise(0.2)
def threshold(x, out, limit, value):
    """``x`` where ``x > limit``, else ``value``."""
    if limit == value:
        np.clip(x, value, np.inf, out=out)
    elif value == 0:
        keep(x > limit, x, out)
    else:
        np.copyto(out, np.where(x > limit, x, value))


@blockwise(0.5)
def threshold_grad(x, grad_output, out, limit):
    """``g`` where ``x > limit``, else 0."""
    bits = _BITS[out.itemsize]
    passes = room(out, grad_output).view(bits)
    np.greater(x, limit, out=passes)
    np.multiply(passes, grad_output.view(bits), out=out.view(bits))


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


@blockwise(0.5)
def leaky(x, out, slope):
    """``x`` where ``x > 0``, else ``slope x``."""
    below = np.multiply(x, slope, out=room(out, x))
    (np.maximum if slope <= 1 else np.minimum)(x, below, out=out)


@blockwise(0.7)
def leaky_grad(x, grad_output, out, slope):
    """``g`` where ``x > 0``, else ``slope g``."""
    factor = np.multiply(x <= 0, slope, out=room(out, grad_output))
    factor += x > 0
    np.multiply(factor, grad_output, out=out)


@blockwise(0.6)
def hard_shrink(x, out, limit):
    """``x`` where ``|x| > limit``, else 0."""
    keep(_outside(x, limit), x, out)


@blockwise(1.3)
def soft_shrink(x, out, limit):
    """``x - limit`` where ``x > limit``, ``x + limit`` where ``x < -limit``, else 0."""
    outside = _outside(x, limit)
    nearer = np.copysign(limit, x, out=temporary(x), dtype=x.dtype)
    np.subtract(x, nearer, out=nearer)
    keep(outside, nearer, out)


@blockwise(0.6)
def shrink_grad(x, grad_output, out, limit):
    """``g`` where ``|x| > limit``, else 0."""
    keep(_outside(x, limit), grad_output, out)


def _outside(x, limit):
    outside = x > limit
    outside |= x < -limit
    return outside


# Functions that have an operation of their own


@blockwise(0.2)
def multiply(x, factor, out):
    """``x factor``, both arrays of one shape; also in place."""
    np.multiply(x, factor, out=out)


@blockwise(0.1)
def absolute(x, out):
    """``|x|``."""
    np.abs(x, out=out)


@blockwise(0.7)
def absolute_grad(x, grad_output, out):
    """``g`` where ``x >= 0``, else ``-g``."""
    sign = np.multiply(x >= 0, 2, out=out)
    sign -= 1
    out *= grad_output


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
