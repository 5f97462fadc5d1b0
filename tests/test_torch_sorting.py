"""sort, topk, kthvalue, median, mode: the values, and where elements are equal the order of Torch's C code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnlite import torch

x = np.random.default_rng(1).normal(size=(3, 13, 5))


def exchange(keys, order, a, b):
    keys[a], keys[b] = keys[b], keys[a]
    order[a], order[b] = order[b], order[a]


def partition(keys, order, left, right):
    """One round of Torch's quicksort, as its C code writes it."""
    exchange(keys, order, (left + right) >> 1, left + 1)
    for a, b in ((left + 1, right), (left, right)):
        if keys[a] > keys[b]:
            exchange(keys, order, a, b)
    if keys[left + 1] > keys[left]:
        exchange(keys, order, left + 1, left)
    i, j, pivot = left + 1, right, keys[left]
    while True:
        i = next(k for k in range(i + 1, len(keys)) if keys[k] >= pivot)
        j = next(k for k in range(j - 1, -1, -1) if keys[k] <= pivot)
        if j < i:
            break
        exchange(keys, order, i, j)
    exchange(keys, order, left, j)
    return i, j


def quickselect(keys, k):
    keys, order = list(keys), list(range(len(keys)))
    left, right = 0, len(keys) - 1
    while right > left + 1:
        i, j = partition(keys, order, left, right)
        left, right = (i if j <= k else left), (j - 1 if j >= k else right)
    if right == left + 1 and keys[left] > keys[right]:
        exchange(keys, order, left, right)
    return order


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_without_ties_numpy_agrees(dim):
    axis = dim - 1
    for descending in (False, True):
        values, indices = torch.sort(x, dim, descending)
        order = np.argsort(-x if descending else x, axis)
        np.testing.assert_array_equal(indices, order + 1)
        np.testing.assert_array_equal(values, np.take_along_axis(x, order, axis))
    order = np.argsort(x, axis)
    length = x.shape[axis]
    for k in range(1, length + 1):
        np.testing.assert_array_equal(torch.kthvalue(x, k, dim)[1], order.take([k - 1], axis) + 1)
        least, largest = torch.topk(x, k, dim), torch.topk(x, k, dim, True, True)
        np.testing.assert_array_equal(np.sort(least[1], axis), np.sort(order.take(range(k), axis) + 1, axis))
        np.testing.assert_array_equal(largest[1], np.flip(order, axis).take(range(k), axis) + 1)
    np.testing.assert_array_equal(torch.median(x, dim)[1], order.take([(length - 1) // 2], axis) + 1)
    np.testing.assert_array_equal(torch.mode(x, dim)[0], x.min(axis, keepdims=True))


def test_order_of_twenty_zeros_is_torchs():
    values, indices = torch.sort(torch.zeros(20))
    assert values.tolist() == [0] * 20
    assert indices.tolist() == [12, 10, 19, 18, 17, 16, 15, 14, 13, 1, 11, 2, 9, 8, 7, 6, 5, 4, 3, 20]


def test_short_lines_are_sorted_stably():
    bits = torch.Tensor([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    assert torch.sort(bits)[1].tolist() == [2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]
    assert torch.sort(bits, 1, True)[1].tolist() == [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10]


@settings(deadline=None, max_examples=60)
@given(arrays.arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 6)), st.data())
def test_with_ties_quickselect_agrees(line, data):
    k = data.draw(st.integers(1, line.size))
    order = quickselect(line, k - 1)
    values, indices = torch.kthvalue(line, k)
    assert (values[0], indices[0]) == (line[order[k - 1]], order[k - 1] + 1)
    assert (torch.topk(line, k)[1] - 1).tolist() == order[:k]
    if k < line.size:
        largest = quickselect(line, line.size - k - 1)[line.size - k :]
        assert (torch.topk(line, k, 1, True)[1] - 1).tolist() == largest
    middle = (line.size - 1) // 2
    assert torch.median(line)[1][0] - 1 == quickselect(line, middle)[middle]


@settings(deadline=None, max_examples=60)
@given(arrays.arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([-1.5, 0, 2])), st.booleans())
def test_with_ties_sort_sorts(line, descending):
    values, indices = torch.sort(line, 1, descending)
    np.testing.assert_array_equal(values, np.sort(line)[:: -1 if descending else 1])
    np.testing.assert_array_equal(line[indices - 1], values)
    assert sorted(indices.tolist()) == list(range(1, line.size + 1))
    top, where = torch.topk(line, line.size, 1, descending, True)
    np.testing.assert_array_equal(top, values)
    np.testing.assert_array_equal(line[where - 1], values)


def test_only_lines_with_ties_are_sorted_by_hand():
    rows = np.stack([np.zeros(20), np.arange(20.0)[::-1]])
    indices = torch.sort(rows)[1]
    np.testing.assert_array_equal(indices[0], torch.sort(np.zeros(20))[1])
    np.testing.assert_array_equal(indices[1], np.arange(20, 0, -1))


def test_mode_is_the_least_of_the_most_frequent():
    values, indices = torch.mode(torch.Tensor([[3, 1, 3, 1, 2], [2, 2, 1, 1, 1]]))
    assert values.tolist() == [[1], [1]]
    assert indices.tolist() == [[4], [5]]  # the last of its run


def test_bytes_descend():
    assert torch.sort(torch.ByteTensor([0, 200, 7]), 1, True)[0].tolist() == [200, 7, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: torch.sort(x, 4), "torch.sort: dimension from 1 to 3 expected, got 4"),
        (lambda: torch.sort(torch.Tensor(0, 3)), "torch.sort: an array with at least one element expected"),
        (lambda: torch.topk(x, 6), "torch.topk: k from 1 to 5 expected, got 6"),
        (lambda: torch.kthvalue(x, 0), "torch.kthvalue: k from 1 to 5 expected, got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
