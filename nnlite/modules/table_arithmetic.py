"""Arithmetic on the items of a table: CAddTable, CSubTable, CMulTable, CDivTable, CMaxTable, CMinTable, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized, sized_like
from ..core.module import Module
from ..core.tensor_types import storage
from ..kernels import arithmetic

__all__ = [
    "CAddTable",
    "CAddTensorTable",
    "CDivTable",
    "CMaxTable",
    "CMinTable",
    "CMulTable",
    "CSubTable",
    "MixtureTable",
]


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


class CSubTable(_Elementwise):
    """``x1 - x2``, elementwise. Lua: nn/CSubTable.lua."""

    count = 2

    def _combine(self, arrays, out):
        arithmetic.difference(*arrays, out)

    def _pull_back(self, arrays, grad_output, outs):
        arithmetic.copy(grad_output, outs[0])
        arithmetic.scale(grad_output, -1, outs[1])


class CMulTable(_Elementwise):
    """``x1 x2 ... xn``, elementwise. Lua: nn/CMulTable.lua."""

    def _combine(self, arrays, out):
        arithmetic.product(arrays, out)

    def _pull_back(self, arrays, grad_output, outs):
        for i, out in enumerate(outs):  # no division by the item itself, which may be zero
            arithmetic.product([grad_output, *arrays[:i], *arrays[i + 1 :]], out)


class CDivTable(_Elementwise):
    """``x1 / x2``, elementwise. Lua: nn/CDivTable.lua."""

    count = 2

    def _combine(self, arrays, out):
        arithmetic.quotient(*arrays, out)

    def _pull_back(self, arrays, grad_output, outs):
        arithmetic.quotient_grad(*arrays, grad_output, *outs)


class CMaxTable(_Elementwise):
    """``max(x1, ..., xn)``, elementwise; the gradient goes to the first of equals.

    Attributes
    ----------
    maxIdx : ndarray
        Number of the item that each element of the output came from.

    Notes
    -----
    Lua: nn/CMaxTable.lua.
    """

    _state = ("output", "gradInput", "maxIdx", "mask", "maxVals", "gradMaxVals")

    def __init__(self) -> None:
        super().__init__()
        self.maxIdx, self.mask, self.maxVals, self.gradMaxVals = (empty() for _ in range(4))

    def _combine(self, arrays, out):
        self.maxIdx = sized(self.maxIdx, out.shape, out.dtype)
        arithmetic.extreme(arrays, np.greater, out, self.maxIdx)

    def _pull_back(self, arrays, grad_output, outs):
        arithmetic.pick(grad_output, self.maxIdx, outs)


class CMinTable(_Elementwise):
    """``min(x1, ..., xn)``, elementwise; the gradient goes to the first of equals.

    Attributes
    ----------
    minIdx : ndarray
        Number of the item that each element of the output came from.

    Notes
    -----
    Lua: nn/CMinTable.lua.
    """

    _state = ("output", "gradInput", "minIdx", "mask", "minVals", "gradMaxVals")

    def __init__(self) -> None:
        super().__init__()
        self.minIdx, self.mask, self.minVals, self.gradMaxVals = (empty() for _ in range(4))

    def _combine(self, arrays, out):
        self.minIdx = sized(self.minIdx, out.shape, out.dtype)
        arithmetic.extreme(arrays, np.less, out, self.minIdx)

    def _pull_back(self, arrays, grad_output, outs):
        arithmetic.pick(grad_output, self.minIdx, outs)


class CAddTensorTable(Module):
    """``[v + x1, ..., v + xn]`` for the input ``[v, [x1, ..., xn]]``.

    Raises
    ------
    ValueError
        If an item has not as many elements as ``v``.

    Notes
    -----
    Lua: nn/CAddTensorTable.lua.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gradInput = []

    def updateOutput(self, input):
        v, *items = self._arrays(input)
        self.output = sized_like(self.output, [v] * len(items))
        for item, out in zip(items, self.output, strict=True):
            arithmetic.total([item, v], out)
        return self.output

    def updateGradInput(self, input, gradOutput):
        v, *items = self._arrays(input)
        check.table(self, gradOutput, len(items), name="gradOutput")
        gradients = [check.gradient(self, g, v, f"gradOutput[{i}]") for i, g in enumerate(gradOutput, 1)]
        self.gradInput = sized_like(self.gradInput, [v, items])
        arithmetic.total(gradients, self.gradInput[0])
        for gradient, out in zip(gradients, self.gradInput[1], strict=True):
            arithmetic.copy(gradient, out.reshape(v.shape))
        return self.gradInput

    def _arrays(self, input):
        """Return v and the items, in its shape."""
        v, items = check.table(self, input, 2)
        check.arrays(self, items, name="input[2]")
        return _in_one_shape(check.arrays(self, [v, *items], alike=True))


class MixtureTable(Module):
    """``sum_i g_i x_i`` for the input ``[g, [x1, ..., xn]]``, a mixture of experts.

    Parameters
    ----------
    dim : int, optional
        Dimension that the experts have in common where they come as one array; 1 by default where the gater ``g`` is
        a vector, else 2.

    Raises
    ------
    ValueError
        If there is not one gate per expert.

    Notes
    -----
    Lua: nn/MixtureTable.lua. Gater ``(batch, n)``; experts n arrays ``(batch, ...)``, or one array in which they stand
    side by side along `dim`.

    Examples
    --------
    >>> gater, experts = np.array([0.25, 0.75]), [np.array([4.0, 0.0]), np.array([0.0, 4.0])]
    >>> nn.MixtureTable().forward([gater, experts])
    array([1., 3.])
    """

    dim: int | None = None

    def __init__(self, dim: int | None = None):
        super().__init__()
        self.dim = dim
        self.size, self.size2 = storage(), storage()
        self.batchSize = 0
        self.backwardSetup = False
        self.gradInput = []

    def updateOutput(self, input):
        gater, _, views = self._arrays(input)
        self.output = sized(self.output, views[0].shape, gater.dtype)
        self.output.fill(0)
        for gate, expert in zip(_gates(gater, views[0].ndim), views, strict=True):
            self.output += gate * expert
        return self.output

    def updateGradInput(self, input, gradOutput):
        gater, experts, views = self._arrays(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized_like(self.gradInput, [gater, experts])
        gater_grad, targets = self.gradInput[0], self._views(gater, self.gradInput[1])
        axes = tuple(range(gater.ndim - 1, gradOutput.ndim))
        for i, gate in enumerate(_gates(gater, gradOutput.ndim)):
            gater_grad[..., i] = (gradOutput * views[i]).sum(axes)
            np.multiply(gate, gradOutput, out=targets[i])
        return self.gradInput

    def _arrays(self, input):
        """Return the gater, the experts as they came, and the view of each expert."""
        gater, experts = check.table(self, input, 2)
        gater = check.array(self, gater, ndim=(1, 2), name="input[1]")
        if isinstance(experts, list | tuple):
            experts = check.arrays(self, experts, gater.shape[-1], name="input[2]")
        else:
            experts = check.array(self, experts, name="input[2]", dtype=gater.dtype)
        views = self._views(gater, experts)
        shape = views[0].shape
        if len(views) != gater.shape[-1]:
            raise check.error(self, f"input[2]: {gater.shape[-1]} experts, one per gate,", experts)
        for view in views:
            if view.shape != shape or view.dtype != gater.dtype or shape[: gater.ndim - 1] != gater.shape[:-1]:
                raise check.error(self, f"input[2]: {gater.dtype} experts of one shape, as many rows as gates,", view)
        return gater, experts, views

    def _views(self, gater, experts):
        if isinstance(experts, list):
            return experts
        axis = check.axis(self, given(self.dim, gater.ndim), experts, name="input[2]")
        return list(np.moveaxis(experts, axis, 0))


def _gates(gater, ndim):
    """Return for each expert its gates, to be broadcast against the `ndim` dimensions of its output."""
    return gater.T.reshape(*gater.T.shape, *[1] * (ndim - gater.ndim + 1))
