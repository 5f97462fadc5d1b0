"""Convolutions of volumes as convolutions of images: correlate, grad_weight, pays.

A frame of the output sees as many frames of the input as the kernel is deep. Put one behind the other, their planes
are those of an image, and the kernel is one of images with so many planes.
"""

import numpy as np

from . import winograd
from .parallel import each, scratch, split
from .unfold import clipped

__all__ = ["correlate", "grad_weight", "pays"]

BYTES = 1 << 23  # of the frames that are convolved together
COPY = 0.3  # nanoseconds of one core to copy an element


def pays(weight_shape, stride, dilation, out_shape) -> bool:
    """Return whether this is faster than windows of volumes (measured): where Winograd's tiles are for the frames."""
    if len(stride) != 3:
        return False
    outputs, inputs, _, *kernel = weight_shape
    _, _, frames, *size = out_shape
    return winograd.pays((outputs, inputs, *kernel), stride[1:], dilation[1:], (frames, outputs, *size))


def correlate(spatial, x, weight, bias, stride, low, dilation, out) -> None:
    """As ``convolution.correlate``, which is passed as `spatial`."""
    kernels = weight.swapaxes(1, 2).reshape(len(weight), -1, *weight.shape[3:])
    for n, frames in _blocks(out, weight.shape, x):
        stacked = _stacked(x[n], frames, weight.shape[2], stride[0], low[0], dilation[0])
        found = scratch((len(stacked), len(weight), *out.shape[3:]), out.dtype, "convolved frames")
        spatial(stacked, kernels, bias, stride[1:], low[1:], dilation[1:], found)
        target = out[n, :, frames].swapaxes(0, 1)
        each(lambda s, to=target, of=found: np.copyto(to[s], of[s]), split(len(found), COPY * found[0].size))


def grad_weight(spatial, x, gradient, stride, padding, dilation, scale, out) -> None:
    """As ``convolution.conv_grad_weight``, which is passed as `spatial`."""
    total = np.zeros((len(out), out.shape[2], out.shape[1], *out.shape[3:]), out.dtype)
    kernels = total.reshape(len(out), -1, *out.shape[3:])
    for n, frames in _blocks(gradient, out.shape, x):
        stacked = _stacked(x[n], frames, out.shape[2], stride[0], padding[0], dilation[0])
        gradients = np.ascontiguousarray(gradient[n, :, frames].swapaxes(0, 1))
        spatial(stacked, gradients, stride[1:], padding[1:], dilation[1:], scale, kernels)
    out += total.swapaxes(1, 2)


def _blocks(out, weight, x):
    """Yield a sample, and a slice of frames of its output, until all are done."""
    frame = x.itemsize * max(weight[1] * weight[2] * x[0, 0, 0].size, weight[0] * out[0, 0, 0].size)
    count = -(-out.shape[2] // max(1, BYTES // frame))
    for n in range(len(out)):
        for i in range(count):
            yield n, slice(i * out.shape[2] // count, (i + 1) * out.shape[2] // count)


def _stacked(x, frames, depth, stride, low, dilation):
    """Return the frames of a volume that frames of the output see, (frames, depth * planes, height, width)."""
    number = frames.stop - frames.start
    stacked = scratch((number, depth, x.shape[0], *x.shape[2:]), x.dtype, "stacked frames")

    def run(s):
        for k in range(s.start, s.stop):
            to, at = clipped(frames.start * stride + k * dilation - low, number, stride, x.shape[1])
            stacked[: to.start, k] = 0
            stacked[to.stop :, k] = 0
            np.copyto(stacked[to, k], x[:, at].swapaxes(0, 1))

    each(run, split(depth, COPY * stacked[:, 0].size))
    return stacked.reshape(number, -1, *x.shape[2:])
