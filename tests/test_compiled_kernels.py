"""The compiled loops (extra fast) beside the NumPy kernels, which are the reference."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlite.kernels import (
    activation,
    compiled,
    compiled_exp,
    convolution,
    convolution_direct,
    convolution_planes,
    normalization,
    pooling,
    pooling_max,
    softmax,
    squashing,
    winograd_direct,
)


@pytest.fixture
def x():
    x = 4 * np.random.default_rng(1).standard_normal((64, 513), np.float32)
    x[0, :4] = 0, -0.0, 1e-30, np.nan
    return x


@pytest.fixture
def g():
    return np.random.default_rng(2).standard_normal((64, 513), np.float32)


@pytest.fixture
def both(monkeypatch):
    """Return a function that computes with the loops, then without, and compares."""
    pytest.importorskip("numba")

    def compare(function, *arrays, loops, atol=2e-6):
        used = []

        def load(name):
            used.append(name)
            return compiled_of(name)

        compiled_of = compiled._load
        with monkeypatch.context() as patch:
            patch.setattr(compiled, "_load", load)
            found = function(*[a.copy() for a in arrays])
        assert loops in used
        with monkeypatch.context() as patch:
            patch.setattr(compiled, "_load", lambda name: None)
            wanted = function(*[a.copy() for a in arrays])
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_allclose(a, b, 2e-5, atol)

    return compare


def into(kernel, *numbers):
    """Return the kernel as a function that makes its result."""

    def run(*arrays):
        out = np.empty_like(arrays[0])
        kernel(*arrays, out, *numbers)
        return [out]

    return run


def here(kernel, *numbers):
    """Return the kernel as a function that writes to its last argument."""

    def run(*arrays):
        kernel(*arrays, arrays[-1], *numbers)
        return [arrays[-1]]

    return run


POINTWISE = [
    (activation.threshold, 1, (0, 0)),
    (activation.threshold, 1, (0.5, -1)),
    (activation.threshold, 1, (0.5, 0)),
    (activation.leaky, 1, (0.1,)),
    (activation.leaky, 1, (1.5,)),
    (squashing.clamp, 1, (-1, 1.5)),
    (squashing.sigmoid, 1, ()),
    (activation.threshold_grad, 2, (0,)),
    (activation.threshold_grad, 2, (0.5,)),
    (activation.leaky_grad, 2, (0.1,)),
    (squashing.clamp_grad, 2, (-1, 1.5)),
    (squashing.sigmoid_grad, 2, ()),
]


@pytest.mark.parametrize(("kernel", "count", "numbers"), POINTWISE, ids=lambda a: getattr(a, "__name__", str(a)))
def test_pointwise(kernel, count, numbers, x, g, both):
    if count == 2:
        x[np.isnan(x)] = 1  # some NumPy kernels take NaN for positive
    both(into(kernel, *numbers), *[x, g][:count], loops="elementwise")
    if kernel in (activation.threshold, activation.threshold_grad):
        both(here(kernel, *numbers), *[x, g][:count], loops="elementwise")


def test_in_place_is_told_by_the_memory_not_by_the_array(x, g):
    """Modules hand a kernel a view of the gradient as the result."""
    pytest.importorskip("numba")
    in_place = compiled.twin(activation.threshold_grad, [x, g, g.view()])
    wanted = np.where(x > 0, g, 0)
    in_place(x.reshape(-1), g.reshape(-1), g.reshape(-1), 0)
    np.testing.assert_array_equal(g, wanted)
    assert compiled.twin(activation.threshold_grad, [x[1:], g[1:], g[:-1]]) is None  # it overlaps in another way


@pytest.mark.filterwarnings("ignore:overflow")
def test_exp_is_within_one_unit():
    pytest.importorskip("numba")
    x = np.linspace(-104, 88, 20_001).astype(np.float32)
    exact = np.exp(x.astype(np.float64))
    found = np.array([compiled_exp.exp(value) for value in x])
    assert (np.abs(found - exact) <= np.spacing(exact.astype(np.float32))).all()
    for value, result in ((np.inf, np.inf), (-np.inf, 0), (89, np.inf), (-200, 0)):
        assert compiled_exp.exp(np.float32(value)) == result
    assert np.isnan(compiled_exp.exp(np.float32(np.nan)))


@pytest.mark.parametrize("shift", [0, 1000, -1000])
def test_softmax(shift, x, g, both):
    def run(x, g):
        y, log, result, of_log, scratch = (np.empty_like(x) for _ in range(5))
        softmax.softmax(x, 1, y)
        softmax.softmax_grad(y, g, 1, result)
        sums = softmax.log_softmax(x, 1, log, scratch)
        softmax.log_softmax_grad(log, scratch, sums, g, 1, of_log)
        return [y, result, log, of_log]

    both(run, x + np.float32(shift), g, loops="softmax")


def test_a_gradient_the_loop_cannot_take(x, g):
    """The forward pass of the loop leaves no exponentials: the NumPy kernel must not read them."""
    pytest.importorskip("numba")
    x = np.nan_to_num(x)
    y, scratch, found, wanted = np.empty_like(x), np.full_like(x, np.nan), np.empty_like(x), np.empty_like(x)
    sums = softmax.log_softmax(x, 1, y, scratch)
    softmax.log_softmax_grad(y, scratch, sums, g, 1, wanted)
    softmax.log_softmax_grad(y, scratch, sums, np.asfortranarray(g), 1, found)
    np.testing.assert_allclose(found, wanted, 1e-5, 1e-5)


@pytest.mark.parametrize("shape", [(64, 513), (6, 9, 200), (1, 3, 5000), (300, 40, 1)])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("mean", [0, 100])
def test_normalization(shape, affine, mean, both):
    random = np.random.default_rng(3)
    x, g = random.standard_normal(shape, np.float32) + np.float32(mean), random.standard_normal(shape, np.float32)
    features = random.standard_normal(shape[1], np.float32)
    weight, bias = (features, features + 1) if affine else (None, None)

    def run(x, g):
        y, result, fixed = np.empty_like(x), np.empty_like(x), np.empty_like(x)
        statistics = normalization.train(x, weight, bias, 1e-5, y)
        normalization.evaluate(x, *statistics[:2], weight, bias, fixed)
        gradients = normalization.train_grad(x, g, *statistics[:2], weight, result)
        size = np.prod(shape) / shape[1]
        return [y, *statistics, fixed, result, *[gradient / size for gradient in gradients]]

    both(run, x, g, loops="normalization", atol=2e-6 if mean == 0 else 4e-5)


@pytest.mark.parametrize("options", [(3, 2, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1), (3, 3, 1, 2), (9, 4, 4, 1)])
def test_max_pooling(options, both):
    kernel, stride, pad, dilation = ((number, number) for number in options)
    x = np.random.default_rng(4).integers(-9, 9, (40, 31, 28)).astype(np.float32)  # with many equal ones
    x[0, :20] = np.nan
    x[1] = -np.inf
    windows = pooling.axes(x.shape[1:], kernel, stride, pad, dilation)
    shape = (len(x), *(axis.places for axis in windows))

    def run(x):
        y, indices, result = np.empty(shape, np.float32), np.empty(shape, np.int64), np.empty_like(x)
        pooling_max.max_pool_flat(x, windows, y, indices)
        pooling_max.max_pool_flat_grad(np.arange(y.size, dtype=np.float32).reshape(shape), indices, result)
        return [y, indices, result]

    both(run, x, loops="pooling")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_max_pooling_of_every_geometry(data):
    pytest.importorskip("numba")

    def pair(least, most):
        return data.draw(st.tuples(st.integers(least, most), st.integers(least, most)))

    kernel, stride, dilation, size = pair(1, 5), pair(1, 4), pair(1, 3), pair(1, 40)
    pad = tuple(data.draw(st.integers(0, k // 2)) for k in kernel)
    windows = pooling.axes(size, kernel, stride, pad, dilation, data.draw(st.booleans()))
    assume(min(axis.places for axis in windows) > 0)
    rng = np.random.default_rng(4)
    x = rng.integers(-3, 3, (data.draw(st.integers(1, 70)), *size)).astype(np.float32)
    x[rng.random(x.shape) < 0.3] = np.nan
    shape = (len(x), *(axis.places for axis in windows))
    results = [(np.empty(shape, np.float32), np.empty(shape, np.int64)) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pooling_max, "BYTES", data.draw(st.sampled_from([1 << 10, 1 << 18])))
        pooling_max._in_loops(compiled._load("pooling"), x, windows, *results[0])
        patch.setattr(compiled, "_load", lambda name: None)
        pooling_max.max_pool_flat(x, windows, *results[1])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


# loops; batch, planes, outputs, size, kernel, stride, padding, dilation
CONVOLUTIONS = [
    ("convolution", (9, 1, 10, (40, 31), (5, 5), (1, 1), (0, 0), (1, 1))),
    ("convolution", (32, 16, 16, (25, 26), (3, 3), (1, 1), (1, 1), (1, 1))),
    ("convolution", (1, 3, 9, (90, 101), (7, 6), (2, 3), (3, 0), (1, 1))),
    ("convolution", (2, 3, 13, (61, 200), (4, 3), (3, 2), (2, 4), (2, 1))),
    ("convolution", (3, 4, 8, (50, 80), (2, 5), (5, 4), (0, 1), (1, 3))),
    ("convolution", (5, 8, 24, (30, 61), (1, 3), (2, 2), (0, 2), (1, 2))),
    ("winograd", (32, 64, 64, (8, 8), (3, 3), (1, 1), (1, 1), (1, 1))),
    ("winograd", (9, 17, 22, (13, 30), (3, 3), (1, 1), (2, 0), (1, 1))),
    ("winograd", (1, 128, 32, (28, 29), (3, 3), (1, 1), (1, 1), (1, 1))),
    ("winograd", (5, 16, 35, (15, 16), (3, 3), (1, 1), (0, 3), (1, 1))),
    ("planes", (9, 18, 35, (19, 22), (5, 5), (1, 1), (2, 0), (1, 1))),
    ("planes", (1, 64, 128, (57, 56), (3, 3), (2, 2), (1, 1), (1, 1))),
    ("planes", (8, 16, 32, (40, 41), (5, 5), (1, 1), (-1, -2), (1, 1))),
    ("planes", (3, 21, 19, (40, 31), (4, 2), (3, 1), (0, 3), (2, 3))),
]


@pytest.mark.parametrize(("loops", "case"), CONVOLUTIONS, ids=str)
def test_convolution(loops, case, both):
    batch, planes, outputs, size, kernel, *how = case
    rng = np.random.default_rng(5)
    x = rng.standard_normal((batch, planes, *size), np.float32)
    weight = rng.standard_normal((outputs, planes, *kernel), np.float32)
    shape = (batch, outputs, *convolution.conv_size(size, kernel, how[0], how[1], how[2]))
    bias, bias_back = (rng.standard_normal(n, np.float32) for n in (outputs, planes))
    gradient = rng.standard_normal(shape, np.float32)

    def run(x, gradient):
        y, back, into, plain = (np.full(s, np.nan, np.float32) for s in (shape, x.shape, x.shape, shape))
        convolution.conv(x, weight, bias, *how, y)
        convolution.conv(x, weight, None, *how, plain)
        convolution.conv_grad_input(gradient, weight, None, *how, back)
        convolution.conv_grad_input(gradient, weight, bias_back, *how, into)
        of_weight = np.ones_like(weight)
        convolution.conv_grad_weight(x, gradient, *how, 0.5 / batch, of_weight)
        return [y, plain, back, into, of_weight]

    both(run, x, gradient, loops=loops, atol=2e-4)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_convolution_of_every_geometry(data):
    """Also those for which other ways are faster: small images, many planes, taps that read only padding."""
    pytest.importorskip("numba")

    def pair(least, most):
        return data.draw(st.tuples(st.integers(least, most), st.integers(least, most)))

    kernel, stride, padding, dilation = pair(1, 5), pair(1, 3), pair(0, 7), pair(1, 3)
    if data.draw(st.booleans()):
        kernel, stride, dilation = (3, 3), (1, 1), (1, 1)
    planes, outputs, batch = (data.draw(st.integers(1, 9)) for _ in range(3))
    least = [max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding, strict=True)]
    size = tuple(n + more for n, more in zip(least, pair(0, 30), strict=True))
    rng = np.random.default_rng(6)
    x, weight = (rng.integers(-4, 5, shape) for shape in ((batch, planes, *size), (outputs, planes, *kernel)))
    how, whole = (stride, padding, dilation), convolution.conv_size(size, kernel, stride, padding, dilation)
    gradient = rng.integers(-4, 5, (batch, outputs, *whole))
    wanted = np.empty(gradient.shape), np.empty(x.shape), np.zeros(weight.shape)
    doubles = [a.astype(float) for a in (x, weight, gradient)]
    convolution.conv(*doubles[:2], None, *how, wanted[0])
    convolution.conv_grad_input(doubles[2], doubles[1], None, *how, wanted[1])
    convolution.conv_grad_weight(doubles[0], doubles[2], *how, 1, wanted[2])

    x, weight, gradient = (a.astype(np.float32) for a in (x, weight, gradient))
    forward = convolution_direct.Part(weight, padding, dilation, tuple(map(slice, whole)))
    parts = convolution._parts(weight, size, *how)
    direct, tiles, copies = (compiled._load(name) for name in ("convolution", "winograd", "planes"))
    ways = {
        "direct": (
            lambda out: convolution_direct.correlate(direct, x, [forward], None, stride, out),
            lambda out: convolution_direct.correlate(direct, gradient, parts, None, (1, 1), out),
            lambda out: convolution_direct.grad_weight(direct, x, gradient, *how, 1, out),
        ),
        "planes": (
            lambda out: convolution_planes.correlate(copies, x, weight, None, *how, out),
            lambda out: convolution_planes.grad_input(copies, gradient, weight, None, *how, out),
            lambda out: convolution_planes.grad_weight(copies, x, gradient, *how, 1, out),
        ),
    }
    if (kernel, stride, dilation) == ((3, 3), (1, 1), (1, 1)):
        low, back = (2 - padding[0], 2 - padding[1]), convolution._reversed(weight)
        ways["winograd"] = (
            lambda out: winograd_direct.correlate(tiles, x, weight, None, padding, out),
            lambda out: winograd_direct.correlate(tiles, gradient, back, None, low, out),
            lambda out: winograd_direct.grad_weight(tiles, x, gradient, padding, 1, out),
        )
    for way, passes in ways.items():
        for compute, want in zip(passes, wanted, strict=True):
            found = np.zeros(want.shape, np.float32)
            compute(found)
            np.testing.assert_array_equal(found, want, way)  # sums of small integers, halves and quarters are exact


def test_indices_that_are_too_large():
    x, places = np.zeros((4, 64, 64), np.float32), np.full((4, 60, 60), 4097)
    with pytest.raises(ValueError, match="positions from 1 to 4096 expected, got 4097"):
        pooling_max.max_pool_flat_grad(np.ones(places.shape, np.float32), places, x)


def test_without_numba_there_are_no_loops(monkeypatch, x):
    monkeypatch.setitem(__import__("sys").modules, "numba", None)  # not there, or not for this NumPy
    compiled._load.cache_clear()
    try:
        assert compiled.loops("softmax", x) is None
    finally:
        compiled._load.cache_clear()


@pytest.mark.parametrize("change", [lambda x: x.astype(np.float64), np.asfortranarray, lambda x: x[:8, :8]])
def test_loops_take_large_contiguous_arrays_in_single_precision(change, x):
    assert compiled.loops("softmax", change(x)) is None
