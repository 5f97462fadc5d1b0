"""Parts of an array: Narrow, Select, Index, MaskedSelect."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.module import Module
from ..kernels import arithmetic, gather

__all__ = ["Index", "MaskedSelect", "Narrow", "Select"]


class _Part(Module):
    """A part of the input, copied; the rest of the gradient is zero."""

    def updateOutput(self, input):
        input = check.array(self, input)
        part = input[self._index(input)]
        self.output = sized(self.output, part.shape, part.dtype)
        arithmetic.copy(part, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        self.gradInput[self._index(input)] = gradOutput
        return self.gradInput

    def _index(self, input):
        """Return what to write in brackets to get the part; raise if the input has none."""
        raise NotImplementedError


class Narrow(_Part):
    """``x[..., offset : offset + length, ...]``, counted from 1, along a dimension.

    Parameters
    ----------
    dimension : int
        Dimension, counted from 1 or from the end.
    offset : int
        First index. If negative, the part begins at 1 and leaves out the last `length` instead.
    length : int, default 1
        How many indices; -1 for all up to the last, -2 for all but the last, ...

    Attributes
    ----------
    index : int
        The offset.

    Raises
    ------
    ValueError
        If the input has no such part.

    Notes
    -----
    Lua: nn/Narrow.lua. The output is a copy.

    Examples
    --------
    >>> nn.Narrow(1, 2, -1).forward(np.array([1.0, 2.0, 3.0]))
    array([2., 3.])
    """

    def __init__(self, dimension: int, offset: int, length: int | None = None):
        super().__init__()
        self.dimension = dimension
        self.index = offset
        self.length = given(length, 1)

    def _index(self, input):
        axis = check.axis(self, self.dimension, input)
        size = input.shape[axis]
        first = self.index
        length = self.length if self.length >= 0 else size - first + self.length + 2
        if first < 0:
            first, length = 1, size - length
        if not (first >= 1 and length >= 1 and first + length - 1 <= size):
            raise check.error(self, f"input.shape[{axis}] with the indices {first} to {first + length - 1}", input)
        return (slice(None),) * axis + (slice(first - 1, first - 1 + length),)


class Select(_Part):
    """``x[..., index, ...]``, counted from 1, along a dimension, which vanishes.

    Parameters
    ----------
    dimension, index : int
        Dimension and index, counted from 1 or from the end.

    Raises
    ------
    ValueError
        If the input has no such index, or less than two dimensions.

    Notes
    -----
    Lua: nn/Select.lua. The output is a copy.

    Examples
    --------
    >>> nn.Select(1, 2).forward(np.eye(3))
    array([0., 1., 0.])
    """

    def __init__(self, dimension: int, index: int):
        super().__init__()
        self.dimension = dimension
        self.index = index

    def _index(self, input):
        axis = check.axis(self, self.dimension, input)
        size = input.shape[axis]
        index = self.index - 1 if self.index > 0 else size + self.index
        if input.ndim < 2:
            raise check.error(self, "input with at least 2 dimensions", input)
        if not 0 <= index < size or self.index == 0:
            raise check.error(self, f"input.shape[{axis}] with index {self.index}", input)
        return (slice(None),) * axis + (index,)


class Index(Module):
    """``x[..., i, ...]`` for the input ``[x, i]``, a vector of indices along a dimension.

    Parameters
    ----------
    dimension : int
        Dimension, counted from 1 or from the end.

    Raises
    ------
    ValueError
        If an index is not in 1..size.

    Notes
    -----
    Lua: nn/Index.lua. The gradient of the indices is zero.

    Examples
    --------
    >>> nn.Index(1).forward([np.array([10.0, 20.0, 30.0]), np.array([3, 1, 1])])
    array([30., 10., 10.])
    """

    def __init__(self, dimension: int):
        super().__init__()
        self.dimension = dimension
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        x, rows, axis = self._arguments(input)
        self.output = sized(self.output, (*x.shape[:axis], len(rows), *x.shape[axis + 1 :]), x.dtype)
        np.take(x, rows, axis, out=self.output, mode="clip")  # in range: checked above; this mode needs no buffer
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, rows, axis = self._arguments(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        buffers = self.gradInput if isinstance(self.gradInput, list) and len(self.gradInput) == 2 else [None, None]
        gradient, none = sized(buffers[0], x.shape, x.dtype), sized(buffers[1], rows.shape, x.dtype)
        none.fill(0)
        gradient.fill(0)
        if axis == 0:
            gather.add_rows(rows, gradOutput.reshape(len(rows), -1), 1, gradient.reshape(len(x), -1))
        else:
            first = np.zeros((x.shape[axis], x.size // x.shape[axis]), x.dtype)
            gather.add_rows(rows, np.moveaxis(gradOutput, axis, 0).reshape(len(rows), -1), 1, first)
            turned = np.moveaxis(gradient, axis, 0)
            turned[...] = first.reshape(turned.shape)
        self.gradInput = [gradient, none]
        return self.gradInput

    def _arguments(self, input):
        """Return the array, the indices counted from 0, and the axis."""
        x, index = check.table(self, input, 2)
        x = check.array(self, x, name="input[1]")
        axis = check.axis(self, self.dimension, x)
        return x, check.indices(self, index, (1,), x.shape[axis], name="input[2]"), axis


class MaskedSelect(Module):
    """``x[mask != 0]`` for the input ``[x, mask]``, as a vector.

    Raises
    ------
    ValueError
        If the mask has not as many elements as ``x``, or others than 0 and 1.

    Notes
    -----
    Lua: nn/MaskedSelect.lua. The mask is an array of bytes or booleans; its gradient is zero.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> nn.MaskedSelect().forward([x, x > 2])
    array([3., 4.])
    """

    _state = (
        "output",
        "gradInput",
        "_maskIndices",
        "_maskIndexBuffer",
        "_maskIndexBufferCPU",
        "_gradBuffer",
        "_gradMask",
    )

    def __init__(self) -> None:
        super().__init__()
        self._maskIndices = empty(np.int64)
        self._maskIndexBuffer = empty(np.int64)
        self._maskIndexBufferCPU = empty(np.float32)
        self._gradBuffer = empty()
        self._gradMask = empty(np.uint8)

    def updateOutput(self, input):
        x, mask = self._arguments(input)
        self.output = sized(self.output, (int(np.count_nonzero(mask)),), x.dtype)
        np.compress(mask.reshape(-1), x.reshape(-1), out=self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, mask = self._arguments(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self._gradBuffer = sized(self._gradBuffer, x.shape, x.dtype)
        self._gradBuffer.fill(0)
        self._gradBuffer[mask.reshape(x.shape)] = gradOutput
        self._gradMask = sized(self._gradMask, mask.shape, np.uint8)
        self._gradMask.fill(0)
        self.gradInput = [self._gradBuffer, self._gradMask]
        return self.gradInput

    def _arguments(self, input):
        """Return the array and the mask, as booleans."""
        x, mask = check.table(self, input, 2)
        x = check.array(self, x, name="input[1]")
        if not isinstance(mask, np.ndarray) or mask.dtype.kind not in "bui":
            raise check.error(self, "input[2]: a mask of bytes or booleans", mask, TypeError)
        if mask.size != x.size:
            raise check.error(self, f"input[2]: a mask of shape {x.shape}", mask)
        if mask.dtype.kind != "b" and not ((mask == 0) | (mask == 1)).all():
            raise check.error(self, "input[2]: a mask of 0 and 1", "others")
        return x, mask.astype(bool, copy=False)
