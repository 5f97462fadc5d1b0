"""One step of an LSTM or a GRU in one module: StepLSTM, StepGRU; and what they share with whole sequences, Gated."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter, sized
from ..core.generator import default_generator
from ..core.module import Module, check_forwarded
from ..kernels import linear, recurrent
from .masking import as_mask

__all__ = ["Gated", "StepGRU", "StepLSTM"]


class Gated(Module):
    """A module whose weight maps an input and a state to the gates of an LSTM or a GRU; the base of Step* and Seq*.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputsize + outputsize, gates * hiddensize)
        What the input (first rows) and the state before are multiplied by.
    bias, gradBias : ndarray, (gates * hiddensize,)
        1 for the second gate, which keeps the state, else 0.
    """

    maskzero: bool | None = None
    v2: bool | None = None
    zeroMask: Any = None
    weightO: Any = None
    gradWeightO: Any = None
    inputsize: int
    hiddensize: int
    outputsize: int
    recompute_backward: bool | None = None  # whether updateGradInput is still to come
    grad_a_buffer: Any = None
    gates: Any = None
    _gates = 4
    _scratch: tuple[str, ...] = ("recompute_backward", "grad_a_buffer", "_grad_h")  # attributes that Lua has no use for

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int | None = None):
        super().__init__()
        self.inputsize = check.number(self, inputsize, "inputsize")
        self.outputsize = check.number(self, given(outputsize, hiddensize), "outputsize")
        if self._gates == 4:
            self.hiddensize = check.number(self, hiddensize, "hiddensize")
        if outputsize is not None:
            self.weightO, self.gradWeightO = parameter(hiddensize, outputsize)
        self.weight, self.gradWeight = parameter(inputsize + self.outputsize, self._gates * hiddensize)
        self.bias, self.gradBias = parameter(self._gates * hiddensize)
        self.reset()
        self.maskzero, self.v2 = False, True

    def maskZero(self, v1=None):
        self.maskzero, self.v2 = True, v1 is None or v1 is False
        return self

    def setZeroMask(self, zeroMask):
        self.zeroMask = as_mask(self, zeroMask)

    def reset(self, stdv=None):
        """Draw the weight from N(0, stdv), by default 1 over the root of the lengths of input and state."""
        self.bias.fill(0)
        self.bias[self.outputsize : 2 * self.outputsize] = 1
        size = self.hiddensize if self._gates == 4 else self.outputsize
        scale = given(stdv, 1 / math.sqrt(size + self.inputsize))
        default_generator.fill_normal(self.weight, 0, scale)
        if self.weightO is not None:
            scale = given(stdv, 1 / math.sqrt(self.outputsize + self.hiddensize))
            default_generator.fill_normal(self.weightO, 0, scale)
        return self

    def parameters(self):
        pairs = ((self.weight, self.gradWeight), (self.bias, self.gradBias), (self.weightO, self.gradWeightO))
        return [p for p, _ in pairs if p is not None], [g for _, g in pairs if g is not None]

    def backward(self, input, gradOutput, scale=None):
        check_forwarded(self, input)
        self.updateGradInput(input, gradOutput)
        self._add_gradients(input, gradOutput, given(scale, 1))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self._add_gradients(input, gradOutput, 1)  # Lua's updateGradInput accumulates them before it knows the scale

    def accUpdateGradParameters(self, input, gradOutput, lr):
        raise ValueError(f"{self.torch_typename}: backward and updateParameters expected, not accUpdateGradParameters")

    def type(self, type=None, tensorCache=None):
        if type is not None:
            self.clearState()
        return super().type(type, tensorCache)

    def __t7_fields__(self):
        return {name: value for name, value in vars(self).items() if name not in self._scratch}

    def _add_gradients(self, input, gradOutput, scale):
        raise NotImplementedError

    def _split(self, matrix):
        """Return the rows for the input and those for the state."""
        return matrix[: self.inputsize], matrix[self.inputsize :]

    def _sums(self, input, out):
        """Write what the input adds to the sums of the gates; all leading axes are one batch."""
        rows = out.reshape(-1, out.shape[-1])
        linear.product(input.reshape(len(rows), -1), self._split(self.weight)[0], rows)
        rows += self.bias

    def _input_gradient(self, grad_gates, out):
        rows = out.reshape(-1, out.shape[-1])
        linear.product(grad_gates.reshape(len(rows), -1), self._split(self.weight)[0].T, rows)

    def _accumulate(self, input, states, grad_gates, scale):
        """Add to the gradients of weight and bias; `states` are those before the steps."""
        grad_gates = grad_gates.reshape(-1, grad_gates.shape[-1])
        count = len(grad_gates)
        for rows, into in zip((input, states), self._split(self.gradWeight), strict=True):
            recurrent.accumulate(rows.reshape(count, -1), grad_gates, scale, into)
        self.gradBias += scale * grad_gates.sum(0)

    def _accumulate_gru(self, input, states, gates, grad_gates, scale):
        """As `_accumulate` for a GRU, whose candidate sees the state after the reset."""
        size = self.outputsize
        count = math.prod(grad_gates.shape[:-1])
        grad_gates, gates = grad_gates.reshape(count, -1), gates.reshape(count, -1)
        states = np.ascontiguousarray(states).reshape(count, -1)
        into_x, into_h = self._split(self.gradWeight)
        recurrent.accumulate(input.reshape(count, -1), grad_gates, scale, into_x)
        recurrent.accumulate(states, grad_gates[:, : 2 * size], scale, into_h[:, : 2 * size])
        recurrent.accumulate(states * gates[:, :size], grad_gates[:, 2 * size :], scale, into_h[:, 2 * size :])
        self.gradBias += scale * grad_gates.sum(0)

    def _rows_masked(self, input):
        """Return which rows are masked in a step, None for none."""
        if not self.maskzero or self.zeroMask is False:
            return None
        if not self.v2:
            self.zeroMask = ~input.any(axis=-1)
        elif self.zeroMask is None:
            raise ValueError(f"{self.torch_typename}: a call of setZeroMask (with a mask or False) expected first")
        if self.zeroMask.shape != input.shape[:-1]:
            raise check.error(self, f"zeroMask of shape {input.shape[:-1]}", self.zeroMask)
        return self.zeroMask

    def __repr__(self):
        middle = f"{self.hiddensize:.0f} -> " if self.weightO is not None else ""
        return f"{self.torch_typename}({self.inputsize:.0f} -> {middle}{self.outputsize:.0f})"


class StepLSTM(Gated):
    """``[h, c] = LSTM([x, h_before, c_before])``: ``c = f c_before + i g``, ``h = o tanh(c)``.

    Parameters
    ----------
    inputsize, hiddensize : int
        Lengths of ``x`` and ``c``.
    outputsize : int, optional
        Length of ``h`` if that is a linear map of ``o tanh(c)`` (an LSTM with projection).

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputsize + outputsize, 4 hiddensize)
        For the gates i, f, o, g.
    weightO, gradWeightO : ndarray, (hiddensize, outputsize), or None
        The projection.

    Notes
    -----
    Lua: rnn/StepLSTM.lua of torch/rnn. It takes batches only: ``[(batch, inputsize), (batch, outputsize),
    (batch, hiddensize)]``.

    Examples
    --------
    >>> h, c = nn.StepLSTM(3, 2).forward([np.ones((4, 3)), np.zeros((4, 2)), np.zeros((4, 2))])
    >>> h.shape
    (4, 2)
    """

    hidden: Any = None
    _grad_h: Any = None
    _state = ("output", "gradInput", "gates", "hidden", "grad_a_buffer", "_grad_h")

    def __init__(self, inputsize: int, hiddensize: int, outputsize: int | None = None):
        super().__init__(inputsize, hiddensize, outputsize)
        self.gates = empty()
        self.output = [empty(), empty()]
        self.gradInput = [empty(), empty(), empty()]

    def updateOutput(self, input):
        x, h, c = self._checked(input)
        mask, batch, dtype = self._rows_masked(x), len(x), self.weight.dtype
        self.recompute_backward = True
        self.gates = sized(self.gates, (batch, 4 * self.hiddensize), dtype)
        self.output = _sized_all(self.output, [(batch, self.outputsize), c.shape], dtype)
        if self.weightO is not None:
            self.hidden = sized(self.hidden, c.shape, dtype)
        self._sums(x, self.gates)
        after_h, after_c = self.output
        recurrent.lstm(
            *([self.gates], self._split(self.weight)[1], [h, after_h], [c, after_c]),
            **self._masks(mask),
            projection=self.weightO,
            hidden=[self.hidden],
        )
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, h, c = self._checked(input)
        after_h, after_c = self.output
        grad_h, grad_c = check.table(self, gradOutput, 2, "gradOutput")
        grad_h, grad_c = check.gradient(self, grad_h, after_h), check.gradient(self, grad_c, after_c)
        dtype = self.weight.dtype
        self.grad_a_buffer = sized(self.grad_a_buffer, self.gates.shape, dtype)
        self.gradInput = _sized_all(self.gradInput, [x.shape, h.shape, c.shape], dtype)
        if self.weightO is not None:
            self._grad_h = sized(self._grad_h, h.shape, dtype)
        dx, dh, dc = self.gradInput
        dh.fill(0)
        dc[...] = grad_c
        recurrent.lstm_grad(
            *([self.gates], self._split(self.weight)[1], [c, after_c], [grad_h], dh, dc, [self.grad_a_buffer]),
            **self._masks(self._rows_masked(x)),
            projection=self.weightO,
            grad_h_all=[self._grad_h],
        )
        self._input_gradient(self.grad_a_buffer, dx)
        self.recompute_backward = False
        return self.gradInput

    def _add_gradients(self, input, gradOutput, scale):
        if self.recompute_backward:
            self.updateGradInput(input, gradOutput)
        x, h, _ = self._checked(input)
        self._accumulate(x, h, self.grad_a_buffer, scale)
        if self.weightO is not None:
            linear.accumulate(self.hidden.T, self._grad_h, scale, self.gradWeightO)

    def _checked(self, input):
        """Return the input and the states before."""
        x, h, c = check.table(self, input, 3)
        x = check.array(self, x, shape=(None, self.inputsize), name="input[1]")
        h = check.array(self, h, shape=(len(x), self.outputsize), name="input[2]")
        return x, h, check.array(self, c, shape=(len(x), self.hiddensize), name="input[3]")

    @staticmethod
    def _masks(mask):
        return {"mask": None if mask is None else [mask]}


def _sized_all(buffers, shapes, dtype):
    """Return buffers of these shapes, those of `buffers` where they fit."""
    if not isinstance(buffers, list) or len(buffers) != len(shapes):
        buffers = [None] * len(shapes)
    return [sized(buffer, shape, dtype) for buffer, shape in zip(buffers, shapes, strict=True)]


class StepGRU(Gated):
    """``h = GRU([x, h_before])``: ``h = (1 - u) n + u h_before``, with ``n`` from ``x`` and ``r h_before``.

    Parameters
    ----------
    inputsize, outputsize : int
        Lengths of ``x`` and ``h``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputsize + outputsize, 3 outputsize)
        For the gates r, u and the candidate n.

    Notes
    -----
    Lua: rnn/StepGRU.lua of torch/rnn. It takes batches only: ``[(batch, inputsize), (batch, outputsize)]``.

    Examples
    --------
    >>> nn.StepGRU(3, 2).forward([np.ones((4, 3)), np.zeros((4, 2))]).shape
    (4, 2)
    """

    _state = ("output", "gradInput", "gates", "grad_a_buffer")
    _gates = 3

    def __init__(self, inputsize: int, outputsize: int):
        super().__init__(inputsize, outputsize)
        self.gates = empty()
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        x, h = self._checked(input)
        mask = self._rows_masked(x)
        self.recompute_backward = True
        self.gates = sized(self.gates, (len(x), 3 * self.outputsize), self.weight.dtype)
        if np.may_share_memory(h, self.output):  # the output of the step before, whose memory this one would use
            h = h.copy()
        self.output = sized(self.output, h.shape, self.weight.dtype)
        self._sums(x, self.gates)
        masks = None if mask is None else [mask]
        recurrent.gru([self.gates], self._split(self.weight)[1], [h, self.output], masks)
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, h = self._checked(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        dtype = self.weight.dtype
        self.grad_a_buffer = sized(self.grad_a_buffer, self.gates.shape, dtype)
        self.gradInput = dx, dh = _sized_all(self.gradInput, [x.shape, h.shape], dtype)
        dh.fill(0)
        mask = self._rows_masked(x)
        recurrent.gru_grad(
            *([self.gates], self._split(self.weight)[1], [h], [gradOutput], dh, [self.grad_a_buffer]),
            mask=None if mask is None else [mask],
        )
        self._input_gradient(self.grad_a_buffer, dx)
        self.recompute_backward = False
        return self.gradInput

    def _add_gradients(self, input, gradOutput, scale):
        if self.recompute_backward:
            self.updateGradInput(input, gradOutput)
        x, h = self._checked(input)
        self._accumulate_gru(x, h, self.gates, self.grad_a_buffer, scale)

    def _checked(self, input):
        """Return the input and the state before."""
        x, h = check.table(self, input, 2)
        x = check.array(self, x, shape=(None, self.inputsize), name="input[1]")
        return x, check.array(self, h, shape=(len(x), self.outputsize), name="input[2]")
