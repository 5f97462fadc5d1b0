"""What the convolutions of images and volumes share: Convolution, FullConvolution."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.buffers import empty, sized
from ..core.generator import draw
from ..core.module import Module
from ..kernels.convolution import conv, conv_grad_bias, conv_grad_input, conv_grad_weight, conv_size

__all__ = ["Convolution", "FullConvolution"]


class Convolution(Module):
    """Base of convolutions ``y[o] = sum over i of W[o, i] * x[i] + b[o]`` whose sizes are fields such as ``kW``.

    Attributes
    ----------
    _axes : str
        The spatial axes in the order of memory, each the last letter of its fields.
    _order : str
        The same letters in the order in which Torch passes and prints them.
    """

    _axes = "HW"
    _order = "WH"
    _reads_bias = True  # whether the print tells that there is no bias
    nInputPlane: int
    nOutputPlane: int

    def noBias(self):
        """Remove the bias and return the module."""
        self.bias = self.gradBias = None
        return self

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(kernel size * nInputPlane) or ``sqrt(3) * stdv``."""
        draw(stdv, math.prod(self._all("k")) * self.nInputPlane, self.weight, self.bias)
        return self

    def updateOutput(self, input):
        x = self._checked(input)
        self.output = sized(self.output, self._output_shape(x), self.weight.dtype)
        conv(self._batch(x), self._kernel(self.weight), self.bias, *self._geometry(), self._batch(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        conv_grad_input(gradient, self._kernel(self.weight), None, *self._geometry(), self._batch(self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = self._batch(self._checked(input))
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        conv_grad_weight(x, gradient, *self._geometry(), scale, self._kernel(self.gradWeight))
        if self.bias is not None:
            conv_grad_bias(gradient, scale, self.gradBias)

    def _all(self, name) -> tuple[int, ...]:
        """Return the fields ``name + axis`` in the order of memory."""
        return tuple(getattr(self, name + axis) for axis in self._axes)

    def _dilation(self) -> tuple[int, ...]:
        return (1,) * len(self._axes)

    def _geometry(self):
        """Return stride, padding and dilation."""
        return self._all("d"), self._all("pad"), self._dilation()

    def _kernel(self, weight):
        """Return a weight, or its gradient, as ``(planes, planes, *kernel)``."""
        return weight

    def _checked(self, input):
        """Return the input as an array that has the right planes."""
        rank = len(self._axes) + 1
        x = check.array(self, input, ndim=(rank, rank + 1))
        if x.shape[-rank] != self.nInputPlane:
            raise check.error(self, f"input.shape[{-rank}] == {self.nInputPlane}", x)
        return x

    def _batch(self, array):
        return array if array.ndim == len(self._axes) + 2 else array[None]

    def _output_shape(self, x):
        rank = len(self._axes)
        size = conv_size(x.shape[-rank:], self._all("k"), *self._geometry())
        if min(size) < 1:
            reach = [d * (k - 1) + 1 - 2 * p for k, p, d in zip(self._all("k"), *self._geometry()[1:], strict=True)]
            least = ", ".join(f"{axis} >= {max(n, 1)}" for axis, n in zip(self._axes, reach, strict=True))
            raise check.error(self, f"input with {least}", x)
        return *x.shape[: -rank - 1], self.nOutputPlane, *size

    def _numbers(self, name):
        return ",".join(f"{getattr(self, name + axis):d}" for axis in self._order)

    def _text(self) -> str:
        """Return Torch's print up to the padding."""
        kernel = self._numbers("k").replace(",", "x")
        text = f"{self.torch_typename}({self.nInputPlane} -> {self.nOutputPlane}, {kernel}"
        padded = any(self._all("pad"))
        if padded or any(n != 1 for n in self._all("d")):
            text += f", {self._numbers('d')}"
        return text + f", {self._numbers('pad')}" if padded else text

    def __repr__(self):
        return self._text() + (")" if self.bias is not None or not self._reads_bias else ") without bias")


class FullConvolution(Convolution):
    """Base of transposed convolutions: a forward pass is the gradient of the input of a convolution.

    The input is an array, or a table ``{input, target}``: the output then has the size of `target`.
    """

    ones: Any
    zeroScalar: Any = None

    def updateOutput(self, input):
        x = self._checked(input)
        self.output = sized(self.output, self._full_shape(x, input), self.weight.dtype)
        conv_grad_input(self._batch(x), self.weight, self.bias, *self._geometry(), self._batch(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        buffer = next(iter(self.gradInput), None) if isinstance(self.gradInput, list) else self.gradInput
        self.gradInput = found = sized(buffer, x.shape, self.weight.dtype)
        conv(gradient, self.weight, None, *self._geometry(), self._batch(found))
        if isinstance(input, list | tuple):
            if self.zeroScalar is None:
                self.zeroScalar = np.zeros(1, found.dtype)
            self.gradInput = [found, np.broadcast_to(self.zeroScalar, np.shape(input[1]))]
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = self._batch(self._checked(input))
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        conv_grad_weight(gradient, x, *self._geometry(), scale, self.gradWeight)
        if self.bias is not None:
            conv_grad_bias(gradient, scale, self.gradBias)

    def _checked(self, input):
        return super()._checked(check.table(self, input, 2)[0] if isinstance(input, list | tuple) else input)

    def _full_shape(self, x, input):
        rank = len(self._axes)
        kernel, stride, padding = self._all("k"), self._all("d"), self._all("pad")
        adjust = self._all("adj")
        if isinstance(input, list | tuple):
            target = check.array(self, input[1], ndim=x.ndim, name="input[1]").shape[-rank:]
            adjust = tuple((t + 2 * p - k) % d for t, p, k, d in zip(target, padding, kernel, stride, strict=True))
        size = tuple(
            (n - 1) * d - 2 * p + k + a
            for n, d, p, k, a in zip(x.shape[-rank:], stride, padding, kernel, adjust, strict=True)
        )
        if min(size) < 1:
            raise check.error(self, "input that makes an output of at least one element", x)
        return *x.shape[: -rank - 1], self.nOutputPlane, *size

    def _check_adjust(self):
        if any(a > d - 1 for a, d in zip(self._all("adj"), self._all("d"), strict=True)):
            names = ", ".join(f"adj{axis} < d{axis}" for axis in self._order)
            raise ValueError(f"{self.torch_typename}: {names} expected, got {self._numbers('adj')}")

    def _text(self):
        text = super()._text()
        return text + f", {self._numbers('adj')}" if any(self._all("adj")) else text

    def _empty_fields(self, *names):
        for name in names:
            setattr(self, name, empty())
