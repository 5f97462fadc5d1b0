"""Recurrent modules whose step takes the states before it as inputs: StatefulRecurrent."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import copied
from ..core.tables import map_arrays
from .recurrent import AbstractRecurrent

__all__ = ["StatefulRecurrent"]


class StatefulRecurrent(AbstractRecurrent):
    """Gives the step module ``[input, *states]``; what it returns are the states after the step, the output first.

    A subclass names the tables of its states in ``_tables``, those of their gradients in ``_grad_tables``, and
    overrides ``_zeros(input)``, the states before the first step.

    Attributes
    ----------
    userPrevOutput, userPrevCell : ndarray, optional
        States before the first step of every sequence; they go before those of `setStartState`.
    userNextGradOutput, userNextGradCell : ndarray, optional
        Gradients of the last states, for every backward pass.

    Notes
    -----
    Lua: rnn/RecLSTM.lua, ... of torch/rnn; the four fields are those of rnn/LSTM.lua of Element-Research.
    """

    startState: Any = None
    userPrevOutput: Any = None
    userPrevCell: Any = None
    userNextGradOutput: Any = None
    userNextGradCell: Any = None

    def setStartState(self, startState=None):
        self.startState = startState

    def getHiddenState(self, step=None, input=None):
        return self._packed(self._states(self._counted(step, self.step), input))

    def setHiddenState(self, step, hiddenState):
        step = self._counted(step, self.step)
        if step == 0:
            self.setStartState(hiddenState)
            return
        for name, state in zip(self._tables, self._unpacked(hiddenState), strict=True):
            getattr(self, name)[step] = state

    def getGradHiddenState(self, step=None, input=None):
        step = self._counted(step, given(self.updateGradInputStep, self.step))
        return self._packed([getattr(self, name).get(step) for name in self._grad_tables])

    def setGradHiddenState(self, step, gradHiddenState):
        step = self._counted(step, given(self.updateGradInputStep, self.step))
        for name, gradient in zip(self._grad_tables, self._unpacked(gradHiddenState), strict=True):
            getattr(self, name)[step] = gradient

    def clearState(self):
        self.startState = self.userPrevOutput = self.userPrevCell = None
        self.userNextGradOutput = self.userNextGradCell = None
        return super().clearState()

    def _updateOutput(self, input):
        input = self._checked(input)
        states = self._states(self.step - 1, input)
        if self.train is False:  # the one module would overwrite its own input
            states = self._prevOutput = copied(getattr(self, "_prevOutput", None), states)
        after = self._unpacked(self._present_module().updateOutput([input, *states]))
        for name, state in zip(self._tables, after, strict=True):
            getattr(self, name)[self.step] = state
        return after[0]

    def _updateGradInput(self, input, gradOutput):
        input = self._checked(input)
        step = self.updateGradInputStep - 1
        module = self._module_at(step)
        gradients = module.updateGradInput([input, *self._states(step - 1, input)], self._gradients(step, gradOutput))
        for name, gradient in zip(self._grad_tables, gradients[1:], strict=True):
            getattr(self, name)[step - 1] = gradient
        return gradients[0]

    def _accGradParameters(self, input, gradOutput, scale):
        input = self._checked(input)
        step = self.accGradParametersStep - 1
        gradients = self._packed([self._gradOutputs[step], *self._later(step)[1:]])
        self._module_at(step).accGradParameters([input, *self._states(step - 1, input)], gradients, scale)

    def _checked(self, input):
        return input

    def _module_at(self, step):
        return self.getStepModule(step)

    def _gradients(self, step, gradOutput):
        """Return the gradients of the states after `step`: `gradOutput` plus what the next step passed back."""
        passed, *others = self._later(step)
        output = self.outputs[step]
        if isinstance(output, np.ndarray):
            gradOutput = check.gradient(self, gradOutput, output)
        total = self._gradOutputs[step] = copied(self._gradOutputs.get(step), gradOutput)
        if passed is not None:
            map_arrays(lambda a, b: np.add(a, b.reshape(a.shape), out=a), total, passed)
        return self._packed([total, *others])

    def _later(self, step):
        """Return what the next step (the user, for the last one) passed back to the states.

        Nothing is None for the output, else zeros.
        """
        found = [getattr(self, name).get(step) for name in self._grad_tables]
        if step == self.step - 1:
            found = _preferred((self.userNextGradOutput, self.userNextGradCell), found)
        for i, name in enumerate(self._tables[1:], 1):
            if found[i] is None:
                found[i] = map_arrays(np.zeros_like, getattr(self, name)[step])
        return found

    def _states(self, step, input=None):
        """Return the states after `step`."""
        if step == 0:
            return self._first_states(input)
        missing = [name for name in self._tables if step not in getattr(self, name)]
        if missing:
            raise ValueError(f"{self.torch_typename}: the state after step {step} is not known (any more)")
        return [getattr(self, name)[step] for name in self._tables]

    def _first_states(self, input):
        users = (self.userPrevOutput, self.userPrevCell)[: len(self._tables)]
        if all(state is not None for state in users):
            return list(users)
        if self.startState is None and input is None:
            raise ValueError(f"{self.torch_typename}: zeros before the first step need an input to tell their shape")
        return _preferred(users, self._zeros(input) if self.startState is None else self._unpacked(self.startState))

    def _unpacked(self, value):
        if len(self._tables) == 1:
            return [value]
        return check.table(self, value, len(self._tables), "states")

    def _packed(self, states):
        return states[0] if len(self._tables) == 1 else states

    def _zeros(self, input):
        raise NotImplementedError

    @staticmethod
    def _counted(step, present):
        """Return a step: None is the last one, negative ones count back from it."""
        if step is None:
            return present - 1
        return present - step - 1 if step < 0 else step


def _preferred(given_by_user, values):
    """Return `values`, with what the user gave in their places."""
    return [value if wanted is None else wanted for wanted, value in zip(given_by_user, values, strict=False)]
