"""Convolutions of images along a table of connections: SpatialConvolutionMap, SpatialFullConvolutionMap."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels.convolution import conv, conv_grad_bias, conv_grad_input, conv_grad_weight

__all__ = ["SpatialConvolutionMap", "SpatialFullConvolutionMap"]

_UNPADDED = (0, 0), (1, 1)


class SpatialConvolutionMap(Module):
    """Convolution with one kernel per connection ``y[o] = b[o] + sum over rows (i, o) of the table of W[row] * x[i]``.

    Parameters
    ----------
    conMatrix : ndarray, (connections, 2)
        Rows ``(input plane, output plane)``, 1-based, from ``nn.tables.full``, ``nn.tables.oneToOne`` or
        ``nn.tables.random``.
    kW, kH : int
        Width and height of the kernels.
    dW, dH : int, default 1
        Strides.

    Attributes
    ----------
    weight, gradWeight : ndarray, (connections, kH, kW)
        The kernels, drawn from U(-s, s), s = 1/sqrt(kW * kH * inputs of the output), and their accumulated gradient.
    bias, gradBias : ndarray, (outputs,)
        Added to the output planes, and its accumulated gradient, from the same distributions.

    Raises
    ------
    ValueError
        If the input has fewer planes than the table names, or is smaller than the kernel.

    Notes
    -----
    Lua: nn/SpatialConvolutionMap.lua. Planes of the input that the table does not name are allowed and ignored.

    Examples
    --------
    >>> nn.SpatialConvolutionMap(nn.tables.random(4, 6, 2), 5, 5).forward(np.ones((4, 12, 12))).shape
    (6, 8, 8)
    """

    connTable: Any
    _ranks: tuple[int, ...] = (3, 4)

    def __init__(self, conMatrix, kW: int, kH: int, dW: int | None = None, dH: int | None = None):
        super().__init__()
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, 1), given(dH, 1)
        self.connTable = conMatrix
        self.nInputPlane, self.nOutputPlane = (int(n) for n in np.max(conMatrix, axis=0))
        self.weight, self.gradWeight = parameter(len(conMatrix), kH, kW)
        self.bias, self.gradBias = parameter(self.nOutputPlane)
        self.reset()

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(kW * kH * inputs of that output) or ``sqrt(3) * stdv``."""
        if stdv is not None:
            self._draw(self.weight, stdv * math.sqrt(3))
            self._draw(self.bias, stdv * math.sqrt(3))
            return self
        outputs = self._connections()[1]
        scale = 1 / np.sqrt(self.kW * self.kH * np.maximum(np.bincount(outputs, minlength=self.nOutputPlane), 1))
        for kernel, output in zip(self.weight, outputs, strict=True):
            self._draw(kernel, scale[output])
        for i, s in enumerate(scale):
            self.bias[i] = default_generator.uniform(-s, s)
        return self

    def decayParameters(self, decay):
        """Shrink weight and bias by the factor ``1 - decay``."""
        self.weight *= 1 - decay
        self.bias *= 1 - decay

    def updateOutput(self, input):
        x = self._checked(input)
        self.output = sized(self.output, self._output_shape(x), self.weight.dtype)
        self._forward(_batch(x)[:, : self.nInputPlane], _batch(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = _batch(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        found = _batch(self.gradInput)
        found[:, self.nInputPlane :] = 0
        self._backward(gradient, found[:, : self.nInputPlane])
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = _batch(self._checked(input))[:, : self.nInputPlane]
        gradient = _batch(check.gradient(self, gradOutput, self.output))
        self._accumulate(x, gradient, scale)
        conv_grad_bias(gradient, scale, self.gradBias)

    def _draw(self, array, s):
        default_generator.fill_uniform(array, -s, s)

    def _connections(self):
        """Return the input and the output of each connection, 0-based."""
        return np.asarray(self.connTable).astype(np.int64).T - 1

    def _dense(self):
        """Return the kernels as ``(outputs, inputs, kH, kW)``, zero where nothing is connected."""
        inputs, outputs = self._connections()
        dense = np.zeros((self.nOutputPlane, self.nInputPlane, self.kH, self.kW), self.weight.dtype)
        np.add.at(dense, (outputs, inputs), self.weight)
        return dense

    def _checked(self, input):
        x = check.array(self, input, ndim=self._ranks)
        if x.shape[-3] < self.nInputPlane:
            raise check.error(self, f"input.shape[-3] >= {self.nInputPlane}", x)
        return x

    def _output_shape(self, x):
        height, width = x.shape[-2:]
        if height < self.kH or width < self.kW:
            raise check.error(self, f"input with H >= {self.kH}, W >= {self.kW}", x)
        size = (height - self.kH) // self.dH + 1, (width - self.kW) // self.dW + 1
        return *x.shape[:-3], self.nOutputPlane, *size

    def _forward(self, x, out):
        conv(x, self._dense(), self.bias, (self.dH, self.dW), *_UNPADDED, out)

    def _backward(self, gradient, out):
        conv_grad_input(gradient, self._dense(), None, (self.dH, self.dW), *_UNPADDED, out)

    def _accumulate(self, x, gradient, scale):
        inputs, outputs = self._connections()
        dense = np.zeros((self.nOutputPlane, self.nInputPlane, self.kH, self.kW), self.weight.dtype)
        conv_grad_weight(x, gradient, (self.dH, self.dW), *_UNPADDED, scale, dense)
        self.gradWeight += dense[outputs, inputs]


class SpatialFullConvolutionMap(SpatialConvolutionMap):
    """As SpatialConvolutionMap, but the transposed convolution, as SpatialFullConvolution, of single images.

    Lua: nn/SpatialFullConvolutionMap.lua.
    """

    _ranks = (3,)

    def _draw(self, array, s):
        for index in np.ndindex(array.shape):  # one draw at a time: bounds are not rounded to float32
            array[index] = default_generator.uniform(-s, s)

    def _dense(self):
        return super()._dense().swapaxes(0, 1)

    def _output_shape(self, x):
        height, width = x.shape[-2:]
        return self.nOutputPlane, (height - 1) * self.dH + self.kH, (width - 1) * self.dW + self.kW

    def _forward(self, x, out):
        conv_grad_input(x, self._dense(), self.bias, (self.dH, self.dW), *_UNPADDED, out)

    def _backward(self, gradient, out):
        conv(gradient, self._dense(), None, (self.dH, self.dW), *_UNPADDED, out)

    def _accumulate(self, x, gradient, scale):
        inputs, outputs = self._connections()
        dense = np.zeros((self.nInputPlane, self.nOutputPlane, self.kH, self.kW), self.weight.dtype)
        conv_grad_weight(gradient, x, (self.dH, self.dW), *_UNPADDED, scale, dense)
        self.gradWeight += dense[inputs, outputs]


def _batch(array: np.ndarray) -> np.ndarray:
    return array if array.ndim == 4 else array[None]
