"""Activations of several pieces: GatedLinearUnit, CReLU, Maxout."""

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import activation as kernel
from .activation import ReLU
from .affine import MulConstant
from .containers import Sequential
from .linear import Linear
from .reduce import Max
from .shape import Identity, View
from .table_containers import ConcatTable
from .tables import JoinTable

__all__ = ["CReLU", "GatedLinearUnit", "Maxout"]


class GatedLinearUnit(Module):
    """``x_1 sigmoid(x_2)`` for the halves ``x_1``, ``x_2`` of the input along a dimension.

    Parameters
    ----------
    dim : int, default the last
        The dimension, counted from 1 and including that of the batch.

    Raises
    ------
    ValueError
        If the dimension is missing or its size odd.

    Notes
    -----
    Lua: nn/GatedLinearUnit.lua. The output has half the size of the input along `dim`.
    """

    def __init__(self, dim: int | None = None):
        super().__init__()
        self.dim = dim

    def updateOutput(self, input):
        input = check.array(self, input)
        x, gate = self._halves(input)
        self.output = sized(self.output, x.shape, x.dtype)
        kernel.gated(x, gate, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        x, gate = self._halves(input)
        gradOutput = check.gradient(self, gradOutput, x)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        first, second = self._halves(self.gradInput)
        kernel.gated_grad(x, gate, gradOutput, second, first)
        return self.gradInput

    def _halves(self, x):
        axis = check.axis(self, given(self.dim, x.ndim), x)
        size = x.shape[axis]
        if size % 2:
            raise check.error(self, f"input of even size along dimension {axis + 1}", x)
        before = (slice(None),) * axis
        return x[(*before, slice(size // 2))], x[(*before, slice(size // 2, None))]


class CReLU(Sequential):
    """``max(x, 0)`` and ``max(-x, 0)``, joined along the first dimension of a sample.

    Parameters
    ----------
    nInputDims : int
        Dimensions of a sample; an input with one more is a batch, any other a sample.
    inplace : bool, default False
        Whether the rectifier inside works in place.

    Notes
    -----
    Lua: nn/CReLU.lua. ``(n, ...)`` gives ``(2 n, ...)``, ``(batch, n, ...)`` gives ``(batch, 2 n, ...)``.
    """

    def __init__(self, nInputDims: int, inplace: bool | None = None):
        super().__init__()
        self.nInputDims = check.number(self, nInputDims, "nInputDims")
        self.inplace = check.flag(self, inplace, "inplace")
        self.add(ConcatTable().add(Identity()).add(MulConstant(-1)))
        self.add(JoinTable(2))
        self.add(ReLU(self.inplace))

    def updateOutput(self, input):
        input = check.array(self, input)
        if input.ndim == 0:
            raise check.error(self, "input with at least one dimension", input)
        axis = 1 if input.ndim == self.nInputDims + 1 else 0
        shape = (*input.shape[:axis], 2 * input.shape[axis], *input.shape[axis + 1 :])
        self.output = super().updateOutput(self._rows(input, input)).reshape(shape)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        super().updateGradInput(self._rows(input, input), self._rows(input, gradOutput))
        self.gradInput = self.gradInput.reshape(input.shape)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        pass

    def backward(self, input, gradOutput, scale=None):
        return self.updateGradInput(input, gradOutput)

    def _rows(self, input, x):
        """Return `x`, of the batch `input` is, with the samples as rows."""
        return x.reshape(len(input) if input.ndim == self.nInputDims + 1 else 1, -1)

    def __repr__(self):
        return "CReLU()"


class Maxout(Sequential):
    """``max_k (W_k x + b_k)`` over maxoutNumber affine maps.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and of the result.
    maxoutNumber : int
        Number of maps.
    preprocess : Module, optional
        What is applied before the maximum, to ``(batch, maxoutNumber, outputSize)``.

    Notes
    -----
    Lua: nn/Maxout.lua.
    """

    def __init__(self, inputSize: int, outputSize: int, maxoutNumber: int, preprocess: Module | None = None):
        super().__init__()
        self.add(Linear(inputSize, outputSize * maxoutNumber))
        self.add(View(maxoutNumber, outputSize).setNumInputDims(1))
        if preprocess is not None:
            self.add(preprocess)
        self.add(Max(1, 2))
