"""Convolutions with 3x3 kernels of stride 1 by Winograd's F(2, 3) along the rows: pays, correlate, grad_weight.

Two outputs of a row need 4 multiplications per row of the kernel in place of 6: ``y = A' [(G g) * (B' d)]``. That saves
less than tiles of 2x2 (kernels/winograd.py), but moves less memory, which decides where planes are few.

Lines of several images lie behind each other, ``(row, plane, image, place)``. Three rows of that are, without a copy,
the right matrix of the product with a kernel's three rows. As with tiles, a line ends with one place of junk.
"""

import numpy as np

from .matmul import SMALL, matmul
from .parallel import LEAST_ITEM, each, scratch, split
from .unfold import clipped

__all__ = ["correlate", "grad_weight", "pays"]

BYTES = 1 << 23  # of scratch memory of one item of work


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
            lines = _lines(x[images], low, out.shape[2:], (2, 1, 0, 3))
            count = lines.shape[3] * lines.shape[4]
            shape = 4, out.shape[2], 3 * inputs, count
            strides = *lines.strides[:2], lines.itemsize * count, lines.itemsize
            matrix = np.ndarray(shape, x.dtype, lines, 0, strides)  # every three rows
            products = scratch((4, out.shape[2], outputs, count), out.dtype, "products")
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


def grad_weight(x, gradient, low, scale, out) -> None:
    """As ``winograd.grad_weight``."""
    outputs, inputs = out.shape[:2]
    height = gradient.shape[2]
    items = _items(gradient, inputs, outputs, height)

    def run(s):
        total = np.zeros((4, 3, inputs, outputs), x.dtype)
        found = scratch(total.shape, x.dtype, "found")
        for images in items[s]:
            lines = _lines(x[images], low, gradient.shape[2:], (1, 2, 0, 3))
            row = lines.strides[2]
            shape = 4, 3, inputs, height * row // lines.itemsize
            strides = lines.strides[0], row, lines.strides[1], lines.itemsize
            matrix = np.ndarray(shape, x.dtype, lines, 0, strides)  # all rows but two, for each row of the kernel
            matmul(matrix, _gradient_lines(gradient[images])[:, None], found)
            total += found
        return total

    total = sum(each(run, split(len(items), _cost(gradient, inputs, outputs, items))))
    total[1:3] *= 0.5
    both = total[1] + total[2]
    taps = np.stack([total[0] + both, total[1] - total[2], both - total[3]])  # G' u, the last of u being negative
    if scale != 1:
        taps *= scale
    out += taps.transpose(3, 2, 1, 0)


def _items(out, inputs, outputs, rows=3):
    """Return slices of the images: few, so that calls are rare, but products of a row or all rows stay small."""
    batch, _, height, width = out.shape
    line = (width + 1) // 2 + 1
    images = BYTES // (out.itemsize * (height + 2) * line * (6 * inputs + 4 * outputs))
    parts = max(2, int(batch * height * width * (6 * inputs * outputs / 45 + inputs + outputs) / LEAST_ITEM))
    images = min(images, -(-batch // parts), SMALL // (rows * inputs * outputs * line))
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


def _lines(x, low, size, order):
    """Return B' d of the lines of some images, (4, rows, inputs, images, line), or with these axes in another order."""
    batch, inputs, *have = x.shape
    height, line = size[0] + 2, (size[1] + 1) // 2 + 1
    shape = tuple((batch, inputs, height, line)[axis] for axis in order)
    count = height * inputs * batch * line
    image = scratch((2, count + 16), x.dtype, "image")
    image.fill(0)
    above = clipped(-low[0], height, 1, have[0])
    for j in (0, 1):
        left = clipped(j - low[1], line, 2, have[1])
        target = image[j, :count].reshape(shape).transpose(np.argsort(order))
        np.copyto(target[:, :, above[0], left[0]], x[:, :, above[1], left[1]])
    even, odd = image[:, :count]
    next_even, next_odd = image[:, 1 : count + 1]
    result = scratch((4, count), x.dtype, "lines")
    np.subtract(even, next_even, out=result[0])
    np.add(odd, next_even, out=result[1])
    np.subtract(next_even, odd, out=result[2])
    np.subtract(odd, next_odd, out=result[3])
    return result.reshape(4, *shape)


def _gradient_lines(gradient):
    """Return A y of the lines of a gradient, (4, rows * images * line, outputs), but the last one negative."""
    batch, outputs, height, width = gradient.shape
    line = (width + 1) // 2 + 1
    parities = scratch((2, outputs, height, batch, line), gradient.dtype, "image")
    parities[..., -2:] = 0
    for j in (0, 1):
        source = gradient[..., j::2].transpose(1, 2, 0, 3)
        np.copyto(parities[j][..., : source.shape[3]], source)
    result = scratch((4, height * batch * line, outputs), gradient.dtype, "gradients")
    np.copyto(result[::3], parities.reshape(2, outputs, -1).swapaxes(1, 2))
    np.add(result[0], result[3], out=result[1])
    np.subtract(result[0], result[3], out=result[2])
    return result
