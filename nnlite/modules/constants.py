"""Arrays with constants: Padding, OneHot, Constant."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import floats, sized
from ..core.module import Module
from ..core.tensor_types import dtype_of, storage

__all__ = ["Constant", "OneHot", "Padding"]


class Padding(Module):
    """``x`` with more of a value along a dimension, before its beginning or behind its end.

    Parameters
    ----------
    dim : int
        Dimension, counted from 1.
    pad : int
        How many numbers; if negative, they come before index ``index``, else behind that many from the end.
    nInputDim : int, optional
        Dimensions of one sample: in an input of any other number the first is not counted.
    value : float, default 0
        The value.
    index : int, default 1
        Where the numbers go: before (or, counted from the end, behind) this one.

    Raises
    ------
    ValueError
        If there is no such index.

    Notes
    -----
    Lua: nn/Padding.lua.

    Examples
    --------
    >>> nn.Padding(1, -2).forward(np.array([1.0, 2.0]))
    array([0., 0., 1., 2.])
    >>> nn.Padding(1, 1, 1, 9, 2).forward(np.array([1.0, 2.0]))
    array([1., 9., 2.])
    """

    nInputDim: int | None = None

    def __init__(
        self, dim: int, pad: int, nInputDim: int | None = None, value: float | None = None, index: int | None = None
    ):
        super().__init__()
        self.value = given(value, 0)
        self.index = given(index, 1)
        self.dim = dim
        self.pad = pad
        self.nInputDim = nInputDim
        self.outputSize = storage()

    def updateOutput(self, input):
        input = check.array(self, input)
        axis, parts = self._parts(input)
        shape = (*input.shape[:axis], input.shape[axis] + abs(self.pad), *input.shape[axis + 1 :])
        before = self.output
        self.output = sized(before, shape, input.dtype)
        if self.output is not before:
            self.outputSize = storage(*shape)
        self.output.fill(self.value)
        for inside, outside in parts:
            self.output[outside] = input[inside]
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        for inside, outside in self._parts(input)[1]:
            self.gradInput[inside] = gradOutput[outside]
        return self.gradInput

    def _parts(self, input):
        """Return the axis, and where the numbers before and behind the gap are, in the input and in the output."""
        later = self.nInputDim is not None and input.ndim != self.nInputDim
        axis = check.axis(self, self.dim + later, input)
        size, pad = input.shape[axis], abs(self.pad)
        gap = (size - self.index + 2 if self.pad > 0 else self.index) - 1
        if not 0 <= gap <= size:
            raise check.error(self, f"input.shape[{axis}] with index {self.index}", input)
        every = (slice(None),) * axis
        before, behind, moved = slice(gap), slice(gap, None), slice(gap + pad, None)
        return axis, [((*every, before), (*every, before)), ((*every, behind), (*every, moved))]


class OneHot(Module):
    """``e_x``: for each index a row of zeros with a one in its place.

    Parameters
    ----------
    outputSize : int
        Length of the rows.

    Raises
    ------
    ValueError
        If an index is not in 1..outputSize.

    Notes
    -----
    Lua: nn/OneHot.lua. Indices of any shape, or a number, of any dtype; the output has one dimension more. The
    gradient is zero.

    Examples
    --------
    >>> nn.OneHot(4).forward(np.array([3, 1]))
    array([[0., 0., 1., 0.],
           [1., 0., 0., 0.]])
    """

    def __init__(self, outputSize: int):
        super().__init__()
        self.outputSize = outputSize

    def updateOutput(self, input):
        rows = check.indices(self, input, range(16), self.outputSize)
        self.output = sized(self.output, (*rows.shape, self.outputSize), dtype_of(self._type))
        self.output.fill(0)
        self.output.reshape(-1, self.outputSize)[np.arange(rows.size), rows.reshape(-1)] = 1
        return self.output

    def updateGradInput(self, input, gradOutput):
        if np.ndim(input) == 0:
            return 0
        self.gradInput = sized(self.gradInput, np.shape(input), dtype_of(self._type))
        self.gradInput.fill(0)
        return self.gradInput


class Constant(Module):
    """``value``, whatever the input is, or once for each sample of a batch.

    Parameters
    ----------
    value : float or ndarray
        The output.
    nInputDim : int, optional
        Dimensions of one sample: an input with more is a batch.

    Notes
    -----
    Lua: nn/Constant.lua. The gradient is zero.

    Examples
    --------
    >>> nn.Constant(7, 1).forward(np.ones((2, 3)))
    array([[7.],
           [7.]])
    """

    nInputDim: int | None = None

    def __init__(self, value, nInputDim: int | None = None):
        super().__init__()
        self.value = floats(value if isinstance(value, np.ndarray) else [check.number(self, value, "value")])
        self.nInputDim = nInputDim

    def updateOutput(self, input):
        input = check.array(self, input)
        batch = self.nInputDim is not None and input.ndim > self.nInputDim
        self.output = sized(
            self.output, (len(input), *self.value.shape) if batch else self.value.shape, self.value.dtype
        )
        self.output[...] = self.value
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        return self.gradInput

    def _dtype(self):
        return self.value.dtype
