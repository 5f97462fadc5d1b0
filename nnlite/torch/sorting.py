"""Order along a dimension, the last by default: sort, topk, kthvalue, median, mode. All give ``(values, indices)``.

Where elements are equal, their order is that of Torch's quicksort and quickselect; elsewhere NumPy sorts.
"""

import numpy as np

from .arguments import axis, check_not_empty, tensor

__all__ = ["kthvalue", "median", "mode", "sort", "topk"]

_SMALL = 10  # quicksort leaves parts of this length to the insertion sort, which keeps the order of equals


def sort(x: np.ndarray, dim: int | bool | None = None, descending: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Sort, ascending by default. Lua: ``torch.sort(x [, dim] [, descending])``."""
    if isinstance(dim, bool):
        descending, dim = dim, None
    return _pick("sort", x, dim, lambda lines: _orders(lines, descending))


def topk(
    x: np.ndarray, k: int = 1, dim: int | bool | None = None, largest: bool = False, sorted: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The k least or largest elements, sorted or not. Lua: ``torch.topk(x [, k] [, dim] [, dir] [, sort])``."""
    if isinstance(k, bool):
        k, dim, largest = 1, k, dim is True
    if isinstance(dim, bool):
        sorted, largest, dim = largest, dim, None
    return _pick("topk", x, dim, lambda lines: np.array([_top(line, k, largest, sorted) for line in lines]), k)


def kthvalue(x: np.ndarray, k: int, dim: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The k-th least element. Lua: ``torch.kthvalue(x, k [, dim])``."""
    return _pick("kthvalue", x, dim, lambda lines: _kth(lines, k - 1), k)


def median(x: np.ndarray, dim: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The element in the middle, of two the lesser. Lua: ``torch.median(x [, dim])``."""
    return _pick("median", x, dim, lambda lines: _kth(lines, (lines.shape[1] - 1) // 2))


def mode(x: np.ndarray, dim: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The most frequent element, of several the least. Lua: ``torch.mode(x [, dim])``."""
    return _pick("mode", x, dim, _most_frequent)


def _pick(name, x, dim, choose, k=1):
    """Return the values and 1-based indices that ``choose(lines)`` picks from the lines along dim."""
    x = tensor(name, x)
    check_not_empty(name, x)
    at = axis(name, x, x.ndim if dim is None else dim)
    if not 1 <= k <= x.shape[at]:
        raise ValueError(f"torch.{name}: k from 1 to {x.shape[at]} expected, got {k}")
    lines = np.moveaxis(x, at, -1)
    picked = choose(lines.reshape(-1, lines.shape[-1]))
    picked = np.moveaxis(picked.reshape(*lines.shape[:-1], -1), -1, at)
    return np.take_along_axis(x, picked, at), picked + 1


def _orders(lines, descending=False):
    """Return for each line the positions of its elements in sorted order."""
    if descending:
        orders = lines.shape[1] - 1 - np.argsort(lines[:, ::-1], axis=1, kind="stable")[:, ::-1]
    else:
        orders = np.argsort(lines, axis=1, kind="stable")
    if lines.shape[1] > _SMALL + 1:
        for i in np.flatnonzero(_has_ties(np.take_along_axis(lines, orders, 1))):
            keys, order = _keys(lines[i], descending), list(range(lines.shape[1]))
            _quicksort(keys, order)
            orders[i] = order
    return orders


def _kth(lines, k):
    """Return for each line the position of its k-th least element, counted from 0."""
    orders = np.argsort(lines, axis=1)
    picked = orders[:, k : k + 1].copy()
    ordered = np.take_along_axis(lines, orders, 1)
    for i in np.flatnonzero(_has_ties(ordered[:, max(k - 1, 0) : k + 2])):
        picked[i] = _select(lines[i], k)[k]
    return picked


def _select(line, k):
    """Return the positions of a line's elements as quickselect leaves them: the k-th least in place k."""
    order = list(range(len(line)))
    _quickselect(_keys(line), order, k)
    return order


def _top(line, k, largest, in_order):
    first = len(line) - k if largest else 0
    if largest and first == 0:
        order = np.arange(k)
    else:
        order = np.array(_select(line, first - 1 if largest else k - 1)[first : first + k])
    if not in_order:
        return order
    sorted_part = k if largest else k - 1  # quickselect has put the k-th least in its place
    head = order[:sorted_part]
    return np.append(head[_orders(line[head][None], largest)[0]], order[sorted_part:])


def _most_frequent(lines):
    picked = np.empty((len(lines), 1), np.int64)
    for line, order, place in zip(lines, _orders(lines), picked, strict=True):
        ordered = line[order]
        ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(line) - 1)
        place[0] = order[ends[np.argmax(np.diff(ends, prepend=-1))]]  # the last of the longest run of equals
    return picked


def _has_ties(ordered):
    return (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)


def _keys(line, descending=False):
    """Return the ranks of a line's elements; equals have equal ranks."""
    ranks = np.unique(line, return_inverse=True)[1]
    return (-ranks if descending else ranks).tolist()


def _partition(keys, order, left, right):
    """Split keys[left..right] by the median of three; return where the parts end: (.., j - 1), j, (i, ..)."""

    def swap(a, b):
        keys[a], keys[b] = keys[b], keys[a]
        order[a], order[b] = order[b], order[a]

    swap((left + right) >> 1, left + 1)
    if keys[left + 1] > keys[right]:
        swap(left + 1, right)
    if keys[left] > keys[right]:
        swap(left, right)
    if keys[left + 1] > keys[left]:
        swap(left + 1, left)
    i, j, pivot = left + 1, right, keys[left]
    while True:
        i += 1
        while keys[i] < pivot:
            i += 1
        j -= 1
        while keys[j] > pivot:
            j -= 1
        if j < i:
            break
        keys[i], keys[j] = keys[j], keys[i]
        order[i], order[j] = order[j], order[i]
    swap(left, j)
    return i, j


def _quicksort(keys, order):
    """Sort keys, and order along with them, by the exchanges of lib/TH/generic/THTensorMath.c.

    The parts that are left unsorted are independent of one another, so their sequence does not matter.
    """
    parts = [(0, len(keys) - 1)]
    while parts:
        left, right = parts.pop()
        if right - left < _SMALL:
            continue
        i, j = _partition(keys, order, left, right)
        parts += [(left, j - 1), (i, right)]
    stable = sorted(range(len(keys)), key=keys.__getitem__)  # what the insertion sort does
    order[:] = [order[i] for i in stable]
    keys.sort()


def _quickselect(keys, order, k):
    """Put the k-th least key in place k, by the exchanges of lib/TH/generic/THTensorMath.c."""
    left, right = 0, len(keys) - 1
    while right > left + 1:
        i, j = _partition(keys, order, left, right)
        if j <= k:
            left = i
        if j >= k:
            right = j - 1
    if right == left + 1 and keys[left] > keys[right]:
        keys[left], keys[right] = keys[right], keys[left]
        order[left], order[right] = order[right], order[left]
