"""Convolutions of images without a matrix of windows, compiled: spread, correlate, grad_weight.

Images lie as lines, one for each plane, their rows one behind the other with zeros between. There every tap of a kernel
is a constant distance, and all places of the output are one long loop, for which four outputs and three taps stay in
registers. Places between rows are computed as well, and dropped.
"""

import numpy as np

from .compiled import loop, summing

__all__ = ["OUTPUTS", "PLACES", "TAPS", "VECTOR", "correlate", "grad_weight", "spread"]

OUTPUTS, TAPS = 4, 3  # that one loop takes; counts are filled up with zeros
VECTOR = 16  # numbers of the longest vector instruction: lines reach so much further
PLACES = 512  # of the output, whose four sums stay in the L1 cache
GRADIENTS = 1024  # places of four gradients, likewise


@loop
def spread(x, first, rows, columns, stride, distances, lines):
    """Write images ``(n, planes, height, width)`` to lines ``(phases down, phases across, planes, length)``.

    `distances` are those from image to image, in rows, from row to row, and to the first element. `rows` are the first
    and last row of a phase that are needed, `columns` how many columns; `first` is added to all rows.
    """
    number, planes, height, width = x.shape
    high, pitch, margin = distances
    for down in range(stride[0]):
        for across in range(stride[1]):
            count = min((width - across + stride[1] - 1) // stride[1], columns)
            for plane in range(planes):
                line = lines[down, across, plane]
                line[: margin + rows[0] * pitch] = 0
                for n in range(number):
                    for y in range(rows[0] if n == 0 else 0, rows[1] if n == number - 1 else high):
                        source = (first + y) * stride[0] + down
                        used = count if 0 <= source < height and y < rows[1] else 0
                        target = line[margin + (n * high + y) * pitch :]
                        if used and stride[1] == 1:
                            _copy(x[n, plane, source], used, target)
                        elif used:
                            _take(x[n, plane, source, across:], used, stride[1], target)
                        for k in range(used, pitch):
                            target[k] = 0
                line[margin + ((number - 1) * high + rows[1]) * pitch :] = 0


@loop
def correlate(lines, offsets, weights, bias, distances, size, first, step, sums, out):
    """Write ``bias[o] + sum over t of weights[o, t] * lines[place + offsets[t]]`` to every `step`-th element of `out`.

    `weights` is ``(outputs / 4, taps, 4)``, `out` ``(n, outputs, height, width)``. There are `size` places of each
    image, which are written from element `first` on. `sums` is scratch memory, ``(4, PLACES)``.
    """
    places = ((len(out) - 1) * distances[0] + size[0]) * distances[1]
    for start in range(0, places, PLACES):
        length = min(PLACES, places - start)
        even = (length + VECTOR - 1) // VECTOR * VECTOR
        for block in range(len(weights)):
            output = block * OUTPUTS
            for j in range(OUTPUTS):
                sums[j, :even] = bias[output + j]
            _multiply(lines[start:], offsets, weights[block], even, sums)
            _put(sums[: out.shape[1] - output], start, length, distances, size, first, step, output, out)


@loop
def _multiply(lines, offsets, weights, length, sums):
    for t in range(0, len(offsets), TAPS):
        x, y, z = lines[offsets[t] :], lines[offsets[t + 1] :], lines[offsets[t + 2] :]
        a0, b0, c0, d0 = weights[t, 0], weights[t, 1], weights[t, 2], weights[t, 3]
        a1, b1, c1, d1 = weights[t + 1, 0], weights[t + 1, 1], weights[t + 1, 2], weights[t + 1, 3]
        a2, b2, c2, d2 = weights[t + 2, 0], weights[t + 2, 1], weights[t + 2, 2], weights[t + 2, 3]
        for k in range(length):
            a, b, c, d = sums[0, k], sums[1, k], sums[2, k], sums[3, k]
            a += a0 * x[k]
            b += b0 * x[k]
            c += c0 * x[k]
            d += d0 * x[k]
            a += a1 * y[k]
            b += b1 * y[k]
            c += c1 * y[k]
            d += d1 * y[k]
            sums[0, k] = a + a2 * z[k]
            sums[1, k] = b + b2 * z[k]
            sums[2, k] = c + c2 * z[k]
            sums[3, k] = d + d2 * z[k]


@loop
def _put(sums, start, length, distances, size, first, step, output, out):
    """Write the sums of `length` places from `start` on where they belong, but for those between rows."""
    high, pitch = distances
    row = start // pitch
    at = row * pitch - start
    n, y = row // high, row % high
    while at < length:
        if y < size[0]:
            begin, end = max(0, -at), min(size[1], length - at)
            for j in range(len(sums)):
                target = out[n, output + j, first[0] + y * step[0], first[1] + begin * step[1] :]
                if step[1] == 1:
                    _copy(sums[j, at + begin :], end - begin, target)
                else:
                    for k in range(end - begin):
                        target[k * step[1]] = sums[j, at + begin + k]
        at += pitch
        y += 1
        if y == high:
            n, y = n + 1, 0


@loop
def _copy(source, count, target):
    for k in range(count):
        target[k] = source[k]


@loop
def _take(source, count, step, target):
    for k in range(count):
        target[k] = source[k * step]


@summing
def grad_weight(lines, offsets, gradients, total):
    """Add ``sum over places of gradients[o, place] * lines[place + offsets[t]]`` to ``total[t, o]``."""
    outputs, places = gradients.shape
    for start in range(0, places, GRADIENTS):
        length = min(GRADIENTS, places - start)
        here = lines[start:]
        for o in range(0, outputs, OUTPUTS):
            a, b, c, d = gradients[o], gradients[o + 1], gradients[o + 2], gradients[o + 3]
            a, b, c, d = a[start:], b[start:], c[start:], d[start:]
            for t in range(0, len(offsets), TAPS):
                x, y, z = here[offsets[t] :], here[offsets[t + 1] :], here[offsets[t + 2] :]
                ax = ay = az = bx = by = bz = cx = cy = cz = dx = dy = dz = np.float32(0)
                for k in range(length):
                    ax += a[k] * x[k]
                    ay += a[k] * y[k]
                    az += a[k] * z[k]
                    bx += b[k] * x[k]
                    by += b[k] * y[k]
                    bz += b[k] * z[k]
                    cx += c[k] * x[k]
                    cy += c[k] * y[k]
                    cz += c[k] * z[k]
                    dx += d[k] * x[k]
                    dy += d[k] * y[k]
                    dz += d[k] * z[k]
                for j, sums in enumerate(((ax, ay, az), (bx, by, bz), (cx, cy, cz), (dx, dy, dz))):
                    for i in range(TAPS):
                        total[t + i, o + j] += sums[i]
