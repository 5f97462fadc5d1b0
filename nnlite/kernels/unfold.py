"""Windows of arrays in one, two and three dimensions: windows, col2im, part, tile, cut, clipped, Piece."""

import itertools
import math

import numpy as np

from .parallel import scratch

__all__ = ["Piece", "clipped", "col2im", "cut", "part", "tile", "windows"]


def windows(x: np.ndarray, kernel, stride, dilation, size) -> np.ndarray:
    """Return the view ``(planes, *kernel, *size)`` of the windows of a C-contiguous ``(planes, *spatial)`` array.

    Copied to a matrix it is im2col; read-only use only, as windows overlap.
    """
    axes = x.strides[1:]
    steps = tuple(a * d for a, d in zip(axes, dilation, strict=True))
    starts = tuple(a * s for a, s in zip(axes, stride, strict=True))
    return np.ndarray((len(x), *kernel, *size), x.dtype, x, 0, (x.strides[0], *steps, *starts))


def col2im(columns: np.ndarray, stride, padding, dilation, out: np.ndarray) -> None:
    """Write the sum of windows ``(planes, *kernel, *size, ...)`` to ``(planes, *spatial, ...)``: the adjoint of im2col.

    Axes after the spatial ones go along.
    """
    out.fill(0)
    dims = len(stride)
    size = columns.shape[1 + dims : 1 + 2 * dims]
    for taps in itertools.product(*(range(k) for k in columns.shape[1 : 1 + dims])):
        pairs = [
            clipped(k * d - p, n, s, have)
            for k, n, s, p, d, have in zip(taps, size, stride, padding, dilation, out.shape[1:], strict=False)
        ]
        among: tuple = tuple(to for to, _ in pairs)
        inside: tuple = tuple(at for _, at in pairs)
        target = out[(slice(None), *inside)]
        target += columns[(slice(None), *taps, *among)]


def clipped(first: int, length: int, step: int, size: int) -> tuple[slice, slice]:
    """Return the items of ``range(first, ..., step)``, `length` of them, that lie in ``range(size)``.

    They come as two slices: where they are among the `length` items, and where in the `size` elements.
    """
    begin = max(0, -(first // step))
    end = max(begin, min(length, (size - 1 - first) // step + 1))
    return slice(begin, end), slice(first + begin * step, first + (end - 1) * step + 1 if end > begin else 0, step)


def cut(batch, down, across, most) -> list[tuple[slice, slice]]:
    """Return pairs of slices, of images and of their rows, with about `most` places each: some images, or some rows."""
    if down * across >= most:
        count = -(-down // max(1, most // across))
        count += count % 2 if 1 < count < down else 0  # two threads should have the same
        rows = [slice(i * down // count, (i + 1) * down // count) for i in range(count)]
        return [(slice(n, n + 1), part) for n in range(batch) for part in rows]
    count = -(-batch // (most // (down * across)))
    return [(slice(i * batch // count, (i + 1) * batch // count), slice(0, down)) for i in range(count)]


def part(x: np.ndarray, first, size, tag: str = "part") -> np.ndarray:
    """Return ``x[:, first : first + size]`` of a ``(planes, *spatial)`` array, C-contiguous and in scratch memory.

    Elements outside of `x` are zero. Where `x` already is what is wanted, it is returned itself.
    """
    if tuple(size) == x.shape[1:] and not any(first) and x.flags.c_contiguous:
        return x
    out = scratch((len(x), *size), x.dtype, tag)
    inside = all(f >= 0 and f + n <= have for f, n, have in zip(first, size, x.shape[1:], strict=True))
    if not inside:
        out.fill(0)
    pairs = [clipped(f, n, 1, have) for f, n, have in zip(first, size, x.shape[1:], strict=True)]
    np.copyto(out[(slice(None), *(to for to, _ in pairs))], x[(slice(None), *(at for _, at in pairs))])
    return out


def tile(size, items: int) -> list[tuple[slice, ...]]:
    """Return blocks of at most `items` elements, each a run in memory, that make up a contiguous array."""
    shape: list[int] = []
    rest = max(items, 1)
    for length in reversed(size):
        shape.insert(0, min(length, rest))
        rest //= shape[0]
        rest = rest if shape[0] == length else 1
    counts = [-(-length // n) for length, n in zip(size, shape, strict=True)]
    blocks = []
    for number in range(math.prod(counts)):
        block: list[slice] = []
        for length, count in zip(reversed(size), reversed(counts), strict=True):
            number, i = divmod(number, count)
            block.insert(0, slice(i * length // count, (i + 1) * length // count))
        blocks.append(tuple(block))
    return blocks


class Piece:
    """One block of the output of a convolution, and where its windows lie in the input, the same for each image.

    Attributes
    ----------
    run : slice
        Where the block lies in a flattened plane of the output.
    """

    def __init__(self, x, block, kernel, stride, low, dilation, size):
        self.shape = tuple(b.stop - b.start for b in block)
        start = int(np.ravel_multi_index([b.start for b in block], size))
        self.run = slice(start, start + math.prod(self.shape))
        self.kernel, self.stride, self.dilation = kernel, stride, dilation
        self.reach = tuple(
            (n - 1) * s + (k - 1) * d + 1 for n, k, s, d in zip(self.shape, kernel, stride, dilation, strict=True)
        )
        first = [b.start * s - p for b, s, p in zip(block, stride, low, strict=True)]
        pairs = [clipped(f, n, 1, have) for f, n, have in zip(first, self.reach, x.shape[2:], strict=True)]
        self.to = (slice(None), *(to for to, _ in pairs))
        self.at = (slice(None), *(at for _, at in pairs))
        self.covered = all(to == slice(0, n) for (to, _), n in zip(pairs, self.reach, strict=True))
        self.whole = self.covered and self.reach == x.shape[2:] and x.flags.c_contiguous

    def columns(self, x):
        """Return the columns ``(planes * kernel, places)`` of one image, or some of its planes, in scratch memory."""
        image = x
        if not self.whole:
            image = scratch((len(x), *self.reach), x.dtype, "part")
            if not self.covered:
                image.fill(0)
            np.copyto(image[self.to], x[self.at])
        view = windows(image, self.kernel, self.stride, self.dilation, self.shape)
        columns = scratch(view.shape, x.dtype, "columns")
        np.copyto(columns, view)
        return columns.reshape(-1, self.run.stop - self.run.start)
