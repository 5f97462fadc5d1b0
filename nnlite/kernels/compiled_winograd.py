"""Winograd's transforms, compiled: tiles, gradient_tiles, untile, kernels, add_kernels.

Images are laid out with their planes last, even and odd columns apart: then all arithmetic is in long loops over
contiguous memory.
"""

import numpy as np

from . import compiled_planes as planes
from .compiled import loop

__all__ = ["add_kernels", "gradient_tiles", "kernels", "tiles", "untile"]


@loop
def tiles(x, first, low, down, image, lines, out):
    """Write B' d B of `down` rows of tiles of each image, from the row `first` on, to `out`.

    `out` is (4, 4, images * down, across * planes). `image` (2 down + 2, 2, across + 1, planes) and `lines` (4, as
    long as a row of `image`) are scratch memory.
    """
    half, size, step = lines.shape[1] // 2, out.shape[3], x.shape[1]
    for n in range(len(x)):
        planes.last(x[n], 2 * first - low[0], low[1], image)
        for r in range(down):
            _differences(*_flat(image, 2 * r), *_flat(image, 2 * r + 2), lines[0], lines[1], lines[2], lines[3])
            row = n * down + r
            for i in range(4):
                even, odd = lines[i, :half], lines[i, half:]
                _differences(even[:size], odd[:size], even[step:], odd[step:], *_row(out[i], row))


@loop
def gradient_tiles(gradient, first, down, image, lines, out):
    """As `tiles`: A y A' of a gradient, last row and column negative; `image` is (2 down, 2, across, planes)."""
    half = out.shape[3]
    for n in range(len(gradient)):
        planes.last(gradient[n], 2 * first, 0, image)
        for r in range(down):
            _spread(*_flat(image, 2 * r), lines[0], lines[1], lines[2], lines[3])
            row = n * down + r
            for i in range(4):
                _spread(lines[i, :half], lines[i, half:], *_row(out[i], row))


@loop
def untile(products, bias, first, down, lines, image, out):
    """Write A' m A of (4, 4, images * down, across * planes), plus the bias, to some rows of `out`.

    `lines` (2, 4, across * planes) and `image` (2 down, 2, across, planes) are scratch memory.
    """
    for n in range(len(out)):
        for r in range(down):
            row = n * down + r
            for j in range(4):
                _fold(*_column(products, j, row), lines[0, j], lines[1, j])
            for i in range(2):
                _fold(lines[i, 0], lines[i, 1], lines[i, 2], lines[i, 3], *_flat(image[2 * r + i], 0))
        planes.first(image, bias, 2 * first, 0, out[n])


@loop
def kernels(weight, first, last, out):
    """Write G g G' of some inputs of a weight (outputs, inputs, 3, 3) to (4, 4, inputs, outputs)."""
    outputs = len(weight)
    taps, half = np.empty((3, 3, outputs), np.float32), np.empty((4, 3, outputs), np.float32)
    for i in range(first, last):
        for o in range(outputs):
            for k in range(3):
                for j in range(3):
                    taps[k, j, o] = weight[o, i, k, j]
        for j in range(3):
            _halves(taps[0, j], taps[1, j], taps[2, j], half[0, j], half[1, j], half[2, j], half[3, j])
        for k in range(4):
            g, to = half[k], out[k]
            _halves(g[0], g[1], g[2], to[0, i], to[1, i], to[2, i], to[3, i])


@loop
def add_kernels(totals, first, last, scale, out):
    """Add `scale` times G' u G of some inputs to `out` (outputs, inputs, 3, 3).

    u is the sum of `totals`, (number, 4, 4, inputs, outputs), but the last row and column negative.
    """
    outputs, scale = len(out), np.float32(scale)
    u, half = np.empty((4, 4, outputs), np.float32), np.empty((3, 4, outputs), np.float32)
    taps = np.empty((3, 3, outputs), np.float32)
    for i in range(first, last):
        for k in range(4):
            for j in range(4):
                planes.copy(totals[0, k, j, i], u[k, j])
                for n in range(1, len(totals)):
                    planes.add(totals[n, k, j, i], u[k, j])
        for j in range(4):
            _gather(u[0, j], u[1, j], u[2, j], u[3, j], half[0, j], half[1, j], half[2, j])
        for k in range(3):
            _gather(half[k, 0], half[k, 1], half[k, 2], half[k, 3], taps[k, 0], taps[k, 1], taps[k, 2])
        for o in range(outputs):
            target = out[o, i]
            for k in range(3):
                for j in range(3):
                    target[k, j] += scale * taps[k, j, o]


@loop
def _gather(a, b, c, d, first, second, third):
    """G' u along one axis: ``u0 + (u1 + u2) / 2, (u1 - u2) / 2, (u1 + u2) / 2 - u3``."""
    half = np.float32(0.5)
    for k in range(first.size):
        first[k] = a[k] + b[k] * half + c[k] * half
    for k in range(first.size):
        second[k] = (b[k] - c[k]) * half
    for k in range(first.size):
        third[k] = (b[k] + c[k]) * half - d[k]


@loop
def _halves(a, b, c, first, second, third, fourth):
    """G g along one axis: ``g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2``."""
    for k in range(first.size):
        first[k] = a[k]
    for k in range(first.size):
        second[k] = (a[k] + c[k] + b[k]) * np.float32(0.5)
    for k in range(first.size):
        third[k] = (a[k] + c[k] - b[k]) * np.float32(0.5)
    for k in range(first.size):
        fourth[k] = c[k]


@loop
def _flat(image, row):
    return image[row].reshape(-1), image[row + 1].reshape(-1)


@loop
def _row(tiles, row):
    return tiles[0, row], tiles[1, row], tiles[2, row], tiles[3, row]


@loop
def _column(tiles, j, row):
    return tiles[0, j, row], tiles[1, j, row], tiles[2, j, row], tiles[3, j, row]


@loop
def _differences(a, b, c, d, first, second, third, fourth):
    """B' d along one axis: ``d0 - d2, d1 + d2, d2 - d1, d1 - d3``."""
    for k in range(first.size):
        first[k] = a[k] - c[k]
    for k in range(first.size):
        second[k] = b[k] + c[k]
    for k in range(first.size):
        third[k] = c[k] - b[k]
    for k in range(first.size):
        fourth[k] = b[k] - d[k]


@loop
def _spread(a, b, first, second, third, fourth):
    """A y along one axis: ``y0, y0 + y1, y0 - y1, y1``."""
    for k in range(first.size):
        first[k] = a[k]
    for k in range(first.size):
        second[k] = a[k] + b[k]
    for k in range(first.size):
        third[k] = a[k] - b[k]
    for k in range(first.size):
        fourth[k] = b[k]


@loop
def _fold(a, b, c, d, first, second):
    """A' m along one axis: ``m0 + m1 + m2, m1 - m2 - m3``."""
    for k in range(first.size):
        first[k] = a[k] + b[k] + c[k]
    for k in range(first.size):
        second[k] = b[k] - c[k] - d[k]
