"""Normalization by the statistics of a batch (train, evaluate, ...) and of rows by their norm (by_norm, by_largest).

Batches are (batch, features) or (batch, features, positions).

Slices are ranges of features, so that a slice needs no other. Sums are double across the batch; what is added in the
dtype of the input are at most 512 rows, or the positions of one plane.
"""

import numpy as np

from . import compiled
from .parallel import each, split
from .pointwise import power

__all__ = [
    "by_largest",
    "by_largest_grad",
    "by_norm",
    "by_norm_grad",
    "evaluate",
    "evaluate_grad",
    "train",
    "train_grad",
]

_GRAIN = 200_000
_ROWS = 512
_NEAR = 2  # standard deviations


def train(x, weight, bias, eps, out):
    """Write ``(x - mean) / sqrt(var + eps) * weight + bias``; return mean, 1/sqrt(var + eps) and the unbiased var.

    The variance that normalizes is divided by the number of elements n, the one that is returned by n - 1.
    """
    n = x.size // x.shape[1]
    mean, invstd = np.empty(x.shape[1], x.dtype), np.empty(x.shape[1], x.dtype)
    unbiased = np.empty(x.shape[1])
    if _in_loops("train", 0.5, [x], weight, [_given(bias, x, 0), eps, mean, invstd, unbiased], out):
        return mean, invstd, unbiased

    def run(s):
        source = x[:, s]
        exact = origin = _sums(source) / n
        mean[s] = exact
        squares = _dots(source, source) - n * exact * exact
        near = (n * exact * exact <= _NEAR**2 * squares) & (squares < np.inf)
        if not near.all():
            source, origin = _centred(source, mean[s], out[:, s])
            squares = _dots(source, source)
        np.divide(squares, n - 1, out=unbiased[s])
        invstd[s] = _inverse_root(squares / n + eps)
        _scale(source, origin, _factor(invstd, weight, s), bias, s, out)

    _each_feature(run, x, 0.7)
    return mean, invstd, unbiased


def evaluate(x, mean, invstd, weight, bias, out):
    """``(x - mean) invstd weight + bias`` for statistics that are given."""
    if x.ndim == 3 and _in_loops("evaluate", 0.2, [x], weight, [_given(bias, x, 0), mean, invstd], out):
        return

    def run(s):
        source, origin = _near_or_centred(x, mean, invstd, s, out)
        _scale(source, origin, _factor(invstd, weight, s), bias, s, out)

    _each_feature(run, x, 0.5)


def train_grad(x, grad_output, mean, invstd, weight, out):
    """Write the gradient of ``x`` and return those of weight and bias, for statistics that came from ``x``.

    It is ``(g - mean(g) - (x - mean) k) invstd weight`` with ``k = sum((x - mean) g) invstd^2 / n``.
    """
    n = x.size // x.shape[1]
    grad_weight, grad_bias = np.empty(x.shape[1]), np.empty(x.shape[1])
    if _in_loops("train_grad", 0.6, [x, grad_output], weight, [mean, invstd, grad_weight, grad_bias], out):
        return grad_weight, grad_bias

    def run(s):
        gradient, result = grad_output[:, s], out[:, s]
        source, origin = _near_or_centred(x, mean, invstd, s, out)
        total = _sums(gradient)
        product = _dots(source, gradient) - origin * total
        grad_weight[s], grad_bias[s] = product * invstd[s], total
        k = product * invstd[s] * invstd[s] / n
        np.multiply(source, _column(-k, x), out=result)
        result += gradient
        result += _column(origin * k - total / n, x)
        result *= _column(_factor(invstd, weight, s), x)

    _each_feature(run, x, 1)
    return grad_weight, grad_bias


def evaluate_grad(x, grad_output, mean, invstd, weight, out):
    """As `train_grad`, for statistics that do not depend on ``x``: the gradient of ``x`` is ``g invstd weight``."""
    grad_weight, grad_bias = np.empty(x.shape[1]), np.empty(x.shape[1])

    def run(s):
        gradient = grad_output[:, s]
        source, origin = _near_or_centred(x, mean, invstd, s, out)
        total = _sums(gradient)
        grad_weight[s], grad_bias[s] = (_dots(source, gradient) - origin * total) * invstd[s], total
        np.multiply(gradient, _column(_factor(invstd, weight, s), x), out=out[:, s])

    _each_feature(run, x, 0.5)
    return grad_weight, grad_bias


# Where a mean is near 0, measured by the standard deviation, the passes over the memory that subtract it are saved: it
# comes off the sums. Elsewhere that would cancel digits.


def _near_or_centred(x, mean, invstd, s, out):
    """Return ``x[:, s]`` and the mean that is to come off, or ``x[:, s] - mean``, written to `out`, and 0."""
    if (np.abs(mean[s] * invstd[s]) <= _NEAR).all():
        return x[:, s], mean[s].astype(np.float64)
    return _centred(x[:, s], mean[s], out[:, s])


def _centred(x, mean, out):
    return np.subtract(x, _column(mean, x), out=out), 0.0


def _in_loops(name, cost, inputs, weight, values, out):
    """Run the compiled loop of this name, if there is one, and return whether there was."""
    x = inputs[0]
    module = compiled.loops("normalization", *inputs, out)
    if module is None:
        return False
    loop = getattr(module, name if x.ndim == 3 else f"{name}_rows")
    factors = _given(weight, x, 1)
    slices = split(x.shape[1], cost * (x.size // x.shape[1]))
    each(lambda s: loop(*inputs, s.start, s.stop, factors, *values, out), slices)
    return True


def _given(values, x, default):
    """Return values for the features, `default` where there are none."""
    return np.full(x.shape[1], default, x.dtype) if values is None else np.ascontiguousarray(values)


def _each_feature(run, x, cost):
    if x.size * cost < 2 * _GRAIN:
        run(slice(None))
    else:
        each(run, split(x.shape[1], cost * (x.size // x.shape[1]), _GRAIN))


def _column(values, x):
    """Return one value for each feature so that it broadcasts against `x`."""
    values = values.astype(x.dtype, copy=False)
    return values[:, None] if x.ndim == 3 else values


def _factor(invstd, weight, s):
    return invstd[s] if weight is None else invstd[s] * weight[s]


def _scale(source, origin, factor, bias, s, out):
    """Write ``(source - origin) factor + bias``."""
    np.multiply(source, _column(factor, out), out=out[:, s])
    shift = -origin * factor
    if bias is not None:
        shift = shift + bias[s]
    out[:, s] += _column(shift, out)


def _sums(x):
    """Return the sums over all axes but that of the features."""
    if x.ndim == 3:
        return np.einsum("ijk->ij", x).sum(0, dtype=np.float64)
    ones = np.ones(min(len(x), _ROWS), x.dtype)  # the BLAS adds rows twice as fast as np.add
    return _by_rows(lambda i: np.dot(ones[: len(x) - i], x[i : i + _ROWS]), x)


def _dots(x, y):
    """Return the sums of ``x y`` over all axes but that of the features."""
    if x.ndim == 3:
        return np.vecdot(x, y).sum(0, dtype=np.float64)
    return _by_rows(lambda i: np.einsum("ij,ij->j", x[i : i + _ROWS], y[i : i + _ROWS]), x)


def _by_rows(function, x):
    total = function(0).astype(np.float64)
    for i in range(_ROWS, len(x), _ROWS):
        total += function(i)
    return total


def _inverse_root(x):
    """Return ``1 / sqrt(x)``, 0 where ``x`` is 0."""
    if x.all():
        return 1 / np.sqrt(x)
    return np.divide(1, np.sqrt(x), out=np.zeros_like(x), where=x != 0)


def by_norm(x, p, eps, out):
    """Write ``x / norm`` for the rows of `x`; return ``normp = sum(|x|^p) + eps`` and ``norm = normp^(1/p)``."""
    size = x if p % 2 == 0 else np.abs(x)
    power(size, out, p)
    normp = out.sum(1, keepdims=True)
    normp += eps
    norm = np.empty_like(normp)
    power(normp, norm, 1 / p)
    np.divide(x, norm, out=out)
    return normp, norm


def by_norm_grad(x, grad_output, p, eps, normp, norm, out):
    """``(normp g - x |x|^(p-2) sum(x g)) / (normp norm)``."""
    slope = np.empty_like(out)
    if p == 2:
        np.copyto(slope, x)
    else:
        size = x if p % 2 == 0 else np.abs(x)
        power(size + eps if p < 2 else size, slope, p - 2)
        slope *= x
    slope *= _inner(x, grad_output)
    np.multiply(grad_output, normp, out=out)
    out -= slope
    out /= normp * norm


def by_largest(x, eps, out):
    """Write ``x / norm`` for the rows of `x`; return ``norm = max(|x|) + eps`` and where the largest are."""
    np.abs(x, out=out)
    places = out.argmax(1)[:, None]
    norm = np.take_along_axis(out, places, 1) + out.dtype.type(eps)
    np.divide(x, norm, out=out)
    return norm, places


def by_largest_grad(x, grad_output, norm, places, out):
    """``(norm g - e x_i / norm sum(x g)) / norm^2`` with the unit vector e of the largest element ``x_i``."""
    np.multiply(grad_output, norm, out=out)
    change = np.take_along_axis(x, places, 1) / norm * _inner(x, grad_output)
    np.put_along_axis(out, places, np.take_along_axis(out, places, 1) - change, 1)
    out /= norm * norm


def _inner(x, y):
    return np.einsum("ij,ij->i", x, y)[:, None]
