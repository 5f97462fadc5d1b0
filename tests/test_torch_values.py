"""Calls of nnlite.torch with what the real Torch7 gives: optional arguments left out, limits of types, rounding."""

import math

import numpy as np
import pytest

import nnlite as nn
from nnlite import torch
from nnlite.core.lua_format import lua_format

a, b = torch.FloatTensor([1.25, -0.75, 2.5]), torch.FloatTensor([0.5, 0.25, -1])
nan, inf = math.nan, math.inf
special = torch.Tensor([[inf, 1e300], [-inf, 1e300], [1, -1e300]])

VALUES = {
    "sort(x, true)": (lambda: torch.sort(torch.Tensor([3, 1, 2]), True), [[3, 2, 1], [1, 3, 2]]),
    "sort(x, false)": (lambda: torch.sort(torch.Tensor([3, 1, 2]), False), [[1, 2, 3], [2, 3, 1]]),
    "topk(x, true)": (lambda: torch.topk(torch.Tensor([3, 1, 2]), True), [[3], [1]]),
    "topk(x, k, true, true)": (lambda: torch.topk(torch.Tensor([3, 1, 2]), 2, True, True), [[3, 2], [1, 3]]),
    "symeig(a, 'L')": (lambda: torch.symeig(torch.Tensor([[2, 1], [0, 2]]), "L")[0], [2, 2]),
    "trtrs(b, a, 'T')": (
        lambda: torch.trtrs(torch.Tensor([[2], [4]]), torch.Tensor([[2, 1], [0, 4]]), "T")[0],
        [[1], [0.75]],
    ),
    "trtrs(b, a, 'N', 'U')": (
        lambda: torch.trtrs(torch.Tensor([[2], [4]]), torch.Tensor([[2, 1], [0, 4]]), "N", "U")[0],
        [[-2], [4]],
    ),
    "pstrf(a, tol)": (lambda: torch.pstrf(torch.Tensor([[4, 2], [2, 5]]), 1e-3)[1], [2, 1]),
    "linspace(0, 1, 2.7)": (lambda: torch.linspace(0, 1, 2.7), [0, 1]),
    "cross(a, b, 0)": (lambda: torch.cross(torch.Tensor([1, 2, 3]), torch.Tensor([4, 5, 6]), 0), [-3, 6, -3]),
    "clamp with crossed limits": (lambda: torch.clamp(torch.Tensor([-2, 0, 2]), 1, -1), [1, 1, -1]),
    "resize a transpose": (lambda: torch.resize(torch.Tensor([[1, 2, 3], [4, 5, 6]]).T, 6), [1, 2, 3, 4, 5, 6]),
    "resize a part": (lambda: torch.resize(torch.Tensor([1, 2, 3, 4])[1:2], 2), [2, 3]),
    "norm(float, 3)": (lambda: torch.norm(a, 3), 2.6207413673400879),
    "norm(float, .5)": (lambda: torch.norm(a, 0.5), 12.710638046264648),
    "dist(float, 3)": (lambda: torch.dist(a, b, 3), 3.5382707118988037),
    "addbmm of ints": (
        lambda: torch.addbmm(*(torch.IntTensor(t) for t in ([[1]], [[[2]], [[3]]], [[[5]], [[7]]]))),
        [[32]],
    ),
    "addcdiv computes in int": (
        lambda: torch.addcdiv(torch.ShortTensor([1]), 300, torch.ShortTensor([20000]), torch.ShortTensor([7])),
        [5175],
    ),
    "an int out of range": (lambda: torch.IntTensor([1e10, -1e10, 300.7]), [-(2**31), -(2**31), 300]),
    "a short out of range": (lambda: torch.ShortTensor([1e10, -1e10, 300.7]), [0, 0, 300]),
    "a byte out of range": (lambda: torch.ByteTensor([3e9, 300.7, -1]), [0, 44, 255]),
    "a long out of range": (lambda: torch.LongTensor([1e19]), [-(2**63)]),
    "an int of a large whole number": (lambda: torch.IntTensor([2**40, -(2**40), 7]), [-(2**31), -(2**31), 7]),
    "range of ints": (lambda: torch.range(5, 1, -1.5, out=torch.IntTensor(5)), [5, 4, 3, 2, 1]),
    "fill out of range": (lambda: torch.fill(torch.IntTensor(1), inf), [-(2**31)]),
    "sum of infinities": (lambda: torch.sum(special, 1), [[nan, 1e300]]),
    "mean of infinities": (lambda: torch.mean(special), nan),
    "var of large numbers": (lambda: torch.var(special, 1), [[nan, nan]]),
    "cmul of infinities": (lambda: torch.addcmul(torch.zeros(1), 0, torch.Tensor([inf]), torch.ones(1)), [nan]),
    "lerp of infinities": (lambda: torch.lerp(torch.Tensor([inf]), torch.Tensor([inf]), 0.5), [nan]),
    "mm of infinities": (lambda: torch.mm(torch.Tensor([[inf, -inf]]), torch.Tensor([[1], [1]])), [[nan]]),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name):
    call, want = VALUES[name]
    got = call()
    got = list(got) if isinstance(got, tuple) else got
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-15)


TEXTS = [
    ("%.4f", 0.03125, "0.0313"),
    ("%.4f", -0.09375, "-0.0938"),
    ("%11.4e", 1.03125, " 1.0313e+00"),
    ("%2.3f", 1.5625, "1.563"),
    ("%8.0f", 2.5, "       3"),
    ("%.3g", 1.125, "1.13"),
    ("%.4f", 1.00005, "1.0001"),
    ("%.14g", 12345.0009765625, "12345.000976563"),
    ("%.4f", 111903769485526.53125, "111903769485526.5313"),
    ("%f", 0.5, "0.500000"),
    ("%3d", 7, "  7"),
    ("%.4f", np.float32(0.03125), "0.0313"),
    ("%.1f", inf, "inf"),
]


@pytest.mark.parametrize(("form", "value", "text"), TEXTS)
def test_halves_are_rounded_away_from_zero_in_texts(form, value, text):
    assert lua_format(form, value) == text


def test_texts_round_as_lua():
    want = " 0.0313  1.0313\n[torch.DoubleTensor of size 1x2]\n"
    assert torch.tostring(torch.Tensor([[0.03125, 1.03125]])) == want
    assert torch.tostring(torch.Tensor([5e-324])) == "0 *\n    inf\n[torch.DoubleTensor of size 1]\n"
    assert torch.tostring(12345.0009765625) == "12345.000976563"
    assert repr(nn.Dropout(0.25, lazy=True)) == "nn.Dropout(0.3, lazy)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: torch.sum(torch.Tensor(), 1), "torch.sum: an array with at least one element expected"),
        (lambda: torch.all(torch.ByteTensor()), "torch.all: an array with at least one element expected"),
        (lambda: torch.any(torch.ByteTensor()), "torch.any: an array with at least one element expected"),
        (lambda: torch.diag(torch.ones(2, 3), 3), r"torch.diag: a diagonal of shape \(2, 3\) expected, got 3"),
        (lambda: torch.ormqr(torch.ones(2, 1), torch.ones(1), torch.ones(3, 2)), "torch.ormqr: 2 rows expected"),
        (lambda: torch.symeig(torch.ones(2, 2), "X"), "torch.symeig: 'U' or 'L' expected, got 'X'"),
        (lambda: torch.DoubleStorage([[1, 2], [3, 4]]), "a list of numbers for a storage expected"),
        (lambda: torch.exponential(0), "exponential: lambda other than 0 expected"),
        (lambda: torch.exponential(torch.Tensor(100), 0), "exponential: lambda other than 0 expected"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: torch.cumsum(a, b),
        lambda: torch.add(a, b, 1),
        lambda: torch.cat(a, b, b),
        lambda: torch.addmm(np.eye(2), np.eye(2), np.eye(2), np.eye(2)),
    ],
)
def test_tensors_for_the_result_are_named(call):
    with pytest.raises(TypeError, match="the tensor for the result is passed as out="):
        call()


def test_tensors_for_the_result_are_not_taken_by_their_place():
    with pytest.raises(TypeError, match="positional argument"):
        torch.cmul(a, b, b)
    with pytest.raises(TypeError, match="positional argument"):
        torch.abs(a, b)
    with pytest.raises(TypeError, match="positional argument"):
        torch.sum(a, b, 1)


def test_only_floats_are_spaced():
    torch.setdefaulttensortype("torch.IntTensor")
    with pytest.raises(TypeError, match="a tensor of floats expected, got int32"):
        torch.linspace(1, 5)


def test_texts_without_spaces():
    file = torch.MemoryFile("rw").noAutoSpacing()
    file.writeDouble(torch.DoubleStorage([0.5, 1.25]))
    file.writeString("\n")
    file.writeInt(-5)
    file.writeString("\nx\n")
    file.writeByte([65, 66])
    file.writeByte(67)
    assert bytes(file.storage()[:-1]) == b"0.51.25\n-5\nx\nABC"
    file.seek(9)
    assert (file.readInt(), file.position()) == (-5, 11)
    assert (file.readString("*l"), file.readString("*l")) == ("", "x")
    assert (file.readByte(), file.readByte(2).tolist()) == (65, [66, 67])
    assert not file.isAutoSpacing()
    file.autoSpacing().seek(9)
    assert (file.readInt(), file.position(), file.isAutoSpacing()) == (-5, 12, True)
