"""Convolutions of small images, windows as rows: pays, correlate, grad_input, grad_weight.

Images are laid out with their planes last first. A window is then a few long runs of memory, which makes im2col cheap
where rows of the image are short, and several images share one matrix product.
"""

import math

import numpy as np

from .matmul import matmul
from .parallel import LEAST_ITEM, add_up, each, scratch, split
from .unfold import clipped

__all__ = ["correlate", "grad_input", "grad_weight", "pays"]

BYTES = 1 << 22  # of the rows of one item of work
MULTIPLY, COPY = 1 / 45, 1.5  # nanoseconds of one core for a multiply-add, and to move one element across


def pays(weight_shape, out_shape) -> bool:
    """Return whether windows as rows are faster than as columns (measured): images are small, and there are enough."""
    _, inputs, *kernel = weight_shape
    batch, _, *size = out_shape
    places = math.prod(size)
    return math.prod(kernel) > 1 and inputs * kernel[-1] >= 16 and places <= 400 and batch * places >= 200


class _Plan:
    """Shapes and slices that all items of one call share."""

    def __init__(self, x, outputs, kernel, stride, low, dilation, size):
        self.kernel, self.stride, self.dilation, self.size = kernel, stride, dilation, size
        self.inputs = x.shape[1]
        self.reach = tuple(
            (n - 1) * s + (k - 1) * d + 1 for n, k, s, d in zip(size, kernel, stride, dilation, strict=True)
        )
        pairs = [clipped(-p, n, 1, have) for p, n, have in zip(low, self.reach, x.shape[2:], strict=True)]
        self.to = (slice(None), *(to for to, _ in pairs))
        self.at = (slice(None), slice(None), *(at for _, at in pairs))
        self.covered = all(to == slice(0, n) for (to, _), n in zip(pairs, self.reach, strict=True))
        self.length = math.prod(kernel) * self.inputs
        self.places = math.prod(size)
        images = max(1, BYTES // (self.places * self.length * x.itemsize))
        parts = max(2, int(len(x) * self.places * self.length * (MULTIPLY * outputs + 0.2) / LEAST_ITEM))
        count = -(-len(x) // min(images, -(-len(x) // parts)))
        self.items = [slice(i * len(x) // count, (i + 1) * len(x) // count) for i in range(count)]

    def whole(self, out):
        """Return whether windows cover all of the images."""
        return all(at == slice(0, n, 1) for at, n in zip(self.at[2:], out.shape[2:], strict=True))

    def slices(self, outputs):
        images = self.items[0].stop
        cost = images * self.places * self.length * (MULTIPLY * outputs + 0.2)
        return split(len(self.items), cost + images * self.inputs * math.prod(self.reach) * COPY)

    def rows(self, x):
        """Return ``(images * places, kernel * inputs)`` of some images, in scratch memory."""
        image = scratch((len(x), *self.reach, self.inputs), x.dtype, "image")
        if not self.covered:
            image.fill(0)
        np.copyto(image[self.to], np.moveaxis(x[self.at], 1, -1))
        steps = image.strides[1:-1]
        strides = (
            image.strides[0],
            *(a * s for a, s in zip(steps, self.stride, strict=True)),
            *(a * d for a, d in zip(steps, self.dilation, strict=True)),
            image.itemsize,
        )
        view = np.ndarray((len(x), *self.size, *self.kernel, self.inputs), x.dtype, image, 0, strides)
        rows = scratch(view.shape, x.dtype, "rows")
        np.copyto(rows, view)
        return rows.reshape(-1, self.length)


def correlate(x, weight, bias, stride, low, dilation, out) -> None:
    """As ``convolution.correlate``."""
    plan = _Plan(x, len(weight), weight.shape[2:], stride, low, dilation, out.shape[2:])
    outputs = len(weight)
    matrix = np.ascontiguousarray(np.moveaxis(weight, (0, 1), (-1, -2))).reshape(plan.length, outputs)
    targets = out.reshape(len(out), outputs, -1)
    offset = None if bias is None else bias[:, None]

    def run(s):
        for item in plan.items[s]:
            rows = plan.rows(x[item])
            found = scratch((len(rows), outputs), out.dtype, "found")
            matmul(rows, matrix, found)
            found = found.reshape(-1, plan.places, outputs).swapaxes(1, 2)
            if offset is None:
                np.copyto(targets[item], found)
            else:
                np.add(found, offset, out=targets[item])

    each(run, plan.slices(outputs))


def grad_input(gradient, weight, bias, stride, padding, dilation, out) -> None:
    """As ``convolution.conv_grad_input``: one product, and the sums of its rows where windows overlap."""
    kernel, size = weight.shape[2:], gradient.shape[2:]
    plan = _Plan(out, len(weight), kernel, stride, padding, dilation, size)
    outputs = len(weight)
    last_first = (0, *range(weight.ndim - 1, 0, -1))  # the order `_windows_added` wants
    matrix = np.ascontiguousarray(weight.transpose(last_first)).reshape(outputs, plan.length)
    gradients = gradient.reshape(len(out), outputs, -1)
    offset = None if bias is None else bias.reshape(-1, *(1 for _ in size))
    inside = (slice(None), slice(None), *(at for at in plan.at[2:]))

    def run(s):
        for item in plan.items[s]:
            found = scratch((item.stop - item.start, plan.places, outputs), out.dtype, "found")
            np.copyto(found, gradients[item].swapaxes(1, 2))
            rows = scratch((found.shape[0] * plan.places, plan.length), out.dtype, "rows")
            matmul(found.reshape(-1, outputs), matrix, rows)
            image = _windows_added(rows.reshape(-1, *size, *reversed(kernel), plan.inputs), plan)
            if not plan.whole(out):
                out[item] = 0
            out[item][inside] = np.moveaxis(image[plan.to], -1, 1)
            if offset is not None:
                out[item] += offset

    each(run, plan.slices(outputs))


def _windows_added(rows, plan):
    """Return the images whose windows are the rows, in scratch memory: what overlaps is added.

    `rows` are (images, *places, *kernel, planes), the last axis of the kernel first. Axis by axis, windows become lines
    of the image: that takes few and long calls.
    """
    axes = len(plan.size)
    for axis in reversed(range(axes)):
        before = (slice(None),) * (1 + axis)
        shape = (*rows.shape[: 1 + axis], plan.reach[axis], *rows.shape[2 + axis : 1 + axes], *rows.shape[2 + axes :])
        image = scratch(shape, rows.dtype, f"image {axis}")
        image.fill(0)
        step = plan.stride[axis]
        length = (plan.size[axis] - 1) * step + 1
        for tap in range(plan.kernel[axis]):
            first = tap * plan.dilation[axis]
            target = image[(*before, slice(first, first + length, step))]
            target += rows[(slice(None),) * (1 + axes) + (tap,)]
        rows = image
    return rows


def grad_weight(x, gradient, stride, padding, dilation, scale, out) -> None:
    """As ``convolution.conv_grad_weight``."""
    plan = _Plan(x, len(out), out.shape[2:], stride, padding, dilation, gradient.shape[2:])
    outputs = len(out)
    gradients = gradient.reshape(len(x), outputs, -1)

    def run(s):
        total = np.zeros((outputs, plan.length), x.dtype)
        part = scratch(total.shape, x.dtype, "part")
        for item in plan.items[s]:
            rows = plan.rows(x[item])
            found = scratch((outputs, item.stop - item.start, plan.places), x.dtype, "found")
            np.copyto(found, gradients[item].swapaxes(0, 1))
            matmul(found.reshape(outputs, -1), rows, part)
            total += part
        return total

    number = min(len(plan.items), 16, max(1, len(x) * plan.places // 128), len(plan.slices(outputs)))
    total = add_up(each(run, split(len(plan.items), 1, len(plan.items) / number)), scale)
    out += np.moveaxis(total.reshape(outputs, *plan.kernel, plan.inputs), -1, 1)
