"""Whole sequences as one computation: SeqLSTM, SeqLSTMP, SeqGRU."""

from typing import Any

import numpy as np

from ..core import check
from ..core.buffers import empty, sized
from ..kernels import linear, recurrent
from .sequencer import Remembering
from .steps import Gated

__all__ = ["SeqGRU", "SeqLSTM", "SeqLSTMP"]


class Sequence(Remembering, Gated):
    """The base of SeqLSTM and SeqGRU: input, first states, mask, gradients.

    A subclass overrides ``_forward(mask)`` and ``_backward(gradOutput, mask)``.
    """

    batchfirst: bool | None = None
    h0: Any = None
    userPrevOutput: Any = None
    gradPrevOutput: Any = None
    userGradPrevOutput: Any = None
    _h: Any = None
    _grad_x: Any = None
    _state: tuple[str, ...] = (
        *("output", "gradInput", "gates", "grad_a_buffer", "buffer1", "buffer2", "buffer3", "h0"),
        *("grad_h0", "zeroMask", "_h", "_grad_x", "userGradPrevOutput"),
    )
    _scratch = ("recompute_backward", "_h", "_c", "_hidden", "_grad_h", "_grad_x")
    _gradients: tuple[str, ...] = ("grad_h0", "grad_x")  # which Element-Research's makes in its constructor

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int | None = None):
        super().__init__(inputsize, hiddensize, outputsize)
        self.gates, self.grad_a_buffer, self.h0 = empty(), empty(), empty()
        self.buffer1, self.buffer2, self.buffer3 = empty(), empty(), empty()
        self._remember = "neither"

    def forget(self):
        self.h0 = empty(self.weight.dtype)
        return self

    def setHiddenState(self, step, hiddenState):
        if step != 0:
            raise ValueError(f"{self.torch_typename}: setHiddenState: step 0 expected, got {step}")
        self.setStartState(hiddenState)

    def getHiddenState(self, step=None, input=None):
        raise ValueError(f"{self.torch_typename}: getHiddenState: the states are output and cell")

    def setGradHiddenState(self, step, gradHiddenState):
        raise ValueError(f"{self.torch_typename}: setGradHiddenState: set gradPrevOutput instead")

    def getGradHiddenState(self, step=None, input=None):
        raise ValueError(f"{self.torch_typename}: getGradHiddenState: see grad_h0")

    def training(self):
        if self.train is False:
            self.forget()
        super().training()

    def evaluate(self):
        if self.train is not False:
            self.forget()
        super().evaluate()

    def updateOutput(self, input):
        x, *states = self._checked(input)
        mask = self._rows_masked(x)
        steps, batch = x.shape[:2]
        first = self._first_states(batch, states)
        self._h = sized(self._h, (steps + 1, batch, self.outputsize), x.dtype)
        self.gates = sized(self.gates, (steps, batch, self.weight.shape[1]), x.dtype)
        self._sums(x, self.gates)
        self._forward(first, mask)
        self.output = self._by_user(self._h[1:])
        self.recompute_backward = True
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, *states = self._checked(input)
        gradOutput = self._by_time(check.gradient(self, gradOutput, self.output))
        self.grad_a_buffer = sized(self.grad_a_buffer, self.gates.shape, x.dtype)
        firsts = self._backward(gradOutput, None if self.zeroMask is False or not self.maskzero else self.zeroMask)
        self.recompute_backward = False
        if self.gradInput is None:
            return None
        self._grad_x = sized(self._grad_x, x.shape, x.dtype)
        self._input_gradient(self.grad_a_buffer, self._grad_x)
        gradient = self._by_user(self._grad_x)
        self.gradInput = [*firsts[: len(states)][::-1], gradient] if states else gradient
        return self.gradInput

    def __t7_fields__(self):
        return {**{name: empty(self.weight.dtype) for name in self._gradients}, **super().__t7_fields__()}

    def _checked(self, input):
        """Return the input by time, and the first states if they came with it, the output first."""
        states = []
        if isinstance(input, list | tuple) and 1 < len(input) <= self._most and np.ndim(input[-1]) == 3:
            *states, input = input
        x = self._by_time(check.array(self, input, shape=(None, None, self.inputsize)))
        sizes = (self.outputsize, getattr(self, "hiddensize", 0))
        pairs = zip(reversed(states), sizes, strict=False)
        return x, *(check.array(self, h, shape=(x.shape[1], size), name="first state") for h, size in pairs)

    def _first_states(self, batch, states):
        """Return the states before the first step: those given, set by the user, kept, or zeros."""
        sizes = (self.outputsize, getattr(self, "hiddensize", 0))[: len(self._last())]
        users = (self.userPrevOutput, getattr(self, "userPrevCell", None))
        self.userPrevOutput = self.userPrevCell = None
        keeps = self.hasMemory() and self.h0.size == batch * self.outputsize
        found = []
        for i, (size, last) in enumerate(zip(sizes, self._last(), strict=True)):
            if i < len(states):
                found.append(states[i])
            elif users[i] is not None:
                found.append(check.array(self, users[i], shape=(batch, size), name="first state"))
            else:
                kept = keeps and last is not None and last.shape == (batch, size)
                found.append(last.copy() if kept else np.zeros((batch, size), self.weight.dtype))
        self.h0 = found[0]
        return found

    def _last(self):
        """Return the last states, None where there is none."""
        return [self._by_time(self.output)[-1] if np.ndim(self.output) == 3 else None]

    def _by_time(self, array):
        return array.swapaxes(0, 1) if self.batchfirst else array

    _by_user = _by_time

    def _grad_state(self, name, wanted, given_gradient):
        """Return the buffer for the gradient of a state, holding that of the last state, zero unless given."""
        buffer = sized(getattr(self, name, None), wanted.shape, wanted.dtype)
        buffer[...] = 0 if given_gradient is None else check.gradient(self, given_gradient, wanted)
        setattr(self, name, buffer)
        return buffer

    def __repr__(self):
        return self.torch_typename if self.v2 is None else super().__repr__()


class SeqLSTM(Sequence):
    """``h_t, c_t = LSTM(x_t, h_{t-1}, c_{t-1})`` for a whole sequence, ``(time, batch, inputsize)``, at once.

    Parameters
    ----------
    inputsize, hiddensize : int
        Lengths of ``x_t`` and ``c_t``.
    outputsize : int, optional
        Length of ``h_t`` if that is a linear map of ``o tanh(c)`` (an LSTM with projection).

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputsize + outputsize, 4 hiddensize)
        For the gates i, f, o, g.
    cell : ndarray, (time, batch, hiddensize)
        All ``c_t``.
    batchfirst : bool
        Whether input and output are ``(batch, time, ...)``.
    userPrevOutput, userPrevCell : ndarray, optional
        States to begin the next sequence with.
    gradPrevOutput, userNextGradCell : ndarray, optional
        Gradients of the last states, for the next backward call; those of the first are then ``userGradPrevOutput``
        and ``userGradPrevCell``.

    Notes
    -----
    Lua: rnn/SeqLSTM.lua of torch/rnn and of Element-Research, whose inputs ``[c0, h0, x]`` and ``[h0, x]`` work too.
    All inputs are multiplied at once, and so are the gradients of the parameters, with any `scale`. A batch of another
    size than the last begins with zeros even after `remember`.

    Examples
    --------
    >>> nn.SeqLSTM(3, 4).forward(np.ones((5, 2, 3))).shape
    (5, 2, 4)
    """

    cell: Any = None
    c0: Any = None
    userPrevCell: Any = None
    userNextGradCell: Any = None
    userGradPrevCell: Any = None
    _c: Any = None
    _hidden: Any = None
    _grad_h: Any = None
    _most = 3
    _gradients = (*Sequence._gradients, "grad_c0")
    _state = (*Sequence._state, "cell", "c0", "grad_c0", "_c", "_hidden", "_grad_h", "userGradPrevCell")

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int | None = None):
        super().__init__(inputsize, hiddensize, outputsize)
        self.cell, self.c0 = empty(), empty()

    def setStartState(self, startState=None):
        self.userPrevOutput, self.userPrevCell = [None, None] if startState is None else startState

    def forget(self):
        self.c0 = empty(self.weight.dtype)
        return super().forget()

    def _add_gradients(self, input, gradOutput, scale):
        if self.recompute_backward:
            self.updateGradInput(input, gradOutput)
        self._accumulate(self._checked(input)[0], self._h[:-1], self.grad_a_buffer, scale)
        if self.weightO is not None:
            count = self._grad_h.shape[0] * self._grad_h.shape[1]
            hidden, gradient = self._hidden.reshape(count, -1), self._grad_h.reshape(count, -1)
            linear.accumulate(hidden.T, gradient, scale, self.gradWeightO)

    def _forward(self, first, mask):
        steps, batch = self.gates.shape[:2]
        self._c = sized(self._c, (steps + 1, batch, self.hiddensize), self.gates.dtype)
        self._h[0], self._c[0] = first
        self.c0 = first[1]
        if self.weightO is not None:
            self._hidden = sized(self._hidden, (steps, batch, self.hiddensize), self.gates.dtype)
        weight = self._split(self.weight)[1]
        recurrent.lstm(self.gates, weight, self._h, self._c, mask, self.weightO, self._hidden)
        self.cell = self._c[1:]

    def _backward(self, gradOutput, mask):
        dh = self._grad_state("grad_h0", self._h[0], self.gradPrevOutput)
        dc = self._grad_state("grad_c0", self._c[0], self.userNextGradCell)
        self.gradPrevOutput = self.userNextGradCell = None
        if self.weightO is not None:
            self._grad_h = sized(self._grad_h, gradOutput.shape, gradOutput.dtype)
        recurrent.lstm_grad(
            *(self.gates, self._split(self.weight)[1], self._c, gradOutput, dh, dc, self.grad_a_buffer),
            mask=mask,
            projection=self.weightO,
            grad_h_all=self._grad_h,
        )
        self.userGradPrevOutput, self.userGradPrevCell = dh, dc
        return dh, dc

    def _last(self):
        return [*super()._last(), self.cell[-1] if np.ndim(self.cell) == 3 else None]


class SeqLSTMP(SeqLSTM):
    """As SeqLSTM with its three sizes: an LSTM with projection. Lua: rnn/SeqLSTMP.lua of both packages."""

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int):
        super().__init__(inputsize, hiddensize, check.number(self, outputsize, "outputsize"))


class SeqGRU(Sequence):
    """``h_t = GRU(x_t, h_{t-1})`` for a whole sequence, ``(time, batch, inputsize)``, at once.

    Parameters
    ----------
    inputsize, outputsize : int
        Lengths of ``x_t`` and ``h_t``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputsize + outputsize, 3 outputsize)
        For the gates r, u and the candidate.
    batchfirst, userPrevOutput, gradPrevOutput
        As in `SeqLSTM`.

    Notes
    -----
    Lua: rnn/SeqGRU.lua of torch/rnn and of Element-Research, whose input ``[h0, x]`` works too. See `SeqLSTM`.
    """

    _gates = 3
    _most = 2

    def __init__(self, inputsize: int, outputsize: int):
        super().__init__(inputsize, outputsize)

    def setStartState(self, startState=None):
        self.userPrevOutput = startState

    def __t7_fields__(self):
        return dict(super().__t7_fields__(), inputSize=self.inputsize, outputSize=self.outputsize)

    def _add_gradients(self, input, gradOutput, scale):
        if self.recompute_backward:
            self.updateGradInput(input, gradOutput)
        x = self._checked(input)[0]
        self._accumulate_gru(x, self._h[:-1], self.gates, self.grad_a_buffer, scale)

    def _forward(self, first, mask):
        self._h[0] = first[0]
        recurrent.gru(self.gates, self._split(self.weight)[1], self._h, mask)

    def _backward(self, gradOutput, mask):
        dh = self._grad_state("grad_h0", self._h[0], self.gradPrevOutput)
        self.gradPrevOutput = None
        weight = self._split(self.weight)[1]
        recurrent.gru_grad(self.gates, weight, self._h, gradOutput, dh, self.grad_a_buffer, mask)
        self.userGradPrevOutput = dh
        return (dh,)
