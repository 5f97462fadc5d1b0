"""Winograd's convolutions (``winograd.py``) with compiled transforms (extra ``fast``): correlate, grad_weight, loops.

Tiles lie with their planes last, so that transforms are loops over contiguous memory whatever the size of an image and
of the batch, and a row of tiles needs no junk at its end.
"""

import numpy as np

from . import compiled
from .matmul import matmul
from .parallel import each, scratch, split
from .unfold import cut
from .winograd import WIDE

__all__ = ["correlate", "grad_weight", "loops"]

KERNELS = 1500  # whose transforms a tile is worth
BYTES = 1 << 20  # of the tiles and products of one item of work: about an L2 cache
ITEMS, ITEM = 8, 100_000  # items there should be, if each has work for so many nanoseconds
LEAST_TILES = 128  # of an item of the gradient of the weight
SUMS, TOTALS = 8, 1 << 24  # most sums that are added in the end, and bytes of them
MULTIPLY, MOVE = 1 / 45, 1.5  # nanoseconds of one core for a multiply-add, and to move and transform an element


def loops(weight_shape, stride, dilation, which, *images):
    """Return the compiled loops if they take these images, and are faster than other ways (measured), else ``None``.

    `which` is "forward" or "gradWeight"; the first of the images has the size of the result.
    """
    outputs, inputs, *kernel = weight_shape
    if kernel != [3, 3] or max(stride) > 1 or max(dilation) > 1 or min(outputs, inputs) < 16:
        return None
    batch, _, height, width = images[0].shape
    worth = batch * height * width * KERNELS >= 4 * outputs * inputs  # the transforms of the kernels
    pays = outputs * inputs > 256 and max(outputs, inputs) * width <= WIDE and (which == "gradWeight" or worth)
    return compiled.loops("winograd", *images) if pays else None


def correlate(code, x, weight, bias, low, out) -> None:
    """As ``winograd.correlate``."""
    outputs, inputs = weight.shape[:2]
    kernels = _kernels(code, weight)
    across = (out.shape[3] + 1) // 2
    items, cost = _items(out.shape, inputs, outputs)
    bias = np.zeros(outputs, out.dtype) if bias is None else bias

    def run(s):
        for images, rows in items[s]:
            tiles = _tiles(code, x[images], low, rows, across)
            products = scratch((*tiles.shape[:3], outputs), out.dtype, "products")
            matmul(tiles, kernels, products)
            down = rows.stop - rows.start
            lines = scratch((2, 4, across * outputs), out.dtype, "lines")
            image = scratch((2 * down, 2, across, outputs), out.dtype, "image")
            code.untile(_lines(products, across), bias, rows.start, down, lines, image, out[images])

    each(run, split(len(items), cost))


def grad_weight(code, x, gradient, low, scale, out) -> None:
    """As ``winograd.grad_weight``."""
    outputs, inputs = out.shape[:2]
    across = (gradient.shape[3] + 1) // 2
    items, _ = _items(gradient.shape, inputs, outputs, LEAST_TILES)
    number = max(2, min(SUMS, TOTALS // (64 * inputs * outputs)))
    parts = split(len(items), 1, max(1, len(items) / number))
    totals = scratch((len(parts), 4, 4, inputs, outputs), x.dtype, "totals")

    def run(part):
        total = totals[part]
        for item, (images, rows) in enumerate(items[parts[part]]):
            tiles = _tiles(code, x[images], low, rows, across).swapaxes(2, 3)
            gradients = _gradient_tiles(code, gradient[images], rows, across)
            found = scratch(total.shape, x.dtype, "found") if item else total
            matmul(tiles, gradients, found)
            if item:
                total += found

    each(run, range(len(parts)))
    cost = (len(parts) + 10.0) * outputs
    each(lambda s: code.add_kernels(totals, s.start, s.stop, scale, out), split(inputs, cost))


def _items(shape, inputs, outputs, least=1):
    """Return pairs of images and rows of tiles, and what such an item costs."""
    batch, _, height, width = shape
    down, across = (height + 1) // 2, (width + 1) // 2
    total = batch * down * across
    cost = total * (16 * MULTIPLY * inputs * outputs + 4 * MOVE * (inputs + outputs))
    parts = min(ITEMS, max(1, int(cost / ITEM)))
    least = max(least, min(inputs * outputs // 2048, 64))  # every item reads all of the kernels
    items = cut(batch, down, across, max(min(BYTES // (64 * (inputs + outputs)), -(-total // parts)), least))
    return items, cost / len(items)


def _kernels(code, weight):
    """Return G g G', (4, 4, inputs, outputs)."""
    outputs, inputs = weight.shape[:2]
    result = scratch((4, 4, inputs, outputs), weight.dtype, "kernels")
    each(lambda s: code.kernels(weight, s.start, s.stop, result), split(inputs, 8.0 * outputs))
    return result


def _tiles(code, x, low, rows, across):
    """Return B' d B of some images in some rows of tiles, (4, 4, tiles, inputs)."""
    batch, inputs = x.shape[:2]
    down = rows.stop - rows.start
    image = scratch((2 * down + 2, 2, across + 1, inputs), x.dtype, "image")
    lines = scratch((4, image[0].size), x.dtype, "lines")
    tiles = scratch((4, 4, batch * down * across, inputs), x.dtype, "tiles")
    code.tiles(x, rows.start, low, down, image, lines, _lines(tiles, across))
    return tiles


def _gradient_tiles(code, gradient, rows, across):
    """Return A y A' of a gradient, (4, 4, tiles, outputs), but the last row and column negative."""
    batch, outputs = gradient.shape[:2]
    down = rows.stop - rows.start
    image = scratch((2 * down, 2, across, outputs), gradient.dtype, "image")
    lines = scratch((4, image[0].size), gradient.dtype, "lines")
    tiles = scratch((4, 4, batch * down * across, outputs), gradient.dtype, "gradients")
    code.gradient_tiles(gradient, rows.start, down, image, lines, _lines(tiles, across))
    return tiles


def _lines(tiles, across):
    """Return tiles (4, 4, tiles, planes) as (4, 4, rows of tiles, across * planes)."""
    return tiles.reshape(4, 4, -1, across * tiles.shape[3])
