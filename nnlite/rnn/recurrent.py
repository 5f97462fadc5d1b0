"""Modules that take a sequence step by step: AbstractRecurrent, Recursor."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import clear, is_buffer
from ..core.container import Container
from ..core.module import Module
from ..core.tables import Table, map_arrays
from .masking import MaskZero, TrimZero

__all__ = ["AbstractRecurrent", "Recursor"]


class AbstractRecurrent(Container):
    """A step module run once per call; every step is remembered, so that backward calls can follow in reverse order.

    A subclass overrides ``_updateOutput(input)``, ``_updateGradInput(input, gradOutput)`` and
    ``_accGradParameters(input, gradOutput, scale)``.

    Parameters
    ----------
    stepmodule : Module
        What is run in each step, ``modules[0]``; in training every step gets a copy that shares its parameters.
    seqlen : int, default 99999
        How many steps the gradient goes back at most; a Sequencer sets it.

    Attributes
    ----------
    step : int
        Number of the next step, from 1.
    sharedClones : Table
        The module of each step.
    outputs, gradInputs : Table
        The results of each step.

    Notes
    -----
    Lua: rnn/AbstractRecurrent.lua of both packages. Files of Element-Research's name ``seqlen`` rho and keep the step
    module as ``recurrentModule`` as well; files written here have both.
    """

    dpnn_stepclone = True
    outputs: Any
    zeroMask: Any = None
    zeroMaskStep: int | None = None
    maskzero: bool | None = None
    recurrentModule: Any = None
    updateGradInputStep: int | None = None
    accGradParametersStep: int | None = None
    _first_step = 1  # the step that the module itself takes, not a copy
    _tables: tuple[str, ...] = ("outputs",)
    _grad_tables: tuple[str, ...] = ("gradOutputs",)
    _zero_fields = {"outputs": ("zeroOutput", "zeroTensor"), "cells": ("zeroCell",)}

    def __init__(self, stepmodule: Module, seqlen: int | None = None):
        super().__init__()
        if not isinstance(stepmodule, Module):
            raise TypeError(f"{self.torch_typename}: a module for each step expected, got {stepmodule!r:.80}")
        self.modules = [stepmodule]
        self.seqlen = check.number(self, given(seqlen, 99999), "seqlen")
        for name in ("gradInputs", "_gradOutputs", *self._tables, *self._grad_tables):
            setattr(self, name, Table())
        self.step = 1
        self.sharedClones = Table({self._first_step: stepmodule})

    def getStepModule(self, step):
        """Return the module of a step, which is made when it is needed."""
        if step not in self.sharedClones:
            self.sharedClones[step] = self._step_module().stepClone()
        return self.sharedClones[step]

    def recycle(self):
        """Let the module of the oldest step, which is out of reach now, serve the present one; return self."""
        reach = max(self.seqlen + 1, len(self.sharedClones))
        for table in (self.sharedClones, self._gradOutputs):
            if self.step not in table and self.step - reach in table:
                table[self.step] = table.pop(self.step - reach)
        for name in ("gradInputs", *self._tables, *self._grad_tables):
            getattr(self, name).pop(self.step - reach - 1, None)
        return self

    def forget(self):
        super().forget()
        for name in ("gradInputs", *self._tables, *self._grad_tables):
            setattr(self, name, Table())
        self.sharedClones = Table(enumerate(self._in_order(self.sharedClones), self._first_step))
        self._gradOutputs = Table(enumerate(self._in_order(self._gradOutputs), 1))
        self.step = 1
        self.updateGradInputStep = self.accGradParametersStep = None
        return self

    def maxBPTTstep(self, seqlen):
        self.seqlen = seqlen
        if "rho" in vars(self):
            self.rho = seqlen
        super().maxBPTTstep(seqlen)

    def maskZero(self, v1=None):
        if not self.maskzero:
            if isinstance(self.modules[0], AbstractRecurrent):
                raise ValueError(f"{self.torch_typename}: maskZero: no recurrent modules inside each other expected")
            self.maskzero = True
            self._replace_step_module(MaskZero(self.modules[0], v1))
        return self

    def trimZero(self, nInputDim):
        """As ``maskZero(nInputDim)``, but compute only the rows that are kept; return self."""
        if getattr(self, "p", 0) and not getattr(self, "mono", None):
            raise ValueError(f"{self.torch_typename}: trimZero: the dropouts need mono, one mask for all rows")
        self._replace_step_module(TrimZero(self.modules[0], nInputDim))
        return self

    def setZeroMask(self, zeroMask):
        if zeroMask is False:
            self.zeroMask = False
            for module in self.sharedClones.values():
                module.setZeroMask(False)
        elif isinstance(self.modules[0], AbstractRecurrent):
            self.modules[0].setZeroMask(zeroMask)
        else:
            if np.ndim(zeroMask) < 2:
                raise check.error(self, "zeroMask with at least 2 dimensions, as seqlen x batchsize,", zeroMask)
            self.zeroMask, self.zeroMaskStep = zeroMask, 0

    def setOutputStep(self, step):
        if step not in self.outputs:
            raise ValueError(f"{self.torch_typename}: no output for step {step}")
        self.output, self.gradInput = self.outputs[step], self.gradInputs.get(step)

    def updateOutput(self, input):
        if self.train is not False:
            self.recycle()
        if self.zeroMask is not None and self.zeroMask is not False:
            self._mask_step()
        self.output = self._updateOutput(input)
        self.outputs[self.step] = self.output
        self.step += 1
        self.updateGradInputStep = self.accGradParametersStep = None
        return self.output

    def updateGradInput(self, input, gradOutput):
        step = given(self.updateGradInputStep, self.step)
        if step - 1 not in self.outputs:
            raise ValueError(f"{self.torch_typename}: one backward call per forward call expected, got one more")
        self.updateGradInputStep = step
        self.gradInput = self._updateGradInput(input, gradOutput)
        self.updateGradInputStep = step - 1
        self.gradInputs[step - 1] = self.gradInput
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        step = given(self.accGradParametersStep, self.step)
        if self.updateGradInputStep is None or self.updateGradInputStep >= step:
            raise ValueError(f"{self.torch_typename}: updateGradInput expected before accGradParameters")
        self.accGradParametersStep = step
        self._accGradParameters(input, gradOutput, scale)
        self.accGradParametersStep = step - 1

    def accUpdateGradParameters(self, input, gradOutput, lr):
        raise ValueError(f"{self.torch_typename}: backward and updateParameters expected, not accUpdateGradParameters")

    def training(self):
        self._tell_all("training")

    def evaluate(self):
        self._tell_all("evaluate")

    def apply(self, callback):
        callback(self)
        for module in self._everyone():
            module.apply(callback)

    def share(self, mlp, *names):
        super().share(mlp, *names)
        for module in self.sharedClones.values():
            module.share(self._step_module(), *names)
        return self

    def type(self, type=None, tensorCache=None):
        if type is not None:
            self.forget()
            self._gradOutputs = Table()
        return super().type(type, tensorCache)

    def clearState(self):
        self.forget()
        clear(self, "prevOutput", "_input", "_gradOutput", "gradPrevOutput", "cell", "_prevOutput")
        self._gradOutputs = Table()
        self.zeroMask = None
        for module in self._everyone():
            module.clearState()
        return super().clearState()

    def __t7_fields__(self):
        """Return the fields to write: the last states are no mere results where a sequence is to go on."""
        fields, last = dict(vars(self), rho=self.seqlen, recurrentModule=self._step_module()), self.step - 1
        for name in self._tables:
            if last in fields[name]:
                fields[name] = Table(fields[name])
                fields[name][last] = map_arrays(_kept, fields[name][last])
                for zeros in self._zero_fields.get(name, ()):  # Lua sizes them at the first step only
                    if isinstance(fields.get(zeros), np.ndarray) and isinstance(fields[name][last], np.ndarray):
                        fields[zeros] = np.zeros_like(fields[name][last])
        return fields

    def _dtype(self):
        both = self.parameters()
        return both[0][0].dtype if both[0] else None

    def _step_module(self):
        """Return the module that steps are copied from."""
        return self.modules[0]

    def _present_module(self):
        """Return the module of the step at hand: in evaluation always the same."""
        return self._step_module() if self.train is False else self.getStepModule(self.step)

    def _everyone(self):
        """Return the modules and the copies for later steps, each once."""
        return list({id(module): module for module in (*self.modules, *self.sharedClones.values())}.values())

    def _tell_all(self, method):
        for module in self._everyone():
            getattr(module, method)()
        self.train = method == "training"

    def _replace_step_module(self, module):
        self.modules[0] = module
        if self.recurrentModule is not None:
            self.recurrentModule = module
        self.sharedClones = Table({self._first_step: module})

    def _mask_step(self):
        if self.zeroMaskStep >= len(self.zeroMask):
            raise ValueError(f"{self.torch_typename}: at most {len(self.zeroMask)} steps, as zeroMask has, expected")
        self._present_module().setZeroMask(self.zeroMask[self.zeroMaskStep])
        self.zeroMaskStep += 1

    @staticmethod
    def _in_order(table):
        return [table[key] for key in sorted(table)]

    def _updateOutput(self, input):
        raise NotImplementedError

    def _updateGradInput(self, input, gradOutput):
        raise NotImplementedError

    def _accGradParameters(self, input, gradOutput, scale):
        raise NotImplementedError

    def __repr__(self):
        inputs = given(getattr(self, "inputsize", None), getattr(self, "inputSize", None))
        outputs = given(getattr(self, "outputsize", None), getattr(self, "outputSize", None))
        return self.torch_typename if inputs is None or outputs is None else self._sizes(inputs, outputs)

    def _sizes(self, *numbers):
        return f"{self.torch_typename}({' -> '.join(f'{n:.0f}' for n in numbers)})"


def _kept(value):
    return value.copy() if isinstance(value, np.ndarray) and is_buffer(value) else value


class Recursor(AbstractRecurrent):
    """``m(x_t)`` step by step: makes any module one that can go back through a sequence.

    Parameters
    ----------
    module : Module
        The module, which may hold recurrent ones.
    rho : int, default 99999
        How many steps the gradient goes back at most.

    Notes
    -----
    Lua: rnn/Recursor.lua of both packages.

    Examples
    --------
    >>> net = nn.Recursor(nn.Linear(3, 2))
    >>> first, second = net.forward(np.zeros((1, 3))), net.forward(np.ones((1, 3)))
    >>> net.backward(np.ones((1, 3)), np.ones((1, 2))).shape
    (1, 3)
    """

    def __init__(self, module: Module, rho: int | None = None):
        super().__init__(module, rho)

    def setStartState(self, startState=None):
        self.modules[0].setStartState(startState)

    def getHiddenState(self, step=None, input=None):
        return self.modules[0].getHiddenState(step, input)

    def setHiddenState(self, step, hiddenState):
        self.modules[0].setHiddenState(step, hiddenState)

    def getGradHiddenState(self, step=None, input=None):
        return self.modules[0].getGradHiddenState(step, input)

    def setGradHiddenState(self, step, gradHiddenState):
        self.modules[0].setGradHiddenState(step, gradHiddenState)

    def __t7_fields__(self):
        return dict(super().__t7_fields__(), module=self.modules[0])

    def _updateOutput(self, input):
        return self._present_module().updateOutput(input)

    def _updateGradInput(self, input, gradOutput):
        step = self.updateGradInputStep - 1
        module = self.getStepModule(step)
        module.setOutputStep(step)  # recurrent modules inside are the same for all steps
        return module.updateGradInput(input, gradOutput)

    def _accGradParameters(self, input, gradOutput, scale):
        step = self.accGradParametersStep - 1
        module = self.getStepModule(step)
        module.setOutputStep(step)
        module.accGradParameters(input, gradOutput, scale)

    def __repr__(self):
        return f"{self.torch_typename} @ {self.modules[0]!r}"
