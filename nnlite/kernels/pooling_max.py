"""The largest element of each window and where it is: max_pool in the layouts flat, frames and packed."""

import math
from functools import lru_cache
from itertools import product

import numpy as np

from . import compiled
from .parallel import each, scratch, split
from .pooling import in_blocks, scatter_add

__all__ = [
    "flat_places",
    "max_pool",
    "max_pool_flat",
    "max_pool_flat_grad",
    "max_pool_frames",
    "max_pool_frames_grad",
    "max_pool_packed",
    "max_pool_packed_grad",
    "packed_places",
]

TOGETHER = 32  # planes that compiled loops pool at a time
BYTES, WIDE = 1 << 18, 1 << 22  # of the rows of so many planes, and most elements of the rows of one window
ROW = 15  # from this many windows in a row on, blocks keep the layout of the input


def max_pool(x, windows, weights, base, nothing, out, indices) -> None:
    """Write the largest element of each window to `out` and its place to `indices`.

    The first of several equal ones counts. NaN and -inf are never selected: a window of nothing else gives the least
    finite number, as in Torch, and the index `nothing`.

    Parameters
    ----------
    x : ndarray, (planes, *sizes)
    windows : tuple of Axis
        One for each axis but the first.
    weights : tuple of int, decreasing
        The element at ``offset`` of the window at ``i`` gets the index ``base[i] + dot(weights, offset)``.
    base : ndarray of int64, shape of one plane of `out`
    nothing : int
    out : ndarray, (planes, *counts)
    indices : ndarray of int64, shape of `out`

    Notes
    -----
    Offset by offset, all windows at once: `larger` remembers in which step an element beat the ones before, and the
    last such step is the place. The elements are first put apart by ``position % stride``, so that what one step looks
    at is contiguous. Rows shorter than `ROW` would leave NumPy with loops of a few elements nevertheless; there the
    planes become the innermost axis.
    """
    steps, codes, used, phases = _plan(windows, weights)
    least = np.finfo(x.dtype).min
    if not steps:  # a dilated window around a tiny input
        out.fill(least)
        indices.fill(nothing)
        return
    x = x[(slice(None), *used)]
    strides = tuple(axis.stride for axis in windows)
    innermost = x.strides[0] < x.strides[-1]  # the planes, already in the input
    planes_last = any((innermost, windows[-1].places < ROW))
    direct = innermost if planes_last else max(strides) == 1
    size, counts = x[0].size, out.shape[1:]
    base = base.reshape(-1) - 1

    def run(block):
        part, planes = x[block], block.stop - block.start
        shape, count = (planes, *counts), out[block].size
        elements = part if direct else _apart(part, strides, phases, planes_last)
        best = scratch((count,), x.dtype, "best")
        best.fill(least)
        larger = scratch((len(steps), count), np.bool_, "larger")
        larger.fill(False)
        best_there, larger_there = _canonical(best, shape, planes_last), _canonical(larger, shape, planes_last)
        for number, (target, plain, phased) in enumerate(steps):
            values, so_far = elements[plain if direct else phased], best_there[target]
            np.greater(values, so_far, out=larger_there[number][target])
            np.fmax(so_far, values, out=so_far)
        which = larger.view(np.uint8)
        scaled = which if codes.dtype == np.uint8 else scratch(which.shape, codes.dtype, "scaled")
        np.multiply(which, codes, out=scaled)
        code = np.maximum.reduce(scaled, axis=0, out=scratch((count,), codes.dtype, "code"))
        shape = (planes, count // planes)
        np.copyto(out[block].reshape(shape), _canonical(best, shape, planes_last))
        places = indices[block].reshape(shape)
        np.copyto(places, _canonical(code, shape, planes_last))
        empty = None if code.all() else places == 0
        places += base
        if empty is not None:
            places[empty] = nothing

    memory = size * x.itemsize + len(steps) * out[0].size * codes.itemsize // 4
    in_blocks(run, len(x), memory, 0.5 * size + len(steps) * out[0].size)


def max_pool_flat(x, windows, out, indices) -> None:
    """Pool; an index counts the elements of a plane from 1, 0 is the index of nothing."""
    loops = compiled.loops("pooling", x, out) if _fits_loops(x, windows, indices) else None
    if loops:
        _in_loops(loops, x, windows, out, indices)
        return
    weights, base = _flat_layout(windows)
    max_pool(x, windows, weights, base, 0, out, indices)


def _fits_loops(x, windows, indices):
    """Return whether there are planes to pool together, and rows of windows that do not fill the memory."""
    if len(windows) != 2 or len(x) < TOGETHER // 2 or not indices.flags.c_contiguous:
        return False
    return ((windows[0].kernel - 1) * windows[0].dilation + 1) * x.shape[2] * TOGETHER <= WIDE


def _in_loops(loops, x, windows, out, indices):
    """Pool `TOGETHER` planes at a time, some rows of them."""
    _, (height, width), kernel, stride, pad, dilation = zip(*windows, strict=True)
    across = -(-x.shape[2] // stride[1])
    span = (kernel[0] - 1) * dilation[0] + 1
    rows = (max(BYTES // (4 * TOGETHER * across * stride[1]), span) - span) // stride[0]
    shape = (rows * stride[0] + span, stride[1], across, TOGETHER)

    def run(s):
        some = slice(s.start * TOGETHER, min(s.stop * TOGETHER, len(x)))
        image, best = scratch(shape, x.dtype, "image"), scratch((width * TOGETHER,), x.dtype, "best")
        taps = scratch(best.shape, np.int32, "taps")
        loops.max_pool(x[some], kernel, stride, pad, dilation, image, best, taps, out[some], indices[some])

    each(run, split(-(-len(x) // TOGETHER), TOGETHER * (6.0 * height * width + 0.4 * x[0].size)))


def max_pool_flat_grad(grad_output, indices, out) -> None:
    """Write the gradient of the input of `max_pool_flat` (or `max_pool_at`) to `out`."""
    planes = len(out)
    values, rows = grad_output.reshape(planes, -1), out.reshape(planes, -1)
    loops = compiled.loops("pooling", rows, values) if values.size and indices.flags.c_contiguous else None
    if loops is None:
        scatter_add(values, flat_places(indices), rows)
        return
    places = indices.reshape(planes, -1)
    slices = split(planes, values.shape[1] + 0.1 * rows.shape[1])
    wrong = max(each(lambda s: loops.scatter_add(values[s], places[s], rows[s]), slices))
    if wrong:
        raise ValueError(f"indices: positions from 1 to {rows.shape[1]} expected, got {wrong}")


def flat_places(indices):
    """Return the function from a block of planes to the positions that the indices of `max_pool_flat` mean."""
    indices = indices.reshape(len(indices), -1)
    return lambda block: indices[block] - 1


def max_pool_frames(x, windows, out, indices) -> None:
    """Pool (batch, frames, features) over frames; an index is the offset in the window, -1 that of nothing.

    The features are the planes, whose axes are the batch and time.
    """
    base = np.zeros((windows[0].places, windows[1].places), np.int64)
    x, out, indices = (np.moveaxis(array, -1, 0) for array in (x, out, indices))
    max_pool(x, windows, (0, 1), base, -1, out, indices)


def max_pool_frames_grad(grad_output, windows, indices, out) -> None:
    """Write the gradient of the input of `max_pool_frames` to `out`."""
    batch, features = len(out), out.shape[-1]
    starts = windows[1].starts()[:, None]

    def locate(block):
        at = (indices[block] + starts) * features + np.arange(features)
        at[indices[block] < 0] = -1
        return at.reshape(len(at), -1)

    scatter_add(grad_output.reshape(batch, -1), locate, out.reshape(batch, -1))


def max_pool_packed(x, windows, out, indices) -> None:
    """Pool; an index holds the offsets in the window, each in a byte, the first axis in the lowest; nothing is 255."""
    sizes = [axis.kernel for axis in windows]
    weights = tuple(math.prod(sizes[number:]) for number in range(1, len(sizes) + 1))
    max_pool(x, windows, weights, np.zeros(out.shape[1:], np.int64), -1, out, indices)
    offsets = np.indices(sizes).reshape(len(sizes), -1)
    bytes_ = np.append(offsets, np.full((len(sizes), 1), 255), axis=1)  # the last one is number -1: nothing
    shifts = 8 * np.arange(len(sizes))[:, None]
    indices[...] = np.left_shift(bytes_, shifts).sum(0)[indices]


def max_pool_packed_grad(grad_output, windows, indices, out) -> None:
    """Write the gradient of the input of `max_pool_packed` to `out`."""
    planes, *sizes = out.shape
    locate = packed_places(indices, windows, sizes)
    scatter_add(grad_output.reshape(planes, -1), locate, out.reshape(planes, -1))


def packed_places(indices, windows, sizes):
    """Return the function from a block of planes to the positions that the indices of `max_pool_packed` mean."""

    def locate(block):
        packed = indices[block]
        at = np.zeros_like(packed)
        for number, axis in enumerate(windows):
            starts = axis.starts().reshape([-1 if i == number else 1 for i in range(len(sizes))])
            at = at * sizes[number] + ((packed >> (8 * number)) & 255) * axis.dilation + starts
        at[packed & 255 == 255] = -1
        return at.reshape(len(at), -1)

    return locate


@lru_cache(maxsize=256)
def _flat_layout(windows):
    """Return ``(weights, base)`` of `max_pool` for indices that count the elements of a plane from 1."""
    weights, base, stride = [], np.ones((1,) * len(windows), np.int64), 1
    for number in reversed(range(len(windows))):
        axis = windows[number]
        weights.append(axis.dilation * stride)
        base = base + (axis.starts() * stride).reshape([-1 if i == number else 1 for i in range(len(windows))])
        stride *= axis.size
    return tuple(reversed(weights)), base


@lru_cache(maxsize=256)
def _plan(windows, weights):
    """Return ``(steps, codes, used, phases)`` for windows of this shape.

    There is one step for each offset that some window reaches: ``(target, plain, phased)``, the windows that it reaches
    and where they find their element in the input and in what `_apart` returns. The codes, (steps, 1), are their
    indices + 1. Only the part `used` of the input is looked at, and of that only these phases.
    """
    steps, codes, phases = [], [], set()
    for offsets in product(*(range(axis.kernel) for axis in windows)):
        reach = [axis.reach(offset) for axis, offset in zip(windows, offsets, strict=True)]
        if all(first < stop for first, stop, _ in reach):
            target, plain, phase, phased = [], [], [], []
            for axis, (first, stop, at) in zip(windows, reach, strict=True):
                target.append(slice(first, stop))
                plain.append(slice(at, at + (stop - first - 1) * axis.stride + 1, axis.stride))
                phase.append(at % axis.stride)
                phased.append(slice(at // axis.stride, at // axis.stride + stop - first))
            phases.add(tuple(phase))
            steps.append(((slice(None), *target), (slice(None), *plain), (slice(None), *phase, *phased)))
            codes.append(1 + sum(offset * weight for offset, weight in zip(offsets, weights, strict=True)))
    used = tuple(slice(0, axis.spans()[-1, 1]) for axis in windows)
    return steps, np.array(codes, np.min_scalar_type(max(codes, default=1)))[:, None], used, sorted(phases)


def _apart(part, strides, phases, planes_last):
    """Return ``apart[plane, *phase, *i]``, the element at ``i * stride + phase``, in scratch memory."""
    planes, *sizes = part.shape
    shape = (planes, *strides, *(-(-n // d) for n, d in zip(sizes, strides, strict=True)))
    apart = _canonical(scratch((math.prod(shape),), part.dtype, "apart"), shape, planes_last)
    for phase in phases:
        values = part[(slice(None), *(slice(p, None, d) for p, d in zip(phase, strides, strict=True)))]
        np.copyto(apart[(slice(None), *phase, *map(slice, values.shape[1:]))], values)
    return apart


def _canonical(memory, shape, planes_last):
    """Return the last axis of `memory` as an array of this shape, in which `planes_last` lets axis 0 vary fastest."""
    before = memory.shape[:-1]
    if not planes_last:
        return memory.reshape(*before, *shape)
    order = (*range(len(before)), -1, *range(len(before), len(before) + len(shape) - 1))
    return memory.reshape(*before, *shape[1:], shape[0]).transpose(order)
