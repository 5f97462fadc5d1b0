"""Convolutions of images by compiled copies of windows (extra ``fast``): correlate, grad_input, grad_weight, loops.

As ``convolution_rows.py``: images with their planes last, whose windows are a few long runs of memory, and a matrix
product. Compiled, it pays for images of any size, which are cut into rows.
"""

import math

import numpy as np

from . import compiled
from .matmul import matmul
from .parallel import add_up, each, scratch, split
from .unfold import cut

__all__ = ["correlate", "grad_input", "grad_weight", "loops"]

PLANES, PLACES = 16, 256  # least planes of an image, and places of all windows, that pay
WIDE = 1 << 22  # elements of the windows of a row: work is cut into rows, which should not fill the memory
BYTES = 1 << 20  # of the windows of one item of work: about an L2 cache
ITEMS, ITEM = 8, 250_000  # items there should be, if each has work for so many nanoseconds
TERMS, SUMS = 128, 8  # of a product of the gradient of the weight, and how many sums are added in the end
MULTIPLY, COPY, MOVE = 1 / 45, 0.2, 0.7  # nanoseconds of one core: a multiply-add, an element of a window, a transpose


def loops(weight_shape, *images):
    """Return the compiled loops if they take these images, and are faster than other ways (measured), else ``None``.

    The first of the images has the size of the windows' places.
    """
    if len(weight_shape) != 4 or weight_shape[1] < PLANES or images[0].size < PLACES * weight_shape[0]:
        return None
    if images[0].shape[3] * math.prod(weight_shape[1:]) > WIDE:
        return None
    return compiled.loops("planes", *images)


def correlate(code, x, weight, bias, stride, low, dilation, out) -> None:
    """As ``convolution.correlate``."""
    outputs = len(weight)
    plan = _Plan(x.shape, weight.shape, stride, low, dilation, out.shape[2:])
    matrix = _matrix(code, weight)
    bias = np.zeros(outputs, out.dtype) if bias is None else bias

    def run(s):
        for images, rows in plan.items[s]:
            windows = plan.windows(code, x[images], rows)
            found = scratch((*windows.shape[:2], 1, windows.shape[2], outputs), out.dtype, "found")
            matmul(windows.reshape(-1, plan.length), matrix, found.reshape(-1, outputs))
            code.all_first(found, bias, rows.start, 0, out[images])

    each(run, split(len(plan.items), plan.cost))


def grad_input(code, gradient, weight, bias, stride, padding, dilation, out) -> None:
    """As ``convolution.conv_grad_input``: one product, and the sums of its rows where windows overlap."""
    outputs, inputs = weight.shape[:2]
    plan = _Plan(out.shape, weight.shape, stride, padding, dilation, gradient.shape[2:], whole=True)
    matrix = np.ascontiguousarray(weight.transpose(0, 2, 3, 1)).reshape(outputs, -1)
    bias = np.zeros(inputs, out.dtype) if bias is None else bias
    reach = [max(n, p + have) for n, p, have in zip(plan.reach(plan.size[0]), padding, out.shape[2:], strict=True)]

    def run(s):
        for images, whole in plan.items[s]:
            number = images.stop - images.start
            image = scratch((number, reach[0], 1, reach[1], inputs), out.dtype, "image")
            image.fill(0)
            step = max(1, BYTES // (4 * number * plan.size[1] * plan.length))
            for start in range(0, whole.stop, step):
                rows = slice(start, min(start + step, whole.stop))
                windows = scratch((number, rows.stop - start, plan.size[1], plan.length), out.dtype, "windows")
                matmul(_last(code, gradient[images], rows), matrix, windows.reshape(-1, plan.length))
                code.add_windows(windows, start, plan.kernel, stride, dilation, image)
            code.all_first(image, bias, -padding[0], padding[1], out[images])

    each(run, split(len(plan.items), plan.cost))


def grad_weight(code, x, gradient, stride, padding, dilation, scale, out) -> None:
    """As ``convolution.conv_grad_weight``."""
    outputs, inputs, *kernel = out.shape
    plan = _Plan(x.shape, out.shape, stride, padding, dilation, gradient.shape[2:], TERMS)
    parts = split(len(plan.items), 1, max(1, len(plan.items) / SUMS))

    def run(s):
        total = np.empty((plan.length, outputs), x.dtype)
        for item, (images, rows) in enumerate(plan.items[s]):
            windows = plan.windows(code, x[images], rows).reshape(-1, plan.length)
            gradients = _last(code, gradient[images], rows)
            found = scratch(total.shape, x.dtype, "found") if item else total
            matmul(windows.T, gradients, found)
            if item:
                total += found
        return total

    code.add_matrix(add_up(each(run, parts)).reshape(*kernel, inputs, outputs), scale, out)


class _Plan:
    """Windows of images of `shape`, for an output of `size`, in `items`: pairs of slices of images and of rows.

    An item has at least so many windows, and all rows of an image if it is `whole`.
    """

    def __init__(self, shape, weight, stride, low, dilation, size, least=1, whole=False):
        outputs, inputs, *kernel = weight
        self.kernel, self.stride, self.low, self.dilation, self.size = tuple(kernel), stride, low, dilation, size
        self.inputs, self.length = inputs, inputs * kernel[0] * kernel[1]
        total = shape[0] * size[0] * size[1]
        moved = inputs * stride[0] * stride[1] + outputs
        cost = total * (self.length * (MULTIPLY * outputs + COPY) + MOVE * moved)
        parts = min(ITEMS, max(1, int(cost / ITEM)))
        least = max(least, size[0] * size[1] if whole else min(outputs * self.length // 4096, 64))
        self.items = cut(shape[0], *size, max(min(BYTES // (4 * self.length), -(-total // parts)), least))
        self.cost = cost / len(self.items)

    def reach(self, rows):
        """Return how many rows and columns of an image so many rows of windows reach."""
        return [
            (n - 1) * s + (k - 1) * d + 1
            for n, s, k, d in zip((rows, self.size[1]), self.stride, self.kernel, self.dilation, strict=True)
        ]

    def windows(self, code, x, rows):
        """Return windows of images in some rows of the output, in scratch memory."""
        high, wide = self.reach(rows.stop - rows.start)
        image = scratch((high, 1, wide, self.inputs), x.dtype, "image")
        found = scratch((len(x), rows.stop - rows.start, self.size[1], self.length), x.dtype, "windows")
        top = rows.start * self.stride[0] - self.low[0]
        code.windows(x, top, self.low[1], self.kernel, self.stride, self.dilation, image, found)
        return found


def _matrix(code, weight):
    """Return a weight as (taps * inputs, outputs)."""
    outputs, inputs, *kernel = weight.shape
    result = scratch((*kernel, inputs, outputs), weight.dtype, "matrix")
    code.matrix(weight, result)
    return result.reshape(-1, outputs)


def _last(code, gradient, rows):
    """Return some rows of a gradient as (places, outputs), in scratch memory."""
    number, outputs, _, width = gradient.shape
    found = scratch((number, rows.stop - rows.start, 1, width, outputs), gradient.dtype, "gradients")
    code.all_last(gradient, rows.start, found)
    return found.reshape(-1, outputs)
