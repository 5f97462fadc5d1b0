"""Parts of arrays by 1-based positions and masks, shapes, and writing into arrays."""

import numpy as np
import pytest

from nnlite import torch

x = np.arange(60.0).reshape(3, 4, 5)


def test_views_of_parts():
    y = x.copy()
    torch.select(y, 2, 3)[...] = -1
    np.testing.assert_array_equal(y[:, 2], -1)
    assert torch.select(y[0, 0], 1, 2) == 1
    torch.narrow(y, 3, 2, 3)[...] = -2
    np.testing.assert_array_equal(y[..., 1:4], -2)
    np.testing.assert_array_equal(torch.sub(x, 2, 3, -2, -1), x[1:3, 2:4])
    np.testing.assert_array_equal(torch.unfold(x, 2, 2, 2), np.stack([x[:, 0:2], x[:, 2:4]], 1).swapaxes(2, 3))


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_index_functions(dim):
    axis = dim - 1
    at = torch.LongTensor([3, 1, 3])
    np.testing.assert_array_equal(torch.index(x, dim, at), np.take(x, [2, 0, 2], axis))
    y = np.random.default_rng(dim).normal(size=[3 if i == axis else n for i, n in enumerate(x.shape)])
    want = x.copy()
    for i, position in enumerate([2, 0, 2]):
        want[(slice(None),) * axis + (position,)] += y.take(i, axis)
    got = x.copy()
    assert torch.indexAdd(got, dim, at, y) is got
    np.testing.assert_allclose(got, want)
    for i, position in enumerate([2, 0, 2]):
        want[(slice(None),) * axis + (position,)] = y.take(i, axis)
    np.testing.assert_array_equal(torch.indexCopy(got, dim, at, y), want)
    want[(slice(None),) * axis + ([0, 2],)] = 7
    np.testing.assert_array_equal(torch.indexFill(got, dim, at, 7), want)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_gather_and_scatter(dim):
    axis = dim - 1
    rng = np.random.default_rng(dim)
    shape = [2 if i == axis else n for i, n in enumerate(x.shape)]
    at = rng.integers(1, x.shape[axis] + 1, size=shape)
    np.testing.assert_array_equal(torch.gather(x, dim, at), np.take_along_axis(x, at - 1, axis))
    y = rng.normal(size=shape)
    want, added = x.copy(), x.copy()
    for place in np.ndindex(*shape):
        target = (*place[:axis], at[place] - 1, *place[axis + 1 :])
        want[target] = y[place]
        added[target] += y[place]
    got = x.copy()
    assert torch.scatter(got, dim, at, y) is got
    np.testing.assert_array_equal(got, want)
    np.testing.assert_allclose(torch.scatterAdd(x.copy(), dim, at, y), added)
    np.testing.assert_array_equal(torch.gather(torch.scatter(x.copy(), dim, at, 9), dim, at), np.full(shape, 9))


def test_masks_are_bools_or_bytes():
    for mask in (x > 30, (x > 30).astype(np.uint8), (x > 30).ravel()):
        np.testing.assert_array_equal(torch.maskedSelect(x, mask), x[x > 30])
        np.testing.assert_array_equal(torch.maskedFill(x.copy(), mask, 1), np.where(x > 30, 1, x))
        got = torch.maskedCopy(x.copy(), mask, np.arange(100.0))
        np.testing.assert_array_equal(got[x > 30], np.arange(29))


def test_nonzero_gives_rows_of_positions():
    assert torch.nonzero(torch.Tensor([[0, 2], [3, 0]])).tolist() == [[1, 2], [2, 1]]


def test_cat():
    y = x + 100
    np.testing.assert_array_equal(torch.cat(x, y), np.concatenate([x, y], 2))
    np.testing.assert_array_equal(torch.cat(x, y, 1), np.concatenate([x, y], 0))
    np.testing.assert_array_equal(torch.cat([x, torch.Tensor(), y], 2), np.concatenate([x, y], 1))
    np.testing.assert_array_equal(torch.cat(x[0, 0], y[0, 0], 2), np.stack([x[0, 0], y[0, 0]], 1))
    np.testing.assert_array_equal(torch.cat([x[0, 0], y[0, 0]]), np.concatenate([x[0, 0], y[0, 0]]))
    assert torch.cat(torch.Tensor(), torch.Tensor()).size == 0


def test_shapes():
    assert torch.view(x, -1, 5).shape == (12, 5)
    assert torch.view(x, torch.LongStorage([60])).base is not None
    assert torch.viewAs(x, x.reshape(60)).shape == (60,)
    copied = torch.reshape(x, 12, 5)
    assert not np.shares_memory(copied, x)
    assert torch.transpose(x, 1, 3).shape == (5, 4, 3)
    assert torch.permute(x, 3, 1, 2).shape == (5, 3, 4)
    np.testing.assert_array_equal(torch.t(x[0]), x[0].T)
    assert torch.squeeze(np.ones((2, 1, 3, 1))).shape == (2, 3)
    assert torch.squeeze(np.ones((2, 1, 3, 1)), 2).shape == (2, 3, 1)
    assert torch.squeeze(np.ones((1, 1))) == 1
    assert torch.squeeze(np.ones(1), 1) == 1
    assert torch.squeeze(np.ones((2, 3)), 1).shape == (2, 3)
    assert torch.stride(x) == (20, 5, 1)
    assert torch.stride(x, 2) == 5
    part = x.copy()[1:, 1]
    assert torch.storageOffset(part) == 26
    assert torch.storage(part)[25] == part[0, 0]
    assert torch.type(torch.storage(part)) == "torch.DoubleStorage"
    assert torch.totable(x[0, 0]) == [0, 1, 2, 3, 4]
    assert torch.isContiguous(x)
    assert torch.contiguous(x.T).flags.c_contiguous
    assert torch.isSetTo(x, x[:])
    assert not torch.isSetTo(x, x[0])
    assert torch.isSize(x, torch.LongStorage([3, 4, 5]))


def test_expand_and_repeat():
    column = torch.Tensor([[1], [2]])
    wide = torch.expand(column, 2, 3)
    np.testing.assert_array_equal(wide, [[1, 1, 1], [2, 2, 2]])
    wide[0, 0] = 5  # the same memory, as in Torch
    assert column[0, 0] == 5
    np.testing.assert_array_equal(torch.expandAs(column, wide), wide)
    np.testing.assert_array_equal(torch.repeatTensor(torch.Tensor([1, 2]), 2, 2), [[1, 2, 1, 2]] * 2)
    assert torch.repeatTensor(x, 2, 1, 1, 1).shape == (2, 3, 4, 5)


def test_resize_keeps_what_fits():
    assert torch.resize(x, 3, 4, 5) is x
    assert torch.resize(x, 2, 2).tolist() == [[0, 1], [2, 3]]
    longer = torch.resize(torch.Tensor([1, 2]), 2, 2)
    assert longer.tolist() == [[1, 2], [0, 0]]
    assert torch.resizeAs(x, longer).shape == (2, 2)


def test_parts_of_equal_length():
    assert [part.shape[1] for part in torch.split(x, 3, 2)] == [3, 1]
    assert [part.shape[2] for part in torch.chunk(x, 2, 3)] == [3, 2]
    torch.split(y := x.copy(), 2)[1][...] = 0
    assert (y[2] == 0).all()


def test_triangles_and_diagonals():
    m = x[0, :, :4]
    np.testing.assert_array_equal(torch.tril(m, -1), np.tril(m, -1))
    np.testing.assert_array_equal(torch.triu(m, 1), np.triu(m, 1))
    assert torch.diag(m, 1).tolist() == [1, 7, 13]
    assert torch.diag(torch.Tensor([1, 2]), -1).tolist() == [[0, 0, 0], [1, 0, 0], [0, 2, 0]]


def test_filling():
    y = torch.IntTensor(2, 2)
    assert torch.fill(y, 2.7) is y
    assert y.tolist() == [[2, 2], [2, 2]]
    assert torch.copy(y, torch.Tensor([1.5, -2.5, 3, 4])).tolist() == [[1, -2], [3, 4]]
    assert torch.zero(y).tolist() == [[0, 0], [0, 0]]


def test_apply_and_map_run_in_logical_order():
    y = torch.zeros(2, 3)
    count = iter(range(6))
    torch.apply(y.T, lambda value: next(count))
    assert y.T.tolist() == [[0, 1], [2, 3], [4, 5]]
    torch.apply(y, lambda value: 9 if value > 3 else None)
    assert y.tolist() == [[0, 2, 9], [1, 3, 9]]
    torch.map(y, torch.ones(6), lambda a, b: a + b)
    assert y.tolist() == [[1, 3, 10], [2, 4, 10]]
    torch.map2(y, torch.ones(2, 3), torch.ones(2, 3), lambda a, b, c: a * (b + c))
    assert y.tolist() == [[2, 6, 20], [4, 8, 20]]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: torch.select(x, 1, 4), ValueError, "torch.select: position from 1 to 3 expected, got 4"),
        (lambda: torch.narrow(x, 1, 2, 3), ValueError, "a part of 3 slices expected, got 3 from 2 on"),
        (lambda: torch.sub(x, 1), ValueError, "a first and last position"),
        (lambda: torch.sub(x, 3, 2), ValueError, "positions from 1 to 3, in order, expected, got 3 and 2"),
        (lambda: torch.index(x, 1, torch.LongTensor([0])), ValueError, "indices from 1 to 3 expected, got 0 to 0"),
        (lambda: torch.index(x, 1, torch.LongTensor(1, 1)), ValueError, "a vector of indices expected"),
        (lambda: torch.indexCopy(x, 1, torch.LongTensor([1]), x), ValueError, "1 slices of shape"),
        (lambda: torch.gather(x, 1, np.ones((1, 1, 1), int)), ValueError, "indices of the shape"),
        (lambda: torch.gather(x, 1, np.full(x.shape, 4)), ValueError, "indices from 1 to 3 expected, got 4 to 4"),
        (lambda: torch.scatter(x, 1, np.ones(x.shape, int), x[:1]), ValueError, "a source of shape"),
        (lambda: torch.maskedFill(x, np.ones(3), 1), ValueError, "a mask of 60 elements expected"),
        (lambda: torch.maskedSelect(x, x.astype(np.uint8)), ValueError, "a mask of 0 and 1 expected, got 0 to 59"),
        (lambda: torch.maskedCopy(x, x > 0, np.ones(3)), ValueError, "59 elements at least expected"),
        (lambda: torch.cat(x, x[0]), ValueError, "torch.cat: sizes that differ in dimension 3 only"),
        (lambda: torch.cat(x, x.astype(np.float32)), TypeError, "arrays of one type expected"),
        (lambda: torch.view(x.T, 60), ValueError, "a contiguous array expected"),
        (lambda: torch.view(x, -1, 7), ValueError, "torch.view: a shape of 60 elements expected"),
        (lambda: torch.view(x, -1, -1), ValueError, "one -1 at most"),
        (lambda: torch.reshape(x, 7), ValueError, "torch.reshape: a shape of 60 elements expected"),
        (lambda: torch.expand(x, 3, 4, 6), ValueError, "torch.expand: 3 sizes that differ where"),
        (lambda: torch.repeatTensor(x, 2), ValueError, "3 numbers at least expected"),
        (lambda: torch.unfold(x, 1, 4, 1), ValueError, "size from 1 to 3 and step > 0 expected"),
        (lambda: torch.permute(x, 1, 2), ValueError, "the dimensions 1 to 3 expected"),
        (lambda: torch.t(x), ValueError, "a matrix expected"),
        (lambda: torch.tril(x), ValueError, "a matrix expected"),
        (lambda: torch.diag(x), ValueError, "a vector or a matrix expected"),
        (lambda: torch.copy(x, np.ones(3)), ValueError, "60 elements expected"),
        (lambda: torch.map(x, np.ones(3), max), ValueError, "60 elements expected"),
        (lambda: torch.fill([1], 2), TypeError, "torch.fill: an array expected, got list"),
    ],
)
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
