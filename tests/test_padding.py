"""Borders and enlargements against NumPy and against formulas written out; errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlite as nn
from comparing import close
from nnlite.kernels import padding, upsampling

MODES = {padding.ZERO: "constant", padding.REFLECTION: "reflect", padding.REPLICATION: "edge"}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_padding_is_that_of_numpy(data):
    sizes = data.draw(st.lists(st.integers(3, 6), min_size=1, max_size=3))
    amounts = [(data.draw(st.integers(-1, 2)), data.draw(st.integers(-1, 2))) for _ in sizes]
    kind = data.draw(st.sampled_from(list(MODES)))
    x = np.random.default_rng(0).standard_normal((2, *sizes))
    want = np.pad(x, [(0, 0), *((max(a, 0), max(b, 0)) for a, b in amounts)], mode=MODES[kind])
    crop = [slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(amounts, want.shape[1:], strict=True)]
    want = want[:, *crop]
    out = np.empty(want.shape)
    padding.pad(x, amounts, kind, out)
    close(out, want, 0)
    gradient, got = np.random.default_rng(1).standard_normal(want.shape), np.empty_like(x)
    padding.pad_grad(gradient, amounts, kind, got)
    probe = np.random.default_rng(2).standard_normal(x.shape)
    padding.pad(probe, amounts, kind, out)
    assert (probe * got).sum() == pytest.approx((out * gradient).sum())  # the adjoint of a linear map


def test_a_crop_of_everything_leaves_the_border():
    x = np.array([[[1.0, 2.0, 3.0]]])
    close(nn.SpatialZeroPadding(-3, 2, 0, 0).forward(x), np.zeros((1, 1, 2)), 0)
    close(nn.SpatialReplicationPadding(-3, 2, 0, 0).forward(x), np.array([[[3.0, 3.0]]]), 0)
    close(nn.SpatialReflectionPadding(-3, 2, 0, 0).forward(x), np.array([[[2.0, 1.0]]]), 0)


def test_padding_does_not_leak_between_forwards():
    module = nn.SpatialZeroPadding(1)
    module.forward(np.ones((1, 4, 4)))
    close(module.forward(np.ones((1, 2, 2))).sum(), np.array(4.0), 0)


def test_bilinear_positions_are_float32():
    x = np.array([[[0.0, 3.0]]])
    got = nn.SpatialUpSamplingBilinear({"oheight": 1, "owidth": 4}).forward(x)[0, 0]
    third = float(np.float32(1) / np.float32(3))
    assert third != 1 / 3
    close(got, np.array([0, 3 * third, 3 * float(np.float32(third) * np.float32(2)), 3]), 1e-15)


@pytest.mark.parametrize(
    ("sizes", "wanted"), [((3,), (7,)), ((3, 4), (5, 2)), ((2, 3, 2), (4, 3, 5)), ((4, 4), (1, 4))]
)
def test_linear_is_interpolation_along_each_axis(sizes, wanted):
    x = np.random.default_rng(0).standard_normal((2, *sizes))
    out, want = np.empty((2, *wanted)), x
    upsampling.linear(x, out)
    for number, (n, m) in enumerate(zip(sizes, wanted, strict=True), 1):
        places = np.linspace(0, n - 1, m) if m > 1 else [0]
        want = np.apply_along_axis(lambda line, n=n, places=places: np.interp(places, range(n), line), number, want)
    close(out, want, 1e-6)


def test_upsampling_in_float32_stays_there():
    for module in (nn.SpatialUpSamplingBilinear(2), nn.SpatialUpSamplingNearest(2)):
        x = np.random.default_rng(0).standard_normal((2, 40, 50)).astype(np.float32)
        assert module.forward(x).dtype == np.float32
        assert module.backward(x, module.output).dtype == np.float32


def test_sizes_are_fields():
    module = nn.UpSampling(2)
    module.forward(np.ones((1, 2, 3, 4)))
    close(np.array([module.inputSize, module.outputSize]), np.array([[1, 2, 3, 4, 0], [1, 2, 6, 8, 0]]), 0)
    module.forward(np.ones((1, 2, 2, 3, 4)))
    close(np.array(module.outputSize), np.array([1, 2, 4, 6, 8]), 0)
    module = nn.SpatialUpSamplingNearest(3)
    module.forward(np.ones((2, 3, 4)))
    close(np.array(module.outputSize), np.array([2, 9, 12, 0]), 0)


def test_prints():
    assert repr(nn.UpSampling({"oheight": 2, "owidth": 3}, "linear")) == "nn.UpSampling(2x3, linear)"
    sizes = {"odepth": 4, "oheight": 2, "owidth": 3}
    assert repr(nn.UpSampling(sizes, "trilinear")) == "nn.UpSampling(4x2x3, linear)"
    assert repr(nn.UpSampling(2, "nearly")) == "nn.UpSampling(2x, nearest)"
    want = "nn.VolumetricReplicationPadding(left=1, right=1, top=1, bottom=1, front=1, back=2)"
    assert repr(nn.VolumetricReplicationPadding(1, pback=2)) == want


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: nn.UpSampling({"oheight": 2, "owidth": 3}), ValueError, "requires a scale_factor"),
        (lambda: nn.UpSampling({"oheight": 2}, "linear"), ValueError, "owidth and oheight are required"),
        (lambda: nn.UpSampling(1.5), ValueError, "a whole number from 1 on, got 1.5"),
        (lambda: nn.SpatialUpSamplingBilinear(0), ValueError, "a whole number from 1 on, got 0"),
        (lambda: nn.SpatialUpSamplingNearest({"oheight": 2}), ValueError, "a number expected, got {'oheight': 2}"),
        (lambda: nn.SpatialUpSamplingNearest("2"), TypeError, "scale_factor must be a number"),
    ],
)
def test_constructor_errors(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


@pytest.mark.parametrize(
    ("module", "shape", "message"),
    [
        (nn.SpatialZeroPadding(-2), (1, 4, 4), "planes larger than what is cropped expected, got shape"),
        (nn.SpatialReflectionPadding(3), (1, 3, 9), "planes larger than the border that mirrors them expected"),
        (nn.SpatialReplicationPadding(1), (3, 3), r"input with 3 or 4 dimensions expected, got shape \(3, 3\)"),
        (nn.UpSampling({"oheight": 2, "owidth": 3}, "linear"), (1, 1, 2, 2, 2), "a size of at least 1 for each axis"),
        (nn.UpSampling(2), (2, 3, 3), "input with 4 or 5 dimensions"),
        (nn.PixelShuffle(2), (6, 3, 3), "a number of planes divisible by 4 expected"),
    ],
)
def test_input_errors(module, shape, message):
    with pytest.raises(ValueError, match=message):
        module.forward(np.ones(shape))
