"""The same numbers in another order: Contiguous, Transpose, Replicate."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import arithmetic

__all__ = ["Contiguous", "Replicate", "Transpose"]


class Contiguous(Module):
    """``x`` in C order: itself, or a copy where it is not. Lua: nn/Contiguous.lua."""

    def updateOutput(self, input):
        self.output = _contiguous(self.output, check.array(self, input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = _contiguous(self.gradInput, check.gradient(self, gradOutput, self.output))
        return self.gradInput


def _contiguous(buffer, array):
    if array.flags.c_contiguous:
        return array.view()
    buffer = sized(buffer, array.shape, array.dtype)
    arithmetic.copy(array, buffer)
    return buffer


class Transpose(Module):
    """``x`` with pairs of dimensions exchanged, one pair after the other.

    Parameters
    ----------
    *permutations : pairs of int
        The dimensions, counted from 1.

    Attributes
    ----------
    permutations : list of pairs
        The pairs.
    numInputDims : int or None
        Dimensions of one sample, see `setNumInputDims`.

    Notes
    -----
    Lua: nn/Transpose.lua. The output is a copy, in C order.

    Examples
    --------
    >>> nn.Transpose([1, 2], [1, 3]).forward(np.ones((2, 3, 4))).shape
    (4, 2, 3)
    """

    numInputDims: int | None = None

    def __init__(self, *permutations):
        super().__init__()
        self.permutations = [list(pair) for pair in permutations]

    def setNumInputDims(self, numInputDims):
        """Set how many dimensions one sample has (those before are not counted) and return the module."""
        self.numInputDims = numInputDims
        return self

    def updateOutput(self, input):
        input = check.array(self, input)
        turned = input.transpose(self._order(input))
        self.output = sized(self.output, turned.shape, turned.dtype)
        arithmetic.copy(turned, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        arithmetic.copy(gradOutput.transpose(np.argsort(self._order(input))), self.gradInput)
        return self.gradInput

    def _order(self, input):
        """Return which axis of the input each axis of the output shows."""
        order = list(range(input.ndim))
        offset = 0 if self.numInputDims is None else input.ndim - self.numInputDims
        if offset < 0:
            raise check.error(self, f"input with at least {self.numInputDims} dimensions", input)
        for pair in self.permutations:
            i, j = (check.axis(self, dimension + offset, input) for dimension in pair)
            order[i], order[j] = order[j], order[i]
        return order


class Replicate(Module):
    """``x`` repeated along a new dimension, without a copy.

    Parameters
    ----------
    nf : int
        How often.
    dim : int, default 1
        The new dimension, counted from 1.
    ndim : int, optional
        Dimensions of one sample; in an input with more the first one is not counted.

    Attributes
    ----------
    nfeatures : int
        ``nf``.

    Raises
    ------
    ValueError
        If the input has too few dimensions.

    Notes
    -----
    Lua: nn/Replicate.lua. All repetitions are the same memory, that of the input: do not write to the output.

    Examples
    --------
    >>> nn.Replicate(3).forward(np.array([1.0, 2.0]))
    array([[1., 2.],
           [1., 2.],
           [1., 2.]])
    """

    ndim: int | None = None

    def __init__(self, nf: int, dim: int | None = None, ndim: int | None = None):
        super().__init__()
        self.nfeatures = nf
        self.dim = given(dim, 1)
        self.ndim = ndim
        if self.dim <= 0:
            raise ValueError(f"{self}: can only replicate across positive integer dimensions, got {dim}")

    def updateOutput(self, input):
        input = check.array(self, input)
        axis = self._axis(input)
        shape = (*input.shape[:axis], self.nfeatures, *input.shape[axis:])
        strides = (*input.strides[:axis], 0, *input.strides[axis:])
        self.output = np.lib.stride_tricks.as_strided(input, shape, strides)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.sum(gradOutput, self._axis(input), out=self.gradInput)
        return self.gradInput

    def _axis(self, input):
        axis = self.dim - 1 + (self.ndim is not None and input.ndim > self.ndim)
        if axis > input.ndim:
            raise check.error(self, f"input with enough dimensions for a new one at {self.dim}", input)
        return axis
