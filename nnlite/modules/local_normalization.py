"""Normalization by the neighbourhood: SpatialCrossMapLRN and Spatial{Subtractive,Divisive,Contrastive}Normalization."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..core.tensor_types import default_dtype
from ..kernels.local_response import cross_map, cross_map_grad
from .activation import Threshold
from .connection_tables import oneToOne
from .containers import Sequential
from .layout import Replicate
from .pointwise import Sqrt, Square
from .spatial_convolution import SpatialConvolution
from .spatial_convolution_map import SpatialConvolutionMap
from .spatial_padding import SpatialZeroPadding
from .table_arithmetic import CDivTable, CSubTable

__all__ = [
    "SpatialContrastiveNormalization",
    "SpatialCrossMapLRN",
    "SpatialDivisiveNormalization",
    "SpatialSubtractiveNormalization",
]


class SpatialCrossMapLRN(Module):
    """``x / (k + alpha / size * (sum of x^2 over size neighbouring planes))^beta``.

    Parameters
    ----------
    size : int
        Number of planes, odd.
    alpha, beta, k : float, default 0.0001, 0.75, 1
        The constants.

    Attributes
    ----------
    scale : ndarray, (batch, planes, height, width)
        What ``x`` is divided by, before the power.

    Notes
    -----
    Lua: nn/SpatialCrossMapLRN.lua. ``(planes, height, width)``, with or without a batch axis before it.
    """

    _state = ("output", "gradInput", "scale")
    scale = None

    def __init__(self, size: int, alpha: float | None = None, beta: float | None = None, k: float | None = None):
        super().__init__()
        if size < 1 or size % 2 == 0:
            raise ValueError(f"{self.torch_typename}: size must be odd, got {size}")
        self.size = size
        self.alpha, self.beta, self.k = given(alpha, 0.0001), given(beta, 0.75), given(k, 1)

    def updateOutput(self, input):
        input = check.array(self, input, ndim=(3, 4))
        self.output = sized(self.output, input.shape, input.dtype)
        self.scale = sized(self.scale, input.shape if input.ndim == 4 else (1, *input.shape), input.dtype)
        arrays = map(_flat, (self.scale, self.output))
        cross_map(_flat(input), self.size, self.alpha, self.beta, self.k, *arrays)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input, ndim=(3, 4))
        if self.output.shape != input.shape:
            raise check.error(self, "the input of the last forward", input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        arrays = map(_flat, (input, self.output, self.scale, gradOutput))
        cross_map_grad(*arrays, self.size, self.alpha, self.beta, _flat(self.gradInput))
        return self.gradInput


class LocalNormalization(Module):
    """Base of normalizations by a weighted mean of the neighbourhood, in all planes together.

    Attributes
    ----------
    kernel : ndarray
        The weights of the neighbourhood; the array given to the constructor, divided in place.
    coef : ndarray, (planes, height, width)
        The mean of ones: less than 1 where the neighbourhood leaves the image.
    """

    meanestimator: Any
    coef: Any

    def __init__(self, nInputPlane: int | None = None, kernel: np.ndarray | None = None):
        super().__init__()
        self.nInputPlane = given(nInputPlane, 1)
        if kernel is None:
            kernel = np.ones((9, 9), default_dtype())
        self.kernel = check.array(self, kernel, name="kernel")
        if self.kernel.ndim not in (1, 2) or any(size % 2 == 0 for size in self.kernel.shape):
            raise check.error(self, "kernel of 1 or 2 dimensions, all of them odd", self.kernel)
        if self.kernel.sum() == 0:
            raise ValueError(f"{self.torch_typename}: a kernel whose sum is not 0 expected")

    def _estimator(self, *first):
        """Return a Sequential of the modules `first` and what takes weighted means of all planes."""
        kernel, planes = self.kernel, self.nInputPlane
        pad_h, pad_w = kernel.shape[0] // 2, kernel.shape[-1] // 2
        estimator = Sequential()
        for module in first:
            estimator.add(module)
        estimator.add(SpatialZeroPadding(pad_w, pad_w, pad_h, pad_h))
        if kernel.ndim == 2:
            estimator.add(SpatialConvolution(planes, 1, kernel.shape[1], kernel.shape[0]))
        else:
            estimator.add(SpatialConvolutionMap(oneToOne(planes), len(kernel), 1))
            estimator.add(SpatialConvolution(planes, 1, 1, len(kernel)))
        return estimator.add(Replicate(planes, 1, 3))

    def _fill(self, estimator):
        """Set the weights of an estimator to the kernel."""
        for module in estimator.modules:
            if isinstance(module, SpatialConvolution | SpatialConvolutionMap):
                shape = (-1, 1) if isinstance(module, SpatialConvolution) and self.kernel.ndim == 1 else (1, -1)
                module.weight[...] = self.kernel if self.kernel.ndim == 2 else self.kernel.reshape(shape)
                module.bias.fill(0)

    def _checked(self, input):
        input = check.array(self, input, ndim=(3, 4), dtype=self.kernel.dtype)
        if input.shape[-3] != self.nInputPlane:
            raise check.error(self, f"input.shape[-3] == {self.nInputPlane}", input)
        return input

    def _coefficients(self, input):
        """Return ``coef`` as an array of the shape of the input."""
        if self.coef.shape != input.shape[-3:]:
            ones = np.ones(input.shape[-3:], input.dtype)
            self.coef = self.meanestimator.updateOutput(ones).reshape(ones.shape).copy()
        return np.broadcast_to(self.coef, input.shape)


class SpatialSubtractiveNormalization(LocalNormalization):
    """``x - mean``, the weighted mean of the neighbourhood in all planes.

    Parameters
    ----------
    nInputPlane : int, default 1
        Number of planes.
    kernel : ndarray, default 9 x 9 ones
        Weights of the neighbourhood, of odd size; a vector is used along rows and then along columns. It is divided in
        place so that the weights of all planes sum to 1.

    Notes
    -----
    Lua: nn/SpatialSubtractiveNormalization.lua. ``(planes, height, width)``, with or without a batch axis before it. At
    the border the mean is that of the part of the neighbourhood inside the image.
    """

    _state = ("output", "gradInput", "localsums", "adjustedsums")

    def __init__(self, nInputPlane: int | None = None, kernel: np.ndarray | None = None):
        super().__init__(nInputPlane, kernel)
        self.kernel /= self.kernel.sum() * self.nInputPlane
        self.meanestimator = self._estimator()
        self._fill(self.meanestimator)
        self.subtractor = CSubTable()
        self.divider = CDivTable()
        self.coef = np.zeros((1, 1, 1), self.kernel.dtype)

    def updateOutput(self, input):
        input = self._checked(input)
        coef = self._coefficients(input)
        self.localsums = self.meanestimator.updateOutput(input).reshape(input.shape)
        self.adjustedsums = self.divider.updateOutput([self.localsums, coef])
        self.output = self.subtractor.updateOutput([input, self.adjustedsums])
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = self._checked(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        direct, adjusted = self.subtractor.updateGradInput([input, self.adjustedsums], gradOutput)
        sums, _ = self.divider.updateGradInput([self.localsums, self._coefficients(input)], adjusted)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.add(self.meanestimator.updateGradInput(input, sums), direct, out=self.gradInput)
        return self.gradInput

    def clearState(self):
        self.meanestimator.clearState()
        return super().clearState()


class SpatialDivisiveNormalization(LocalNormalization):
    """``x / max(std, threshold)``, the weighted root mean square of the neighbourhood in all planes.

    Parameters
    ----------
    nInputPlane : int, default 1
        Number of planes.
    kernel : ndarray, default 9 x 9 ones
        As for SpatialSubtractiveNormalization.
    threshold : float, default 0.0001
        Deviations up to it are replaced.
    thresval : float, default threshold
        By what they are replaced.

    Notes
    -----
    Lua: nn/SpatialDivisiveNormalization.lua. ``(planes, height, width)``, with or without a batch axis before it.
    """

    _state = ("output", "gradInput", "localstds", "adjustedstds", "thresholdedstds")

    def __init__(
        self,
        nInputPlane: int | None = None,
        kernel: np.ndarray | None = None,
        threshold: float | None = None,
        thresval: float | None = None,
    ):
        super().__init__(nInputPlane, kernel)
        self.threshold = given(threshold, 1e-4)
        self.thresval = given(thresval, self.threshold)
        self.meanestimator = self._estimator()
        self.stdestimator = self._estimator(Square()).add(Sqrt())
        planes = self.nInputPlane if self.kernel.ndim == 2 else math.sqrt(self.nInputPlane)
        self.kernel /= self.kernel.sum() * planes
        self._fill(self.meanestimator)
        self._fill(self.stdestimator)
        self.normalizer = CDivTable()
        self.divider = CDivTable()
        self.thresholder = Threshold(self.threshold, self.thresval)
        self.coef = np.zeros((1, 1, 1), self.kernel.dtype)

    def updateOutput(self, input):
        input = self._checked(input)
        self.localstds = self.stdestimator.updateOutput(input).reshape(input.shape)
        self.adjustedstds = self.divider.updateOutput([self.localstds, self._coefficients(input)])
        self.thresholdedstds = self.thresholder.updateOutput(self.adjustedstds)
        self.output = self.normalizer.updateOutput([input, self.thresholdedstds])
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = self._checked(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        direct, deviation = self.normalizer.updateGradInput([input, self.thresholdedstds], gradOutput)
        deviation = self.thresholder.updateGradInput(self.adjustedstds, deviation)
        deviation, _ = self.divider.updateGradInput([self.localstds, self._coefficients(input)], deviation)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.add(self.stdestimator.updateGradInput(input, deviation), direct, out=self.gradInput)
        return self.gradInput

    def clearState(self):
        self.meanestimator.clearState()
        self.stdestimator.clearState()
        return super().clearState()


class SpatialContrastiveNormalization(Module):
    """SpatialSubtractiveNormalization and then SpatialDivisiveNormalization, with the same kernel.

    Parameters
    ----------
    nInputPlane, kernel, threshold, thresval :
        As for SpatialDivisiveNormalization.

    Notes
    -----
    Lua: nn/SpatialContrastiveNormalization.lua. ``(planes, height, width)``, with or without a batch axis before it.
    """

    def __init__(
        self,
        nInputPlane: int | None = None,
        kernel: np.ndarray | None = None,
        threshold: float | None = None,
        thresval: float | None = None,
    ):
        super().__init__()
        self.threshold = given(threshold, 1e-4)
        self.thresval = given(thresval, self.threshold)
        subtractive = SpatialSubtractiveNormalization(nInputPlane, kernel)
        self.nInputPlane, self.kernel = subtractive.nInputPlane, subtractive.kernel
        self.normalizer = Sequential().add(subtractive)
        self.normalizer.add(SpatialDivisiveNormalization(self.nInputPlane, self.kernel, self.threshold, self.thresval))

    def updateOutput(self, input):
        self.output = self.normalizer.forward(input)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = self.normalizer.backward(input, gradOutput)
        return self.gradInput

    def clearState(self):
        self.normalizer.clearState()
        return super().clearState()


def _flat(array):
    """Return (batch, planes, positions)."""
    return array.reshape(-1, array.shape[-3], array.shape[-2] * array.shape[-1])
