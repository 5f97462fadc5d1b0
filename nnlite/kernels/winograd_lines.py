"""Convolutions with 3x3 kernels of stride 1 by Winograd's F(2, 3) along the rows: pays, correlate.

Two outputs of a row need 4 multiplications per row of the kernel in place of 6: ``y = A' [(G g) * (B' d)]``. That saves
less than tiles of 2x2 (kernels/winograd.py), but moves less memory, which decides where planes are few.

Lines of all images lie behind each other, ``(row, plane, image, place)``. Three rows of that are, without a copy, the
right matrix of the product with a kernel's three rows. As with tiles, a line ends with one place of junk.
"""

import numpy as np

from .parallel import each, scratch, split
from .unfold import clipped

__all__ = ["correlate", "pays"]

BYTES = 1 << 21  # of scratch memory of one item of work


def pays(weight_shape, out_shape) -> bool:
    """Return whether lines are faster than tiles (measured), where tiles pay: there are few planes, or small ones."""
    outputs, inputs = weight_shape[:2]
    batch, _, height, width = out_shape
    few = outputs * inputs <= (64 * 64 if height * width <= 256 else 32 * 32)
    return few and batch >= 4 and width <= 64


def correlate(x, weight, bias, low, out) -> None:
    """As ``winograd.correlate``."""
    outputs, inputs = weight.shape[:2]
    kernels = _kernels(weight)
    items = _items(out, inputs, outputs)

    def run(s):
        for images in items[s]:
            matrix = _matrix(_lines(x[images], low, out.shape[2:]), inputs)
            products = scratch((4, out.shape[2], outputs, matrix.shape[3]), out.dtype, "products")
            np.matmul(kernels[:, None], matrix, out=products)
            if bias is not None:
                products[1] += bias[:, None]  # which A' spreads over both outputs
            products[0] += products[1]
            products[0] += products[2]
            products[1] -= products[2]
            products[1] -= products[3]
            for j in (0, 1):
                target = out[images, :, :, j::2]
                source = products[j].reshape(*products.shape[1:3], len(target), -1)
                np.copyto(target, source.transpose(2, 1, 0, 3)[..., : target.shape[3]])

    each(run, split(len(items), _cost(out, inputs, outputs, items)))


def _items(out, inputs, outputs):
    """Return slices of the images: in few of them products are wide and calls rare."""
    batch, _, height, width = out.shape
    line = (width + 1) // 2 + 1
    images = BYTES // (out.itemsize * (height + 2) * line * (6 * inputs + 4 * outputs))
    images = min(images, -(-batch // 4), max(1, 1_000_000 // (3 * inputs * outputs * line)))
    count = -(-batch // max(images, 1))
    return [slice(i * batch // count, (i + 1) * batch // count) for i in range(count)]


def _cost(out, inputs, outputs, items):
    places = (items[0].stop - items[0].start) * out.shape[2] * out.shape[3]
    return places * (6 * inputs * outputs / 45 + inputs + outputs)


def _kernels(weight):
    """Return G g, (4, outputs, 3 * inputs), the rows of a kernel one after the other."""
    outputs, inputs = weight.shape[:2]
    taps = weight.transpose(3, 0, 2, 1)
    result = scratch((4, outputs, 3, inputs), weight.dtype, "kernels")
    result[0], result[3] = taps[0], taps[2]
    np.add(taps[0], taps[2], out=result[1])
    np.subtract(result[1], taps[1], out=result[2])
    result[1] += taps[1]
    result[1:3] *= 0.5
    return result.reshape(4, outputs, -1)


def _lines(x, low, size):
    """Return B' d of the lines of some images, (4, rows, inputs, lines)."""
    batch, inputs, *have = x.shape
    height, line = size[0] + 2, (size[1] + 1) // 2 + 1
    count = height * inputs * batch * line
    image = scratch((2, count + 16), x.dtype, "image")
    image.fill(0)
    above = clipped(-low[0], height, 1, have[0])
    for j in (0, 1):
        left = clipped(j - low[1], line, 2, have[1])
        target = image[j, :count].reshape(height, inputs, batch, line)
        np.copyto(target[above[0], :, :, left[0]], x[:, :, above[1], left[1]].transpose(2, 1, 0, 3))
    even, odd = image[:, :count]
    next_even, next_odd = image[:, 1 : count + 1]
    result = scratch((4, count), x.dtype, "lines")
    np.subtract(even, next_even, out=result[0])
    np.add(odd, next_even, out=result[1])
    np.subtract(next_even, odd, out=result[2])
    np.subtract(odd, next_odd, out=result[3])
    return result.reshape(4, height, inputs, batch * line)


def _matrix(lines, inputs):
    """Return the view ``(4, height, 3 * inputs, lines)`` of every three rows."""
    _, height, _, count = lines.shape
    return np.ndarray((4, height - 2, 3 * inputs, count), lines.dtype, lines, 0, lines.strides)
