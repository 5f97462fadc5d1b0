"""Recurrent LSTMs, a step per call: RecLSTM, LSTM, FastLSTM; and the map without a bias they use, LinearNoBias."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty
from ..core.tables import Table
from ..modules.affine import CMul
from ..modules.containers import Sequential
from ..modules.linear import Linear
from ..modules.noise import Dropout
from ..modules.shape import Reshape
from ..modules.squashing import Sigmoid, Tanh
from ..modules.table_arithmetic import CAddTable, CMulTable
from ..modules.table_containers import ConcatTable, ParallelTable
from ..modules.tables import FlattenTable, JoinTable, NarrowTable, SelectTable, SplitTable
from .stateful import StatefulRecurrent
from .steps import StepLSTM

__all__ = [
    "LSTM",
    "FastLSTM",
    "Gates",
    "LinearNoBias",
    "RecLSTM",
    "concat",
    "gate_maps",
    "joined",
    "parallel",
    "series",
]


class LinearNoBias(Linear):
    """``W x``: as Linear without a bias, of which none is drawn. Lua: rnn/LinearNoBias.lua of Element-Research."""

    def __init__(self, inputSize: int, outputSize: int):
        super().__init__(inputSize, outputSize, False)


def series(*modules):
    """Return the modules one after the other."""
    return _filled(Sequential(), modules)


def concat(*modules):
    """Return the modules side by side, all with the same input."""
    return _filled(ConcatTable(), modules)


def parallel(*modules):
    """Return the modules side by side, each with its item of a table."""
    return _filled(ParallelTable(), modules)


def joined(join, *modules):
    """Return the modules side by side and what joins their outputs."""
    return series(concat(*modules), join)


def gate_maps(owner, count):
    """Return the maps of the input and of the output before to the sums of `count` gates, with dropout where p > 0."""
    inputs, outputs = owner.inputSize, owner.outputSize
    if owner.p == 0:
        return Linear(inputs, count * outputs), LinearNoBias(outputs, count * outputs)

    def maps(make, size):
        dropouts = [owner._dropout() for _ in range(count)]
        return series(concat(*dropouts), parallel(*(make(size, outputs) for _ in range(count))), JoinTable(2))

    return maps(Linear, inputs), maps(LinearNoBias, outputs)


def _filled(container, modules):
    for module in modules:
        container.add(module)
    return container


class RecLSTM(StatefulRecurrent):
    """``h_t, c_t = StepLSTM([x_t, h_{t-1}, c_{t-1}])``, a step per call, from zero states; the output is ``h_t``.

    Parameters
    ----------
    inputsize, hiddensize : int
        Lengths of ``x_t`` and ``c_t``.
    outputsize : int, optional
        Length of ``h_t`` if that is a linear map of ``o tanh(c)``.

    Attributes
    ----------
    outputs, cells : Table
        ``h_t`` and ``c_t`` of every step.

    Notes
    -----
    Lua: rnn/RecLSTM.lua of torch/rnn. It takes batches, ``(batch, inputsize)``.

    Examples
    --------
    >>> net = nn.Sequencer(nn.RecLSTM(3, 2))
    >>> net.forward(np.ones((5, 4, 3))).shape
    (5, 4, 2)
    """

    _tables = ("outputs", "cells")
    _grad_tables = ("gradOutputs", "gradCells")

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int | None = None):
        step = StepLSTM(inputsize, hiddensize, outputsize)
        super().__init__(step)
        self.inputsize, self.hiddensize, self.outputsize = step.inputsize, step.hiddensize, step.outputsize
        self.cells, self.gradCells = Table(), Table()
        self.zeroOutput, self.zeroCell = empty(), empty()

    def maskZero(self, v1=None):
        for module in self._everyone():
            module.maskZero(v1)
        return self

    def _checked(self, input):
        return check.array(self, input, 2, last=self.inputsize)

    def _zeros(self, input):
        dtype = self._dtype()
        return [np.zeros((len(input), size), dtype) for size in (self.outputsize, self.hiddensize)]

    def __repr__(self):
        return self._sizes(self.inputsize, self.outputsize)


class Gates(StatefulRecurrent):
    """A recurrent module whose step is made of simple modules; the base of LSTM and GRU.

    A subclass overrides ``buildModel()``, which returns the step module.
    """

    p = 0
    mono: bool | None = None

    def __init__(self, inputSize: int, outputSize: int, rho: int | None, p: float | None, mono: bool | None):
        self.p, self.mono = given(p, 0), given(mono, False)
        for name, size in (("inputSize", inputSize), ("outputSize", outputSize)):
            setattr(self, name, check.number(self, size, name))
        model = self.buildModel()
        super().__init__(model, given(rho, 9999))
        self.rho, self.recurrentModule = self.seqlen, model
        self.zeroTensor = empty()
        self.cells, self.gradCells = Table(), Table()

    def buildModel(self):
        """Return a new step module."""
        raise NotImplementedError

    def _dropout(self):
        return Dropout(self.p, False, False, lazy=True, mono=self.mono)

    def _checked(self, input):
        return check.array(self, input, (1, 2), last=int(self.inputSize))

    def _zeros(self, input):
        return [np.zeros((*input.shape[:-1], int(self.outputSize)), self._dtype()) for _ in self._tables]


class LSTM(Gates):
    """As RecLSTM, made of simple modules, with gates that see the cell (peepholes).

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x_t`` and of ``h_t`` and ``c_t``.
    rho : int, default 9999
        How many steps the gradient goes back at most.
    cell2gate : bool, default True
        Whether the gates see the cell, through diagonal matrices.
    p : float, default 0
        Probability of a zero in the dropouts of inputs and states, which keep their masks for a whole sequence.
    mono : bool, default False
        Whether one mask serves all rows of a batch.

    Attributes
    ----------
    inputGate, forgetGate, outputGate, hiddenLayer, cellLayer : Module
        The parts of the step module.

    Notes
    -----
    Lua: rnn/LSTM.lua of Element-Research, which scripts use more than the deprecated one of torch/rnn: the constructor
    draws no bias for the maps of the state, which have none. It takes vectors or batches of them.

    Examples
    --------
    >>> nn.Sequencer(nn.LSTM(3, 2)).forward([np.ones(3), np.zeros(3)])[1].shape
    (2,)
    """

    _tables = ("outputs", "cells")
    _grad_tables = ("gradOutputs", "gradCells")

    def __init__(
        self,
        inputSize: int,
        outputSize: int | None = None,
        rho: int | None = None,
        cell2gate: bool | None = None,
        p: float | None = None,
        mono: bool | None = None,
    ):
        self.cell2gate = given(cell2gate, True)
        super().__init__(inputSize, given(outputSize, inputSize), rho, p, mono)

    def buildModel(self):
        self.cellLayer = self.buildCell()
        self.outputGate = self.buildGate()
        activation = series(SelectTable(3), Tanh())
        output = joined(CMulTable(), self.outputGate, activation)
        return series(concat(NarrowTable(1, 2), self.cellLayer), FlattenTable(), concat(output, SelectTable(3)))

    def buildGate(self):
        """Return a new gate: a module of ``[x_t, h_{t-1}, c]``."""
        maps = self._maps()
        if self.cell2gate:
            return series(parallel(*maps, CMul(self.outputSize)), CAddTable(), Sigmoid())
        return series(NarrowTable(1, 2), parallel(*maps), CAddTable(), Sigmoid())

    def buildHidden(self):
        """Return the module of ``g``, what is new for the cell."""
        self.hiddenLayer = series(NarrowTable(1, 2), parallel(*self._maps()), CAddTable(), Tanh())
        return self.hiddenLayer

    def buildCell(self):
        """Return the module of the next cell."""
        self.inputGate = self.buildGate()
        self.forgetGate = self.buildGate()
        hidden = self.buildHidden()
        kept = joined(CMulTable(), self.forgetGate, SelectTable(3))
        return joined(CAddTable(), kept, joined(CMulTable(), self.inputGate, hidden))

    def _maps(self):
        """Return the maps of the input and of the output before."""
        inputs = series(self._dropout(), Linear(self.inputSize, self.outputSize))
        return inputs, series(self._dropout(), LinearNoBias(self.outputSize, self.outputSize))


class FastLSTM(LSTM):
    """As LSTM without peepholes, all gates from one product.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x_t`` and of ``h_t`` and ``c_t``.
    rho : int, default 9999
        How many steps the gradient goes back at most.
    eps, momentum, affine : float, float and bool, optional
        Kept for files; Lua uses them with batch normalization only, which is switched on for the class there.
    p : float, default 0
        Probability of a zero in the dropouts.
    mono : bool, default False
        Whether one mask serves all rows of a batch.

    Attributes
    ----------
    i2g, o2g : Module
        The maps of the input and of the output before to the gates i, g, f, o.

    Notes
    -----
    Lua: rnn/FastLSTM.lua of Element-Research. One built with nngraph can be loaded, not made.
    """

    def __init__(
        self,
        inputSize: int,
        outputSize: int | None = None,
        rho: int | None = None,
        eps: float | None = None,
        momentum: float | None = None,
        affine: bool | None = None,
        p: float | None = None,
        mono: bool | None = None,
    ):
        self.eps, self.momentum, self.affine = eps, momentum, given(affine, True)
        super().__init__(inputSize, outputSize, rho, None, p, mono)

    def buildModel(self):
        self.i2g, self.o2g = gate_maps(self, 4)
        gates = series(
            *(NarrowTable(1, 2), parallel(self.i2g, self.o2g), CAddTable()),
            *(Reshape(4, self.outputSize), SplitTable(1, 2), parallel(Sigmoid(), Tanh(), Sigmoid(), Sigmoid())),
        )
        new = series(NarrowTable(1, 2), CMulTable())
        kept = joined(CMulTable(), SelectTable(3), SelectTable(5))
        cell = joined(CAddTable(), new, kept)
        output = joined(CMulTable(), series(SelectTable(1), Tanh()), SelectTable(2))
        return series(
            *(concat(gates, SelectTable(3)), FlattenTable()),
            *(concat(cell, SelectTable(4)), FlattenTable()),
            concat(output, SelectTable(1)),
        )
