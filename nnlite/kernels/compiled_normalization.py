"""Normalization by the statistics of a batch, compiled: train, evaluate, train_grad and those of ``(batch, features)``.

A loop takes the features ``first`` to ``last`` of ``(batch, features, positions)``, its twin ``..._rows`` of ``(batch,
features)``. Sums are double, as in Torch. `weight` and `bias` are arrays.
"""

import numpy as np

from .compiled import summing

__all__ = ["evaluate", "train", "train_grad", "train_grad_rows", "train_rows"]


@summing
def train(x, first, last, weight, bias, eps, mean, invstd, unbiased, out):
    """Write the normalized features; set mean, 1/sqrt(var + eps) and the unbiased variance."""
    batch, _, positions = x.shape
    n = batch * positions
    for c in range(first, last):
        total = 0.0
        for b in range(batch):
            for k in range(positions):
                total += x[b, c, k]
        mean[c] = total / n
        squares = 0.0
        for b in range(batch):
            for k in range(positions):
                squares += (x[b, c, k] - mean[c]) * (x[b, c, k] - mean[c])
        _finish(c, squares, n, eps, invstd, unbiased)
        _shift(x, c, mean[c], invstd[c] * weight[c], bias[c], out)


@summing
def evaluate(x, first, last, weight, bias, mean, invstd, out):
    """``(x - mean) invstd weight + bias`` for statistics that are given."""
    for c in range(first, last):
        _shift(x, c, mean[c], invstd[c] * weight[c], bias[c], out)


@summing
def train_grad(x, grad_output, first, last, weight, mean, invstd, grad_weight, grad_bias, out):
    """Write the gradient of ``x``; set those of weight and bias."""
    batch, _, positions = x.shape
    n = batch * positions
    for c in range(first, last):
        total, product, middle = 0.0, 0.0, mean[c]
        for b in range(batch):
            for k in range(positions):
                total += grad_output[b, c, k]
                product += grad_output[b, c, k] * (x[b, c, k] - middle)
        grad_weight[c], grad_bias[c] = product * invstd[c], total
        slope, level = np.float32(product * invstd[c] * invstd[c] / n), np.float32(total / n)
        factor = invstd[c] * weight[c]
        for b in range(batch):
            for k in range(positions):
                out[b, c, k] = (grad_output[b, c, k] - level - (x[b, c, k] - middle) * slope) * factor


@summing
def _shift(x, c, middle, factor, offset, out):
    for b in range(len(x)):
        for k in range(x.shape[2]):
            out[b, c, k] = (x[b, c, k] - middle) * factor + offset


@summing
def _finish(c, squares, n, eps, invstd, unbiased):
    unbiased[c] = squares / (n - 1)
    variance = squares / n + eps
    invstd[c] = 1 / np.sqrt(variance) if variance != 0 else 0


@summing
def train_rows(x, first, last, weight, bias, eps, mean, invstd, unbiased, out):
    """As `train`."""
    n = len(x)
    sums = np.zeros(last - first)
    for b in range(n):
        row = x[b, first:last]
        for j in range(len(sums)):
            sums[j] += row[j]
    middle = mean[first:last]
    for j in range(len(sums)):
        middle[j] = sums[j] / n
        sums[j] = 0
    for b in range(n):
        row = x[b, first:last]
        for j in range(len(sums)):
            away = row[j] - middle[j]
            sums[j] += away * away
    factor = np.empty(len(sums), np.float32)
    for j in range(len(sums)):
        _finish(first + j, sums[j], n, eps, invstd, unbiased)
        factor[j] = invstd[first + j] * weight[first + j]
    offset = bias[first:last]
    for b in range(n):
        row, target = x[b, first:last], out[b, first:last]
        for j in range(len(sums)):
            target[j] = (row[j] - middle[j]) * factor[j] + offset[j]


@summing
def train_grad_rows(x, grad_output, first, last, weight, mean, invstd, grad_weight, grad_bias, out):
    """As `train_grad`."""
    n, middle = len(x), mean[first:last]
    totals, products = np.zeros(last - first), np.zeros(last - first)
    for b in range(n):
        row, gradient = x[b, first:last], grad_output[b, first:last]
        for j in range(len(totals)):
            totals[j] += gradient[j]
        for j in range(len(totals)):
            products[j] += gradient[j] * (row[j] - middle[j])
    slope, level, factor = np.empty((3, last - first), np.float32)
    for j in range(len(totals)):
        c = first + j
        grad_weight[c], grad_bias[c] = products[j] * invstd[c], totals[j]
        slope[j], level[j] = products[j] * invstd[c] * invstd[c] / n, totals[j] / n
        factor[j] = invstd[c] * weight[c]
    for b in range(n):
        row, gradient, target = x[b, first:last], grad_output[b, first:last], out[b, first:last]
        for j in range(len(totals)):
            target[j] = (gradient[j] - level[j] - (row[j] - middle[j]) * slope[j]) * factor[j]
