"""Softmax and its logarithm over the rows of a matrix, compiled: softmax, log_softmax and their gradients."""

import numpy as np

from .compiled import loop, summing
from .compiled_exp import exp, exp_of_negative

__all__ = ["log_softmax", "log_softmax_grad", "softmax", "softmax_grad"]


@loop
def softmax(x, out):
    """``exp(x - max) / sum(exp(x - max))``."""
    for i in range(len(x)):
        _exponentials(x[i], _largest(x[i]), out[i])
        factor = np.float32(1 / _sum(out[i]))
        for k in range(x.shape[1]):
            out[i, k] *= factor


@loop
def softmax_grad(y, grad_output, out):
    """``y (g - sum(g y))``."""
    for i in range(len(y)):
        product = np.float32(_dot(y[i], grad_output[i]))
        for k in range(y.shape[1]):
            out[i, k] = (grad_output[i, k] - product) * y[i, k]


@loop
def log_softmax(x, out):
    """``x - (max + log(sum(exp(x - max))))``."""
    for i in range(len(x)):
        top = _largest(x[i])
        logarithm = np.float32(np.log(_sum_of_exponentials(x[i], top)))
        for k in range(x.shape[1]):
            out[i, k] = x[i, k] - top - logarithm


@loop
def log_softmax_grad(y, grad_output, out):
    """``g - exp(y) sum(g)``."""
    for i in range(len(y)):
        factor = np.float32(_sum(grad_output[i]))
        for k in range(y.shape[1]):
            out[i, k] = grad_output[i, k] - exp_of_negative(y[i, k]) * factor


@loop
def _exponentials(x, top, out):
    for k in range(x.size):
        out[k] = exp(x[k] - top)


@loop
def _largest(x):
    """Return the maximum. The bits are compared, as integers of the same order: that becomes vector instructions."""
    bits, top = x.view(np.int32), np.int32(-0x80000000)
    for k in range(x.size):
        ordered = _ordered(bits[k])
        top = ordered if ordered > top else top
    return np.int32(_ordered(top)).view(np.float32)


@loop
def _ordered(bits):
    """Turn over the bits of negative numbers, but for the sign: then integers are in the order of the numbers."""
    return np.int32(bits ^ np.int32((bits >> np.int32(31)) & np.int32(0x7FFFFFFF)))


@summing
def _sum(x):
    total = 0.0
    for k in range(x.size):
        total += x[k]
    return total


@summing
def _sum_of_exponentials(x, top):
    total = 0.0
    for k in range(x.size):
        total += exp_of_negative(x[k] - top)
    return total


@summing
def _dot(x, y):
    total = 0.0
    for k in range(x.size):
        total += np.float64(x[k]) * y[k]
    return total
