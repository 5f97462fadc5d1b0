"""Kernels on arrays so large that they are cut into slices, against NumPy on the whole."""

import numpy as np
import pytest

from nnlite.kernels import arithmetic, reduction

SHAPE = (6, 70_000)


def made(count, shape=SHAPE):
    rng = np.random.default_rng(0)
    return [rng.uniform(0.5, 2, shape) for _ in range(count)]


@pytest.fixture(params=["contiguous", "strided"])
def layout(request):
    """Return a function that gives an array its strides, keeping its numbers."""
    if request.param == "contiguous":
        return lambda a: a
    return lambda a: np.repeat(a, 2, -1)[..., ::2]


def test_total_and_product_of_large_arrays(layout):
    a, b, c = map(layout, made(3))
    out = layout(np.empty(SHAPE))
    arithmetic.total([a, b, c], out)
    np.testing.assert_array_equal(out, a + b + c)
    arithmetic.product([a, b, c], out)
    np.testing.assert_array_equal(out, a * b * c)
    arithmetic.total([a], out)
    np.testing.assert_array_equal(out, a)


def test_total_in_place():
    a, b, c = made(3)
    want = a + b + c
    arithmetic.total([a, b, c], a)
    np.testing.assert_array_equal(a, want)


def test_differences_quotients_and_copies(layout):
    a, b, g = map(layout, made(3))
    first, second = layout(np.empty(SHAPE)), layout(np.empty(SHAPE))
    arithmetic.difference(a, b, first)
    np.testing.assert_array_equal(first, a - b)
    arithmetic.quotient(a, b, first)
    np.testing.assert_array_equal(first, a / b)
    arithmetic.quotient_grad(a, b, g, first, second)
    np.testing.assert_array_equal(first, g / b)
    np.testing.assert_allclose(second, -g * a / b**2, 1e-14)
    arithmetic.copies(a, [first, second])
    arithmetic.accumulate(b, second)
    arithmetic.scale(b, 3, b)
    np.testing.assert_array_equal(first, a)
    np.testing.assert_allclose(second, a + b / 3, 1e-14)


def test_quotient_by_zero_is_silent():
    a, out = np.ones(300_000), np.empty(300_000)
    arithmetic.quotient(a, np.zeros(300_000), out)
    assert np.isinf(out).all()


def test_extreme_and_pick(layout):
    arrays = [layout(a) for a in made(3)]
    arrays[1][0, :5] = arrays[0][0, :5]  # equal: the first one wins
    out, index = np.empty(SHAPE), np.empty(SHAPE)
    for beats, reduce, arg in ((np.greater, np.max, np.argmax), (np.less, np.min, np.argmin)):
        arithmetic.extreme(arrays, beats, out, index)
        np.testing.assert_array_equal(out, reduce(arrays, 0))
        np.testing.assert_array_equal(index, arg(arrays, 0) + 1)
    outs = [np.empty(SHAPE) for _ in arrays]
    arithmetic.pick(arrays[0], index, outs)
    for i, found in enumerate(outs, 1):
        np.testing.assert_array_equal(found, np.where(index == i, arrays[0], 0))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_join(axis):
    arrays = [a[:, :n] for a, n in zip(made(3, (40, 60, 50)), (60, 60, 60), strict=True)]
    out = np.empty([n * (3 if i == axis else 1) for i, n in enumerate((40, 60, 50))])
    arithmetic.join(arrays, axis, out)
    np.testing.assert_array_equal(out, np.concatenate(arrays, axis))


def test_matmul_of_many_matrices():
    (a,), (b,) = made(1, (50, 40, 30)), made(1, (50, 30, 60))
    out = np.empty((50, 40, 60))
    arithmetic.matmul(a, b, out)
    np.testing.assert_allclose(out, a @ b, 1e-12)


def test_matmul_of_two_large_matrices():
    (a,), (b,) = made(1, (300, 260)), made(1, (280, 260))
    out = np.empty((300, 280))
    arithmetic.matmul(a, b.T, out)
    np.testing.assert_allclose(out, a @ b.T, 1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_sum_and_extreme_along_a_dimension(axis):
    (x,) = made(1, (50, 60, 70))
    shape = tuple(1 if i == axis else n for i, n in enumerate(x.shape))
    out, index, gradient = np.empty(shape), np.empty(shape, np.int64), np.empty(x.shape)
    reduction.sum_along(x, axis, out)
    np.testing.assert_allclose(out, x.sum(axis, keepdims=True), 1e-12)
    reduction.sum_along_grad(out, axis, gradient)
    np.testing.assert_array_equal(gradient, np.broadcast_to(out, x.shape))
    reduction.extreme_along(x, axis, np.minimum, np.argmin, out, index)
    np.testing.assert_array_equal(out, x.min(axis, keepdims=True))
    np.testing.assert_array_equal(index, x.argmin(axis, keepdims=True) + 1)
    reduction.extreme_along_grad(out, axis, index, gradient)
    np.testing.assert_array_equal(gradient, np.where(x == out, out, 0))
