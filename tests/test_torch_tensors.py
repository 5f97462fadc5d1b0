"""New tensors and storages, types, and the small tools: Timer, threads."""

import numpy as np
import pytest

import nnlite as nn
from nnlite import torch


def test_tensor_takes_sizes_values_and_shapes():
    assert torch.Tensor().size == 0
    assert torch.Tensor(2, 3).tolist() == [[0] * 3] * 2
    assert torch.Tensor((2, 3)).shape == torch.Tensor(torch.LongStorage([2, 3])).shape == (2, 3)
    assert torch.Tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert torch.Tensor([]).size == 0
    assert torch.Tensor([[1, 2], [3, 4]]).dtype == np.float64


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("Double", "f8"),
        ("Float", "f4"),
        ("Half", "f2"),
        ("Long", "i8"),
        ("Int", "i4"),
        ("Short", "i2"),
        ("Char", "i1"),
        ("Byte", "u1"),
    ],
)
def test_each_type(name, dtype):
    tensor, storage = getattr(torch, f"{name}Tensor"), getattr(torch, f"{name}Storage")
    assert tensor([1, 2]).dtype == tensor(2, 3).dtype == storage([1, 2]).dtype == storage(3).dtype == np.dtype(dtype)
    assert torch.type(tensor(2)) == f"torch.{name}Tensor"
    assert torch.type(storage(2)) == f"torch.{name}Storage"
    torch.setdefaulttensortype(f"torch.{name}Tensor")
    assert torch.getdefaulttensortype() == f"torch.{name}Tensor"
    assert torch.zeros(2).dtype == torch.Storage(2).dtype == np.dtype(dtype)


def test_integers_take_numbers_as_c_does():
    assert torch.ByteTensor([300, -1, 1.7]).tolist() == [44, 255, 1]
    assert torch.IntTensor([-2.9]).tolist() == [-2]
    assert torch.LongTensor([2**53 + 1]).tolist() == [2**53 + 1]


def test_tensor_of_an_array_shares_its_memory():
    x = torch.zeros(2, 3)
    torch.Tensor(x)[0, 0] = 5
    assert x[0, 0] == 5
    with pytest.raises(TypeError, match="convert it with"):
        torch.FloatTensor(x)


def test_tensor_of_a_storage_is_a_view():
    storage = torch.DoubleStorage([1, 2, 3, 4, 5, 6])
    assert torch.Tensor(storage).tolist() == [1, 2, 3, 4, 5, 6]
    x = torch.Tensor(storage, 2, torch.LongStorage([2, 2]))
    assert x.tolist() == [[2, 3], [4, 5]]
    x[0, 0] = 9
    assert storage[1] == 9
    strided = torch.Tensor(storage, 1, torch.LongStorage([2, 3]), torch.LongStorage([1, 2]))
    assert strided.tolist() == [[1, 3, 5], [9, 4, 6]]
    assert torch.LongTensor(torch.LongStorage([2, 3])).tolist() == [2, 3]
    assert torch.Tensor(torch.LongStorage([4]), torch.LongStorage([0])).shape == (4,)
    with pytest.raises(ValueError, match="a storage of 7 elements expected, got 6"):
        torch.Tensor(storage, 4, torch.LongStorage([2, 2]))


def test_storages_share_parts():
    storage = torch.LongStorage([1, 2, 3])
    part = torch.LongStorage(storage, 2, 2)
    part[0] = 7
    assert storage.tolist() == [1, 7, 3]
    assert torch.LongStorage(storage, 3).tolist() == [3]
    assert torch.LongStorage().size == 0
    with pytest.raises(ValueError, match="a part of a storage of 3 elements expected"):
        torch.LongStorage(storage, 3, 2)


def test_makers():
    assert torch.ones(2, 2).tolist() == [[1, 1], [1, 1]]
    assert torch.zeros(3, "torch.ByteTensor").dtype == np.uint8
    assert torch.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert torch.range(1, 10, 3).tolist() == [1, 4, 7, 10]
    assert torch.range(5, 1, -1.5).tolist() == [5, 3.5, 2]
    assert torch.range(2, 5, 1.2).size == 3
    assert torch.linspace(0, 1, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert torch.linspace(0, 1).size == 100
    assert torch.logspace(0, 2, 3).tolist() == [1, 10, 100]
    assert torch.linspace(3, 3, 1).tolist() == [3]


def test_makers_write_to_out():
    out = np.empty(3, np.float32)
    assert torch.range(1, 3, out=out) is out
    assert out.tolist() == [1, 2, 3]
    assert torch.ones(3, out=out).tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match=r"torch.zeros: out of shape \(2,\) expected, got \(3,\)"):
        torch.zeros(2, out=out)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: torch.range(1, 5, -1), "a step from 1 towards 5 expected"),
        (lambda: torch.linspace(0, 1, 1), "two points at least expected"),
        (lambda: torch.Tensor([[1, 2], [3]]), "of equal lengths at each level"),
        (lambda: torch.Tensor(["a"]), "a nested list of numbers"),
    ],
)
def test_errors_of_makers(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_type_names_everything():
    names = {
        "nil": None,
        "boolean": True,
        "number": 1.5,
        "string": "a",
        "table": [1],
        "function": len,
        "torch.Generator": torch.Generator(),
        "torch.Timer": torch.Timer(),
        "nn.Linear": nn.Linear(1, 1),
        "torch.ByteTensor": torch.gt(torch.ones(2), 0),
    }
    assert [torch.type(value) for value in names.values()] == list(names)
    assert torch.typename(3) is None
    assert torch.typename(torch.FloatTensor(1)) == "torch.FloatTensor"


def test_type_converts_as_c_does():
    x = torch.Tensor([1.9, -1.9, 300])
    assert torch.type(x, "torch.ByteTensor").tolist() == [1, 255, 44]
    assert torch.type(x, "torch.DoubleTensor") is x
    assert torch.type(x, "torch.CudaTensor").dtype == np.float32
    assert torch.typeAs(x, torch.IntTensor(1)).tolist() == [1, -1, 300]


def test_is_tensor_and_is_type_of():
    x = torch.FloatTensor(1)
    assert torch.isTensor(x)
    assert not torch.isTensor([1])
    assert not torch.isTensor(torch.Storage(1))
    assert torch.isStorage(torch.Storage(1))
    assert torch.isTypeOf(x, "torch.FloatTensor")
    assert torch.isTypeOf(x, "torch.*Tensor")
    assert torch.isTypeOf(x, torch.FloatTensor)
    assert not torch.isTypeOf(x, "Tensor")  # without a pattern the whole name counts
    model = nn.Linear(1, 1)
    assert torch.isTypeOf(model, nn.Module)
    assert torch.isTypeOf(model, "nn.Module")
    assert torch.isTypeOf(model, "nn.Linear")
    assert not torch.isTypeOf(model, "nn.Tanh")


def test_identity():
    x = torch.zeros(2)
    assert torch.isequal(x, x)
    assert not torch.isequal(x, x[:])
    assert torch.pointer(x) == torch.pointer(x[:])
    assert torch.pointer([]) != torch.pointer(x)


def test_unknown_type():
    with pytest.raises(ValueError, match=r"got 'torch\.StringTensor'"):
        torch.setdefaulttensortype("torch.StringTensor")


def test_timer_counts_while_it_runs():
    timer = torch.Timer()
    assert repr(timer) == "torch.Timer [status: running]"
    assert timer.stop() is timer
    stopped = timer.time()
    assert list(stopped) == ["real", "user", "sys"]
    assert timer.time() == stopped
    assert repr(timer) == "torch.Timer [status: stopped]"
    assert timer.resume().time().real >= stopped.real
    assert timer.stop().reset().time().real == 0
    assert torch.toc(torch.tic()) >= 0


def test_threads():
    before = torch.getnumthreads()
    torch.setnumthreads(1)
    assert torch.getnumthreads() == 1
    torch.setnumthreads(before)
    assert torch.getnumcores() >= 1
