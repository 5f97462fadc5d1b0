"""Convolutions of small images, one shifted copy for each column of the kernel: pays, correlate, grad_weight.

The copies are laid out ``(row, column of the kernel, plane, image, place)``. Three rows of that are, without a copy,
the right matrix of the product with a kernel's three rows. So im2col copies a third of what it copies elsewhere, and
many images need few NumPy calls: two threads that make many short ones wait for each other's GIL, which costs more than
Winograd's filtering saves where planes are few.
"""

import math

import numpy as np

from .matmul import matmul
from .parallel import LEAST_ITEM, add_up, each, scratch, split
from .unfold import clipped

__all__ = ["correlate", "grad_weight", "pays"]

BYTES = 1 << 23  # of scratch memory of one item of work
MULTIPLY, COPY = 1 / 45, 0.3  # nanoseconds of one core for a multiply-add, and to copy one element
TERMS = 256  # of one product of the gradient of the weight


def pays(weight_shape, stride, dilation, out_shape) -> bool:
    """Return whether this module can do a convolution, and faster than others (measured)."""
    if len(stride) != 2 or dilation[0] > 1:
        return False
    outputs, inputs, *kernel = weight_shape
    batch, _, height, width = out_shape
    few = outputs * inputs <= 64 * 64 if height * width <= 256 else outputs <= 32 and outputs * inputs <= 32 * 32
    small = 8 * stride[1] <= width <= 64 and height <= 64
    fits = 4 * height * width * (inputs * kernel[1] + outputs) <= BYTES
    return few and small and fits and batch >= 4 and min(kernel) > 1 and max(kernel) <= 3


class _Shifted:
    """Where images lie in their copies: `rows` rows from ``-low[0]`` on, and `width` places for each column."""

    def __init__(self, shape, rows, columns, stride, low, dilation, width):
        self.rows, self.columns, self.width = rows, columns, width
        self.down = clipped(-low[0], rows, 1, shape[2])
        self.across = [clipped(k * dilation - low[1], width, stride, shape[3]) for k in range(columns)]

    def image(self, x):
        """Return the copies of some images, in scratch memory."""
        batch, planes = x.shape[:2]
        image = scratch((self.rows, self.columns, planes, batch, self.width), x.dtype, "image")
        to, at = self.down
        for edge in (image[: to.start], image[to.stop :]):
            edge.fill(0)
        source, target = x[:, :, at].transpose(2, 1, 0, 3), image[to]
        for k, (places, those) in enumerate(self.across):
            if places.start > 0:
                target[:, k, ..., : places.start] = 0
            if places.stop < self.width:
                target[:, k, ..., places.stop :] = 0
            np.copyto(target[:, k, ..., places], source[..., those])
        return image


def _windows(image, first, height, step, number):
    """Return `number` matrices (height * columns * planes, images * places), every `step` rows, as a view."""
    rows = image[first:]
    columns = image.shape[1] * image.shape[2]
    places = image.shape[3] * image.shape[4]
    strides = step * image.strides[0], places * image.itemsize, image.itemsize
    return np.ndarray((number, height * columns, places), image.dtype, rows, 0, strides)


def _items(batch, size, planes, outputs, taps, columns):
    """Return slices of the images, and the cost of one."""
    places = math.prod(size)
    cost = places * planes * (MULTIPLY * outputs * taps + COPY * columns)
    parts = max(2, int(batch * cost / LEAST_ITEM), batch * places * 4 * (planes * columns + outputs) // BYTES + 1)
    number = min(1 << (parts - 1).bit_length(), batch)
    return [slice(i * batch // number, (i + 1) * batch // number) for i in range(number)], cost * batch / number


def correlate(x, weight, bias, stride, low, dilation, out) -> None:
    """As ``convolution.correlate``."""
    outputs, inputs, height, columns = weight.shape
    size = out.shape[2:]
    shifted = _Shifted(x.shape, (size[0] - 1) * stride[0] + height, columns, stride[1], low, dilation[1], size[1])
    kernel = np.ascontiguousarray(weight.transpose(0, 2, 3, 1)).reshape(outputs, -1)
    items, cost = _items(len(x), size, inputs, outputs, height * columns, stride[0] * columns)

    def run(s):
        for images in items[s]:
            windows = _windows(shifted.image(x[images]), 0, height, stride[0], size[0])
            found = scratch((size[0], outputs, windows.shape[2]), out.dtype, "found")
            matmul(kernel, windows, found)
            _put(found, bias, out[images])

    each(run, split(len(items), cost))


def _put(found, bias, out):
    """Write products (row, output, image and place) to `out`, plus the bias."""
    found = found.reshape(*found.shape[:2], len(out), -1)[..., : out.shape[3]].transpose(2, 1, 0, 3)
    if bias is None:
        np.copyto(out, found)
    else:
        np.add(found, bias[:, None, None], out=out)


def grad_weight(x, gradient, stride, low, dilation, scale, out) -> None:
    """As ``convolution.conv_grad_weight``."""
    outputs, inputs, height, columns = out.shape
    size = gradient.shape[2:]
    shifted = _Shifted(x.shape, (size[0] - 1) * stride[0] + height, columns, stride[1], low, dilation[1], size[1])
    items, cost = _items(len(x), size, inputs, outputs, height * columns, stride[0] * columns)

    def run(s):
        total = np.zeros((height * columns * inputs, outputs), x.dtype)
        for images in items[s]:
            windows = _windows(shifted.image(x[images]), 0, height, stride[0], size[0])
            gradients = scratch((size[0], images.stop - images.start, size[1], outputs), x.dtype, "gradients")
            np.copyto(gradients, gradient[images].transpose(2, 0, 3, 1))
            parts = -(-windows.shape[2] // TERMS)
            if windows.shape[2] % parts:
                parts = 1
            windows = windows.reshape(size[0], total.shape[0], parts, -1).swapaxes(1, 2)
            found = scratch((size[0], parts, *total.shape), x.dtype, "found")
            matmul(windows, gradients.reshape(size[0], parts, -1, outputs), found)
            total += np.add.reduce(found, (0, 1))
        return total

    total = add_up(each(run, split(len(items), cost)), scale)
    out += total.reshape(height, columns, inputs, outputs).transpose(3, 2, 0, 1)
