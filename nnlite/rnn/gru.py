"""Recurrent GRUs, a step per call: RecGRU, GRU; and the module they use, SAdd."""

import numpy as np

from ..core import check
from ..core.buffers import empty, sized
from ..core.lua_format import lua_format
from ..core.module import Module
from ..modules.linear import Linear
from ..modules.shape import Identity, Reshape
from ..modules.squashing import Sigmoid, Tanh
from ..modules.table_arithmetic import CAddTable, CMulTable
from ..modules.tables import FlattenTable, NarrowTable, SelectTable, SplitTable
from .lstm import Gates, LinearNoBias, concat, gate_maps, joined, parallel, series
from .stateful import StatefulRecurrent
from .steps import StepGRU

__all__ = ["GRU", "RecGRU", "SAdd"]


class SAdd(Module):
    """``x + addend``, or ``-(x + addend)``.

    Parameters
    ----------
    addend : float
        The number.
    negate : bool, default False
        Whether to change the sign.

    Notes
    -----
    Lua: rnn/SAdd.lua of both packages.
    """

    def __init__(self, addend: float, negate: bool | None = None):
        super().__init__()
        self.addend = check.number(self, addend, "addend")
        self.negate = check.flag(self, negate, "negate")

    def updateOutput(self, input):
        input = check.array(self, input)
        self.output = sized(self.output, input.shape, input.dtype)
        np.add(input, self.addend, out=self.output)
        if self.negate:
            np.negative(self.output, out=self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        np.multiply(gradOutput, -1 if self.negate else 1, out=self.gradInput)
        return self.gradInput


class RecGRU(StatefulRecurrent):
    """``h_t = StepGRU([x_t, h_{t-1}])``, a step per call, from a zero state.

    Parameters
    ----------
    inputsize, outputsize : int
        Lengths of ``x_t`` and ``h_t``.

    Notes
    -----
    Lua: rnn/RecGRU.lua of torch/rnn. It takes batches, ``(batch, inputsize)``.
    """

    def __init__(self, inputsize: int, outputsize: int):
        step = StepGRU(inputsize, outputsize)
        super().__init__(step)
        self.inputsize, self.outputsize = step.inputsize, step.outputsize
        self.zeroOutput = empty()

    def maskZero(self, v1=None):
        for module in self._everyone():
            module.maskZero(v1)
        return self

    def _checked(self, input):
        return check.array(self, input, 2, last=self.inputsize)

    def _zeros(self, input):
        return [np.zeros((len(input), self.outputsize), self._dtype())]


class GRU(Gates):
    """As RecGRU, made of simple modules.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x_t`` and ``h_t``.
    rho : int, default 9999
        How many steps the gradient goes back at most.
    p : float, default 0
        Probability of a zero in the dropouts of inputs and states, which keep their masks for a whole sequence.
    mono : bool, default False
        Whether one mask serves all rows of a batch.

    Attributes
    ----------
    i2g, o2g : Module
        The maps of the input and of the output before to the gates r, z.

    Notes
    -----
    Lua: rnn/GRU.lua of Element-Research; see `LSTM`. It takes vectors or batches of them.
    """

    def __init__(
        self,
        inputSize: int,
        outputSize: int,
        rho: int | None = None,
        p: float | None = None,
        mono: bool | None = None,
    ):
        super().__init__(inputSize, outputSize, rho, p, mono)

    def buildModel(self):
        self.i2g, self.o2g = gate_maps(self, 2)
        size = self.outputSize
        gates = series(
            *(parallel(self.i2g, self.o2g), CAddTable()),
            *(Reshape(2, size), SplitTable(1, 2), parallel(Sigmoid(), Sigmoid())),
        )
        before, reset = series(SelectTable(1)), series(NarrowTable(2, 2), CMulTable())
        if self.p != 0:
            before.add(self._dropout())
            reset.add(self._dropout())
        before.add(Linear(self.inputSize, size))
        reset.add(LinearNoBias(size, size))
        hidden = series(concat(before, reset), CAddTable(), Tanh())
        new = joined(CMulTable(), hidden, series(SelectTable(4), SAdd(-1, True)))
        kept = series(NarrowTable(4, 2), CMulTable())
        return series(
            *(concat(Identity(), gates), FlattenTable()),  # x, h, r, z
            *(concat(NarrowTable(1, 4), SelectTable(2)), FlattenTable()),  # x, h, r, z, h
            joined(CAddTable(), new, kept),
        )

    def __repr__(self):
        return f"{self.torch_typename}({self.inputSize:.0f} -> {self.outputSize:.0f}, {lua_format('%.2f', self.p)})"
