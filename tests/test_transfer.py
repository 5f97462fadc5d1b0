"""Transfer functions: large arrays on threads, limits of the numbers, in-place rules, draws, errors."""

import numpy as np
import pytest

import nnlite as nn
from comparing import close
from nnlite import torch
from nnlite.kernels.elementwise import keep, select

NAMES = ("Tanh", "TanhShrink", "Sigmoid", "LogSigmoid", "SoftPlus", "SoftSign", "HardTanh", "ReLU", "ReLU6", "ELU")
NAMES += ("LeakyReLU", "HardShrink", "SoftShrink", "Abs", "Exp", "Square", "SoftMax", "LogSoftMax", "SoftMin", "PReLU")
OTHERS = [("ELU", 0.5), ("Threshold", 0.3, -2), ("Threshold", 0.3, 0), ("PReLU", 5000), ("Power", 3)]
OTHERS += [("GatedLinearUnit",)]


@pytest.mark.parametrize("made", [(name,) for name in NAMES] + OTHERS, ids=str)
@pytest.mark.parametrize("order", ["C", "F"])
def test_slices_of_a_large_array_agree_with_small_ones(made, order):
    name, *arguments = made
    rng = np.random.default_rng(0)
    x = np.asarray(rng.standard_normal((90, 5000)), np.float32, order=order)
    module, small = (getattr(nn, name)(*arguments).float() for _ in range(2))
    output = module.forward(x).copy()
    gradient = rng.standard_normal(output.shape).astype(np.float32)
    got = module.updateGradInput(x, gradient)
    for i in range(0, 90, 30):
        rows = slice(i, i + 1)
        close(output[rows], small.forward(x[rows]), 1e-5)
        close(got[rows], small.updateGradInput(x[rows], gradient[rows]), 1e-5)


EXTREMES = np.array([-1e300, -800, -100, -30, -1e-300, 0, 1e-300, 30, 100, 800, 1e300])


@pytest.mark.parametrize("name", [*NAMES, "SpatialSoftMax"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_warning_for_finite_numbers(name, dtype):
    x = np.clip(EXTREMES, -1e30, 1e30).astype(dtype) if dtype == np.float32 else EXTREMES
    module = getattr(nn, name)()
    module.type("torch.FloatTensor" if dtype == np.float32 else "torch.DoubleTensor")
    output = module.forward(x)
    gradient = module.backward(x, np.ones_like(x))
    if name not in ("Exp", "Square"):
        assert np.isfinite(output).all()
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("module", [nn.Log(), nn.Sqrt(), nn.Power(-1), nn.Power(0.5), nn.Power(1.5)], ids=repr)
def test_what_has_no_value_is_quiet(module):
    x = np.array([-1.0, 0.0, 2.0])
    module.forward(x)
    module.backward(x, np.ones(3))


def test_sqrt_has_no_gradient_at_zero():
    module = nn.Sqrt()
    x = np.array([0.0, 4.0])
    module.forward(x)
    close(module.backward(x, np.ones(2)), np.array([0, 0.25]))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_masks_keep_bits(dtype):
    x = np.array([1.5, np.inf, -np.inf, np.nan, -0.0], dtype)
    other = np.arange(5, dtype=dtype)
    mask = np.array([True, False, True, False, True])
    out = np.empty_like(x)
    keep(mask, x, out)
    np.testing.assert_array_equal(out, np.array([1.5, 0, -np.inf, 0, 0], dtype))
    select(mask, x, other, out)
    np.testing.assert_array_equal(out, np.array([1.5, 1, -np.inf, 3, 0], dtype))


def test_an_infinite_gradient_does_not_pass_a_closed_rectifier():
    module = nn.ReLU()
    x = np.array([-1.0, 2.0])
    module.forward(x)
    close(module.backward(x, np.array([np.inf, 1.0])), np.array([0.0, 1.0]))


def test_rrelu_draws_for_what_is_not_positive_only():
    x = np.array([[1.0, -1.0], [0.0, 3.0]])
    torch.manualSeed(3)
    slopes = [torch.uniform(1 / 8, 1 / 3) for _ in range(2)]
    after = torch.random()
    torch.manualSeed(3)
    module = nn.RReLU()
    close(module.forward(x), np.array([[1, -slopes[0]], [0, 3]]))
    assert torch.random() == after
    close(module.noise, np.array([[1, slopes[0]], [slopes[1], 1]]))
    module.evaluate()
    close(module.forward(x), np.array([[1, -(1 / 8 + 1 / 3) / 2], [0, 3]]))
    assert torch.random() != after


def test_constants_in_place_restore_their_input():
    for module in (nn.AddConstant(2, True), nn.MulConstant(4, True)):
        x = np.array([1.0, 2.0])
        assert module.forward(x).base is x
        module.backward(x, np.ones(2))
        close(x, np.array([1.0, 2.0]))


CONSTRUCTORS = [
    (lambda: nn.Threshold(0, 1, True), ValueError, r"requires value \(1\) not exceed threshold \(0\)"),
    (lambda: nn.Threshold("a"), TypeError, "nn.Threshold: th must be a number, got str 'a'"),
    (lambda: nn.ReLU(1), TypeError, "nn.ReLU: ip must be boolean, got int 1"),
    (lambda: nn.HardTanh(1, 1), ValueError, r"max_value larger than min_value \(1\) expected, got int 1"),
    (lambda: nn.RReLU(0.5, 0.1), ValueError, "0 <= l <= u expected, got .*l 0.5 and u 0.1"),
    (lambda: nn.Power(None), TypeError, "nn.Power: p must be a number"),
    (lambda: nn.MulConstant("2"), TypeError, "nn.MulConstant: constant_scalar must be a number"),
]

SHAPES = [
    (nn.PReLU(3), (2, 4), r"nn.PReLU: input with 3 planes expected, got shape \(2, 4\)"),
    (nn.GatedLinearUnit(), (3,), r"even size along dimension 1 expected, got shape \(3,\)"),
    (nn.GatedLinearUnit(3), (4,), "input that has dimension 3 expected"),
    (nn.SoftMax(), (1, 1, 1, 1, 2), "1 or 2 or 3 or 4 dimensions expected"),
    (nn.CReLU(1), (), "nn.CReLU: input with at least one dimension expected"),
    (nn.CMul(2, 3), (5,), r"nn.CMul: input or sample of the shape \(2, 3\)"),
    (nn.Add(3), (2, 4), "nn.Add: input with 3 elements in each sample expected"),
    (nn.AddConstant(np.ones(3)), (4,), r"nn.AddConstant: input.shape\[-1\] == 3"),
]


@pytest.mark.parametrize(("make", "error", "message"), CONSTRUCTORS)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(("module", "shape", "message"), SHAPES, ids=lambda value: str(value)[:30])
def test_bad_shapes(module, shape, message):
    with pytest.raises(ValueError, match=message):
        module.forward(np.ones(shape))
