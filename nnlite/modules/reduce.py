"""One dimension less: Max, Min, Sum, Mean."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import reduction

__all__ = ["Max", "Mean", "Min", "Sum"]


class _Reduce(Module):
    """A number for all numbers along one dimension, which vanishes; a vector gives an array of one element."""

    nInputDims: int | None = None

    def __init__(self, dimension: int | None = None, nInputDims: int | None = None):
        super().__init__()
        self.dimension = given(dimension, 1)
        self.nInputDims = nInputDims

    def _shapes(self, input):
        """Return the axis, and the shape of the result with a 1 in its place."""
        axis = check.axis(self, self.dimension, input, self.nInputDims)
        return axis, (*input.shape[:axis], 1, *input.shape[axis + 1 :])


class Max(_Reduce):
    """``max(x)`` along a dimension; the gradient goes to the first of equals.

    Parameters
    ----------
    dimension : int, default 1
        Dimension, counted from 1 or from the end.
    nInputDims : int, optional
        Dimensions of one sample: an input with one more is a batch, and ``dimension`` does not count that one.

    Notes
    -----
    Lua: nn/Max.lua. The dimension vanishes; a vector gives an array of one element.

    Examples
    --------
    >>> nn.Max(1).forward(np.array([[1.0, 5.0], [3.0, 2.0]]))
    array([3., 5.])
    """

    _state = ("output", "gradInput", "_output", "_indices")
    _output: Any = None
    _indices: Any = None
    _extreme: Any = staticmethod(np.maximum)
    _arg: Any = staticmethod(np.argmax)

    def updateOutput(self, input):
        input = check.array(self, input)
        axis, shape = self._shapes(input)
        self._output = sized(self._output, shape, input.dtype)
        self._indices = sized(self._indices, shape, np.int64)
        reduction.extreme_along(input, axis, self._extreme, self._arg, self._output, self._indices)
        self.output = self._output.squeeze(axis) if input.ndim > 1 else self._output.view()
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        axis, shape = self._shapes(input)
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(shape)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        reduction.extreme_along_grad(gradOutput, axis, self._indices, self.gradInput)
        return self.gradInput


class Min(Max):
    """As Max, the minimum. Lua: nn/Min.lua."""

    _extreme = staticmethod(np.minimum)
    _arg = staticmethod(np.argmin)


class Sum(_Reduce):
    """``sum(x)`` along a dimension.

    Parameters
    ----------
    dimension : int, default 1
        Dimension, counted from 1 or from the end.
    nInputDims : int, optional
        Dimensions of one sample: an input with one more is a batch, and ``dimension`` does not count that one.
    sizeAverage : bool, default False
        Whether to divide by the number of summands.
    squeeze : bool, default True
        Whether the dimension vanishes; else its size is 1.

    Notes
    -----
    Lua: nn/Sum.lua. A vector gives an array of one element.

    Examples
    --------
    >>> nn.Sum(2).forward(np.ones((2, 3)))
    array([3., 3.])
    """

    sizeAverage: bool | None = None
    squeeze: bool | None = None

    def __init__(
        self,
        dimension: int | None = None,
        nInputDims: int | None = None,
        sizeAverage: bool | None = None,
        squeeze: bool | None = None,
    ):
        super().__init__(dimension, nInputDims)
        self.sizeAverage = check.flag(self, sizeAverage, "sizeAverage")
        self.squeeze = check.flag(self, given(squeeze, True), "squeeze")

    def updateOutput(self, input):
        input = check.array(self, input)
        axis, shape = self._shapes(input)
        squeezed = given(self.squeeze, True) and input.ndim > 1
        self.output = sized(self.output, shape[:axis] + shape[axis + 1 :] if squeezed else shape, input.dtype)
        reduction.sum_along(input, axis, self.output.reshape(shape))
        if self.sizeAverage:
            self.output /= input.shape[axis]
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        axis, shape = self._shapes(input)
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(shape)
        if self.sizeAverage:
            gradOutput = gradOutput / input.shape[axis]
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        reduction.sum_along_grad(gradOutput, axis, self.gradInput)
        return self.gradInput


class Mean(Sum):
    """``mean(x)`` along a dimension: Sum with sizeAverage. Lua: nn/Mean.lua."""

    def __init__(self, dimension: int | None = None, nInputDims: int | None = None):
        super().__init__(dimension, nInputDims, True)
