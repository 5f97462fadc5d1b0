"""Losses summed over elements or classes, and their gradients: mean_squared, absolute, ..., class_nll, multi_margin.

A loss ``name(x, t)`` returns the sum over all elements as a float; its partner ``name_grad(x, t, norm, out)`` writes
`norm` times the derivative with respect to ``x``.
"""

import functools

import numpy as np

from .elementwise import at_least, at_most, blockwise
from .parallel import each, split

EPSILON = 1e-12  # keeps the logarithms of the binary cross entropy finite


def summed(cost):
    """Let a kernel that sums over its arrays run in blocks, on threads; partial sums are added in order."""

    def decorate(kernel):
        @functools.wraps(kernel)
        def run(*arrays, **options):
            size = arrays[0].size
            if size * cost < 100_000:
                return float(kernel(*arrays, **options))
            arrays = [array.reshape(-1) for array in arrays]
            return sum(each(lambda s: float(kernel(*(array[s] for array in arrays), **options)), split(size, cost)))

        return run

    return decorate


@summed(1)
def mean_squared(x, t):
    """``sum (x - t)^2``."""
    difference = np.subtract(x, t).reshape(-1)
    return np.dot(difference, difference)


@blockwise(1)
def mean_squared_grad(x, t, out, norm):
    """``2 (x - t)``."""
    np.subtract(x, t, out=out)
    np.multiply(out, 2 * norm, out=out)


@summed(1)
def absolute(x, t):
    """``sum |x - t|``."""
    difference = np.subtract(x, t)
    return np.abs(difference, out=difference).sum()


@blockwise(1.5)
def absolute_grad(x, t, out, norm):
    """``sign(x - t)``, 1 where they are equal."""
    np.multiply(np.greater_equal(x, t), 2 * norm, out=out)
    out -= norm


@summed(2)
def smooth_l1(x, t):
    """``sum z^2 / 2`` for ``z = |x - t| < 1``, ``z - 1/2`` elsewhere."""
    z = np.subtract(x, t)
    np.abs(z, out=z)
    inner = np.empty_like(z)
    at_most(z, 1, inner)
    z -= 0.5 * inner
    z *= inner
    return z.sum()


@blockwise(1)
def smooth_l1_grad(x, t, out, norm):
    """``x - t`` clamped to [-1, 1]."""
    np.subtract(x, t, out=out)
    np.clip(out, -1, 1, out=out)
    out *= norm


@summed(10)
def soft_margin(x, t):
    """``sum log(1 + exp(-x t))``."""
    z = np.multiply(x, t)
    np.negative(z, out=z)
    with np.errstate(over="ignore"):
        np.exp(z, out=z)
    z += 1
    return np.log(z, out=z).sum()


@blockwise(6)
def soft_margin_grad(x, t, out, norm):
    """``-t z / (1 + z)`` for ``z = exp(-x t)``."""
    z = np.multiply(x, t)
    np.negative(z, out=z)
    with np.errstate(over="ignore", invalid="ignore"):
        np.exp(z, out=z)
        np.divide(z, z + 1, out=z)
    np.multiply(z, t, out=out)
    out *= -norm


@summed(1.5)
def margin(x, t, least):
    """``sum max(0, least - x t)``."""
    z = np.subtract(least, x * t)
    at_least(z, 0, z)
    return z.sum()


@blockwise(1.5)
def margin_grad(x, t, out, norm, least):
    """``-t`` where ``x t < least``, 0 elsewhere."""
    np.multiply(x * t < least, t, out=out)
    out *= -norm


@summed(8)
def kl_divergence(x, t):
    """``sum t (log t - x)`` over ``t > 0``."""
    counts = t > 0
    difference = np.log(t, out=np.zeros_like(t), where=counts)
    difference -= x
    return np.multiply(difference, t, out=difference).sum(where=counts)


@blockwise(1.5)
def kl_divergence_grad(x, t, out, norm):
    """``-t`` where ``t > 0``, 0 elsewhere."""
    at_least(t, 0, out)
    out *= -norm


@summed(12)
def binary_cross_entropy(x, t, weight=None):
    """``-sum w (t log(x + eps) + (1 - t) log(1 - x + eps))``."""
    one, zero = np.log(x + EPSILON), np.log(1 - x + EPSILON)
    one *= t
    zero *= 1 - t
    one += zero
    if weight is not None:
        one *= weight
    return -one.sum()


@blockwise(3)
def binary_cross_entropy_grad(x, t, out, norm):
    """``-(t - x) / ((1 - x + eps) (x + eps))``."""
    np.subtract(x, t, out=out)
    out /= (1 - x + EPSILON) * (x + EPSILON)
    out *= norm


@summed(10)
def logistic_cross_entropy(x, t, weight=None):
    """``sum w (log(1 + exp(-|x|)) + x (1[x >= 0] - t))``: the binary cross entropy of ``sigmoid(x)``."""
    z = np.abs(x)
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.log(z, out=z)
    z += x * (np.greater_equal(x, 0) - t)
    if weight is not None:
        z *= weight
    return z.sum()


def class_nll(x, labels, weights, ignored):
    """Return ``(-sum w x[label], sum w)``, labels from 0; x is ``(rows, classes)`` or ``(rows, classes, pixels)``."""
    if labels.size == 1:  # plain numbers are quicker than arrays of one
        label = labels.item()
        w = _weight(label, weights, ignored)
        return -w * x.item(max(label, 0)), w
    w = label_weights(x, labels, weights, ignored)
    picked = x[_at(labels * (labels != ignored))]
    return -float(np.vdot(w, picked)), float(w.sum())


def class_nll_grad(x, labels, weights, ignored, averaged, out):
    """Write ``-w`` at the label of each row (and pixel), 0 elsewhere, `averaged` divided by the sum of all w."""
    out.fill(0)
    if labels.size == 1:
        label = labels.item()
        w = _weight(label, weights, ignored)
        if w:
            out.reshape(-1)[label] = -1 if averaged else -w
        return
    w = label_weights(x, labels, weights, ignored)
    if averaged:
        total = w.sum()
        w = w / total if total > 0 else np.zeros_like(w)
    out[_at(labels * (labels != ignored))] = -w


def _weight(label, weights, ignored):
    """Return the weight of one label."""
    if label == ignored:
        return 0.0
    return 1.0 if weights is None else weights.item(label)


def _at(labels):
    """Return the index of ``x[row, label]``, or of ``x[row, label, pixel]`` for labels of rows of pixels."""
    rows = np.arange(len(labels))
    return (rows, labels) if labels.ndim == 1 else (rows[:, None], labels, np.arange(labels.shape[1]))


def label_weights(x, labels, weights, ignored):
    """Return the weight of each row: that of its class or 1, and 0 for the ignored label."""
    kept = labels != ignored
    if weights is None:
        return kept.astype(x.dtype)
    return np.where(kept, weights[labels * kept], 0).astype(x.dtype)


def multi_margin(x, labels, weights, p, least):
    """Return ``sum w max(0, least - x[label] + x[d])^p`` over the rows of x and all classes but the label."""
    z = _violations(x, labels, least)
    rows = (z if p == 1 else z * z).sum(1)
    return float(rows.sum() if weights is None else np.dot(rows, weights[labels]))


def multi_margin_grad(x, labels, weights, p, least, norm, out):
    """Write `norm` times the derivative of `multi_margin`."""
    z = _violations(x, labels, least)
    np.multiply(z > 0, norm, out=out) if p == 1 else np.multiply(z, 2 * norm, out=out)
    if weights is not None:
        out *= weights[labels][:, None]
    out[np.arange(len(x)), labels] = -out.sum(1)


def _violations(x, labels, least):
    rows = np.arange(len(x))
    z = np.maximum(least - x[rows, labels][:, None] + x, 0)
    z[rows, labels] = 0
    return z


def multi_label_margin(x, targets, is_target):
    """Return ``sum max(0, 1 - x[t] + x[d])`` over all targets t and other classes d of each row.

    `targets` holds labels from 0, ended by a negative one; `is_target` is filled with 1 for the targets of a row.
    """
    is_target.fill(0)
    total = 0.0
    for row, labels, marks in zip(x, targets, is_target, strict=True):
        labels = _until_negative(labels)
        marks[labels] = 1
        total += float(np.maximum(1 - row[labels][:, None] + row[marks == 0], 0).sum())
    return total


def multi_label_margin_grad(x, targets, is_target, norm, out):
    """Write `norm` times the derivative of `multi_label_margin`."""
    out.fill(0)
    for row, labels, marks, grad in zip(x, targets, is_target, out, strict=True):
        labels = _until_negative(labels)
        others = np.flatnonzero(marks == 0)
        violated = 1 - row[labels][:, None] + row[others] > 0
        np.subtract.at(grad, labels, norm * violated.sum(1))
        grad[others] += norm * violated.sum(0)


def _until_negative(labels):
    ends = np.flatnonzero(labels < 0)
    return labels[: ends[0]] if ends.size else labels


def cosine(x, y):
    """Return ``(x.y, 1/|x|^2, 1/|y|^2)`` for the rows of x and y; 1e-12 is added to the squared norms."""
    dots = np.einsum("ij,ij->i", x, y)
    return dots, 1 / (np.einsum("ij,ij->i", x, x) + EPSILON), 1 / (np.einsum("ij,ij->i", y, y) + EPSILON)
