"""Normalization by the neighbourhood against the formulas written out; kernels changed in place; draws; errors."""

import numpy as np
import pytest
from scipy.ndimage import correlate

import nnlite as nn
from comparing import close
from nnlite import torch


@pytest.mark.parametrize(("size", "planes"), [(1, 3), (3, 1), (5, 2), (5, 9)])
def test_cross_map_is_the_formula(size, planes):
    x = np.random.default_rng(0).standard_normal((2, planes, 3, 2))
    module = nn.SpatialCrossMapLRN(size, 0.7, 0.6, 1.5)
    half = size // 2
    for c in range(planes):
        square = (x[:, max(c - half, 0) : c + half + 1] ** 2).sum(1)
        close(module.forward(x)[:, c], x[:, c] / (1.5 + 0.7 / size * square) ** 0.6)


def test_cross_map_splits_one_sample_by_positions():
    x = np.random.default_rng(0).standard_normal((1, 8, 90, 90))
    module = nn.SpatialCrossMapLRN(5, 0.5)
    output, gradient = module.forward(x).copy(), module.backward(x, x).copy()
    close(module.forward(x[:, :, 40:50]), output[:, :, 40:50])
    close(module.backward(x[:, :, 40:50], x[:, :, 40:50]), gradient[:, :, 40:50])


def test_subtractive_is_the_formula():
    kernel = np.array([[1.0, 2, 1], [0, 3, 1], [1, 1, 2]])
    x = np.random.default_rng(0).standard_normal((2, 5, 6))
    module = nn.SpatialSubtractiveNormalization(2, kernel.copy())
    sums = correlate(x.sum(0), kernel, mode="constant")
    counts = correlate(np.full((5, 6), 2.0), kernel, mode="constant")
    close(module.forward(x), x - sums / counts)


def test_divisive_is_the_formula():
    kernel = np.array([[1.0, 2, 1], [0, 3, 1], [1, 1, 2]])
    x = np.random.default_rng(0).standard_normal((2, 5, 6))
    module = nn.SpatialDivisiveNormalization(2, kernel.copy(), 0.9, 0.5)
    weights = kernel / (2 * kernel.sum())
    std = np.sqrt(correlate((x**2).sum(0), weights, mode="constant"))
    std /= correlate(np.full((5, 6), 2.0), weights, mode="constant")
    assert 0 < (std > 0.9).mean() < 1
    close(module.forward(x), x / np.where(std > 0.9, std, 0.5))


def test_the_kernel_is_divided_in_place():
    kernel = np.ones((3, 3))
    module = nn.SpatialContrastiveNormalization(2, kernel)
    assert module.kernel is kernel
    close(kernel, np.full((3, 3), 1 / 18))
    assert nn.SpatialSubtractiveNormalization(1, [1, 2, 1]).kernel.tolist() == [0.25, 0.5, 0.25]


def test_constructors_draw_for_their_convolutions():
    for make, count in (
        (lambda: nn.SpatialSubtractiveNormalization(6, np.ones((3, 3))), 55),
        (lambda: nn.SpatialDivisiveNormalization(6, np.ones((3, 3))), 110),
        (lambda: nn.SpatialContrastiveNormalization(6, np.ones((3, 3))), 165),
    ):
        torch.manualSeed(1)
        make()
        got = torch.random()
        torch.manualSeed(1)
        for _ in range(count):
            torch.random()
        assert got == torch.random()


def test_coefficients_follow_the_size():
    for module in (nn.SpatialSubtractiveNormalization(1, np.ones(3)), nn.SpatialDivisiveNormalization(1, np.ones(3))):
        x = np.random.default_rng(0).standard_normal((3, 1, 6, 7))
        want = [module.forward(x[i : i + 1]).copy() for i in range(3)]
        module.forward(x[:, :, :5])
        close(module.forward(x), np.concatenate(want))
        close(module.forward(x[0]), want[0][0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SpatialCrossMapLRN(4), "size must be odd, got 4"),
        (lambda: nn.SpatialSubtractiveNormalization(1, np.ones((3, 4))), "all of them odd expected, got shape"),
        (lambda: nn.SpatialDivisiveNormalization(1, np.ones((3, 3, 3))), "kernel of 1 or 2 dimensions"),
        (lambda: nn.SpatialContrastiveNormalization(1, np.array([1.0, 0, -1])), "a kernel whose sum is not 0"),
        (
            lambda: nn.SpatialSubtractiveNormalization(2).forward(np.ones((3, 9, 9))),
            r"nn.SpatialSubtractiveNormalization: input.shape\[-3\] == 2 expected, got shape \(3, 9, 9\)",
        ),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()
