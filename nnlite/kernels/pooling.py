"""Where pooling windows lie, and moving values by position: Axis, axes, in_blocks, scatter_add, unpool, unpool_grad."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .parallel import each, scratch, split

__all__ = ["Axis", "axes", "in_blocks", "scatter_add", "unpool", "unpool_grad"]

# Threads take turns at the GIL between any two NumPy calls, and waking up for it costs as much as 100 kB of arithmetic:
# blocks are large, so that calls are few and long, though this means the third-level cache.
BYTES = 1 << 21
GRAIN = 300_000  # nanoseconds; less is not worth a second thread


class Axis(NamedTuple):
    """The windows along one axis: at so many `places`, over `size` elements and `pad` more at both ends."""

    size: int
    places: int
    kernel: int
    stride: int
    pad: int = 0
    dilation: int = 1

    def reach(self, offset: int) -> tuple[int, int, int]:
        """Return ``(first, stop, position)`` for element number `offset` of the windows.

        It lies inside the input for the windows ``first..stop-1``, and at `position` for the first of them.
        """
        start = offset * self.dilation - self.pad
        first = max(0, -(start // self.stride))
        stop = min(self.places, (self.size - 1 - start) // self.stride + 1)
        return first, stop, start + first * self.stride

    def starts(self) -> np.ndarray:
        """Return the position of element 0 of each window; it is negative where padding begins the window."""
        return np.arange(self.places) * self.stride - self.pad

    def spans(self, padded: bool = False) -> np.ndarray:
        """Return ``(start, stop)`` of each window, (count, 2), cut to the input or to the input and its padding."""
        starts = self.starts()
        stops = np.minimum(starts + (self.kernel - 1) * self.dilation + 1, self.size + self.pad * padded)
        return np.stack([starts if padded else np.maximum(starts, 0), stops], 1)


@lru_cache(maxsize=256)
def axes(sizes, kernel, stride, pad=None, dilation=None, ceil=False) -> tuple[Axis, ...]:
    """Return the axes of pooling windows over an input of these sizes; a count below 1 means it is too small.

    With any padding, a last window that would start in the padding at the end is dropped (only `ceil` makes one).
    """
    pad = (0,) * len(sizes) if pad is None else pad
    dilation = (1,) * len(sizes) if dilation is None else dilation
    result = []
    for n, k, d, p, r in zip(sizes, kernel, stride, pad, dilation, strict=True):
        room = n - (r * (k - 1) + 1) + 2 * p
        count = (-(-room // d) if ceil else room // d) + 1
        if any(pad) and (count - 1) * d >= n + p:
            count -= 1
        result.append(Axis(n, count, k, d, p, r))
    return tuple(result)


def in_blocks(function, planes, size, cost) -> None:
    """Call ``function(block)``, block a slice of the planes, until all are done, on threads.

    Parameters
    ----------
    size : int
        Bytes of one plane.
    cost : float
        Nanoseconds of one plane.
    """
    step = max(1, BYTES // size)

    def run(s):
        for start in range(s.start, s.stop, step):
            function(slice(start, min(s.stop, start + step)))

    each(run, split(planes, cost, GRAIN))


def scatter_add(values, locate, out) -> None:
    """Set `out` to zero and add ``values[p, i]`` to ``out[p, locate(p)[i]]``, for planes p.

    Parameters
    ----------
    values : ndarray, (planes, m)
    locate : function
        Gets a slice of planes, returns an array of their positions (planes, m); a negative one drops its value.
    out : ndarray, (planes, n), contiguous
    """
    planes, size = out.shape
    step = max(1, BYTES // (out[0].nbytes + 16 * values.shape[1]))
    for start in range(0, planes, step):  # without threads: numpy.add.at holds the GIL, and is quick
        block = slice(start, min(planes, start + step))
        part = out[block]
        part.fill(0)
        at, value = _flat(locate(block), size), values[block].reshape(-1)
        if at.min() < 0:
            value, at = value[at >= 0], at[at >= 0]
        np.add.at(part.reshape(-1), at, value)


def unpool(x, locate, out) -> None:
    """Set `out` to zero and ``out[p, locate(p)[i]]`` to ``x[p, i]``; the last one wins where two have one place."""

    def run(block):
        part = out[block]
        part.fill(0)
        part.reshape(-1)[_flat(locate(block), out.shape[1], every=True)] = x[block].reshape(-1)

    in_blocks(run, len(x), out[0].nbytes, 3 * x.shape[1] + 0.1 * out.shape[1])


def unpool_grad(grad_output, locate, out) -> None:
    """Set ``out[p, i]`` to ``grad_output[p, locate(p)[i]]``."""

    def run(block):
        at = _flat(locate(block), grad_output.shape[1], every=True)
        np.take(grad_output[block].reshape(-1), at, out=out[block].reshape(-1), mode="clip")

    in_blocks(run, len(out), grad_output[0].nbytes, 3 * out.shape[1])


def _flat(at, size, every=False):
    """Return positions within planes of `size` elements as positions in the flattened planes; negative ones stay so."""
    low, high = at.min(), at.max()
    if high >= size or (every and low < 0):
        raise ValueError(f"indices: positions from 1 to {size} expected, got {(high if high >= size else low) + 1}")
    flat = scratch(at.shape, np.int64, "flat")
    np.add(at, (np.arange(len(at)) * size)[:, None], out=flat)
    if low < 0:
        flat[at < 0] = -1
    return flat.reshape(-1)
