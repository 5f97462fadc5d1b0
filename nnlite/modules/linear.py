"""Affine maps of vectors: Linear, PartialLinear, Bilinear."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter, sized
from ..core.generator import draw
from ..core.module import Module
from ..kernels import linear
from .containers import Sequential
from .lookup import LookupTable
from .shape import Identity
from .table_containers import ParallelTable
from .table_products import MM

__all__ = ["Bilinear", "Linear", "PartialLinear"]


class Linear(Module):
    """Affine map ``y = W x + b``.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.
    bias : bool, default True
        Whether to add ``b``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputSize, inputSize)
        ``W``, drawn from U(-s, s) with s = 1/sqrt(inputSize), and its accumulated gradient.
    bias, gradBias : ndarray, (outputSize,), or None
        ``b`` and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not ``(inputSize,)`` or ``(batch, inputSize)``.

    Notes
    -----
    Lua: nn/Linear.lua. ``(inputSize,)`` gives ``(outputSize,)``, ``(batch, inputSize)`` gives ``(batch, outputSize)``.

    Examples
    --------
    >>> nn.Linear(10, 5).forward(np.ones((3, 10))).shape
    (3, 5)
    """

    def __init__(self, inputSize: int, outputSize: int, bias: bool | None = None):
        super().__init__()
        self.weight, self.gradWeight = parameter(outputSize, inputSize)
        if given(bias, True):
            self.bias, self.gradBias = parameter(outputSize)
        self.reset()

    def noBias(self):
        """Remove the bias and return the module."""
        self.bias = self.gradBias = None
        return self

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(inputSize) or ``sqrt(3) * stdv``."""
        draw(stdv, self.weight.shape[1], self.weight, self.bias)
        return self

    def updateOutput(self, input):
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        self.output = sized(self.output, (*input.shape[:-1], len(self.weight)), self.weight.dtype)
        linear.product(input, self.weight.T, self.output)
        if self.bias is not None:
            self.output += self.bias
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, self.weight.dtype)
        linear.product(gradOutput, self.weight, self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self._accumulate(input, gradOutput, scale, self.gradWeight, self.gradBias)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def _accumulate(self, input, gradOutput, scale, gradWeight, gradBias):
        """Add `scale` times the gradients of the map itself."""
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        gradOutput = check.gradient(self, gradOutput, self.output)
        if input.ndim == 1:
            linear.accumulate_outer(gradOutput, input, scale, gradWeight)
        else:
            linear.accumulate(gradOutput.T, input, scale, gradWeight)
            gradOutput = gradOutput.sum(0)
        if gradBias is not None:
            gradBias += gradOutput if scale == 1 else scale * gradOutput

    def __repr__(self):
        outputs, inputs = self.weight.shape
        return f"{self.torch_typename}({inputs} -> {outputs})" + ("" if self.bias is not None else " without bias")


class PartialLinear(Module):
    """Affine map of which only some outputs are computed: those of the partition.

    Parameters
    ----------
    inputsize, outputsize : int
        Lengths of ``x`` and of ``y`` when all of it is computed.
    bias : bool, default True
        Whether to add ``b``.

    Attributes
    ----------
    network : Module
        The product with the rows of a LookupTable, ``(outputsize, inputsize)``, drawn from N(0, 1).
    bias, gradBias : ndarray, (1, outputsize), or None
        ``b``, 0 at first, and its gradient.
    partition : ndarray
        The outputs to compute, counted from 1; all of them at first.

    Raises
    ------
    ValueError
        If the input is not ``(batch, inputsize)``.

    Notes
    -----
    Lua: nn/PartialLinear.lua. ``(batch, inputsize)`` gives ``(batch, length of the partition)``.

    Examples
    --------
    >>> layer = nn.PartialLinear(3, 1000)
    >>> layer.setPartition(np.array([7, 500]))
    >>> layer.forward(np.ones((4, 3))).shape
    (4, 2)
    """

    def __init__(self, inputsize: int, outputsize: int, bias: bool | None = None):
        super().__init__()
        rows = ParallelTable().add(Identity()).add(LookupTable(outputsize, inputsize))
        self.network = Sequential().add(rows).add(MM(False, True))
        if given(bias, True):
            self.bias, self.gradBias = parameter(1, outputsize)
        self.inputsize = inputsize
        self.outputsize = outputsize
        self.allcolumns = np.arange(1, outputsize + 1, dtype=self._dtype())
        self.resetPartition()

    def setPartition(self, indices):
        """Compute only the outputs `indices`, counted from 1, from now on."""
        self.partition = check.indices(self, indices, (1,), self.outputsize, "indices").astype(self._dtype()) + 1

    def resetPartition(self):
        """Compute all outputs from now on."""
        self.partition = self.allcolumns

    def parameters(self):
        table = self._table()
        if self.bias is None:
            return [table.weight], [table.gradWeight]
        return [table.weight, self.bias], [table.gradWeight, self.gradBias]

    def updateOutput(self, input):
        input = check.array(self, input, 2, self.inputsize)
        self.output = self.network.forward([input, self.partition])
        if self.bias is not None:
            self.output += self.bias[0, self._columns()]
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input, 2, self.inputsize)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = self.network.updateGradInput([input, self.partition], gradOutput)[0]
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input, 2, self.inputsize)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.network.accGradParameters([input, self.partition], gradOutput, scale)
        if self.bias is not None:
            np.add.at(self.gradBias[0], self._columns(), scale * gradOutput.sum(0))

    def accUpdateGradParameters(self, input, gradOutput, lr):
        table = self._table()
        kept = table.gradWeight, self.gradBias
        try:
            table.gradWeight, self.gradBias = table.weight, self.bias
            self.accGradParameters(input, gradOutput, -lr)
        finally:
            table.gradWeight, self.gradBias = kept

    def _table(self):
        return self.network.get(1).get(2)

    def _columns(self):
        return self.partition.astype(np.int64) - 1

    def _dtype(self):
        return self._table().weight.dtype

    def __repr__(self):
        suffix = "" if self.bias is not None else " without bias"
        return f"{self.torch_typename}({self.inputsize} -> {self.outputsize}){suffix}"


class Bilinear(Module):
    """Bilinear form ``y_k = x_1 W_k x_2 + b_k`` of a table of two inputs.

    Parameters
    ----------
    inputSize1, inputSize2, outputSize : int
        Lengths of ``x_1``, ``x_2`` and ``y``.
    bias : bool, default True
        Whether to add ``b``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputSize, inputSize1, inputSize2)
        ``W``, drawn from U(-s, s) with s = 1/sqrt(inputSize1), and its gradient.
    bias, gradBias : ndarray, (outputSize,), or None
        ``b`` and its gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not a table of ``(batch, inputSize1)`` and ``(batch, inputSize2)``.

    Notes
    -----
    Lua: nn/Bilinear.lua. The output is ``(batch, outputSize)``. As in Torch the gradient of the weight ignores
    ``scale``.
    """

    def __init__(self, inputSize1: int, inputSize2: int, outputSize: int, bias: bool | None = None):
        super().__init__()
        for size in (inputSize1, inputSize2, outputSize):
            if isinstance(size, bool) or size != int(size) or size < 1:
                raise ValueError(f"{self.torch_typename}: sizes that are positive integers expected, got {size}")
        self.weight, self.gradWeight = parameter(outputSize, inputSize1, inputSize2)
        if given(bias, True):
            self.bias, self.gradBias = parameter(outputSize)
        self.gradInput = [empty(), empty()]
        self.reset()

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(inputSize1) or ``sqrt(3) * stdv``; return self."""
        draw(stdv, self.weight.shape[1], self.weight, self.bias)
        return self

    def updateOutput(self, input):
        first, second = self._inputs(input)
        self.output = sized(self.output, (len(first), len(self.weight)), first.dtype)
        np.einsum("kbj,bj->bk", first @ self.weight, second, out=self.output)
        if self.bias is not None:
            self.output += self.bias
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        first, second = self._inputs(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        if len(self.gradInput) != 2:
            self.gradInput = [empty(), empty()]
        self.gradInput = [
            sized(buffer, x.shape, x.dtype) for buffer, x in zip(self.gradInput, (first, second), strict=True)
        ]
        np.einsum("kbi,bk->bi", second @ self.weight.transpose(0, 2, 1), gradOutput, out=self.gradInput[0])
        np.einsum("kbj,bk->bj", first @ self.weight, gradOutput, out=self.gradInput[1])
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        first, second = self._inputs(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradWeight += (gradOutput.T[:, None] * first.T) @ second
        if self.bias is not None:
            self.gradBias += scale * gradOutput.sum(0)

    def defaultAccUpdateGradParameters(self, input, gradOutput, lr):
        kept = self.gradWeight, self.gradBias
        try:
            self.gradWeight = np.zeros_like(self.weight)
            self.gradBias = None if self.bias is None else np.zeros_like(self.bias)
            self.accGradParameters(input, gradOutput, 1)
            self.updateParameters(lr)
        finally:
            self.gradWeight, self.gradBias = kept

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def _inputs(self, input):
        """Return the two checked inputs."""
        check.table(self, input, 2)
        sizes = self.weight.shape[1:]
        first = check.array(self, input[0], shape=(None, sizes[0]), name="input[1]")
        second = check.array(self, input[1], shape=(len(first), sizes[1]), name="input[2]")
        return first, second

    def __repr__(self):
        outputs, first, second = self.weight.shape
        return f"{self.torch_typename}({first}x{second} -> {outputs}) " + (
            "" if self.bias is not None else " without bias"
        )
