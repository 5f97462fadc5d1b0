"""Modules for graphs: JustElement, JustTable, ModuleFromCriterion."""

import numpy as np

from ..core import check
from ..core.buffers import empty, sized, zeroed
from ..core.module import Module
from ..core.node import Node
from ..core.tables import map_arrays
from ..core.tensor_types import default_dtype

__all__ = ["JustElement", "JustTable", "ModuleFromCriterion"]


class JustElement(Module):
    """``[x]`` gives ``x``. Lua: nngraph/JustElement.lua."""

    torch_typename = "nngraph.JustElement"

    def __init__(self) -> None:
        super().__init__()
        self.gradInput = []

    def updateOutput(self, input):
        (self.output,) = check.table(self, input, 1)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = [gradOutput]
        return self.gradInput


class JustTable(Module):
    """``x`` gives ``[x]``. Lua: nngraph/JustTable.lua."""

    torch_typename = "nngraph.JustTable"

    def __init__(self) -> None:
        super().__init__()
        self.output = []

    def updateOutput(self, input):
        self.output = [input]
        return self.output

    def updateGradInput(self, input, gradOutput):
        (self.gradInput,) = check.table(self, gradOutput, 1, name="gradOutput")
        return self.gradInput


class ModuleFromCriterion(Module):
    """The loss of ``[prediction, target]`` as an array of one element; the gradient of the target is zero.

    Parameters
    ----------
    criterion : Criterion

    Notes
    -----
    Lua: nngraph/ModuleFromCriterion.lua.
    """

    def __init__(self, criterion):
        super().__init__()
        self.criterion = criterion
        self.output = np.zeros(1, default_dtype())
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        prediction, target = check.table(self, input, 2)
        loss = self.criterion.updateOutput(prediction, target)
        dtype = self._dtype()
        self.output = sized(self.output, (1,), prediction.dtype if dtype is None else dtype)
        self.output[0] = loss
        return self.output

    def updateGradInput(self, input, gradOutput):
        prediction, target = check.table(self, input, 2)
        scale = float(np.reshape(gradOutput, -1)[0])
        gradient = self.criterion.updateGradInput(prediction, target)

        def scaled(array, buffer):
            buffer = sized(buffer if isinstance(buffer, np.ndarray) else None, array.shape, array.dtype)
            return np.multiply(array, scale, out=buffer)

        first, second = self.gradInput
        self.gradInput = [map_arrays(scaled, gradient, first), zeroed(second, target)]
        return self.gradInput

    def clearState(self):
        dtype = self.output.dtype
        super().clearState()
        self.gradInput = [empty(dtype), empty(dtype)]
        return self


Node.JustElement = JustElement
Node.ModuleFromCriterion = ModuleFromCriterion
