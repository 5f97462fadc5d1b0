"""The layers of Justin Johnson's torch-rnn, batch first: VanillaRNN, LSTM (as its files have it)."""

from typing import Any

import numpy as np

from ..core import check
from ..core.buffers import empty, parameter
from ..core.module import Module
from ..kernels import recurrent
from .sequence import SeqLSTM, Sequence

__all__ = ["LSTM", "VanillaRNN"]


class _BatchFirst(Sequence):
    """What the layers of torch-rnn have in common: names of sizes, the axis of time, memory."""

    batchfirst = True
    input_dim: int
    hidden_dim: int
    remember_states: bool | None = None

    def __init__(self, input_dim: int, hidden_dim: int):
        Module.__init__(self)
        self.input_dim = check.number(self, input_dim, "input_dim")
        self.hidden_dim = check.number(self, hidden_dim, "hidden_dim")
        self.weight, self.gradWeight = parameter(input_dim + hidden_dim, self._gates * hidden_dim)
        self.bias, self.gradBias = parameter(self._gates * hidden_dim)
        self.reset()
        self.h0, self.buffer1, self.buffer2 = empty(), empty(), empty()
        self.grad_h0, self.grad_x = empty(), empty()
        self.remember_states = False

    inputsize: Any = property(lambda self: int(self.input_dim))
    outputsize: Any = property(lambda self: int(self.hidden_dim))
    hiddensize: Any = outputsize
    _remember: Any = property(lambda self: "both" if self.remember_states else "neither")

    def remember(self, remember=None):
        self.remember_states = remember != "neither"
        return self

    def training(self):
        Module.training(self)

    def evaluate(self):
        Module.evaluate(self)

    def resetStates(self):
        """Forget the last states."""
        self.forget()

    def _last(self):
        return [None if self._h is None or self._h.ndim != 3 else self._h[-1]]


class VanillaRNN(_BatchFirst):
    """``h_t = tanh(W [x_t, h_{t-1}] + b)`` for a whole sequence, ``(batch, time, input_dim)``, at once.

    Parameters
    ----------
    input_dim, hidden_dim : int
        Lengths of ``x_t`` and ``h_t``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (input_dim + hidden_dim, hidden_dim)
        What the input (first rows) and the state before are multiplied by, from N(0, s^2), s one over the root of the
        sum of both lengths.
    bias, gradBias : ndarray, (hidden_dim,)
        0 at first.
    remember_states : bool
        Whether a sequence begins with the last state of the one before, until `resetStates` is called.

    Notes
    -----
    Lua: VanillaRNN.lua of torch-rnn. The input may be ``[h0, x]``.
    """

    _gates = 1
    _most = 2

    def accGradParameters(self, input, gradOutput, scale=1):
        self._add_gradients(input, gradOutput, scale)

    def _add_gradients(self, input, gradOutput, scale):
        if self.recompute_backward:
            self.updateGradInput(input, gradOutput)
        self._accumulate(self._checked(input)[0], self._h[:-1], self.grad_a_buffer, scale)

    def _forward(self, first, mask):
        self._h[0] = first[0]
        recurrent.plain_rnn(self.gates, self._split(self.weight)[1], self._h, lambda x, out: np.tanh(x, out=out))

    def _backward(self, gradOutput, mask):
        dh = self._grad_state("grad_h0", self._h[0], self.gradPrevOutput)
        self.gradPrevOutput = None
        weight = self._split(self.weight)[1]
        recurrent.plain_rnn_grad(weight, self._h, _tanh_slope, gradOutput, dh, self.grad_a_buffer)
        return (dh,)


def _tanh_slope(y, out):
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)


class LSTM(_BatchFirst, SeqLSTM):
    """As SeqLSTM, for ``(batch, time, input_dim)``: the ``nn.LSTM`` of torch-rnn.

    Files of torch-rnn are loaded with this class; ``nn.LSTM`` is that of the packages rnn.

    Parameters
    ----------
    input_dim, hidden_dim : int
        Lengths of ``x_t`` and ``h_t``.

    Attributes
    ----------
    weight, bias : ndarray
        As in `SeqLSTM`.
    remember_states : bool
        Whether a sequence begins with the last states of the one before, until `resetStates` is called.

    Notes
    -----
    Lua: LSTM.lua of torch-rnn. The input may be ``[h0, x]`` or ``[c0, h0, x]``.

    Examples
    --------
    >>> nn.rnn.torch_rnn.LSTM(3, 4).forward(np.ones((2, 5, 3))).shape
    (2, 5, 4)
    """

    torch_typename = "nn.LSTM"

    def __init__(self, input_dim: int, hidden_dim: int):
        super().__init__(input_dim, hidden_dim)
        self.cell, self.gates, self.c0 = empty(), empty(), empty()
        self.buffer3, self.grad_a_buffer, self.grad_c0 = empty(), empty(), empty()

    def _last(self):
        return [*_BatchFirst._last(self), None if self._c is None or self._c.ndim != 3 else self._c[-1]]
