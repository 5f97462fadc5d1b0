"""Pooling of sequences of frames: TemporalMaxPooling, TemporalDynamicKMaxPooling."""

import math

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels.pooling import axes
from ..kernels.pooling_irregular import largest_in_order
from ..kernels.pooling_max import max_pool_frames, max_pool_frames_grad

__all__ = ["TemporalDynamicKMaxPooling", "TemporalMaxPooling"]


class TemporalMaxPooling(Module):
    """Largest element of each window of `kW` frames, feature by feature.

    Parameters
    ----------
    kW : int
        Frames in a window.
    dW : int, default kW
        Step between windows.

    Attributes
    ----------
    indices : ndarray of int64, shape of the output
        Which frame of its window the largest element is in, counted from 0; -1 if all are NaN.

    Notes
    -----
    Lua: nn/TemporalMaxPooling.lua. ``(frames, features)``, with or without a batch axis before it, gives
    ``((frames - kW) // dW + 1, features)``. The first of several equal elements counts.

    Examples
    --------
    >>> nn.TemporalMaxPooling(2).forward(np.array([[1.0, 8], [2, 7], [3, 6], [4, 5]]))
    array([[2., 8.],
           [4., 6.]])
    """

    _state = ("output", "gradInput", "indices")
    indices = None

    def __init__(self, kW: int, dW: int | None = None):
        super().__init__()
        self.kW, self.dW = kW, given(dW, kW)

    def empty(self):
        """Old name of `clearState`."""
        self.clearState()

    def updateOutput(self, input):
        input, windows = self._checked(input)
        shape = *input.shape[:-2], windows[1].places, input.shape[-1]
        self.output = sized(self.output, shape, input.dtype)
        self.indices = sized(self.indices, shape, "int64")
        max_pool_frames(_batch(input), windows, _batch(self.output), _batch(self.indices))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input, windows = self._checked(input)
        if self.output.shape != (*input.shape[:-2], windows[1].places, input.shape[-1]):
            raise check.error(self, "the input of the last forward", input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        max_pool_frames_grad(_batch(gradOutput), windows, _batch(self.indices), _batch(self.gradInput))
        return self.gradInput

    def _checked(self, input):
        """Return the input and its windows; those of the batch hold one sequence each."""
        input = check.array(self, input, ndim=(2, 3))
        if self.kW < 1 or self.dW < 1:
            raise ValueError(f"{self}: kW and dW of at least 1 expected, got {self.kW}, {self.dW}")
        if input.shape[-2] < self.kW:
            raise check.error(self, f"input with at least {self.kW} frames", input)
        batch = 1 if input.ndim == 2 else len(input)
        return input, axes((batch, input.shape[-2]), (1, self.kW), (1, self.dW))


class TemporalDynamicKMaxPooling(Module):
    """The k largest elements of a sequence in the order of time, feature by feature.

    Parameters
    ----------
    minK : int
        Least k.
    factor : float, default 0
        ``k = max(minK, ceil(factor * frames))``.

    Attributes
    ----------
    indices : ndarray of int64, shape of the output
        Which frames the elements are from, counted from 1.

    Notes
    -----
    Lua: nn/TemporalDynamicKMaxPooling.lua. ``(frames, features)``, with or without a batch axis before it, gives
    ``(k, features)``. Of equal elements the first are taken (Torch takes whichever its sort leaves in front).
    """

    _state = ("output", "gradInput", "indices")
    indices = None

    def __init__(self, minK: int, factor: float | None = None):
        super().__init__()
        self.minK = minK
        self.factor = given(factor, 0)

    def updateOutput(self, input):
        input = check.array(self, input, ndim=(2, 3))
        frames = input.shape[-2]
        k = max(self.minK, math.ceil(self.factor * frames))
        if not 1 <= k <= frames:
            raise check.error(self, f"input with at least {k} frames", input)
        shape = *input.shape[:-2], k, input.shape[-1]
        at = largest_in_order(input, k, axis=-2)
        self.indices = sized(self.indices, shape, "int64")
        np.add(at, 1, out=self.indices)
        self.output = sized(self.output, shape, input.dtype)
        self.output[...] = np.take_along_axis(input, at, axis=-2)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input, ndim=(2, 3))
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        np.put_along_axis(self.gradInput, self.indices - 1, gradOutput, axis=-2)
        return self.gradInput


def _batch(array):
    return array if array.ndim == 3 else array[None]
