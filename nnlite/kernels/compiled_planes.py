"""Images with their planes last, compiled.

With planes last a tap of a window is a run of memory as long as there are planes. Four planes at a time change places,
with one store, or one load, for the four.
"""

import numpy as np

from .compiled import loop

__all__ = ["add", "add_matrix", "add_windows", "all_first", "all_last", "copy", "first", "last", "matrix", "windows"]


@loop
def last(x, top, left, image):
    """Write the rows of an image (planes, height, width) from `top` on to (rows, phases, columns, planes).

    Column k is that at ``k - left``, and lies in phase ``k % phases``; what is outside of the image is zero.
    """
    planes, height, width = x.shape
    rows, phases, columns, _ = image.shape
    begin = min(max(0, -top), rows)
    end = max(begin, min(rows, height - top))
    start = min(max(0, left), phases * columns)
    stop = max(start, min(phases * columns, width + left))
    image[:begin] = 0
    image[end:] = 0
    for k in range(start):
        image[begin:end, k % phases, k // phases] = 0
    for k in range(stop, phases * columns):
        image[begin:end, k % phases, k // phases] = 0
    for p in range(0, planes - 3, 4):
        for y in range(begin, end):
            a, b, c, d = x[p, top + y], x[p + 1, top + y], x[p + 2, top + y], x[p + 3, top + y]
            for phase in range(phases):
                target = image[y, phase]
                for k in range(_next(start, phase, phases), _next(stop, phase, phases)):
                    at, to = k * phases + phase - left, target[k, p : p + 4]
                    s, t, u, v = a[at], b[at], c[at], d[at]
                    to[0], to[1], to[2], to[3] = s, t, u, v
    for p in range(planes // 4 * 4, planes):
        for y in range(begin, end):
            for k in range(start, stop):
                image[y, k % phases, k // phases, p] = x[p, top + y, k - left]


@loop
def first(image, bias, top, left, out):
    """Write what `last` would lay out, plus the bias, to the rows of `out` (planes, height, width) from `top` on."""
    planes, height, width = out.shape
    phases = image.shape[1]
    begin, end = max(0, -top), min(len(image), height - top)
    for p in range(0, planes - 3, 4):
        e, f, g, h = bias[p], bias[p + 1], bias[p + 2], bias[p + 3]
        for y in range(begin, end):
            a, b, c, d = out[p, top + y], out[p + 1, top + y], out[p + 2, top + y], out[p + 3, top + y]
            for phase in range(phases):
                source = image[y, phase]
                for k in range(_next(left, phase, phases), _next(left + width, phase, phases)):
                    of, to = source[k, p : p + 4], k * phases + phase - left
                    s, t, u, v = of[0] + e, of[1] + f, of[2] + g, of[3] + h
                    a[to], b[to], c[to], d[to] = s, t, u, v
    for p in range(planes // 4 * 4, planes):
        for y in range(begin, end):
            for k in range(left, left + width):
                out[p, top + y, k - left] = image[y, k % phases, k // phases, p] + bias[p]


@loop
def _next(column, phase, phases):
    """Return the first index in a phase that is not before a column."""
    return (column - phase + phases - 1) // phases


@loop
def all_last(x, top, out):
    """Write the rows of images from `top` on to (images, rows, 1, width, planes)."""
    for n in range(len(x)):
        last(x[n], top, 0, out[n])


@loop
def all_first(images, bias, top, left, out):
    """As `first`, of several images."""
    for n in range(len(out)):
        first(images[n], bias, top, left, out[n])


@loop
def windows(x, top, left, kernel, stride, dilation, image, out):
    """Write the windows of images to `out` (images, height, width, taps * planes).

    `image` (rows, 1, columns, planes) is scratch memory for what the windows of an image reach, from row `top` and
    column ``-left`` on.
    """
    number, height, width, _ = out.shape
    planes = image.shape[3]
    joined = kernel[1] if dilation[1] == 1 else 1  # neighbours are one run
    size = joined * planes
    for n in range(number):
        last(x[n], top, left, image)
        for y in range(height):
            for i in range(kernel[0]):
                line = image[y * stride[0] + i * dilation[0], 0].reshape(-1)
                for k in range(width):
                    for m in range(0, kernel[1], joined):
                        at = (k * stride[1] + m * dilation[1]) * planes
                        to = (i * kernel[1] + m) * planes
                        copy(line[at : at + size], out[n, y, k, to : to + size])


@loop
def add_windows(rows, top, kernel, stride, dilation, images):
    """Add windows (images, height, width, taps * planes) to images (images, rows, 1, columns, planes): the adjoint.

    The first window is number `top` from above.
    """
    number, height, width, _ = rows.shape
    planes = images.shape[4]
    joined = kernel[1] if dilation[1] == 1 else 1
    size = joined * planes
    for n in range(number):
        for y in range(height):
            for i in range(kernel[0]):
                line = images[n, (top + y) * stride[0] + i * dilation[0], 0].reshape(-1)
                for k in range(width):
                    for m in range(0, kernel[1], joined):
                        to = (k * stride[1] + m * dilation[1]) * planes
                        at = (i * kernel[1] + m) * planes
                        add(rows[n, y, k, at : at + size], line[to : to + size])


@loop
def copy(source, target):
    """Write a vector to another."""
    for k in range(target.size):
        target[k] = source[k]


@loop
def add(source, target):
    """Add a vector to another."""
    for k in range(target.size):
        target[k] += source[k]


@loop
def matrix(weight, out):
    """Write a weight (outputs, inputs, height, width) to (height, width, inputs, outputs)."""
    outputs, inputs, height, width = weight.shape
    for i in range(inputs):
        for k in range(height):
            for m in range(width):
                to = out[k, m, i]
                for o in range(outputs):
                    to[o] = weight[o, i, k, m]


@loop
def add_matrix(total, scale, out):
    """Add `scale` times what `matrix` would write to a weight."""
    outputs, inputs, height, width = out.shape
    factor = np.float32(scale)
    for i in range(inputs):
        for k in range(height):
            for m in range(width):
                of = total[k, m, i]
                for o in range(outputs):
                    out[o, i, k, m] += factor * of[o]
