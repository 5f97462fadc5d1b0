"""Parts of an array: Narrow, Select."""

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import arithmetic

__all__ = ["Narrow", "Select"]


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
