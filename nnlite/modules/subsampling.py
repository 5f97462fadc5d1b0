"""Sums of windows times a weight plus a bias: SpatialSubSampling, TemporalSubSampling."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import draw
from ..core.module import Module
from ..kernels.pooling import axes
from ..kernels.pooling_sum import window_sum, window_sum_grad

__all__ = ["SpatialSubSampling", "TemporalSubSampling"]


class SubSampling(Module):
    """Base of sub-samplings: one weight and one bias for each plane or feature.

    A subclass returns its input as an array whose windowed axes come after the first, and the windows, in `_windows`;
    ``_trailing`` is the number of axes after that of the weights.
    """

    _trailing = 0

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(window) or ``sqrt(3) * stdv``."""
        draw(stdv, self._window(), self.weight, self.bias)
        return self

    def updateOutput(self, input):
        input = self._checked(input)
        x, windows = self._windows(input)
        self.output = sized(self.output, self._shape(input, windows), input.dtype)
        window_sum(x, windows, self._as(x, self.output))
        self.output *= self._spread(self.weight)
        self.output += self._spread(self.bias)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = self._checked(input)
        x, windows = self._windows(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        weighted = gradOutput * self._spread(self.weight)
        window_sum_grad(self._as(x, weighted), windows, self._as(x, self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x, windows = self._windows(self._checked(input))
        gradOutput = check.gradient(self, gradOutput, self.output)
        sums = np.empty(gradOutput.shape, gradOutput.dtype)
        window_sum(x, windows, self._as(x, sums))
        sums *= gradOutput
        others = [i for i in range(sums.ndim) if i != sums.ndim - 1 - self._trailing]
        self.gradWeight += scale * sums.sum(tuple(others))
        self.gradBias += scale * gradOutput.sum(tuple(others))

    def _spread(self, vector):
        return vector.reshape(-1, *(1,) * self._trailing)

    def _as(self, x, array):
        """Return `array` with its axes split as those of `x` are."""
        return array.reshape(len(x), *array.shape[-(x.ndim - 1) :])


class SpatialSubSampling(SubSampling):
    """``y = w * (sum of the window) + b``, with one `w` and one `b` per plane.

    Parameters
    ----------
    nInputPlane : int
        Number of planes.
    kW, kH : int
        Width and height of the windows.
    dW, dH : int, default 1
        Steps between windows.

    Attributes
    ----------
    weight, bias, gradWeight, gradBias : ndarray, (nInputPlane,)
        Drawn from U(-s, s) with s = 1/sqrt(kW * kH), and their accumulated gradients.

    Notes
    -----
    Lua: nn/SpatialSubSampling.lua. ``(planes, height, width)``, with or without a batch axis before it, gives
    ``(planes, (height - kH) // dH + 1, (width - kW) // dW + 1)``.
    """

    _trailing = 2

    def __init__(self, nInputPlane: int, kW: int, kH: int, dW: int | None = None, dH: int | None = None):
        super().__init__()
        self.nInputPlane = nInputPlane
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, 1), given(dH, 1)
        self.weight, self.gradWeight = parameter(nInputPlane)
        self.bias, self.gradBias = parameter(nInputPlane)
        self.reset()

    def _window(self):
        return self.kW * self.kH

    def _checked(self, input):
        input = check.array(self, input, ndim=(3, 4))
        if input.shape[-3] != len(self.weight):
            raise check.error(self, f"input.shape[-3] == {len(self.weight)}", input)
        if input.shape[-2] < self.kH or input.shape[-1] < self.kW:
            raise check.error(self, f"input of at least {self.kH} x {self.kW}", input)
        return input

    def _windows(self, input):
        sizes = input.shape[-2:]
        return input.reshape(-1, *sizes), axes(sizes, (self.kH, self.kW), (self.dH, self.dW))

    def _shape(self, input, windows):
        return *input.shape[:-2], *(axis.places for axis in windows)


class TemporalSubSampling(SubSampling):
    """``y = w * (sum of kW frames) + b``, with one `w` and one `b` per feature.

    Parameters
    ----------
    inputFrameSize : int
        Number of features.
    kW : int
        Frames in a window.
    dW : int, default 1
        Step between windows.

    Attributes
    ----------
    weight, bias, gradWeight, gradBias : ndarray, (inputFrameSize,)
        Drawn from U(-s, s) with s = 1/sqrt(kW), and their accumulated gradients.

    Notes
    -----
    Lua: nn/TemporalSubSampling.lua. ``(frames, features)`` gives ``((frames - kW) // dW + 1, features)``; no batches.
    """

    def __init__(self, inputFrameSize: int, kW: int, dW: int | None = None):
        super().__init__()
        self.inputFrameSize = inputFrameSize
        self.kW, self.dW = kW, given(dW, 1)
        self.weight, self.gradWeight = parameter(inputFrameSize)
        self.bias, self.gradBias = parameter(inputFrameSize)
        self.reset()

    def _window(self):
        return self.kW

    def _checked(self, input):
        input = check.array(self, input, ndim=2, last=len(self.weight))
        if len(input) < self.kW:
            raise check.error(self, f"input with at least {self.kW} frames", input)
        return input

    def _windows(self, input):
        return input[None], axes((len(input),), (self.kW,), (self.dW,))

    def _shape(self, input, windows):
        return windows[0].places, input.shape[1]
