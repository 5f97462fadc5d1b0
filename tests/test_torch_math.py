"""Arithmetic, functions of each element, comparisons, bits and reductions of nnlite.torch."""

import math

import numpy as np
import pytest

from nnlite import torch

x = np.random.default_rng(1).normal(size=(3, 4, 5))
y = np.random.default_rng(2).normal(size=(3, 4, 5))
positive = np.abs(x) + 0.1


def close(got, want, tolerance=1e-12):
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


FUNCTIONS = {
    "abs": (np.abs, x),
    "neg": (np.negative, x),
    "sign": (np.sign, x),
    "cinv": (lambda a: 1 / a, x),
    "exp": (np.exp, x),
    "log": (np.log, positive),
    "log1p": (np.log1p, positive),
    "sqrt": (np.sqrt, positive),
    "rsqrt": (lambda a: 1 / np.sqrt(a), positive),
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), x),
    "tanh": (np.tanh, x),
    "cosh": (np.cosh, x),
    "sinh": (np.sinh, x),
    "cos": (np.cos, x),
    "sin": (np.sin, x),
    "tan": (np.tan, x),
    "acos": (np.arccos, np.tanh(x)),
    "asin": (np.arcsin, np.tanh(x)),
    "atan": (np.arctan, x),
    "ceil": (np.ceil, x),
    "floor": (np.floor, x),
    "trunc": (np.trunc, x),
    "round": (np.round, x),
    "frac": (lambda a: a - np.trunc(a), x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_each_element(name):
    function, values = FUNCTIONS[name]
    call = getattr(torch, name)
    want = function(values)
    close(call(values), want)
    close(call(values.transpose(2, 0, 1)), want.transpose(2, 0, 1))
    single = call(values.astype(np.float32))
    assert single.dtype == np.float32
    close(single, want.astype(np.float32), 1e-5)
    changed = values.copy()
    assert call(changed, out=changed) is changed
    close(changed, want)
    if name not in ("neg", "sign", "cinv"):
        number = call(float(values[0, 0, 0]))
        assert type(number) is float
        close(number, want[0, 0, 0])


def test_functions_are_silent_where_c_is():
    assert torch.log(torch.Tensor([0, 1])).tolist() == [-math.inf, 0]
    assert torch.exp(torch.Tensor([1000])).tolist() == [math.inf]
    assert torch.sigmoid(torch.Tensor([-1000, 1000])).tolist() == [0, 1]
    assert torch.log(0) == -math.inf
    assert math.isnan(torch.sqrt(torch.Tensor([-1]))[0])


def test_round_takes_halves_away_from_zero():
    halves = torch.Tensor([0.5, 1.5, 2.5, -0.5, -2.5, 0.49999999999999994, math.inf])
    assert torch.round(halves).tolist() == [1, 2, 3, -1, -3, 0, math.inf]


def test_sign_of_nan_is_zero_and_of_bytes_unsigned():
    assert torch.sign(torch.Tensor([math.nan, -2, 0])).tolist() == [0, -1, 0]
    assert torch.sign(torch.ByteTensor([0, 200])).tolist() == [0, 1]


def test_functions_of_two():
    close(torch.atan2(x, y), np.arctan2(x, y))
    close(torch.atan2(1, 2), math.atan2(1, 2))
    close(torch.lerp(x, y, 0.3), x + 0.3 * (y - x))
    assert torch.lerp(1, 3, 0.5) == 2


ARITHMETIC = [
    (lambda: torch.add(x, 1.5), lambda: x + 1.5),
    (lambda: torch.add(x, y), lambda: x + y),
    (lambda: torch.add(x, 2, y), lambda: x + 2 * y),
    (lambda: torch.csub(x, 1.5), lambda: x - 1.5),
    (lambda: torch.csub(x, y), lambda: x - y),
    (lambda: torch.csub(x, 2, y), lambda: x - 2 * y),
    (lambda: torch.mul(x, 3), lambda: 3 * x),
    (lambda: torch.div(x, 3), lambda: x / 3),
    (lambda: torch.cmul(x, y), lambda: x * y),
    (lambda: torch.cdiv(x, y), lambda: x / y),
    (lambda: torch.cpow(positive, y), lambda: positive**y),
    (lambda: torch.fmod(x, 0.3), lambda: np.fmod(x, 0.3)),
    (lambda: torch.mod(x, -0.3), lambda: np.fmod(x, -0.3)),
    (lambda: torch.cfmod(x, y), lambda: np.fmod(x, y)),
    (lambda: torch.cmod(x, y), lambda: np.fmod(x, y)),
    (lambda: torch.remainder(x, 0.3), lambda: x - 0.3 * np.floor(x / 0.3)),
    (lambda: torch.cremainder(x, y), lambda: x - y * np.floor(x / y)),
    (lambda: torch.clamp(x, -0.5, 0.7), lambda: np.clip(x, -0.5, 0.7)),
    (lambda: torch.cmax(x, y), lambda: np.maximum(x, y)),
    (lambda: torch.cmax(x, 0.2), lambda: np.maximum(x, 0.2)),
    (lambda: torch.cmin(x, y), lambda: np.minimum(x, y)),
    (lambda: torch.cmin(x, 0.2), lambda: np.minimum(x, 0.2)),
    (lambda: torch.addcmul(x, y, y), lambda: x + y * y),
    (lambda: torch.addcmul(x, 0.5, y, y), lambda: x + 0.5 * y * y),
    (lambda: torch.addcdiv(x, y, positive), lambda: x + y / positive),
    (lambda: torch.addcdiv(x, 0.5, y, positive), lambda: x + 0.5 * y / positive),
    (lambda: torch.pow(2, x), lambda: 2**x),
    (lambda: torch.lshift(x, 2), lambda: 4 * x),
    (lambda: torch.rshift(x, 2), lambda: x / 4),
    (lambda: torch.crshift(x, y), lambda: x / 2**y),
    (lambda: torch.clshift(x, y), lambda: x * 2**y),
]


@pytest.mark.parametrize(("got", "want"), ARITHMETIC)
def test_arithmetic(got, want):
    close(got(), want())


@pytest.mark.parametrize("p", [0, 1, 2, 3, 0.5, -0.5, -1, -2, 2.5])
def test_pow(p):
    close(torch.pow(positive, p), positive**p)
    single = torch.pow(positive.astype(np.float32), p)
    assert single.dtype == np.float32
    close(single, positive**p, 1e-4)
    close(torch.pow(3, p), 3.0**p)


def test_out_may_be_an_argument():
    a = x.copy()
    torch.add(a, 2, y, out=a)
    close(a, x + 2 * y)
    torch.cmul(y, a, out=a)
    close(a, y * (x + 2 * y))
    with pytest.raises(ValueError, match=r"torch.cmul: out of shape \(3, 4, 5\) expected, got \(60,\)"):
        torch.cmul(x, y, out=np.empty(60))


def test_only_the_number_of_elements_must_agree():
    close(torch.add(x, y.reshape(-1)), x + y)
    with pytest.raises(ValueError, match=r"torch.cmul: 60 elements expected"):
        torch.cmul(x, y[0])
    with pytest.raises(TypeError, match="float64 expected, got float32: convert it with"):
        torch.add(x, y.astype(np.float32))


def test_scalars_do_not_change_the_type():
    single = x.astype(np.float32)
    for result in (torch.add(single, 0.1), torch.mul(single, 2), torch.clamp(single, 0, 1), torch.cmax(single, 0)):
        assert result.dtype == np.float32


def test_integers_compute_as_in_c():
    byte, integer = torch.ByteTensor([250, 3]), torch.IntTensor([-7, 7])
    assert torch.add(byte, 10).tolist() == [4, 13]
    assert torch.csub(byte, 4).tolist() == [246, 255]
    assert torch.mul(byte, 0.5).tolist() == [0, 0]
    assert torch.div(integer, 2).tolist() == [-3, 3]
    assert torch.cdiv(integer, torch.IntTensor([2, -2])).tolist() == [-3, -3]
    assert torch.fmod(integer, 2).tolist() == [-1, 1]
    assert torch.remainder(integer, 2).tolist() == [1, 1]
    assert torch.remainder(integer, -2).tolist() == [-1, -1]
    assert torch.cpow(integer, torch.IntTensor([2, 2])).tolist() == [49, 49]
    assert torch.addcdiv(integer, integer, torch.IntTensor([2, 2])).tolist() == [-10, 10]
    assert torch.clamp(integer, -2.9, 5).tolist() == [-2, 5]
    for call in (lambda: torch.div(integer, 0.5), lambda: torch.remainder(integer, 0), lambda: torch.fmod(byte, 0)):
        with pytest.raises(ValueError, match="other than 0 expected to divide by"):
            call()


def test_bits():
    integer = torch.IntTensor([-8, 6])
    mask = torch.IntTensor([3, 5])
    assert torch.bitand(integer, 3).tolist() == [0, 2]
    assert torch.bitor(integer, 3).tolist() == [-5, 7]
    assert torch.bitxor(integer, 3).tolist() == [-5, 5]
    assert torch.cbitand(integer, mask).tolist() == [0, 4]
    assert torch.cbitor(integer, mask).tolist() == [-5, 7]
    assert torch.cbitxor(integer, mask).tolist() == [-5, 3]
    assert torch.lshift(integer, 1).tolist() == [-16, 12]
    assert torch.clshift(torch.LongTensor([1, 1]), torch.LongTensor([1, 4])).tolist() == [2, 16]
    assert torch.rshift(torch.ShortTensor([-1, 64]), 4).tolist() == [4095, 4]  # unsigned, as in Torch
    assert torch.crshift(torch.ByteTensor([255]), torch.ByteTensor([4])).tolist() == [15]
    with pytest.raises(TypeError, match="an array of integers expected, got float64"):
        torch.bitand(x, 1)


@pytest.mark.parametrize(
    ("name", "compare"),
    [
        ("lt", np.less),
        ("le", np.less_equal),
        ("gt", np.greater),
        ("ge", np.greater_equal),
        ("eq", np.equal),
        ("ne", np.not_equal),
    ],
)
def test_comparisons_give_masks(name, compare):
    call = getattr(torch, name)
    mask = call(x, y)
    assert mask.dtype == np.bool_
    np.testing.assert_array_equal(mask, compare(x, y))
    np.testing.assert_array_equal(call(x, 0.3), compare(x, 0.3))
    np.testing.assert_array_equal(call(x, y, out=torch.ByteTensor(3, 4, 5)), compare(x, y))


def test_comparisons_cast_the_number_first():
    assert torch.gt(torch.ByteTensor([3, 4]), 3.9).tolist() == [False, True]


def test_masks_count():
    mask = torch.gt(torch.Tensor([1, -1, 2]), 0)
    assert torch.sum(mask) == 2
    assert not torch.all(mask)
    assert torch.any(mask)
    assert torch.equal(mask, torch.ByteTensor([1, 0, 1]))
    assert not torch.equal(torch.zeros(2), torch.zeros(3))
    assert torch.isSameSizeAs(x, y)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_reductions_keep_the_dimension(dim):
    along = {"axis": dim - 1, "keepdims": True}
    close(torch.sum(x, dim), x.sum(**along))
    close(torch.prod(x, dim), x.prod(**along))
    close(torch.mean(x, dim), x.mean(**along))
    close(torch.var(x, dim), x.var(ddof=1, **along))
    close(torch.var(x, dim, True), x.var(**along))
    close(torch.std(x, dim), x.std(ddof=1, **along))
    close(torch.std(x, dim, True), x.std(**along))
    close(torch.cumsum(x, dim), x.cumsum(dim - 1))
    close(torch.cumprod(x, dim), x.cumprod(dim - 1))
    for p in (1, 2, 3, 0.5):
        close(torch.norm(x, p, dim), (np.abs(x) ** p).sum(**along) ** (1 / p))
    close(torch.norm(np.trunc(x), 0, dim), (np.trunc(x) != 0).sum(**along))
    for name in ("max", "min"):
        values, indices = getattr(torch, name)(x, dim)
        np.testing.assert_array_equal(values, getattr(x, name)(**along))
        np.testing.assert_array_equal(indices, getattr(x, f"arg{name}")(**along) + 1)


def test_reductions_of_all_elements_are_numbers():
    assert type(torch.sum(x)) is float
    close(torch.sum(x), x.sum())
    close(torch.prod(x), x.prod())
    close(torch.mean(x), x.mean())
    close(torch.var(x), x.var(ddof=1))
    close(torch.std(x, True), x.std())
    close(torch.norm(x), np.linalg.norm(x.ravel()))
    close(torch.norm(x, 1), np.abs(x).sum())
    close(torch.dist(x, y), np.linalg.norm((x - y).ravel()))
    close(torch.dist(x, y, 3), (np.abs(x - y) ** 3).sum() ** (1 / 3))
    assert torch.max(x) == x.max()
    assert torch.min(x) == x.min()
    assert torch.numel(x) == 60


def test_reductions_of_integers():
    byte = torch.ByteTensor([200, 100])
    assert torch.sum(byte) == 300
    assert torch.sum(byte, 1).tolist() == [44]
    assert torch.cumsum(byte).tolist() == [200, 44]
    assert torch.prod(torch.ByteTensor([20, 20])) == 400
    with pytest.raises(TypeError, match=r"torch.mean: an array of floats expected, got uint8"):
        torch.mean(byte)


def test_reductions_of_nan_and_of_one_element():
    values = torch.Tensor([1, math.nan, 3, math.nan])
    assert math.isnan(torch.max(values))
    assert torch.min(values, 1)[1].tolist() == [2]
    assert math.isnan(torch.std(torch.ones(1)))
    assert math.isnan(torch.std(torch.ones(1), 1)[0])
    assert torch.std(torch.ones(3), 1)[0] == 0


def test_renorm_scales_what_is_too_long():
    matrix = torch.Tensor([[3, 4], [0.3, 0.4]])
    close(torch.renorm(matrix, 2, 1, 1), [[0.6, 0.8], [0.3, 0.4]], 1e-7)
    close(torch.renorm(matrix, 1, 2, 1), matrix / (np.abs(matrix).sum(0) + 1e-7), 1e-12)
    with pytest.raises(ValueError, match="p > 0 and 2 dimensions at least expected"):
        torch.renorm(matrix[0], 2, 1, 1)


def test_cross_and_trace():
    a, b = x[:, :3, :2], y[:, :3, :2]
    close(torch.cross(a, b), np.cross(a, b, axis=0))
    close(torch.cross(a, b, 2), np.cross(a, b, axis=1))
    with pytest.raises(ValueError, match="a dimension of 3 expected"):
        torch.cross(a, b, 3)
    assert torch.trace(torch.Tensor([[1, 2], [3, 4]])) == 5


def test_histograms():
    matrix = torch.Tensor([[2, 4, 2, 2, 5, 4], [3, 5, 1, 5, 3, 5], [3, 4, 2, 5, 5, 1]])
    assert torch.bhistc(matrix, 5, 1, 5).tolist() == [[0, 3, 0, 2, 1], [1, 0, 2, 0, 3], [1, 1, 1, 1, 2]]
    assert torch.histc(matrix, 5, 1, 5).tolist() == [2, 4, 3, 3, 6]
    assert torch.histc(torch.Tensor([0, 1, 2, 3]), 2).tolist() == [2, 2]
    assert torch.histc(torch.Tensor([0, 1, 9, math.nan]), 2, 0, 1).tolist() == [1, 1]
    assert torch.histc(torch.ones(3), 2).tolist() == [0, 3]
    assert torch.histc(x).size == 100


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: torch.sum(x, 4), ValueError, "torch.sum: dimension from 1 to 3 expected, got 4"),
        (lambda: torch.max(x, 0), ValueError, "dimension from 1 to 3 expected, got 0"),
        (lambda: torch.max(torch.Tensor()), ValueError, "at least one element"),
        (lambda: torch.mean(torch.Tensor()), ValueError, "at least one element"),
        (lambda: torch.exp(torch.IntTensor(2)), TypeError, "torch.exp: an array of floats expected, got int32"),
        (lambda: torch.add([1, 2], 1), TypeError, "torch.add: an array expected, got list"),
        (lambda: torch.mul(x, y), TypeError, "a number expected, got an array"),
        (lambda: torch.trace(x), ValueError, "a matrix expected"),
        (lambda: torch.bhistc(x), ValueError, "a matrix expected"),
    ],
)
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
