"""Convolutions of images by compiled loops (extra ``fast``): Part, correlate, grad_weight, loops.

No matrix of windows is made. How images lie is said in ``compiled_convolution.py``; what a tap of the kernel reads is
the same distance away for all places. A stride sorts rows and columns of the input into phases, each a line of its own.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from . import compiled
from .parallel import add_up, each, scratch, split

__all__ = ["Part", "correlate", "grad_weight", "loops"]

BYTES = 1 << 19  # of the lines of one item of work: half an L2 cache
ITEMS, ITEM = 8, 50_000  # items there should be, if each has work for so many nanoseconds
NARROW = 24  # columns of an image; narrower ones are more zeros between rows than rows
MULTIPLY, COPY = 1 / 40, 0.5  # nanoseconds of one core for a multiply-add, and to lay out one element


class Part(NamedTuple):
    """A correlation with a weight (outputs, inputs, *kernel) that gives the elements `at` of the output."""

    weight: np.ndarray
    low: tuple[int, ...]
    dilation: tuple[int, ...]
    at: tuple[slice, ...]

    @property
    def taps(self):
        """What the taps of the kernel read: its size, and where they begin and how far they are apart."""
        return self.weight.shape[2:], self.low, self.dilation


def loops(weight_shape, which, *images):
    """Return the compiled loops if they take these images, and are faster than matrix products, else ``None``.

    `which` is "forward" (also for a gradient that correlates with stride 1), "gradInput" or "gradWeight"; the first of
    the images is the result, or has its size. What pays was measured: few planes, wide images.
    """
    if len(weight_shape) != 4 or images[0].shape[3] < NARROW or math.prod(weight_shape[2:]) == 1:
        return None
    outputs, inputs, *kernel = weight_shape
    taps = inputs * math.prod(kernel)
    pays = {
        "forward": (inputs <= 4 or outputs * inputs <= 256) and outputs >= 8 and taps >= 18,
        "gradInput": 3 <= inputs <= 4 or outputs * inputs <= 1024,
        "gradWeight": (inputs <= 4 or outputs * inputs <= 256) and taps >= 27,
    }
    return compiled.loops("convolution", *images) if pays[which] else None


def correlate(code, x, parts, bias, stride, out) -> None:
    """Write the parts of ``convolution.correlate`` to `out`."""
    outputs = out.shape[1]
    sizes = [[len(range(n)[at]) for n, at in zip(out.shape[2:], part.at, strict=True)] for part in parts]
    multiplications = outputs * sum(p.weight[0].size * math.prod(size) for p, size in zip(parts, sizes, strict=True))
    largest = tuple(max(of) for of in zip(*sizes, strict=True))
    lines = _lines(code, x.shape, tuple(part.taps for part in parts), largest, stride, multiplications)
    bias = _filled(np.zeros(outputs, out.dtype) if bias is None else bias, code.OUTPUTS)
    work = []
    for part, offsets, size in zip(parts, lines.offsets, sizes, strict=True):
        first, step = zip(*((at.start or 0, at.step or 1) for at in part.at), strict=True)
        work.append((offsets, _blocks(code, part.weight), size, first, step))

    def run(s):
        for images, rows in lines.items[s]:
            found = lines.spread(x[images], rows)
            sums = scratch((code.OUTPUTS, code.PLACES), out.dtype, "sums")  # on a cache line: that is a third faster
            for offsets, weight, (height, width), (y, left), step in work:
                size, first = (min(rows.stop, height) - rows.start, width), (y + rows.start * step[0], left)
                lines.correlate(found, offsets, weight, bias, size, first, step, sums, out[images])

    each(run, split(len(lines.items), lines.cost))


def grad_weight(code, x, gradient, stride, low, dilation, scale, out) -> None:
    """As ``convolution.conv_grad_weight``."""
    size = gradient.shape[2:]
    lines = _lines(code, x.shape, ((out.shape[2:], low, dilation),), size, stride, out.size * math.prod(size))
    (offsets,) = lines.offsets
    parts = split(len(lines.items), lines.cost, max(lines.cost, lines.cost * len(lines.items) / ITEMS))

    def run(s):
        total = np.zeros((len(offsets), lines.filled(len(out))), x.dtype)
        for images, rows in lines.items[s]:
            gradients = lines.spread_gradient(gradient[images], rows)
            code.grad_weight(lines.spread(x[images], rows), offsets, gradients, total)
        return total[: out[0].size, : len(out)]

    total = add_up(each(run, parts), scale)
    out += total.T.reshape(out.shape)


class _Lines:
    """Lengths and distances in the lines of images, and the items of work they are cut into.

    Attributes
    ----------
    items : list
        Pairs of slices: of the images, and of the rows of the output.
    cost : float
        Nanoseconds of one item.
    offsets : list
        For each kernel the distances from a place to what its taps read, and some more to fill up the last loop.
    """

    def __init__(self, code, shape, kernels, size, stride, multiplications):
        batch, self.planes, *have = shape
        self.code, self.stride, self.size = code, stride, size
        taps = [[self._taps(axis, *of) for axis, of in enumerate(zip(*kernel, strict=True))] for kernel in kernels]
        shifts = [np.concatenate([of[axis][1] for of in taps]).tolist() for axis in (0, 1)]
        low, high = ([f([0, *of]) for of in shifts] for f in (min, max))
        self.high, self.pitch = map(_distance, have, size, stride, low, high)
        self.above, self.below, self.columns = low[0], high[0], size[1] + high[1]
        elements = self.planes * math.prod(stride) * self.high * self.pitch
        cost = MULTIPLY * multiplications + COPY * elements
        images, rows = self._item(batch, 4 * elements, cost)  # loops are for numbers of 4 bytes
        self.items = [
            (slice(n, min(n + images, batch)), slice(y, min(y + rows, size[0])))
            for n in range(0, batch, images)
            for y in range(0, size[0], rows)
        ]
        self.cost = cost * batch / len(self.items)
        self.margin = -low[0] * self.pitch - low[1]
        self.places = ((images - 1) * self.high + rows) * self.pitch
        self.length = self.margin + self.places + high[0] * self.pitch + high[1] + code.VECTOR
        self.offsets = [self._offsets(*of) for of in taps]

    def _item(self, batch, size, cost):
        """Return how many images an item has, and rows if it is less than one."""
        parts = min(ITEMS, max(1, int(batch * cost / ITEM)))
        images = min(BYTES // size, batch // parts)
        if images:
            return images, self.size[0]
        pieces = max(-(-parts // batch), -(-size // (2 * BYTES)))
        return 1, min(max(-(-self.size[0] // pieces), 2 * (self.below - self.above)), self.size[0])

    def _taps(self, axis, length, low, dilation):
        """Return the phase that each tap of a kernel reads along one axis, and how far on in it."""
        steps = np.arange(length) * dilation - low
        return steps % self.stride[axis], steps // self.stride[axis]

    def _offsets(self, vertical, horizontal):
        (phases_down, down), (phases_across, across) = vertical, horizontal
        phases = phases_down[:, None] * self.stride[1] + phases_across
        shifts = self.margin + down[:, None] * self.pitch + across
        planes = np.arange(self.planes)[:, None, None]
        return _filled(((phases * self.planes + planes) * self.length + shifts).ravel(), self.code.TAPS)

    def spread(self, x, rows):
        """Return the lines of images for some rows of the output, in scratch memory."""
        lines = scratch((*self.stride, self.planes, self.length), x.dtype, "lines")
        needed = self.above, rows.stop - rows.start + self.below
        distances = self.high, self.pitch, self.margin
        self.code.spread(x, rows.start, needed, self.columns, self.stride, distances, lines)
        return lines.reshape(-1)

    def spread_gradient(self, gradient, rows):
        """Return the lines of some rows of a gradient, whose elements lie where the places are."""
        length = -(-self.places // self.code.VECTOR) * self.code.VECTOR
        lines = scratch((1, 1, self.filled(gradient.shape[1]), length), gradient.dtype, "gradients")
        lines[0, 0, gradient.shape[1] :] = 0
        needed = 0, rows.stop - rows.start
        self.code.spread(gradient, rows.start, needed, self.size[1], (1, 1), (self.high, self.pitch, 0), lines)
        return lines[0, 0]

    def correlate(self, lines, offsets, weight, bias, size, first, step, sums, out):
        self.code.correlate(lines, offsets, weight, bias, (self.high, self.pitch), size, first, step, sums, out)

    def filled(self, outputs):
        """Return the number of outputs that loops compute."""
        return -(-outputs // self.code.OUTPUTS) * self.code.OUTPUTS


_lines = lru_cache(maxsize=256)(_Lines)


def _distance(have, size, stride, low, high):
    """Return how far rows (or images) are apart, such that the zeros after one are those before the next."""
    return max(size + high, min(-(-have // stride), size + high) - low)


def _blocks(code, weight):
    """Return a weight as (blocks of outputs, taps, outputs of a block)."""
    matrix = _filled(_filled(weight.reshape(len(weight), -1), code.TAPS, 1), code.OUTPUTS)
    return np.ascontiguousarray(matrix.reshape(len(matrix) // code.OUTPUTS, code.OUTPUTS, -1).swapaxes(1, 2))


def _filled(array, step, axis=0):
    """Return the array with zeros after it, up to a multiple of `step`."""
    shape = list(array.shape)
    shape[axis] += -shape[axis] % step
    filled = np.zeros(shape, array.dtype)
    filled[tuple(map(slice, array.shape))] = array
    return filled
