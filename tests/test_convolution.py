"""Convolutions: kernels against sums written out, the same bits for any number of threads, draws, errors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlite as nn
from nnlite import torch
from nnlite.kernels import convolution, convolution_frames, convolution_shifted, parallel, unfold


def slow(x, weight, bias, stride, padding, dilation):
    """Return the convolution, tap by tap."""
    kernel = weight.shape[2:]
    size = convolution.conv_size(x.shape[2:], kernel, stride, padding, dilation)
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    out = np.zeros((len(x), len(weight), *size)) + bias.reshape(-1, *(1 for _ in size))
    for taps in itertools.product(*map(range, kernel)):
        at = tuple(
            slice(k * d, k * d + (n - 1) * s + 1, s) for k, d, n, s in zip(taps, dilation, size, stride, strict=True)
        )
        out += np.einsum("oi,ni...->no...", weight[(slice(None), slice(None), *taps)], padded[(..., *at)])
    return out


@st.composite
def geometries(draw):
    dims = draw(st.integers(1, 3))

    def sizes(low, high):
        return tuple(draw(st.lists(st.integers(low, high), min_size=dims, max_size=dims)))

    kernel, dilation, padding = sizes(1, 4), sizes(1, 3), sizes(0, 4)
    least = [max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding, strict=True)]
    size = tuple(n + extra for n, extra in zip(least, sizes(0, 5), strict=True))
    return size, kernel, sizes(1, 3), padding, dilation


@settings(max_examples=60, deadline=None)
@given(geometries(), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))
def test_kernels_agree_with_the_sums_written_out(geometry, inputs, outputs, batch):
    size, kernel, *how = geometry
    rng = np.random.default_rng(1)
    x, weight = rng.standard_normal((batch, inputs, *size)), rng.standard_normal((outputs, inputs, *kernel))
    bias = rng.standard_normal(outputs)
    want = slow(x, weight, bias, *how)
    out = np.empty_like(want)
    convolution.conv(x, weight, bias, *how, out)
    np.testing.assert_allclose(out, want, 1e-10, 1e-10)
    # both gradients are adjoint to the convolution, which is linear in the input and in the weight
    gradient = rng.standard_normal(want.shape)
    direction, weights = rng.standard_normal(x.shape), rng.standard_normal(weight.shape)
    grad_input, grad_weight = np.empty_like(x), np.zeros_like(weight)
    convolution.conv_grad_input(gradient, weight, None, *how, grad_input)
    convolution.conv_grad_weight(x, gradient, *how, 0.5, grad_weight)
    none = np.zeros(outputs)
    np.testing.assert_allclose(
        np.vdot(grad_input, direction), np.vdot(gradient, slow(direction, weight, none, *how)), 1e-9, 1e-9
    )
    np.testing.assert_allclose(
        2 * np.vdot(grad_weight, weights), np.vdot(gradient, slow(x, weights, none, *how)), 1e-9, 1e-9
    )


LARGE = [
    "nn.SpatialConvolution(16, 24, 3, 3, 1, 1, 1)",
    "nn.SpatialConvolution(16, 64, 5, 5)",
    "nn.SpatialConvolution(16, 32, 3, 3, 2, 2, 1)",
    "nn.SpatialConvolution(16, 64, 1, 1)",
    "nn.SpatialFullConvolution(16, 8, 4, 4, 2, 2, 1, 1)",
    "nn.SpatialDepthWiseConvolution(16, 2, 3, 3)",
    "nn.SpatialConvolutionLocal(16, 8, 22, 22, 3, 3)",
]


@pytest.mark.parametrize("text", LARGE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_any_number_of_threads_gives_the_same_bits(text, dtype):
    def results(threads):
        parallel.set_num_threads(threads)
        torch.manualSeed(1)
        module = eval(text)
        if dtype == np.float32:
            module.float()
        x = np.random.default_rng(1).standard_normal((6, 16, 22, 22)).astype(dtype)
        gradient = np.cos(module.forward(x)).astype(dtype)
        module.zeroGradParameters()
        module.backward(x, gradient)
        return [module.output, module.gradInput, *module.parameters()[1]]

    before = parallel.get_num_threads()
    try:
        want = results(1)
        for threads in (2, 5):
            for a, b in zip(results(threads), want, strict=True):
                np.testing.assert_array_equal(a, b)
    finally:
        parallel.set_num_threads(before)


@pytest.mark.parametrize(
    ("inputs", "outputs", "size"),
    [(16, 16, (12, 12)), (20, 17, (13, 9)), (32, 24, (8, 8)), (64, 64, (5, 4)), (36, 33, (17, 19))],
)
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (2, 1), (3, 0)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 5e-6)])
def test_three_by_three_agrees_with_the_sums_written_out(inputs, outputs, size, padding, dtype, tolerance):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((9, inputs, *size))
    weight, bias = rng.standard_normal((outputs, inputs, 3, 3)), rng.standard_normal(outputs)
    want = slow(x, weight, bias, (1, 1), padding, (1, 1))
    x, weight, bias = (a.astype(dtype) for a in (x, weight, bias))
    out = np.empty(want.shape, dtype)
    convolution.conv(x, weight, bias, (1, 1), padding, (1, 1), out)
    assert np.abs(out - want).max() <= tolerance * np.abs(want).max()
    gradient = rng.standard_normal(want.shape).astype(dtype)
    grad_weight = np.zeros_like(weight)
    convolution.conv_grad_weight(x, gradient, (1, 1), padding, (1, 1), 1, grad_weight)
    for tap in ((0, 0), (1, 2), (2, 1)):
        single = np.zeros(weight.shape)
        single[(slice(None), slice(None), *tap)] = 1
        for o, i in ((0, 0), (outputs - 1, inputs - 1)):
            only = np.zeros(weight.shape)
            only[(o, i, *tap)] = 1
            value = np.vdot(gradient, slow(x, only, np.zeros(outputs), (1, 1), padding, (1, 1)))
            assert abs(grad_weight[(o, i, *tap)] - value) <= tolerance * np.abs(grad_weight).max()


@pytest.mark.parametrize("kernel", [(3, 3), (2, 3), (3, 2)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 1), (1, 2), (3, 2)])
@pytest.mark.parametrize(
    ("padding", "dilation"), [((0, 0), (1, 1)), ((1, 2), (1, 1)), ((4, 3), (1, 1)), ((0, 1), (1, 3))]
)
def test_batches_of_small_images_agree_with_the_sums_written_out(kernel, stride, padding, dilation):
    rng = np.random.default_rng(3)
    x, weight, bias = rng.standard_normal((4, 2, 7, 23)), rng.standard_normal((3, 2, *kernel)), rng.standard_normal(3)
    how = stride, padding, dilation
    want = slow(x, weight, bias, *how)
    assert convolution_shifted.pays(weight.shape, stride, dilation, want.shape) == (want.shape[3] >= 8 * stride[1])
    out, grad_input, grad_weight = np.empty_like(want), np.empty_like(x), np.zeros_like(weight)
    convolution.conv(x, weight, bias, *how, out)
    np.testing.assert_allclose(out, want, 1e-12, 1e-12)
    gradient, direction, weights = (rng.standard_normal(a.shape) for a in (want, x, weight))
    convolution.conv_grad_input(gradient, weight, None, *how, grad_input)
    convolution.conv_grad_weight(x, gradient, *how, 0.5, grad_weight)
    none = np.zeros(3)
    np.testing.assert_allclose(np.vdot(grad_input, direction), np.vdot(gradient, slow(direction, weight, none, *how)))
    np.testing.assert_allclose(2 * np.vdot(grad_weight, weights), np.vdot(gradient, slow(x, weights, none, *how)))


@pytest.mark.parametrize(
    ("depth", "stride", "padding", "dilation"), [(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 2, 3), (2, 3, 4, 1)]
)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 5e-6)])
def test_frames_of_volumes_agree_with_the_sums_written_out(
    depth, stride, padding, dilation, dtype, tolerance, monkeypatch
):
    monkeypatch.setattr(convolution_frames, "BYTES", 1 << 19)  # several blocks
    rng = np.random.default_rng(3)
    x, weight, bias = (rng.standard_normal(s) for s in ((2, 24, 11, 14, 17), (48, 24, depth, 3, 3), (48,)))
    how = (stride, 1, 1), (padding, 1, 0), (dilation, 1, 1)
    want = slow(x, weight, bias, *how)
    assert convolution_frames.pays(weight.shape, how[0], how[2], want.shape)
    gradient, direction, weights = (rng.standard_normal(a.shape) for a in (want, x, weight))
    single = [a.astype(dtype) for a in (x, weight, bias, gradient)]
    out, grad_input, grad_weight = (np.zeros(a.shape, dtype) for a in (want, x, weight))
    convolution.conv(*single[:3], *how, out)
    convolution.conv_grad_input(single[3], single[1], None, *how, grad_input)
    convolution.conv_grad_weight(single[0], single[3], *how, 0.5, grad_weight)
    assert np.abs(out - want).max() <= tolerance * np.abs(want).max()
    none, scale = np.zeros(48), np.linalg.norm(gradient)
    for found, wanted, size in [
        (np.vdot(grad_input, direction), slow(direction, weight, none, *how), np.linalg.norm(direction)),
        (2 * np.vdot(grad_weight, weights), slow(x, weights, none, *how), np.linalg.norm(x)),
    ]:
        assert abs(found - np.vdot(gradient, wanted)) <= 20 * tolerance * scale * size


def test_tiles_are_runs_that_cover_the_array():
    for size, items in [((7, 5), 11), ((3, 4, 5), 20), ((3, 4, 5), 7), ((9,), 4), ((2, 3), 100), ((4, 4), 1)]:
        positions = np.arange(np.prod(size)).reshape(size)
        found = [positions[block].ravel() for block in unfold.tile(size, items)]
        assert all(len(f) <= items and (np.diff(f) == 1).all() for f in found)
        np.testing.assert_array_equal(np.concatenate(found), positions.ravel())


def test_connection_tables_count_from_one():
    np.testing.assert_array_equal(nn.tables.full(2, 2), [[1, 1], [2, 1], [1, 2], [2, 2]])
    np.testing.assert_array_equal(nn.tables.oneToOne(3), [[1, 1], [2, 2], [3, 3]])
    torch.manualSeed(3)
    table = nn.tables.random(4, 5, 2)
    np.testing.assert_array_equal(table[:, 1], np.repeat(np.arange(1, 6), 2))
    assert sorted(table[:4, 0]) == [1, 2, 3, 4]
    with pytest.raises(ValueError, match=r"nto <= nin expected, got 3 > 2"):
        nn.tables.random(2, 4, 3)


def test_parallel_connections_add_up():
    module = nn.SpatialConvolutionMap(np.array([[1, 1], [1, 1]]), 1, 1)
    module.weight[...] = [[[2]], [[3]]]
    module.bias.fill(0)
    np.testing.assert_array_equal(module.forward(np.ones((1, 1, 1))), [[[5]]])


def test_planes_without_connection_are_ignored():
    module = nn.SpatialConvolutionMap(nn.tables.oneToOne(1), 1, 1)
    x = np.ones((2, 3, 3))
    module.forward(x)
    gradient = module.backward(x, np.ones((1, 3, 3)))
    assert gradient.shape == x.shape
    assert not gradient[1].any()
    module.decayParameters(1)
    assert not module.weight.any()


def test_decay_and_reset_with_a_deviation():
    torch.manualSeed(1)
    module = nn.SpatialConvolution(1, 1, 2, 2)
    module.reset(0.1)
    assert np.abs(module.weight).max() <= 0.1 * np.sqrt(3)
    assert nn.SpatialConvolution(1, 1, 2, 2).noBias().reset(0.1).bias is None


def test_first_layer_without_input_gradient():
    for module, x in (
        (nn.SpatialConvolution(1, 2, 2, 2), np.ones((1, 3, 3))),
        (nn.TemporalConvolution(2, 2, 2), np.ones((3, 2))),
        (nn.SpatialConvolutionLocal(1, 2, 3, 3, 2, 2), np.ones((1, 3, 3))),
        (nn.SpatialFullConvolution(1, 2, 2, 2), np.ones((1, 3, 3))),
    ):
        module.gradInput = None
        assert module.backward(x, np.ones_like(module.forward(x))) is None
        assert module.gradWeight.any()


ERRORS = [
    ("nn.SpatialConvolution(3, 8, 5, 5)", (2, 32, 32), r"3 -> 8, 5x5\): input.shape\[-3\] == 3 expected, got shape \("),
    ("nn.SpatialConvolution(3, 8, 5, 5)", (3, 4, 9), r"input with H >= 5, W >= 5 expected, got shape \(3, 4, 9\)"),
    ("nn.SpatialConvolution(3, 8, 5, 5)", (3, 9), r"input with 3 or 4 dimensions expected"),
    ("nn.VolumetricConvolution(3, 8, 5, 5, 3)", (3, 9, 9), r"input with 4 or 5 dimensions expected"),
    ("nn.TemporalConvolution(3, 8, 5)", (4, 3), r"input of at least 5 frames expected, got shape \(4, 3\)"),
    ("nn.TemporalConvolution(3, 8, 5)", (4, 2), r"input.shape\[-1\] == 3 expected"),
    ("nn.TemporalRowConvolution(3, 5)", (7, 2), r"input.shape\[-1\] == 3 expected"),
    ("nn.SpatialConvolutionLocal(1, 2, 4, 5, 3, 3)", (1, 4, 4), r"input of shape \(1, 5, 4\), or a batch of such"),
    ("nn.SpatialConvolutionMap(nn.tables.full(3, 2), 2, 2)", (2, 4, 4), r"input.shape\[-3\] >= 3 expected"),
    ("nn.SpatialConvolutionMap(nn.tables.full(3, 2), 2, 5)", (3, 4, 4), r"input with H >= 5, W >= 2 expected"),
    ("nn.SpatialFullConvolution(1, 1, 1, 1, 1, 1, 2, 2)", (1, 2, 2), r"output of at least one element expected"),
]


@pytest.mark.parametrize(("text", "shape", "message"), ERRORS)
def test_errors_say_what_is_wrong(text, shape, message):
    with pytest.raises(ValueError, match=message):
        eval(text).forward(np.ones(shape))


def test_impossible_sizes_are_refused():
    with pytest.raises(ValueError, match=r"adjW < dW, adjH < dH expected, got 2,0"):
        nn.SpatialFullConvolution(1, 1, 3, 3, 2, 2, 0, 0, 2)
    with pytest.raises(ValueError, match=r"an output of at least one element expected, got shape \(0, 3\)"):
        nn.SpatialConvolutionLocal(1, 1, 4, 1, 2, 2)
