"""Taking tables apart and putting them together: JoinTable, SplitTable, NarrowTable, SelectTable, FlattenTable, ..."""

from ..core import check
from ..core.args import given
from ..core.buffers import alias, copied, empty, sized, sized_like, zeroed
from ..core.criterion import Criterion
from ..core.module import Module
from ..core.tables import arrays_in
from ..core.tensor_types import storage
from ..kernels import arithmetic

__all__ = [
    "CriterionTable",
    "FlattenTable",
    "JoinTable",
    "NarrowTable",
    "SelectTable",
    "SplitTable",
    "ZipTable",
    "ZipTableOneToMany",
]


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

    nInputDims: int | None = None

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
        before = self.output
        self.output = sized(before, shape, input[0].dtype)
        if self.output is not before:
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
            arithmetic.copy(arithmetic.along(gradOutput, axis, slice(start, stop)), gradient)
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

    nInputDims: int | None = None

    def __init__(self, dimension: int, nInputDims: int | None = None):
        super().__init__()
        self.dimension = dimension
        self.nInputDims = nInputDims

    def updateOutput(self, input):
        input = check.array(self, input)
        axis = check.axis(self, self.dimension, input, self.nInputDims)
        self.output = [arithmetic.along(input, axis, i) for i in range(input.shape[axis])]
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input)
        axis = check.axis(self, self.dimension, input, self.nInputDims)
        check.table(self, gradOutput, input.shape[axis], name="gradOutput")
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        for i, gradient in enumerate(gradOutput):
            target = arithmetic.along(self.gradInput, axis, slice(i, i + 1))
            target[...] = check.gradient(self, gradient, target, name=f"gradOutput[{i + 1}]")
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


class FlattenTable(Module):
    """``[x1, x2, ...]``: the arrays of a nested table in one, depth first, by reference.

    Attributes
    ----------
    input_map : list
        The nesting of the last input, with the number of the output in place of each array.

    Notes
    -----
    Lua: nn/FlattenTable.lua.

    Examples
    --------
    >>> nn.FlattenTable().forward([np.zeros(1), [np.ones(1), [np.full(1, 2.0)]]])
    [array([0.]), array([1.]), array([2.])]
    """

    _state = ("output", "gradInput", "input_map")

    def __init__(self) -> None:
        super().__init__()
        self.output = []
        self.input_map: list = []
        self.gradInput = []

    def updateOutput(self, input):
        self.output = []
        self.input_map = self._numbered(check.table(self, input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        check.table(self, gradOutput, len(self.output), name="gradOutput")
        self.gradInput = _nested(gradOutput, self.input_map)
        return self.gradInput

    def _numbered(self, value):
        """Append the arrays of `value` to the output; return its nesting of numbers."""
        if isinstance(value, list | tuple):
            return [self._numbered(item) for item in value]
        self.output.append(value)
        return len(self.output)


def _nested(items, numbers):
    """Return `items` in the nesting of their `numbers`."""
    return [_nested(items, n) for n in numbers] if isinstance(numbers, list) else items[numbers - 1]


class ZipTable(Module):
    """``[[a1, b1, ...], [a2, b2, ...], ...]`` for ``[[a1, a2, ...], [b1, b2, ...], ...]``. Lua: nn/ZipTable.lua."""

    def __init__(self) -> None:
        super().__init__()
        self.output = []
        self.gradInput = []

    def updateOutput(self, input):
        self.output = self._zipped(input, "input")
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = self._zipped(gradOutput, "gradOutput")
        return self.gradInput

    def _zipped(self, table, name):
        check.table(self, table, name=name)
        for i, row in enumerate(table, 1):
            check.table(self, row, len(table[0]) if i > 1 else None, name=f"{name}[{i}]")
        return [list(column) for column in zip(*table, strict=True)]


class ZipTableOneToMany(Module):
    """``[[v, a], [v, b], ...]`` for ``[v, [a, b, ...]]``.

    Attributes
    ----------
    gradInputEl : ndarray
        Gradient of ``v``, the sum over all pairs.

    Notes
    -----
    Lua: nn/ZipTableOneToMany.lua.
    """

    _state = ("output", "gradInput", "gradInputEl")

    def __init__(self) -> None:
        super().__init__()
        self.output = []
        self.gradInput = []
        self.gradInputEl = empty()

    def updateOutput(self, input):
        value, items = check.table(self, input, 2)
        self.output = [[value, item] for item in check.table(self, items, name="input[2]")]
        return self.output

    def updateGradInput(self, input, gradOutput):
        value, items = check.table(self, input, 2)
        check.table(self, gradOutput, len(items), name="gradOutput")
        self.gradInputEl = zeroed(self.gradInputEl, check.array(self, value, name="input[1]"))
        gradients = []
        for i, pair in enumerate(gradOutput, 1):
            first, second = check.table(self, pair, 2, name=f"gradOutput[{i}]")
            self.gradInputEl += check.gradient(self, first, self.gradInputEl, name=f"gradOutput[{i}][1]")
            gradients.append(second)
        self.gradInput = [self.gradInputEl, gradients]
        return self.gradInput


class CriterionTable(Module):
    """``loss(x, t)``: a criterion as a module, for the input ``[x, t]``.

    Parameters
    ----------
    criterion : Criterion
        The loss.

    Notes
    -----
    Lua: nn/CriterionTable.lua. The output is a number; ``gradInput`` holds the gradient of ``x`` alone, whatever
    ``gradOutput`` is.
    """

    def __init__(self, criterion: Criterion):
        super().__init__()
        self.criterion = criterion
        self.gradInput = [criterion.gradInput]

    def updateOutput(self, input):
        self.output = self.criterion.updateOutput(*check.table(self, input, 2))
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = [self.criterion.updateGradInput(*check.table(self, input, 2))]
        return self.gradInput
