"""Convolutions of ``(batch, planes, *spatial)`` arrays in one to three dimensions: correlate, and what rests on it.

Every pass but the gradient of the weight is one `correlate`: the gradient of the input (and a transposed convolution)
correlates with the reversed kernel, phase by phase where the stride is larger than one, so that no zeros are
multiplied. `correlate` chooses the algorithm by what was measured (docs/performance.md).
"""

import itertools
import math

import numpy as np

from . import (
    compiled,
    convolution_direct,
    convolution_frames,
    convolution_planes,
    convolution_rows,
    convolution_shifted,
    winograd,
    winograd_direct,
)
from .convolution_direct import Part
from .matmul import matmul
from .parallel import LEAST_ITEM, add_up, each, scratch, split
from .unfold import Piece, col2im, tile

__all__ = ["conv", "conv_grad_bias", "conv_grad_input", "conv_grad_weight", "conv_size", "correlate"]

# Elements of the matrix of columns, which should stay in the L2 cache.
COLUMNS = 1 << 17
# Bytes of the windows of an image that are added up.
WINDOWS = 1 << 24
# Nanoseconds one core takes for a multiply-add, and to copy one element of a window, or one of every few.
MULTIPLY, COPY, SPREAD = 1 / 45, 0.4, 1.5


def conv_size(size, kernel, stride, padding, dilation) -> tuple[int, ...]:
    """Return the spatial size of the output of a convolution, which may come out as less than one."""
    return tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )


def conv(x, weight, bias, stride, padding, dilation, out) -> None:
    """Write the convolution of x with weight ``(outputs, inputs, *kernel)`` to `out`."""
    correlate(x, weight, bias, stride, padding, dilation, out)


def conv_grad_input(grad_output, weight, bias, stride, padding, dilation, out) -> None:
    """Write the gradient of the input of `conv` to `out`, or, with a bias, the transposed convolution."""
    strided = max(stride) > 1
    wasteful = math.prod(out.shape[2:]) > 1.4 * math.prod(grad_output.shape[2:])  # much of what it reads is padding
    widening = len(weight) > weight.shape[1] and max(weight.shape[2:]) > 3  # sums of windows are shorter than windows
    windows = convolution_planes.loops(weight.shape, grad_output, out) if min(padding) >= 0 else None
    if windows and (strided or wasteful or widening):
        convolution_planes.grad_input(windows, grad_output, weight, bias, stride, padding, dilation, out)
        return
    parts = _parts(weight, out.shape[2:], stride, padding, dilation) if strided else []
    code = convolution_direct.loops(weight.shape, "gradInput", out, grad_output) if parts else None
    if code:
        convolution_direct.correlate(code, grad_output, parts, bias, (1,) * len(stride), out)
    elif wasteful and convolution_rows.pays(weight.shape, grad_output.shape):
        convolution_rows.grad_input(grad_output, weight, bias, stride, padding, dilation, out)
    elif out.flags.c_contiguous and _few_inputs(weight.shape, grad_output):
        _by_windows(grad_output, weight, bias, stride, padding, dilation, out)
    elif parts:
        _by_parts(grad_output, parts, bias, out)
    else:
        low = tuple(d * (k - 1) - p for k, p, d in zip(weight.shape[2:], padding, dilation, strict=True))
        correlate(grad_output, _reversed(weight), bias, stride, low, dilation, out)


def _reversed(weight):
    """Return the weight with the kernel reversed, and inputs for outputs."""
    return weight.swapaxes(0, 1)[(slice(None), slice(None), *(slice(None, None, -1) for _ in weight.shape[2:]))]


def _parts(weight, size, stride, padding, dilation):
    """Return the correlations of the gradient of the output that make up the gradient of the input, phase by phase."""
    axes = zip(size, weight.shape[2:], stride, padding, dilation, strict=True)
    parts = []
    for phases in itertools.product(*(list(_phases(*axis)) for axis in axes)):
        at, taps, lows, steps = zip(*phases, strict=True)
        if all(len(range(n)[a]) for n, a in zip(size, at, strict=True)):
            parts.append(Part(_reversed(weight[(slice(None), slice(None), *taps)]), lows, steps, at))
    return parts


def _by_parts(gradient, parts, bias, out):
    """Correlate part by part; each is a result of its own, which is copied."""
    if any(0 in part.weight.shape for part in parts):  # no window of the convolution reaches these elements
        rest = 0 if bias is None else bias.reshape(-1, *(1 for _ in parts[0].at))
        each(lambda s: np.copyto(out[s], rest), split(len(out), COPY * out[0].size))
        parts = [part for part in parts if 0 not in part.weight.shape]
    for weight, low, dilation, at in parts:
        target = out[(slice(None), slice(None), *at)]
        found = np.empty(target.shape, out.dtype)
        correlate(gradient, weight, bias, (1,) * len(at), low, dilation, found)
        each(lambda s, to=target, of=found: np.copyto(to[s], of[s]), split(len(found), 1.0 * found[0].size))


def _few_inputs(weight_shape, grad_output):
    """Return whether it pays to add up the windows of the input, so much smaller than those of the gradient."""
    outputs, inputs, *kernel = weight_shape
    windows = inputs * math.prod(kernel) * grad_output[0, 0].size
    return 8 * inputs <= outputs and math.prod(kernel) > 4 and windows * grad_output.itemsize <= WINDOWS


def _by_windows(gradient, weight, bias, stride, padding, dilation, out):
    """The windows of an image are one matrix product; where they overlap, they are added up (col2im)."""
    outputs, _, *kernel = weight.shape
    matrix = np.ascontiguousarray(weight).reshape(outputs, -1).T
    size = gradient.shape[2:]
    places = math.prod(size)

    step = max(1, WINDOWS // (8 * len(matrix) * places * out.itemsize))

    def run(s):
        for start in range(s.start, s.stop, step):
            images = slice(start, min(start + step, s.stop))
            result = out[images].reshape(-1, *out.shape[2:])
            windows = scratch((images.stop - start, len(matrix), places), out.dtype, "windows")
            matmul(matrix, gradient[images].reshape(-1, outputs, places), windows)
            col2im(windows.reshape(-1, *kernel, *size), stride, padding, dilation, result)
            if bias is not None:
                out[images] += bias.reshape(-1, *(1 for _ in stride))

    each(run, split(len(out), (MULTIPLY * outputs + COPY) * len(matrix) * places, LEAST_ITEM / 4))


def _phases(size, kernel, stride, padding, dilation):
    """Yield, for each residue of positions modulo the stride, where it is, its taps, and padding and dilation there.

    Input position q receives gradient o through tap k if ``q = o * stride + k * dilation - padding``.
    """
    common = math.gcd(dilation, stride)
    for phase in range(stride):
        taps = [k for k in range(kernel) if (phase + padding - k * dilation) % stride == 0]
        if not taps:
            yield slice(phase, size, stride), slice(0, 0), 0, 1
            continue
        last = (phase + padding - taps[-1] * dilation) // stride  # the gradient the first element needs first
        step = dilation // common if len(taps) > 1 else 1
        yield slice(phase, size, stride), slice(taps[0], None, stride // common), -last, step


def correlate(x, weight, bias, stride, low, dilation, out) -> None:
    """Write ``out[n, o, p] = bias[o] + sum over i, k of weight[o, i, k] * x[n, i, p * stride + k * dilation - low]``.

    x is zero outside of its bounds; `low` may be negative, and `out` may reach beyond the last whole window.
    """
    kernel = weight.shape[2:]
    fits = all((n - 1) * s < have for n, s, have in zip(out.shape[2:], stride, x.shape[2:], strict=True))
    code = convolution_direct.loops(weight.shape, "forward", out, x)
    if max(kernel) == 1 and not any(low) and fits:
        _pointwise(x, weight, bias, stride, out)
    elif convolution_frames.pays(weight.shape, stride, dilation, out.shape):
        convolution_frames.correlate(correlate, x, weight, bias, stride, low, dilation, out)
    elif code:
        whole = tuple(map(slice, out.shape[2:]))
        convolution_direct.correlate(code, x, [Part(weight, low, dilation, whole)], bias, stride, out)
    elif transforms := winograd_direct.loops(weight.shape, stride, dilation, "forward", out, x):
        winograd_direct.correlate(transforms, x, weight, bias, low, out)
    elif convolution_shifted.pays(weight.shape, stride, dilation, out.shape):
        convolution_shifted.correlate(x, weight, bias, stride, low, dilation, out)
    elif winograd.pays(weight.shape, stride, dilation, out.shape):
        winograd.correlate(x, weight, bias, low, out)
    elif windows := convolution_planes.loops(weight.shape, out, x):
        convolution_planes.correlate(windows, x, weight, bias, stride, low, dilation, out)
    elif convolution_rows.pays(weight.shape, out.shape):
        convolution_rows.correlate(x, weight, bias, stride, low, dilation, out)
    else:
        _by_columns(x, weight, bias, stride, low, dilation, out)


def _pointwise(x, weight, bias, stride, out):
    """A 1x1 kernel: the planes, or every few elements of them, are the columns."""
    matrix = np.ascontiguousarray(weight.reshape(weight.shape[:2]))
    outputs, inputs = matrix.shape
    size = out.shape[2:]
    places = math.prod(size)
    some = (slice(None), *(slice(0, (n - 1) * s + 1, s) for n, s in zip(size, stride, strict=True)))
    dense = x.flags.c_contiguous and size == x.shape[2:]
    targets = out.reshape(len(x), outputs, places)
    if not dense:
        _strided_pointwise(x[(slice(None), *some)], matrix, bias, targets)
        return
    blocks = tile((places,), 512)

    def run(s):
        for item in range(s.start, s.stop):
            n, (block,) = item // len(blocks), blocks[item % len(blocks)]
            target = targets[n, :, block]
            matmul(matrix, x[n].reshape(inputs, -1)[:, block], target)
            if bias is not None:
                target += bias[:, None]

    each(run, split(len(x) * len(blocks), MULTIPLY * matrix.size * places / len(blocks)))


def _strided_pointwise(x, matrix, bias, targets):
    """As `_pointwise`, where the columns are not contiguous: some images are copied at a time."""
    inputs, places = x.shape[1], targets.shape[2]
    most = max(1, COLUMNS // (inputs * places))

    def run(s):
        for start in range(s.start, s.stop, most):
            images = slice(start, min(start + most, s.stop))
            columns = scratch((images.stop - start, *x.shape[1:]), x.dtype, "columns")
            np.copyto(columns, x[images])
            matmul(matrix, columns.reshape(-1, inputs, places), targets[images])
            if bias is not None:
                targets[images] += bias[:, None]

    each(run, split(len(x), places * (MULTIPLY * matrix.size + SPREAD * inputs)))


def _by_columns(x, weight, bias, stride, low, dilation, out):
    """Im2col, a piece of the output at a time, and a matrix product for each."""
    matrix = np.ascontiguousarray(weight).reshape(len(weight), -1)
    targets = out.reshape(*out.shape[:2], -1)
    count, row = min(1024, max(COLUMNS // matrix.shape[1], 128)), out.shape[-1]
    blocks = tile(out.shape[2:], max(count // row, 1) * row if row <= 2 * count else count)
    pieces = [Piece(x, block, weight.shape[2:], stride, low, dilation, out.shape[2:]) for block in blocks]
    offset = None if bias is None else bias[:, None]
    if len(x) * len(pieces) == 1:
        _one_piece(matrix, pieces[0].columns(x[0]), offset, targets[0])
        return
    length = targets.shape[2] / len(pieces)
    # So many images take no more NumPy calls than one, and leave eight items for the threads.
    step = max(1, min(int(4 * COLUMNS / (matrix.shape[1] * length)), -(-len(x) * len(pieces) // 8)))
    starts = range(0, len(x), step)

    def run(s):
        for item in range(s.start, s.stop):
            start, piece = starts[item // len(pieces)], pieces[item % len(pieces)]
            some, target = x[start : start + step], targets[start : start + step, :, piece.run]
            columns = piece.columns(some.reshape(-1, *x.shape[2:]))
            matmul(matrix, columns.reshape(len(some), matrix.shape[1], -1), target)
            if offset is not None:
                target += offset

    cost = step * (MULTIPLY * len(matrix) + COPY) * matrix.shape[1] * length
    each(run, split(len(starts) * len(pieces), cost))


def _one_piece(matrix, columns, offset, out):
    """A single product, whose rows are shared out."""

    def run(s):
        matmul(matrix[s], columns, out[s])
        if offset is not None:
            out[s] += offset[s]

    each(run, split(len(matrix), MULTIPLY * columns.size, LEAST_ITEM / 4))


def conv_grad_weight(x, grad_output, stride, padding, dilation, scale, grad_weight) -> None:
    """Add `scale` times the gradient of the weight of `conv` to ``grad_weight``."""
    shape, size = grad_weight.shape, grad_output.shape
    code = convolution_direct.loops(shape, "gradWeight", grad_output, x)
    if convolution_frames.pays(shape, stride, dilation, size) and compiled.loops("winograd", grad_output, x):
        how = stride, padding, dilation
        convolution_frames.grad_weight(conv_grad_weight, x, grad_output, *how, scale, grad_weight)
    elif code:
        convolution_direct.grad_weight(code, x, grad_output, stride, padding, dilation, scale, grad_weight)
    elif transforms := winograd_direct.loops(shape, stride, dilation, "gradWeight", grad_output, x):
        winograd_direct.grad_weight(transforms, x, grad_output, padding, scale, grad_weight)
    elif convolution_shifted.pays(shape, stride, dilation, size):
        convolution_shifted.grad_weight(x, grad_output, stride, padding, dilation, scale, grad_weight)
    elif winograd.pays(shape, stride, dilation, size):
        winograd.grad_weight(x, grad_output, padding, scale, grad_weight)
    elif windows := convolution_planes.loops(shape, grad_output, x):
        convolution_planes.grad_weight(windows, x, grad_output, stride, padding, dilation, scale, grad_weight)
    elif convolution_rows.pays(shape, size):
        convolution_rows.grad_weight(x, grad_output, stride, padding, dilation, scale, grad_weight)
    else:
        _grad_weight_by_columns(x, grad_output, stride, padding, dilation, scale, grad_weight)


def _grad_weight_by_columns(x, grad_output, stride, padding, dilation, scale, grad_weight):
    """Im2col, some pieces of some images at a time, and a matrix product for each."""
    kernel, size = grad_weight.shape[2:], grad_output.shape[2:]
    outputs, inputs = grad_weight.shape[:2]
    length = math.prod(kernel)
    gradients = np.ascontiguousarray(grad_output).reshape(len(x), outputs, -1)
    pieces = [Piece(x, block, kernel, stride, padding, dilation, size) for block in tile(size, 1024)]
    planes, samples = _shares(len(x), outputs, inputs, length, gradients.shape[2])
    step = max(1, 16 * COLUMNS // (inputs * length * gradients.shape[2]))  # images, in few calls, if they are small

    def run(s):
        share, batch = planes[s.start % len(planes)], samples[s.start // len(planes)]
        total = np.zeros(((share.stop - share.start) * length, outputs), x.dtype)
        for start in range(batch.start, batch.stop, step):
            images = slice(start, min(start + step, batch.stop))
            some = x[images, share].reshape(-1, *x.shape[2:])
            for piece in pieces:
                columns = piece.columns(some).reshape(images.stop - start, len(total), -1)
                found = scratch((len(columns), *total.shape), x.dtype, "product")
                matmul(columns, gradients[images, :, piece.run].swapaxes(1, 2), found)
                total += found[0] if len(found) == 1 else np.add.reduce(found, 0)
        return total

    slices = [slice(i, i + 1) for i in range(len(planes) * len(samples))]
    totals = each(run, slices)
    for i, share in enumerate(planes):
        target = grad_weight[:, share]
        target += add_up(totals[i :: len(planes)], scale).T.reshape(target.shape)


def _shares(batch, outputs, inputs, length, size):
    """Return slices of the input planes and of the batch; each pair of them is a slice of the work on grad_weight.

    Shares of the planes need no sums afterwards, but each of them reads all of the gradient.
    """
    number = len(split(16, MULTIPLY * batch * outputs * inputs * length * size / 16))
    if 16 * outputs * inputs * length < batch * size * (outputs + inputs):
        return [slice(0, inputs)], split(batch, 1, batch / number)
    planes = split(inputs, 1, max(inputs / number, 4))
    return planes, split(batch, 1, batch * len(planes) / number)


def conv_grad_bias(grad_output, scale, grad_bias) -> None:
    """Add `scale` times the gradient of the bias of `conv` to ``grad_bias``."""
    rows = grad_output.reshape(*grad_output.shape[:2], -1)
    sums = each(lambda s: rows[s].sum(2).sum(0), split(len(rows), 0.3 * rows[0].size))
    grad_bias += add_up(sums, scale)
