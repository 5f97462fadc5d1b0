"""The kernels of softmax and its logarithm over every axis, in slices, at the limits of the numbers."""

import numpy as np
import pytest
from scipy import special

from comparing import close
from nnlite.kernels import softmax

SHAPES = [((7,), 0), ((3, 5), 1), ((3, 5), 0), ((2, 4, 3, 2), 1), ((400, 60), 1), ((2, 5, 100, 90), 1)]


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_formulas(shape, axis, dtype):
    rng = np.random.default_rng(0)
    x, gradient = rng.standard_normal((2, *shape)).astype(dtype)
    tolerance = 1e-12 if dtype == np.float64 else 2e-6
    y, log_y, got = np.empty_like(x), np.empty_like(x), np.empty_like(x)
    softmax.softmax(x, axis, y)
    close(y, special.softmax(x.astype(float), axis), tolerance)
    exponentials = np.empty_like(x)
    sums = softmax.log_softmax(x, axis, log_y, exponentials)
    close(log_y, special.log_softmax(x.astype(float), axis), tolerance)
    softmax.softmax_grad(y, gradient, axis, got)
    close(got, y * (gradient - (gradient * y).sum(axis, keepdims=True)), tolerance)
    softmax.log_softmax_grad(log_y, exponentials, sums, gradient, axis, got)
    total = gradient.sum(axis, keepdims=True, dtype=float)
    close(got, gradient - np.exp(log_y.astype(float)) * total, 5 * tolerance)


def test_large_numbers_and_masked_ones():
    x = np.array([[1e4, 1e4 - 1, -np.inf], [-3e38, 3e38, 0]], np.float32)
    out = np.empty_like(x)
    softmax.softmax(x, 1, out)
    close(out, np.array([[0.7310586, 0.2689414, 0], [0, 1, 0]]), 1e-6)
    softmax.log_softmax(x[:1], 1, out[:1], np.empty_like(x[:1]))
    close(out[:1], np.array([[-0.3132617, -1.3132617, -np.inf]]), 1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4, 6), (300, 70)])
def test_in_place(shape, dtype):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    want, log_want = np.empty_like(x), np.empty_like(x)
    softmax.softmax(x, 1, want)
    softmax.log_softmax(x, 1, log_want, np.empty_like(x))
    for kernel, result in ((softmax.softmax, want), (lambda *a: softmax.log_softmax(*a, np.empty_like(x)), log_want)):
        y = x.copy()
        kernel(y, 1, y)
        close(y, result, 0)


def test_a_confident_prediction_keeps_its_small_loss():
    x = np.zeros((100, 64), np.float32)
    x[:, 3] = 24
    out = np.empty_like(x)
    softmax.log_softmax(x, 1, out, np.empty_like(x))
    np.testing.assert_allclose(out[:, 3], -np.log1p(63 * np.exp(-24.0)), 1e-5)
