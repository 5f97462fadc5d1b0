"""Convolutions with 3x3 kernels of stride 1 by Winograd's minimal filtering F(2x2, 3x3): pays, correlate, grad_weight.

An output tile of 2x2 needs 16 multiplications in place of 36: ``Y = A' [(G g G') * (B' d B)] A``, where the product of
transformed kernels and tiles is, summed over planes, 16 matrix products. All factors are 0, 1 and 1/2, so the result
is as exact as a sum in another order.

Tiles lie in memory such that transforms are long loops over contiguous memory: rows and columns of the padded image
are first sorted by parity, which makes the overlapping parts of tiles views shifted by a row or an element. A row of
tiles is followed by one element of junk, the price of running over the ends of rows.
"""

import numpy as np

from .matmul import matmul
from .parallel import LEAST_ITEM, add_up, each, scratch, split
from .unfold import clipped, cut

__all__ = ["WIDE", "correlate", "grad_weight", "pays"]

BYTES = 1 << 22  # of scratch memory for the transforms of one item of work (measured: longer loops beat the L2 cache)
WIDE = 1 << 18  # elements of a row of all planes: work is cut into rows of tiles, which should not fill the memory


def pays(weight_shape, stride, dilation, out_shape) -> bool:
    """Return whether this module can do a convolution, and faster than im2col (measured)."""
    outputs, inputs, *kernel = weight_shape
    if kernel != [3, 3] or max(stride) > 1 or max(dilation) > 1 or min(outputs, inputs) < 16:
        return False
    batch, _, height, width = out_shape
    if max(outputs, inputs) * width > WIDE or (outputs * inputs < 1024 and height * width < 144):
        return False
    return min(height, width) >= 4 and batch * height * width >= 512


def correlate(x, weight, bias, low, out) -> None:
    """Write ``out[n, o, p] = bias[o] + sum over i, k of weight[o, i, k] * x[n, i, p + k - low]``."""
    kernels = _kernels(weight)
    outputs, inputs = weight.shape[:2]
    items, length = _items(out, inputs, outputs)

    def run(s):
        for images, rows in items[s]:
            batch = images.stop - images.start
            tiles = _tiles(x[images], low, rows, out.shape[3])
            products = scratch((4, 4, outputs, batch * length(rows)), out.dtype, "products")
            matmul(kernels, tiles, products)
            _untile(products, bias, out[images, :, 2 * rows.start : 2 * rows.stop])

    images, rows = items[0]
    each(run, split(len(items), 16 * outputs * inputs * (images.stop - images.start) * length(rows) / 40))


def grad_weight(x, grad_output, low, scale, out) -> None:
    """Add `scale` times the gradient of the weight of `correlate` to `out`."""
    outputs, inputs = out.shape[:2]
    items, length = _items(grad_output, inputs, outputs)
    columns = sum((images.stop - images.start) * length(rows) for images, rows in items)
    number = min(len(items), 16, max(1, columns // 128))  # sums over slices cost as much as 128 columns

    def run(s):
        total = np.empty((4, 4, inputs, outputs), x.dtype)
        for item, (images, rows) in enumerate(items[s]):
            tiles = _tiles(x[images], low, rows, grad_output.shape[3])
            gradients = _gradient_tiles(grad_output[images, :, 2 * rows.start : 2 * rows.stop])
            found = scratch(total.shape, x.dtype, "found") if item else total
            matmul(tiles, gradients, found)
            if item:
                total += found
        return total

    totals = each(run, split(len(items), 1, len(items) / number))

    def finish(s):
        _add_kernels(add_up([total[:, :, s] for total in totals]), scale, out[:, s])

    each(finish, split(inputs, 16 * 0.5 * (len(totals) + 3) * outputs, LEAST_ITEM / 4))


def _items(out, inputs, outputs):
    """Return the work as pairs of images and rows of tiles, and a function that gives the length of such rows."""
    batch, _, height, width = out.shape
    down, across = (height + 1) // 2, (width + 1) // 2 + 1
    most = BYTES // (out.itemsize * (28 * inputs + 16 * outputs))  # tiles of an item
    total = batch * down * across
    parts = 8  # enough items for several threads, but no narrow products
    if batch == 1:  # an image has work for fewer
        most *= 2
        parts = max(2, int(total * (16 * inputs * outputs / 45 + 8 * (inputs + outputs)) / LEAST_ITEM))
    most = max(min(most, -(-total // parts)), 64)

    def length(rows):
        return (rows.stop - rows.start) * across

    return cut(batch, down, across, most), length


def _kernels(weight):
    """Return G g G', (4, 4, outputs, inputs)."""
    outputs, inputs = weight.shape[:2]
    result = scratch((4, 4, outputs, inputs), weight.dtype, "kernels")

    def run(s):
        taps = scratch((3, 3, s.stop - s.start, inputs), weight.dtype, "taps")
        np.copyto(taps, weight[s].transpose(2, 3, 0, 1))
        half = scratch((4, *taps.shape[1:]), weight.dtype, "half")
        _halves(taps[0], taps[1], taps[2], half)
        found = result[:, :, s].swapaxes(0, 1)
        _halves(half[:, 0], half[:, 1], half[:, 2], found)

    each(run, split(outputs, 12.0 * inputs, LEAST_ITEM / 8))
    return result


def _halves(first, second, third, out):
    """Write G g along one axis: ``g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2``."""
    np.copyto(out[0], first)
    np.copyto(out[3], third)
    np.add(first, third, out=out[1])
    np.subtract(out[1], second, out=out[2])
    out[1] += second
    out[1] *= 0.5
    out[2] *= 0.5


def _tiles(x, low, rows, width):
    """Return B' d B of the tiles of some images in some rows of tiles, (4, 4, inputs, tiles)."""
    batch, inputs, *size = x.shape
    down, across = rows.stop - rows.start, (width + 1) // 2 + 1
    image = scratch((2, 2, inputs, batch, down + 1, across), x.dtype, "image")
    image.fill(0)
    planes = x.swapaxes(0, 1)
    for i in (0, 1):
        vertical = clipped(2 * rows.start + i - low[0], down + 1, 2, size[0])
        for j in (0, 1):
            horizontal = clipped(j - low[1], across, 2, size[1])
            np.copyto(image[i, j][:, :, vertical[0], horizontal[0]], planes[:, :, vertical[1], horizontal[1]])
    length = inputs * batch * down * across
    lines = scratch((4, 2, length + 16), x.dtype, "lines")
    lines[:, :, length:] = 0
    line = lines[:, :, :length].reshape(4, 2, inputs, batch, down * across)
    flat = image.reshape(2, 2, inputs, batch, -1)
    here, below = flat[..., :-across], flat[..., across:]
    np.subtract(here[0], below[0], out=line[0])
    np.add(here[1], below[0], out=line[1])
    np.subtract(below[0], here[1], out=line[2])
    np.subtract(here[1], below[1], out=line[3])
    result = scratch((4, 4, length), x.dtype, "tiles")
    even, odd = lines[:, 0, :length], lines[:, 1, :length]
    next_even, next_odd = lines[:, 0, 1 : length + 1], lines[:, 1, 1 : length + 1]
    np.subtract(even, next_even, out=result[:, 0])
    np.add(odd, next_even, out=result[:, 1])
    np.subtract(next_even, odd, out=result[:, 2])
    np.subtract(odd, next_odd, out=result[:, 3])
    return result.reshape(4, 4, inputs, -1)


def _untile(products, bias, out):
    """Write A' m A, plus the bias, to `out`; `products` are overwritten."""
    batch, outputs, _, width = out.shape
    if bias is not None:
        products[1, 1] += bias[:, None]  # A' m A spreads this one over the whole tile
    _fold(products)
    _fold(products[:2].swapaxes(0, 1))
    across = (width + 1) // 2 + 1
    planes = out.swapaxes(0, 1)
    for i in (0, 1):
        for j in (0, 1):
            target = planes[:, :, i::2, j::2]
            source = products[i, j].reshape(outputs, batch, -1, across)
            np.copyto(target, source[:, :, : target.shape[2], : target.shape[3]])


def _fold(m):
    """Compute A' m along the first axis, in place: ``m0 + m1 + m2, m1 - m2 - m3``."""
    m[0] += m[1]
    m[0] += m[2]
    m[1] -= m[2]
    m[1] -= m[3]


def _gradient_tiles(gradient):
    """Return A y A' of the tiles of a gradient, (4, 4, tiles, outputs), but the last row and column negative."""
    batch, outputs, height, width = gradient.shape
    down, across = (height + 1) // 2, (width + 1) // 2 + 1
    parities = scratch((2, 2, outputs, batch, down, across), gradient.dtype, "image")
    parities.fill(0)
    planes = gradient.swapaxes(0, 1)
    for i in (0, 1):
        for j in (0, 1):
            source = planes[:, :, i::2, j::2]
            np.copyto(parities[i, j][:, :, : source.shape[2], : source.shape[3]], source)
    result = scratch((4, 4, batch * down * across, outputs), gradient.dtype, "gradients")
    # A y A' keeps the four elements of a tile in its corners
    np.copyto(result[::3, ::3], parities.reshape(2, 2, outputs, -1).swapaxes(2, 3))
    flat = result.reshape(4, 4, -1)
    _unfold(flat[:, ::3])
    _unfold(flat.swapaxes(0, 1))
    return result


def _unfold(m):
    """Compute A y along the first axis, in place, from elements 0 and 3."""
    np.add(m[0], m[3], out=m[1])
    np.subtract(m[0], m[3], out=m[2])


def _add_kernels(total, scale, out):
    """Add `scale` times G' u G to `out`; `total` is (4, 4, inputs, outputs), its last row and column negative."""
    _gather(total)
    columns = total[:3].swapaxes(0, 1)
    _gather(columns)
    if scale != 1:
        total[:3, :3] *= scale
    out += total[:3, :3].transpose(3, 2, 0, 1)


def _gather(u):
    """Compute G' u along the first axis, in place: ``u0 + (u1 + u2) / 2, (u1 - u2) / 2, (u1 + u2) / 2 - u3``."""
    u[1] *= 0.5
    u[2] *= 0.5
    u[0] += u[1]
    u[0] += u[2]
    np.subtract(u[1], u[3], out=u[3])
    u[1] -= u[2]
    u[2] += u[3]
