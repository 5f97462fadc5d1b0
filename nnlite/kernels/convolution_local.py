"""Convolutions with one set of weights per place or per plane: local_*, depthwise_*, temporal_*."""

import math

import numpy as np

from .matmul import matmul
from .parallel import LEAST_ITEM, add_up, each, scratch, split
from .pooling import BYTES, in_blocks
from .unfold import col2im, part, windows

__all__ = [
    "depthwise",
    "depthwise_grad_input",
    "depthwise_grad_weight",
    "local",
    "local_grad_input",
    "local_grad_weight",
    "temporal",
    "temporal_grad_input",
    "temporal_grad_weight",
]

MULTIPLY = 0.5  # nanoseconds: these products are small, and copying dominates


# Locally connected: every place of the output has its own matrix ------------------------------------------------------


def _places(x, kernel, stride, padding, size):
    """Return ``(places, inputs * kernel, batch)``: what each place of the output looks at."""
    columns = np.empty((math.prod(size), x.shape[1] * math.prod(kernel), len(x)), x.dtype)
    first = tuple(-p for p in padding)
    reach = tuple((n - 1) * s + k for n, s, k in zip(size, stride, kernel, strict=True))

    def run(batch):
        for n in range(batch.start, batch.stop):
            view = windows(part(x[n], first, reach), kernel, stride, (1,) * len(stride), size)
            axes = (*range(1 + len(stride), view.ndim), *range(1 + len(stride)))
            moved = view.transpose(axes)
            columns[:, :, n].reshape(moved.shape)[...] = moved  # splitting axes makes a view

    each(run, split(len(x), 1.0 * columns.size / len(x)))
    return columns


def local(x, weight, bias, stride, padding, out) -> None:
    """Write ``out[n, :, p] = weight[p] @ window(x[n], p) + bias[:, p]``.

    weight is ``(*size, outputs, inputs, *kernel)``, bias ``(outputs, *size)``.
    """
    size, kernel = out.shape[2:], weight.shape[2 + out.ndim - 2 :]
    columns = _places(x, kernel, stride, padding, size)
    matrices = weight.reshape(len(columns), out.shape[1], -1)
    targets = out.reshape(len(x), out.shape[1], -1)
    offsets = 0 if bias is None else bias.reshape(targets.shape[1:])

    def run(s):
        found = np.matmul(matrices[s], columns[s]).transpose(2, 1, 0)
        np.add(found, 0 if bias is None else offsets[:, s], out=targets[:, :, s])

    each(run, split(len(columns), MULTIPLY * matrices[0].size * len(x)))


def local_grad_input(grad_output, weight, stride, padding, out) -> None:
    """Write the gradient of the input of `local`."""
    size, kernel = grad_output.shape[2:], weight.shape[2 + out.ndim - 2 :]
    outputs = grad_output.shape[1]
    matrices = weight.reshape(math.prod(size), outputs, -1)
    gradients = grad_output.reshape(len(out), outputs, -1)
    columns = np.empty((out.shape[1], *kernel, *size, len(out)), out.dtype)
    flat = columns.reshape(matrices.shape[2], len(matrices), len(out))

    def run(s):
        flat[:, s] = np.matmul(matrices[s].swapaxes(1, 2), gradients[:, :, s].transpose(2, 1, 0)).swapaxes(0, 1)

    def gather(planes):
        summed = np.empty((planes.stop - planes.start, *out.shape[2:], len(out)), out.dtype)
        col2im(columns[planes], stride, padding, (1,) * len(stride), summed)
        out[:, planes] = np.moveaxis(summed, -1, 0)

    each(run, split(len(matrices), MULTIPLY * matrices[0].size * len(out)))
    each(gather, split(len(columns), 1.0 * columns[0].size))


def local_grad_weight(x, grad_output, stride, padding, scale, grad_weight) -> None:
    """Add `scale` times the gradient of the weight of `local` to ``grad_weight``."""
    size, kernel = grad_output.shape[2:], grad_weight.shape[2 + x.ndim - 2 :]
    columns = _places(x, kernel, stride, padding, size)
    gradients = grad_output.reshape(len(x), grad_output.shape[1], -1)
    targets = grad_weight.reshape(len(columns), grad_output.shape[1], -1)

    def run(s):
        targets[s] += scale * np.matmul(gradients[:, :, s].transpose(2, 1, 0), columns[s].swapaxes(1, 2))

    each(run, split(len(columns), MULTIPLY * targets[0].size * len(x)))


# Depthwise: every plane has its own kernels ---------------------------------------------------------------------------


def _planes(x, kernel, stride, padding, size):
    """Return ``(planes, kernel, places)``: the columns of each plane, in scratch memory."""
    first = tuple(-p for p in padding)
    reach = tuple((n - 1) * s + k for n, s, k in zip(size, stride, kernel, strict=True))
    view = windows(part(x, first, reach), kernel, stride, (1,) * len(stride), size)
    columns = scratch(view.shape, x.dtype, "columns")
    np.copyto(columns, view)
    return columns.reshape(len(x), math.prod(kernel), math.prod(size))


def _columns(weight, size):
    """Return the bytes of the columns of one plane."""
    return weight.itemsize * math.prod(weight.shape[2:]) * math.prod(size)


def _cost(weight, size):
    return MULTIPLY * weight.size * math.prod(size) / len(weight)


def depthwise(x, weight, bias, stride, padding, out) -> None:
    """Write ``out[n, i, m, p] = bias[i, m] + weight[i, m] @ window(x[n, i], p)``: m kernels for each plane i."""
    kernel, size = weight.shape[2:], out.shape[3:]
    matrices = weight.reshape(*weight.shape[:2], -1)
    found = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
    images, targets = x.reshape(-1, *x.shape[2:]), found.reshape(-1, out.shape[2], math.prod(size))

    def run(some):
        which = np.arange(some.start, some.stop) % len(weight)
        np.matmul(matrices[which], _planes(images[some], kernel, stride, padding, size), out=targets[some])
        if bias is not None:
            targets[some] += bias[which, :, None]

    in_blocks(run, len(targets), _columns(weight, size), _cost(weight, size))
    if found is not out:
        out[...] = found


def depthwise_grad_input(grad_output, weight, stride, padding, out) -> None:
    """Write the gradient of the input of `depthwise`."""
    kernel, size = weight.shape[2:], grad_output.shape[3:]
    matrices = weight.reshape(*weight.shape[:2], -1).swapaxes(1, 2)
    found = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
    gradients, images = grad_output.reshape(-1, weight.shape[1], math.prod(size)), found.reshape(-1, *out.shape[2:])

    def run(some):
        which = np.arange(some.start, some.stop) % len(weight)
        columns = scratch((len(which), math.prod(kernel), gradients.shape[2]), out.dtype, "columns")
        matmul(matrices[which], gradients[some], columns)
        col2im(columns.reshape(-1, *kernel, *size), stride, padding, (1,) * len(stride), images[some])

    in_blocks(run, len(gradients), _columns(weight, size), _cost(weight, size))
    if found is not out:
        out[...] = found


def depthwise_grad_weight(x, grad_output, stride, padding, scale, grad_weight) -> None:
    """Add `scale` times the gradient of the weight of `depthwise` to ``grad_weight``."""
    kernel, size = grad_weight.shape[2:], grad_output.shape[3:]
    gradients = grad_output.reshape(*grad_output.shape[:3], -1)
    step = max(1, BYTES // _columns(grad_weight, size))

    def run(s):
        total = np.zeros((*grad_weight.shape[:2], math.prod(kernel)), x.dtype)
        for n in range(s.start, s.stop):
            for start in range(0, len(total), step):
                planes = slice(start, start + step)
                columns = _planes(x[n, planes], kernel, stride, padding, size)
                total[planes] += np.matmul(gradients[n, planes], columns.swapaxes(1, 2))
        return total

    totals = each(run, split(len(x), _cost(grad_weight, size) * len(grad_weight), LEAST_ITEM / 4))
    grad_weight += add_up(totals, scale).reshape(grad_weight.shape)


# Temporal: frames are rows, and a window of frames is a run of memory -------------------------------------------------


def _frames(x, weight, stride, count):
    """Return ``(count, length)``: the windows of a contiguous sequence of frames, in scratch memory."""
    length, frame = weight.shape[1], x.shape[1]
    view = np.ndarray((count, length), x.dtype, x, 0, (stride * frame * x.itemsize, x.itemsize))
    columns = scratch(view.shape, x.dtype, "columns")
    np.copyto(columns, view)
    return columns


def temporal(x, weight, bias, stride, out) -> None:
    """Write ``out[n, t] = weight @ x[n, t * stride : t * stride + width] + bias``, the window as one row."""
    x = np.ascontiguousarray(x)

    def run(s):
        for n in range(s.start, s.stop):
            np.matmul(_frames(x[n], weight, stride, out.shape[1]), weight.T, out=out[n])
            out[n] += bias

    each(run, split(len(x), weight.size * out.shape[1] / 40))


def temporal_grad_input(grad_output, weight, stride, out) -> None:
    """Write the gradient of the input of `temporal`."""
    frame = out.shape[2]
    count = grad_output.shape[1]

    def run(s):
        for n in range(s.start, s.stop):
            columns = scratch((count, weight.shape[1]), out.dtype, "columns")
            np.matmul(grad_output[n], weight, out=columns)
            out[n].fill(0)
            for k in range(weight.shape[1] // frame):
                out[n, k : k + (count - 1) * stride + 1 : stride] += columns[:, k * frame : (k + 1) * frame]

    each(run, split(len(out), weight.size * count / 40))


def temporal_grad_weight(x, grad_output, stride, scale, grad_weight) -> None:
    """Add `scale` times the gradient of the weight of `temporal` to ``grad_weight``."""
    x = np.ascontiguousarray(x)

    def run(s):
        total = np.zeros_like(grad_weight)
        for n in range(s.start, s.stop):
            total += grad_output[n].T @ _frames(x[n], grad_weight, stride, grad_output.shape[1])
        return total

    cost = grad_weight.size * grad_output.shape[1] / 40
    grad_weight += add_up(each(run, split(len(x), cost, max(len(x) * cost / 16, 50_000))), scale)
