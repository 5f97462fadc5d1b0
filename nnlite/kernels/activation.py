"""Functions of one number with a kink at 0, and gates: threshold, leaky, elu, hard_shrink, soft_shrink, prelu, gated.

A derivative takes the input ``x`` or the output ``y``, whichever Torch's formula uses. `out` may be an argument but
where it says "not in place".
"""

import numpy as np

from .elementwise import (
    BITS,
    FEW,
    at_least,
    at_most,
    blockwise,
    keep,
    ones_where_positive,
    parts,
    room,
    select,
    temporary,
    where_positive,
)
from .parallel import each
from .squashing import sigmoid, sigmoid_grad

__all__ = [
    "elu",
    "elu_grad",
    "gated",
    "gated_grad",
    "hard_shrink",
    "leaky",
    "leaky_grad",
    "prelu",
    "prelu_grad_weight",
    "shrink_grad",
    "soft_shrink",
    "threshold",
    "threshold_grad",
]


@blockwise(0.2)
def threshold(x, out, limit, value):
    """``x`` where ``x > limit``, else ``value``."""
    if limit == value:
        at_least(x, value, out)
    elif value == 0:
        keep(x > limit, x, out)
    else:
        select(x > limit, x, np.asarray(value, x.dtype), out)


@blockwise(0.5)
def threshold_grad(x, grad_output, out, limit):
    """``g`` where ``x > limit``, else 0."""
    bits = BITS[out.itemsize]
    passes = room(out, grad_output).view(bits)
    if limit == 0 and x.size >= FEW:
        ones_where_positive(x, passes)
    else:
        np.greater(x, limit, out=passes)
    np.multiply(passes, grad_output.view(bits), out=out.view(bits))


@blockwise(0.5)
def leaky(x, out, slope):
    """``x`` where ``x > 0``, else ``slope x``."""
    below = np.multiply(x, slope, out=room(out, x))
    (np.maximum if slope <= 1 else np.minimum)(x, below, out=out)


@blockwise(0.7)
def leaky_grad(x, grad_output, out, slope):
    """``g`` where ``x > 0``, else ``slope g``."""
    factor = room(out, grad_output)
    where_positive(x, 1, slope, factor)
    np.multiply(factor, grad_output, out=out)


@blockwise(1.6)
def elu(x, out, alpha):
    """``x`` where ``x > 0``, else ``alpha (exp(x) - 1)``."""
    below = temporary(x)
    at_most(x, 0, below)
    if out.dtype == np.float64:
        np.exp(below, out=below)
        below -= 1
    else:
        np.expm1(below, out=below)  # Torch takes this difference in double
    if alpha != 1:
        below *= alpha
    at_least(x, 0, out)
    out += below


@blockwise(0.7)
def elu_grad(y, grad_output, out, alpha):
    """``g`` where ``y > 0``, else ``(y + alpha) g``."""
    slope = room(out, grad_output)
    at_most(y, 0, slope)
    if alpha == 1:
        slope += alpha
    else:
        summand = temporary(y, "summand")
        where_positive(y, 1, alpha, summand)
        slope += summand
    np.multiply(slope, grad_output, out=out)


@blockwise(0.6)
def hard_shrink(x, out, limit):
    """``x`` where ``|x| > limit``, else 0."""
    keep(_outside(x, limit), x, out)


@blockwise(1.3)
def soft_shrink(x, out, limit):
    """``x - limit`` where ``x > limit``, ``x + limit`` where ``x < -limit``, else 0; not in place."""
    above = x > limit
    raised = np.add(x, limit, out=temporary(x))
    np.subtract(x, limit, out=out)
    select(above, out, raised, out)
    above |= x < -limit
    keep(above, out, out)


@blockwise(0.6)
def shrink_grad(x, grad_output, out, limit):
    """``g`` where ``|x| > limit``, else 0."""
    keep(_outside(x, limit), grad_output, out)


def _outside(x, limit):
    outside = x > limit
    outside |= x < -limit
    return outside


@blockwise(1)
def gated(x, gate, out):
    """``x sigmoid(gate)``; not in place."""
    sigmoid(gate, out)
    out *= x


@blockwise(1.5)
def gated_grad(x, gate, grad_output, grad_gate, out):
    """``sigmoid(gate) g`` for ``x``, and ``(1 - s) s g x`` with s = sigmoid(gate) for the gate; not in place."""
    sigmoid(gate, out)
    sigmoid_grad(out, grad_output, grad_gate)
    grad_gate *= x
    out *= grad_output


def prelu(x, weight, factor, out):
    """``factor`` where ``x > 0``, else ``weight[j] factor``, on ``(batch, planes, any)``.

    The factor is ``x`` for the function and ``g`` for its derivative.
    """

    def run(s):
        where_positive(x[s], 1, weight[:, None], out[s])
        out[s] *= factor[s]

    each(run, parts(len(x), 0.6 * x.size))


def prelu_grad_weight(x, grad_output):
    """Return the sums over each plane of ``x g`` where ``x <= 0``."""

    def run(s):
        below = temporary(x[s])
        at_most(x[s], 0, below)
        return np.vecdot(below, grad_output[s]).sum(0)

    return sum(each(run, parts(len(x), 0.4 * x.size)))
