"""Networks that feed their output back: Recurrence, LinearRNN, LookupRNN, Recurrent."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import copied, empty
from ..core.module import Module
from ..core.tables import arrays_in, map_arrays
from ..core.tensor_types import dtype_of
from ..modules.affine import Add
from ..modules.containers import Sequential
from ..modules.linear import Linear
from ..modules.squashing import Sigmoid
from ..modules.table_arithmetic import CAddTable
from ..modules.table_containers import ParallelTable
from ..modules.tables import JoinTable
from .masking import LookupTableMaskZero
from .recurrent import AbstractRecurrent
from .stateful import StatefulRecurrent

__all__ = ["LinearRNN", "LookupRNN", "Recurrence", "Recurrent"]


class Recurrence(StatefulRecurrent):
    """``y_t = m([x_t, y_{t-1}])`` with ``y_0 = 0``.

    Parameters
    ----------
    stepmodule : Module
        ``m``; its output may be a table.
    outputSize : int, storage, list or nested list
        The shape of one output, without the batch; a list of such for a table.
    nInputDim : int
        Dimensions of one input (of the first array of it), without the batch.
    rho : int, optional
        How many steps the gradient goes back at most.

    Notes
    -----
    Lua: rnn/Recurrence.lua of both packages.

    Examples
    --------
    >>> step = nn.Sequential().add(nn.JoinTable(1, 1)).add(nn.Linear(5, 2)).add(nn.Tanh())
    >>> net = nn.Sequencer(nn.Recurrence(step, 2, 1))
    >>> net.forward(np.ones((4, 1, 3))).shape
    (4, 1, 2)
    """

    def __init__(self, stepmodule: Module, outputSize: Any, nInputDim: int, rho: int | None = None):
        super().__init__(stepmodule, rho)
        self.outputSize = [outputSize] if isinstance(outputSize, int) else outputSize
        if not isinstance(self.outputSize, list | tuple | np.ndarray):
            raise check.error(self, "outputSize: a number, a storage or a table", outputSize, TypeError)
        self.nInputDim = check.number(self, nInputDim, "nInputDim")
        self.typeTensor = empty()

    def getHiddenState(self, step=None, input=None):
        step = self._counted(step, self.step)
        return [self._states(step, input)[0], [module.getHiddenState(step) for module in self.modules]]

    def setHiddenState(self, step, hiddenState):
        own, *inner = check.table(self, hiddenState, name="hiddenState")
        super().setHiddenState(step, own)
        if inner and inner[0] is not None:
            for module, state in zip(self.modules, inner[0], strict=True):
                module.setHiddenState(step, state)

    def __t7_fields__(self):
        fields = dict(super().__t7_fields__(), module=self.modules[0])
        if self.step - 1 in self.outputs:  # the sequence goes on, where Lua takes it for the gradient of the last state
            fields["zeroTensor"] = map_arrays(np.zeros_like, self.outputs[self.step - 1])
        return fields

    def _module_at(self, step):
        module = self.getStepModule(step)
        module.setOutputStep(step)  # recurrent modules inside are the same for all steps
        return module

    def _zeros(self, input):
        first = next(arrays_in(input), None)
        if first is None:
            raise check.error(self, "input: an array or a table of arrays", input, TypeError)
        if first.ndim not in (self.nInputDim, self.nInputDim + 1):
            raise check.error(self, f"input with {self.nInputDim} dimensions, or a batch of such,", first)
        batch = first.shape[: first.ndim - int(self.nInputDim)]
        dtype = given(self._dtype(), first.dtype if first.dtype.kind == "f" else dtype_of(self._type))
        return [_zero_table(self.outputSize, batch, dtype)]

    def __repr__(self):
        return f"{self.torch_typename} @ {self.modules[0]!r}"


def _zero_table(size, batch, dtype):
    """Return zeros of a shape, or a table of them for a table of shapes."""
    if not isinstance(size, np.ndarray) and any(np.ndim(item) for item in size):
        return [_zero_table(item, batch, dtype) for item in size]
    return np.zeros((*batch, *(int(n) for n in size)), dtype)


class LinearRNN(Recurrence):
    """``y_t = s(W [x_t, y_{t-1}] + b)``.

    Parameters
    ----------
    inputsize, outputsize : int
        Lengths of ``x_t`` and ``y_t``.
    transfer : Module, default Sigmoid
        ``s``.

    Notes
    -----
    Lua: rnn/LinearRNN.lua of torch/rnn.
    """

    def __init__(self, inputsize: int, outputsize: int, transfer: Module | None = None):
        transfer = Sigmoid() if transfer is None else transfer
        stepmodule = Sequential().add(JoinTable(1, 1)).add(Linear(inputsize + outputsize, outputsize)).add(transfer)
        super().__init__(stepmodule, outputsize, 1)
        self.inputsize, self.outputsize = inputsize, outputsize

    def __repr__(self):
        return self._sizes(self.inputsize, self.outputsize)


class LookupRNN(Recurrence):
    """``y_t = s(E[x_t] + W y_{t-1} + b)`` for indices ``x_t``, ``(batch,)``, where 0 stands for no word.

    Parameters
    ----------
    nindex, outputsize : int
        Number of indices and length of ``y_t``.
    transfer : Module, default Sigmoid
        ``s``.
    merge : Module, default CAddTable
        What joins the two parts.

    Notes
    -----
    Lua: rnn/LookupRNN.lua of torch/rnn.
    """

    def __init__(self, nindex: int, outputsize: int, transfer: Module | None = None, merge: Module | None = None):
        transfer = Sigmoid() if transfer is None else transfer
        merge = CAddTable() if merge is None else merge
        layers = ParallelTable().add(LookupTableMaskZero(nindex, outputsize)).add(Linear(outputsize, outputsize))
        super().__init__(Sequential().add(layers).add(merge).add(transfer), outputsize, 0)
        self.nindex, self.outputsize = nindex, outputsize

    def __repr__(self):
        return self._sizes(self.nindex, self.outputsize)


class Recurrent(AbstractRecurrent):
    """``y_1 = s(start(in(x_1)))``, then ``y_t = s(merge([in(x_t), back(y_{t-1})]))``.

    Parameters
    ----------
    start : int, storage, list or Module
        What stands for the feedback in the first step: a module, or the size of an `Add`.
    input, feedback : Module
        ``in`` and ``back``.
    transfer : Module, default Sigmoid
        ``s``.
    rho : int, default 99999
        How many steps the gradient goes back at most.
    merge : Module, default CAddTable
        What joins the two parts.

    Attributes
    ----------
    initialModule, recurrentModule : Module
        What is run in the first step, and in the others.

    Notes
    -----
    Lua: rnn/Recurrent.lua of Element-Research (torch/rnn dropped it).

    Examples
    --------
    >>> net = nn.Recurrent(4, nn.Linear(3, 4), nn.Linear(4, 4), nn.Tanh())
    >>> net.forward(np.ones((1, 3))).shape
    (1, 4)
    """

    _first_step = 2

    def __init__(
        self,
        start: Any,
        input: Module,
        feedback: Module,
        transfer: Module | None = None,
        rho: int | None = None,
        merge: Module | None = None,
    ):
        self.startModule = start if isinstance(start, Module) else Add(start)
        self.inputModule, self.feedbackModule = input, feedback
        self.transferModule = Sigmoid() if transfer is None else transfer
        self.mergeModule = CAddTable() if merge is None else merge
        self.recurrentModule = (
            Sequential().add(ParallelTable().add(input).add(feedback)).add(self.mergeModule).add(self.transferModule)
        )
        super().__init__(self.recurrentModule, rho)
        self.rho = self.seqlen
        first = (self.inputModule.sharedClone(), self.startModule, self.transferModule.sharedClone())
        self.initialModule = Sequential().add(first[0]).add(first[1]).add(first[2])
        self.modules = [
            *(self.startModule, self.inputModule, self.feedbackModule),
            *(self.transferModule, self.mergeModule),
        ]

    def maskZero(self, v1=None):
        raise ValueError(f"{self.torch_typename}: maskZero needs one module for all steps: use nn.Recurrence")

    def trimZero(self, nInputDim):
        raise ValueError(f"{self.torch_typename}: trimZero needs one module for all steps: use nn.Recurrence")

    def share(self, mlp, *names):
        super().share(mlp, *names)
        self.initialModule.get(1).share(self.inputModule, *names)
        self.initialModule.get(3).share(self.transferModule, *names)
        return self

    def _step_module(self):
        return self.recurrentModule

    def _everyone(self):
        return [*super()._everyone(), self.initialModule]

    def _updateOutput(self, input):
        if self.step == 1:
            return self.initialModule.updateOutput(input)
        before = self.outputs[self.step - 1]
        if self.train is False:  # the one module would overwrite its own input
            before = self._prevOutput = copied(getattr(self, "_prevOutput", None), before)
        return self._present_module().updateOutput([input, before])

    def _updateGradInput(self, input, gradOutput):
        step = self.updateGradInputStep - 1
        total = self._gradOutputs[step] = copied(self._gradOutputs.get(step), gradOutput)
        passed = self.gradOutputs.get(step)
        if passed is not None:
            map_arrays(lambda a, b: np.add(a, b.reshape(a.shape), out=a), total, passed)
        if step == 1:
            return self.initialModule.updateGradInput(input, total)
        both = self.getStepModule(step).updateGradInput([input, self.outputs[step - 1]], total)
        self.gradOutputs[step - 1] = both[1]
        return both[0]

    def _accGradParameters(self, input, gradOutput, scale):
        step = self.accGradParametersStep - 1
        if step == 1:
            self.initialModule.accGradParameters(input, self._gradOutputs[step], scale)
        else:
            module = self.getStepModule(step)
            module.accGradParameters([input, self.outputs[step - 1]], self._gradOutputs[step], scale)

    def __repr__(self):
        def indented(module, by):
            return repr(module).replace("\n", "\n" + by)

        start, input = (indented(module, "    |    ") for module in (self.startModule, self.inputModule))
        feedback = indented(self.feedbackModule, "      |    ")
        return (
            f"{self.torch_typename} {{\n  [{{input(t), output(t-1)}} -> (1) -> (2) -> (3) -> output(t)]\n"
            f"  (1):  {{\n    input(t)\n      |`-> (t==0): {start}\n      |`-> (t~=0): {input}\n"
            f"    output(t-1)\n      |`-> {feedback}\n  }}\n"
            f"  (2): {indented(self.mergeModule, '  ')}\n  (3): {indented(self.transferModule, '  ')}\n}}"
        )
