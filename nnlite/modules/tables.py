"""Taking tables apart and putting them together: JoinTable, SplitTable, NarrowTable, SelectTable, FlattenTable, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import alias, copied, sized, sized_like, zeroed
from ..core.module import Module
from ..core.tables import arrays_in
from ..core.tensor_types import storage
from ..kernels import arithmetic

__all__ = ["JoinTable", "NarrowTable", "SelectTable", "SplitTable"]


class JoinTable(Module):
    """``join(x1, ..., xn)`` along a dimension.

    Parameters
    ----------
    dimension : int
        Dimension along which the arrays are joined, counted from 1 or from the end.
    nInputDims : int, optional
        Dimensions of one sample: arrays with one more are batches, and ``dimension`` does not count that one.

    Attributes
    ----------
    size : storage
        Sizes of the last output.

    Raises
    ------
    ValueError
        If the arrays differ in another dimension.

    Notes
    -----
    Lua: nn/JoinTable.lua.

    Examples
    --------
    >>> nn.JoinTable(1, 1).forward([np.ones((4, 5)), np.ones((4, 3))]).shape
    (4, 8)
    """

    def __init__(self, dimension: int, nInputDims: int | None = None):
        super().__init__()
        self.size = storage()
        self.dimension = dimension
        self.gradInput = []
        self.nInputDims = nInputDims

    def updateOutput(self, input):
        input = check.arrays(self, input)
        axis = check.axis(self, self.dimension, input[0], self.nInputDims)
        shape = check.joined(self, input, axis)
        self.output = sized(self.output, shape, input[0].dtype)
        self.size = storage(*shape)
        arithmetic.join(input, axis, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.arrays(self, input)
        axis = check.axis(self, self.dimension, input[0], self.nInputDims)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized_like(self.gradInput, input)
        start = 0
        for gradient in self.gradInput:
            stop = start + gradient.shape[axis]
            arithmetic.copy(gradOutput[(slice(None),) * axis + (slice(start, stop),)], gradient)
            start = stop
        return self.gradInput


class SplitTable(Module):
    """``[x[1], ..., x[n]]``: the slices of an array along a dimension, as views.

    Parameters
    ----------
    dimension : int
        Dimension that is taken apart, counted from 1 or from the end.
    nInputDims : int, optional
        Dimensions of one sample: an array with one more is a batch, and ``dimension`` does not count that one.

    Notes
    -----
    Lua: nn/SplitTable.lua. A vector gives numbers. With ``gradInput = None`` no gradient is computed.

    Examples
    --------
    >>> [output.shape for output in nn.SplitTable(2).forward(np.ones((4, 3)))]
    [(4,), (4,), (4,)]
    """

    def __init__(self, dimension: int, nInputDims: int | None = None):
        super().__init__()
        self.dimension = dimension
        self.nInputDims = nInputDims

    def updateOutput(self, input):
        input = check.array(self, input)
        axis = check.axis(self, self.dimension, input, self.nInputDims)
        self.output = list(input if axis == 0 else np.moveaxis(input, axis, 0))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input)
        axis = check.axis(self, self.dimension, input, self.nInputDims)
        slices = np.moveaxis(input, axis, 0)
        check.table(self, gradOutput, len(slices), name="gradOutput")
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        targets = np.moveaxis(self.gradInput, axis, 0)
        for i, gradient in enumerate(gradOutput):
            targets[i] = check.gradient(self, gradient, slices[i], name=f"gradOutput[{i + 1}]")
        return self.gradInput


class NarrowTable(Module):
    """``[x_offset, ..., x_(offset + length - 1)]``: some items of a table, by reference.

    Parameters
    ----------
    offset : int
        Number of the first item, counted from 1.
    length : int, default 1
        How many items.

    Notes
    -----
    Lua: nn/NarrowTable.lua. The gradient of the other items is zero. Items may be tables.
    """

    def __init__(self, offset: int, length: int | None = None):
        super().__init__()
        self.offset = offset
        self.length = given(length, 1)
        self.output = []
        self.gradInput = []

    def updateOutput(self, input):
        first, last = self._range(input)
        self.output = list(input[first:last])
        return self.output

    def updateGradInput(self, input, gradOutput):
        first, last = self._range(input)
        check.table(self, gradOutput, last - first, name="gradOutput")
        buffers = [*self.gradInput, *[None] * len(input)]
        self.gradInput = [
            *map(zeroed, buffers[:first], input[:first]),
            *map(alias, gradOutput),
            *map(zeroed, buffers[last : len(input)], input[last:]),
        ]
        return self.gradInput

    def _range(self, input):
        first, last = self.offset - 1, self.offset - 1 + self.length
        check.table(self, input)
        if not 0 <= first <= last <= len(input):
            raise check.error(self, f"input: a table with items {self.offset} to {last}", input)
        return first, last


class SelectTable(Module):
    """``x_index``: one item of a table, by reference.

    Parameters
    ----------
    index : int or str
        Number of the item, counted from 1 or (negative) from the end, or its key.

    Notes
    -----
    Lua: nn/SelectTable.lua. The gradient of the other items is zero. Items may be tables.

    Examples
    --------
    >>> nn.SelectTable("b").forward({"a": np.zeros(2), "b": np.ones(2)})
    array([1., 1.])
    """

    def __init__(self, index: int | str):
        super().__init__()
        self.index = index
        self.gradInput = []

    def updateOutput(self, input):
        self.output = input[self._key(input)]
        return self.output

    def updateGradInput(self, input, gradOutput):
        selected = self._key(input)
        gradInput = sized_like(self.gradInput, input)
        for key, item in gradInput.items() if isinstance(gradInput, dict) else enumerate(gradInput):
            if key != selected:
                for gradient in arrays_in(item):
                    gradient.fill(0)
        gradInput[selected] = copied(gradInput[selected], gradOutput)
        self.gradInput = gradInput
        return gradInput

    def _key(self, input):
        index = self.index
        if isinstance(index, str):
            if isinstance(input, dict) and index in input:
                return index
        else:
            size = len(check.table(self, input))
            if 1 <= index <= size or -size <= index <= -1:
                return index - 1 if index > 0 else index + size
        raise check.error(self, f"input: a table with item {index}", input)

    def __repr__(self):
        return f"{self.torch_typename}({self.index})"
