"""Sums and means over windows: window_sum, mean, lp_pool and their gradients."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .parallel import scratch
from .pooling import Axis, in_blocks

__all__ = ["lp_pool", "lp_pool_grad", "mean", "mean_grad", "window_sum", "window_sum_grad"]


def window_sum(x, windows, out) -> None:
    """Write the sum of each window to `out`.

    Parameters
    ----------
    x : ndarray, (planes, *sizes, ...)
    windows : tuple of Axis, or of tuples of (start, stop)
        One for each axis after the first; axes beyond them stay as they are.
    out : ndarray, (planes, *counts, ...)

    Notes
    -----
    One axis after the other: a long one by one addition per offset of the windows, one with fewer windows than
    offsets window by window.
    """
    moves = [_moves(axis) for axis in windows]
    whole = _whole(x.shape[1:], windows)

    def run(block):
        part = x[block]
        if whole:
            np.add.reduce(part, axis=tuple(range(1, 1 + len(windows))), out=out[block], keepdims=True)
            return
        for number, along in enumerate(moves, 1):
            last = number == len(moves)
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = out[block] if last else scratch(shape, x.dtype, f"sum{number}")
            _sum_along(part, number, along, target)
            part = target

    in_blocks(run, len(x), x[0].nbytes, x[0].size * _passes(moves))


def window_sum_grad(grad_output, windows, out) -> None:
    """Write the gradient of the input of `window_sum` to `out`: to each element the sum over its windows."""
    moves = [_moves(axis) for axis in windows]
    whole = _whole(out.shape[1:], windows)

    def run(block):
        part = grad_output[block]
        if whole:
            out[block] = part
            return
        for number in range(len(moves), 0, -1):
            shape = (*part.shape[:number], out.shape[number], *part.shape[number + 1 :])
            target = out[block] if number == 1 else scratch(shape, out.dtype, f"spread{number}")
            _spread_along(part, number, moves[number - 1], target)
            part = target

    in_blocks(run, len(out), out[0].nbytes, out[0].size * _passes(moves))


def mean(x, windows, out, padded=True) -> None:
    """Write the mean of each window to `out`; with `padded` the padding counts, as zeros."""
    window_sum(x, windows, out)
    np.divide(out, _sizes(windows, padded, out.dtype), out=out)


def mean_grad(grad_output, windows, out, padded=True) -> None:
    """Write the gradient of the input of `mean` to `out`."""
    window_sum_grad(grad_output / _sizes(windows, padded, out.dtype), windows, out)


def lp_pool(x, axis, power, out) -> None:
    """Write ``(sum of x^power)^(1/power)`` over windows along axis 1 to `out`; NaN where a power has no real value."""
    with np.errstate(invalid="ignore", divide="ignore"):
        window_sum(x**power, (axis,), out)
        np.power(out, 1 / power, out=out)


def lp_pool_grad(x, y, grad_output, axis, power, out) -> None:
    """Write the gradient of the input of `lp_pool` to `out`; windows whose result `y` is 0 give none."""
    out.fill(0)
    nothing = y == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        for offset in range(axis.kernel):
            _, _, at = axis.reach(offset)
            inside = slice(at, at + (axis.places - 1) * axis.stride + 1, axis.stride)
            slope = x[:, inside] / y
            np.power(slope, power - 1, out=slope)
            slope *= grad_output
            slope[nothing] = 0
            out[:, inside] += slope


@lru_cache(maxsize=256)
def _sizes(windows, padded, dtype):
    """Return the number of elements of each window: an array of the shape of one plane, or a number if all agree."""
    sizes = np.ones(())
    for axis in windows:
        spans = axis.spans(padded) if isinstance(axis, Axis) else np.array(axis)
        sizes = sizes[..., None] * np.maximum(spans[:, 1] - spans[:, 0], 1)  # a window outside has the mean 0
    sizes = sizes.astype(dtype)
    return sizes.flat[0] if (sizes == sizes.flat[0]).all() else sizes


def _passes(moves):
    return max(1, sum(len(along.pairs) for along in moves) / 4)


class _Moves(NamedTuple):
    """What is added to which windows of an axis: ``(target, source)`` slices, for one offset or one window each."""

    pairs: list
    by_window: bool
    disjoint: bool = False


@lru_cache(maxsize=256)
def _moves(axis):
    if not isinstance(axis, Axis):
        return _Moves(_by_window(axis), True)
    if axis.kernel > axis.places:
        return _Moves(_by_window(axis.spans().tolist()), True)
    pairs = []
    for offset in range(axis.kernel):
        first, stop, at = axis.reach(offset)
        if first < stop:
            pairs.append((slice(first, stop), slice(at, at + (stop - first - 1) * axis.stride + 1, axis.stride)))
    return _Moves(pairs, False, axis.kernel <= axis.stride)


def _by_window(spans):
    return [(slice(i, i + 1), slice(*span)) for i, span in enumerate(spans)]


@lru_cache(maxsize=256)
def _whole(sizes, windows):
    """Return whether the only window is the whole plane."""
    spans = [axis.spans().tolist() if isinstance(axis, Axis) else axis for axis in windows]
    return all(len(s) == 1 and tuple(s[0]) == (0, n) for s, n in zip(spans, sizes, strict=False))


def _sum_along(x, number, moves, out):
    before = (slice(None),) * number
    if moves.by_window:
        for target, source in moves.pairs:
            np.add.reduce(x[(*before, source)], axis=number, out=out[(*before, target)], keepdims=True)
        return
    pairs = moves.pairs
    target, source = pairs[0]
    if target == slice(0, out.shape[number]):
        np.copyto(out, x[(*before, source)])
        pairs = pairs[1:]
    else:
        out.fill(0)
    for target, source in pairs:
        out[(*before, target)] += x[(*before, source)]


def _spread_along(grad_output, number, moves, out):
    before = (slice(None),) * number
    reached = sum(target.stop - target.start for target, _ in moves.pairs)
    if not moves.disjoint or reached < out.shape[number]:
        out.fill(0)
    for target, source in moves.pairs:
        if moves.disjoint:
            np.copyto(out[(*before, source)], grad_output[(*before, target)])
        else:
            out[(*before, source)] += grad_output[(*before, target)]
