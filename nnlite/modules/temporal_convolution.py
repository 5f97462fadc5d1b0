"""Convolutions of sequences: TemporalConvolution, TemporalRowConvolution."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import draw
from ..core.module import Module
from ..kernels import convolution_local as kernels

__all__ = ["TemporalConvolution", "TemporalRowConvolution"]


class TemporalConvolution(Module):
    """Affine map of windows of a sequence of frames ``y[t] = W x[t * dW : t * dW + kW] + b``.

    Parameters
    ----------
    inputFrameSize, outputFrameSize : int
        Lengths of a frame of ``x`` and of ``y``.
    kW : int
        Number of frames in a window.
    dW : int, default 1
        Stride.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputFrameSize, kW * inputFrameSize)
        ``W``, the frames of a window one after the other, drawn from U(-s, s) with s = 1/sqrt(kW * inputFrameSize), and
        its accumulated gradient.
    bias, gradBias : ndarray, (outputFrameSize,)
        ``b`` and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not ``(T, inputFrameSize)`` or a batch of such, with T >= kW.

    Notes
    -----
    Lua: nn/TemporalConvolution.lua. ``(N, T, inputFrameSize)`` gives ``(N, (T - kW) // dW + 1, outputFrameSize)``.

    Examples
    --------
    >>> nn.TemporalConvolution(16, 8, 3).forward(np.ones((20, 16))).shape
    (18, 8)
    """

    def __init__(self, inputFrameSize: int, outputFrameSize: int, kW: int, dW: int | None = None):
        super().__init__()
        self.inputFrameSize, self.outputFrameSize = inputFrameSize, outputFrameSize
        self.kW, self.dW = kW, given(dW, 1)
        self.weight, self.gradWeight = parameter(outputFrameSize, inputFrameSize * kW)
        self.bias, self.gradBias = parameter(outputFrameSize)
        self.reset()

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(kW * inputFrameSize) or ``sqrt(3) * stdv``."""
        draw(stdv, self.kW * self.inputFrameSize, self.weight, self.bias)
        return self

    def updateOutput(self, input):
        x = self._checked(input)
        frames = (x.shape[-2] - self.kW) // self.dW + 1
        self.output = sized(self.output, (*x.shape[:-2], frames, self.outputFrameSize), self.weight.dtype)
        kernels.temporal(_batch(x), self.weight, self.bias, self.dW, _batch(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = _batch(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        kernels.temporal_grad_input(gradient, self.weight, self.dW, _batch(self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = _batch(self._checked(input))
        gradient = _batch(check.gradient(self, gradOutput, self.output))
        kernels.temporal_grad_weight(x, gradient, self.dW, scale, self.gradWeight)
        self.gradBias += scale * gradient.sum((0, 1))

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def _checked(self, input):
        x = check.array(self, input, ndim=(2, 3), last=self.inputFrameSize)
        if x.shape[-2] < self.kW:
            raise check.error(self, f"input of at least {self.kW} frames", x)
        return x


class TemporalRowConvolution(Module):
    """Convolution of each feature with a kernel of its own ``y[t, f] = sum over k of w[f, k] x[t * dW + k, f] + b[f]``.

    Parameters
    ----------
    inputFrameSize : int
        Number of features.
    kW : int
        Number of frames in a window.
    dW : int, default 1
        Stride.
    featFirst : bool, default False
        Whether the features come before time: ``(N, inputFrameSize, T)`` in place of ``(N, T, inputFrameSize)``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputFrameSize, 1, kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kW * inputFrameSize), and their accumulated gradient.
    bias, gradBias : ndarray, (inputFrameSize,), or None
        Added to each feature, and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input does not have inputFrameSize features or is shorter than kW.

    Notes
    -----
    Lua: nn/TemporalRowConvolution.lua.
    """

    def __init__(self, inputFrameSize: int, kW: int, dW: int | None = None, featFirst: bool | None = None):
        super().__init__()
        self.inputFrameSize = inputFrameSize
        self.kW, self.dW = kW, given(dW, 1)
        self.weight, self.gradWeight = parameter(inputFrameSize, 1, kW)
        self.bias, self.gradBias = parameter(inputFrameSize)
        self.featFirst = given(featFirst, False) is not False
        self.reset()

    def noBias(self):
        """Remove the bias and return the module."""
        self.bias = self.gradBias = None
        return self

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(kW * inputFrameSize) or ``sqrt(3) * stdv``."""
        draw(stdv, self.kW * self.inputFrameSize, self.weight, self.bias)
        return self

    def updateOutput(self, input):
        x = self._checked(input)
        frames = (self._sequence(x).shape[-1] - self.kW) // self.dW + 1
        shape = (self.inputFrameSize, frames) if self.featFirst else (frames, self.inputFrameSize)
        self.output = sized(self.output, (*x.shape[:-2], *shape), self.weight.dtype)
        bias = None if self.bias is None else self.bias[:, None]
        found = self._by_feature(self.output)
        kernels.depthwise(self._sequence(x), self.weight, bias, (self.dW,), (0,), found)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = self._by_feature(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        kernels.depthwise_grad_input(gradient, self.weight, (self.dW,), (0,), self._sequence(self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = self._sequence(self._checked(input))
        gradient = self._by_feature(check.gradient(self, gradOutput, self.output))
        kernels.depthwise_grad_weight(x, gradient, (self.dW,), (0,), scale, self.gradWeight)
        if self.bias is not None:
            self.gradBias += scale * gradient.sum((0, 2, 3))

    def _checked(self, input):
        x = check.array(self, input, ndim=(2, 3))
        features = -2 if self.featFirst else -1
        if x.shape[features] != self.inputFrameSize:
            raise check.error(self, f"input.shape[{features}] == {self.inputFrameSize}", x)
        if self._sequence(x).shape[-1] < self.kW:
            raise check.error(self, f"input of at least {self.kW} frames", x)
        return x

    def _sequence(self, array):
        """Return a view ``(batch, features, time)``."""
        return _batch(array) if self.featFirst else _batch(array).swapaxes(1, 2)

    def _by_feature(self, array):
        return self._sequence(array)[:, :, None]

    def __repr__(self):
        stride = f", {self.dW:d}" if self.dW != 1 else ""
        text = f"{self.torch_typename}({self.inputFrameSize}, {self.kW}{stride})"
        return text if self.bias is not None else f"{text} without bias"


def _batch(array: np.ndarray) -> np.ndarray:
    return array if array.ndim == 3 else array[None]
