"""Arithmetic on the items of a table: CAddTable, CSubTable, CMulTable, CDivTable, CMaxTable, CMinTable, ..."""

from ..core import check
from ..core.buffers import sized, sized_like
from ..core.module import Module
from ..kernels import arithmetic

__all__ = ["CAddTable"]


class _Elementwise(Module):
    """A function of arrays with as many elements each; ``output`` has the shape of the first."""

    count: int | None = None  # the number of items that the module takes

    def __init__(self) -> None:
        super().__init__()
        self.gradInput = []

    def updateOutput(self, input):
        input = check.arrays(self, input, self.count, alike=True)
        self.output = sized(self.output, input[0].shape, input[0].dtype)
        self._combine(_in_one_shape(input), self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.arrays(self, input, self.count, alike=True)
        gradOutput = check.gradient(self, gradOutput, input[0])
        self.gradInput = sized_like(self.gradInput, input)
        self._pull_back(_in_one_shape(input), gradOutput, _in_one_shape(self.gradInput))
        return self.gradInput

    def _combine(self, arrays, out):
        raise NotImplementedError

    def _pull_back(self, arrays, grad_output, outs):
        raise NotImplementedError


def _in_one_shape(arrays):
    """Return `arrays` viewed in the shape of the first."""
    shape = arrays[0].shape
    return [array if array.shape == shape else array.reshape(shape) for array in arrays]


class CAddTable(_Elementwise):
    """``x1 + x2 + ... + xn``, elementwise.

    Parameters
    ----------
    ip : bool, default False
        Whether to add to ``x1`` in place and to return ``gradOutput`` itself as every gradient.

    Raises
    ------
    ValueError
        If the arrays have not as many elements each.

    Notes
    -----
    Lua: nn/CAddTable.lua.
    """

    def __init__(self, ip: bool | None = None):
        super().__init__()
        self.inplace = check.flag(self, ip, "ip")

    def updateOutput(self, input):
        if not self.inplace:
            return super().updateOutput(input)
        input = check.arrays(self, input, alike=True)
        self.output = input[0].view()
        arithmetic.total(_in_one_shape(input), self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if not self.inplace:
            return super().updateGradInput(input, gradOutput)
        input = check.arrays(self, input, alike=True)
        gradOutput = check.gradient(self, gradOutput, input[0])
        self.gradInput = [gradOutput.view() for _ in input]
        return self.gradInput

    def _combine(self, arrays, out):
        arithmetic.total(arrays, out)

    def _pull_back(self, arrays, grad_output, outs):
        arithmetic.copies(grad_output, outs)
