"""Recurrent layers of cudnn, on the CPU with the same flat weight: RNN, LSTM, BLSTM, GRU, BGRU, RNNReLU, RNNTanh."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels import linear, recurrent

__all__ = ["BGRU", "BLSTM", "GRU", "LSTM", "RNN", "RNNReLU", "RNNTanh"]


class RNN(Module):
    """Layers of recurrent units over a whole sequence, ``(time, batch, inputSize)``; the base of the other classes.

    A subclass sets ``mode`` and ``_gates`` and overrides ``_run(direction)`` and ``_run_back(direction, gradOutput)``.

    Parameters
    ----------
    inputSize, hiddenSize, numLayers : int
        Lengths of a step of input and state, and number of layers.
    batchFirst : bool, default False
        Whether input and output are ``(batch, time, ...)``.
    dropout : float, default 0
        Probability of a zero between the layers, in training.
    rememberStates : bool, default False
        Whether a sequence begins with the last states of the one before.

    Attributes
    ----------
    weight, gradWeight : ndarray, one-dimensional
        For each layer and direction the matrices of the input for all gates, ``(hiddenSize, inputs)`` each, then those
        of the state; after all of them, in the same order, the biases of the input and of the state.
    hiddenInput, cellInput : ndarray, (layers * directions, batch, hiddenSize), optional
        First states.
    hiddenOutput, cellOutput : ndarray, (layers * directions, batch, hiddenSize)
        Last states.

    Notes
    -----
    Lua: cudnn/RNN.lua. With two directions the output of a layer is ``(time, batch, 2 hiddenSize)``, forward first.
    Masks of dropout are drawn from Torch's generator, cudnn draws on the GPU.
    """

    torch_typename = "cudnn.RNN"
    mode = ""
    numDirections = 1
    bidirectional = "CUDNN_UNIDIRECTIONAL"
    hiddenInput: Any = None
    cellInput: Any = None
    _gates = 1
    _has_cell = False
    _layers: Any = None
    _state = ("output", "gradInput", "hiddenOutput", "cellOutput", "gradHiddenInput", "gradCellInput", "reserve")

    def __init__(
        self,
        inputSize: int,
        hiddenSize: int,
        numLayers: int,
        batchFirst: bool | None = None,
        dropout: float | None = None,
        rememberStates: bool | None = None,
    ):
        super().__init__()
        for name, value in (("inputSize", inputSize), ("hiddenSize", hiddenSize), ("numLayers", numLayers)):
            setattr(self, name, check.number(self, value, name))
        self.datatype, self.inputMode = "CUDNN_DATA_FLOAT", "CUDNN_LINEAR_INPUT"
        self.mode, self.bidirectional, self.numDirections = self.mode, self.bidirectional, self.numDirections
        self.seqLength = self.miniBatch = 1
        self.batchFirst, self.rememberStates = given(batchFirst, False), given(rememberStates, False)
        self.dropout, self.seed = given(dropout, 0), 0x01234567
        self.sync, self.inputPacked = True, False
        self.gradInput, self.output, self.reserve = empty(), empty(), empty()
        self.hiddenOutput, self.cellOutput = empty(), empty()
        self.gradHiddenInput, self.gradCellInput = empty(), empty()
        self.weight, self.gradWeight = parameter(sum(math.prod(shape) for shape in self._shapes()))
        self.reset()

    def forget(self):
        self.hiddenOutput, self.cellOutput = empty(self.weight.dtype), empty(self.weight.dtype)
        return self

    def resetStates(self):
        """Forget the first states that were set."""
        self.hiddenInput = self.cellInput = None

    def reset(self, stdv=None):
        """Draw the weight from U(-s, s), by default 1 over the root of hiddenSize."""
        s = given(stdv, 1 / math.sqrt(self.hiddenSize))
        default_generator.fill_uniform(self.weight, -s, s)

    def __t7_fields__(self):
        return {name: value for name, value in vars(self).items() if name != "_layers"}

    def type(self, type=None, tensorCache=None):
        if type is not None:
            self._layers = None
            self.forget()
        return super().type(type, tensorCache)

    def clearState(self):
        self._layers = None
        return super().clearState()

    def updateOutput(self, input):
        x = self._by_time(check.array(self, input, shape=(None, None, int(self.inputSize))))
        firsts = self._first_states(x.shape[1])
        self._layers, lasts = [], [[], []]
        for i, parts in enumerate(self._parts(self.weight)):
            noise = self._noise(x.shape, x.dtype) if i else None
            x = x if noise is None else x * noise
            layer = [_Direction(x[::-1] if k else x, part, self) for k, part in enumerate(parts)]
            for k, direction in enumerate(layer):
                direction.begin([first[i * len(layer) + k] for first in firsts])
                self._run(direction)
                for last, state in zip(lasts, (direction.h, direction.c), strict=True):
                    last.append(None if state is None else state[-1])
            self._layers.append((layer, noise))
            x = np.concatenate([d.h[:0:-1] if k else d.h[1:] for k, d in enumerate(layer)], axis=2)
        self.hiddenOutput = np.stack(lasts[0])
        if self._has_cell:
            self.cellOutput = np.stack(lasts[1])
        self.output = self._by_time(x)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self._layers is None:
            raise ValueError(f"{self.torch_typename}: updateOutput expected before updateGradInput")
        gradOutput = self._by_time(check.gradient(self, gradOutput, self.output))
        firsts = []
        for layer, noise in reversed(self._layers):
            total = None
            for k, direction in reversed(list(enumerate(layer))):
                part = np.split(gradOutput, len(layer), axis=2)[k]
                gradient = direction.back(part[::-1] if k else part, self._run_back)
                gradient = gradient[::-1] if k else gradient
                total = gradient if total is None else total + gradient
                firsts.insert(0, direction)
            gradOutput = total if noise is None else total * noise
        self.gradHiddenInput = np.stack([direction.grad_h for direction in firsts])
        if self._has_cell:
            self.gradCellInput = np.stack([direction.grad_c for direction in firsts])
        if self.gradInput is not None:
            self.gradInput = self._by_time(gradOutput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        if self._layers is None:
            raise ValueError(f"{self.torch_typename}: updateGradInput expected before accGradParameters")
        for (layer, _), parts in zip(self._layers, self._parts(self.gradWeight), strict=True):
            for direction, part in zip(layer, parts, strict=True):
                direction.accumulate(part, scale)

    def _by_time(self, array):
        return array.swapaxes(0, 1) if self.batchFirst else array

    def _shapes(self):
        """Return the shapes of all parts of the flat weight: matrices of input and state, then all biases."""
        rows, hidden, shapes = self._gates * int(self.hiddenSize), int(self.hiddenSize), []
        for layer in range(int(self.numLayers)):
            inputs = hidden * self.numDirections if layer else int(self.inputSize)
            shapes += [(rows, inputs), (rows, hidden)] * int(self.numDirections)
        return shapes + [(rows,)] * len(shapes)

    def _parts(self, flat):
        """Yield for each layer ``[(W, U, b, c) of each direction]``, views of a flat array."""
        shapes, views, start = self._shapes(), [], 0
        for shape in shapes:
            stop = start + math.prod(shape)
            views.append(flat[start:stop].reshape(shape))
            start = stop
        half, per_layer = len(views) // 2, 2 * int(self.numDirections)
        for i in range(0, half, per_layer):
            yield [(views[j], views[j + 1], views[half + j], views[half + j + 1]) for j in range(i, i + per_layer, 2)]

    def _first_states(self, batch):
        """Return the first states of all layers and directions: for ``h``, and for ``c`` where there is one."""
        shape = (int(self.numLayers * self.numDirections), batch, int(self.hiddenSize))
        pairs = [(self.hiddenInput, self.hiddenOutput), (self.cellInput, self.cellOutput)][: 1 + self._has_cell]
        found = []
        for wanted, last in pairs:
            if wanted is not None:
                found.append(check.array(self, wanted, shape=shape, name="first state"))
            else:
                kept = self.rememberStates and np.shape(last) == shape
                found.append(last if kept else np.zeros(shape, self.weight.dtype))
        return found

    def _noise(self, shape, dtype):
        """Return the mask of the dropout before a layer, None for none."""
        if self.dropout == 0 or self.train is False:
            return None
        noise = default_generator.fill_bernoulli(np.empty(shape, dtype), 1 - self.dropout)
        noise /= 1 - self.dropout
        return noise

    def _run(self, direction):
        raise NotImplementedError

    def _run_back(self, direction, gradOutput):
        raise NotImplementedError

    def __repr__(self):
        return self.torch_typename


class _Direction:
    """One layer in one direction: its part of the weight, and what a forward pass leaves for the backward one."""

    def __init__(self, x, part, owner):
        self.x, self.part = np.ascontiguousarray(x), part
        self.hidden, self.order = int(owner.hiddenSize), owner._order
        self.has_cell = owner._has_cell
        matrix, recurrent_matrix, bias, recurrent_bias = part
        self.input_weight = self.arranged(matrix).T
        self.weight = self.arranged(recurrent_matrix).T
        self.bias, self.recurrent_bias = self.arranged(bias), self.arranged(recurrent_bias)
        self.c = self.candidate = None

    def arranged(self, rows):
        """Return the rows of all gates in the order of the kernels."""
        return np.ascontiguousarray(rows.reshape(-1, self.hidden, *rows.shape[1:])[list(self.order)]).reshape(
            rows.shape
        )

    def begin(self, firsts):
        steps, batch = self.x.shape[:2]
        dtype = self.x.dtype
        self.gates = np.empty((steps, batch, len(self.bias)), dtype)
        rows = self.gates.reshape(-1, len(self.bias))
        linear.product(self.x.reshape(len(rows), -1), self.input_weight, rows)
        rows += self.bias
        self.h = np.empty((steps + 1, batch, self.hidden), dtype)
        self.h[0] = firsts[0]
        if self.has_cell:
            self.c = np.empty_like(self.h)
            self.c[0] = firsts[1]

    def back(self, gradOutput, run):
        """Return the gradient of the input; keep those of the sums of the gates and of the first states."""
        self.grad_h = np.zeros_like(self.h[0])
        self.grad_c = np.zeros_like(self.h[0])
        self.grad_gates = np.empty_like(self.gates)
        self.grad_products = self.grad_gates  # of the products with the state: another array for a GRU
        run(self, gradOutput)
        gradient = np.empty_like(self.x)
        rows = self.grad_gates.reshape(-1, len(self.bias))
        linear.product(rows, self.input_weight.T, gradient.reshape(len(rows), -1))
        return gradient

    def accumulate(self, part, scale):
        """Add to the gradients of the part of the weight."""
        before = self.h[:-1].reshape(-1, self.hidden)
        x = self.x.reshape(len(before), -1)
        pairs = ((self.grad_gates, x, part[0], part[2]), (self.grad_products, before, part[1], part[3]))
        for gradient, rows, into, into_bias in pairs:
            gradient = gradient.reshape(len(before), -1, self.hidden)
            for k, source in enumerate(self.order):
                block = slice(source * self.hidden, (source + 1) * self.hidden)
                linear.accumulate(gradient[:, k].T, rows, scale, into[block])
                into_bias[block] += scale * gradient[:, k].sum(0)


class LSTM(RNN):
    """Layers of LSTMs: gates i, f, g, o.

    Parameters
    ----------
    inputSize, hiddenSize, numLayers, batchFirst, dropout, rememberStates
        As in `RNN`.

    Notes
    -----
    Lua: cudnn/LSTM.lua.

    Examples
    --------
    >>> nn.rnn.cudnn.LSTM(3, 4, 2).forward(np.ones((5, 2, 3))).shape
    (5, 2, 4)
    """

    torch_typename = "cudnn.LSTM"
    mode = "CUDNN_LSTM"
    _gates = 4
    _has_cell = True
    _order = (0, 1, 3, 2)  # the kernels have i, f, o, g

    def _run(self, direction):
        direction.gates += direction.recurrent_bias
        recurrent.lstm(direction.gates, direction.weight, direction.h, direction.c)

    def _run_back(self, direction, gradOutput):
        d = direction
        recurrent.lstm_grad(d.gates, d.weight, d.c, gradOutput, d.grad_h, d.grad_c, d.grad_gates)


class BLSTM(LSTM):
    """As LSTM, in both directions. Lua: cudnn/BLSTM.lua."""

    torch_typename = "cudnn.BLSTM"
    numDirections = 2
    bidirectional = "CUDNN_BIDIRECTIONAL"


class GRU(RNN):
    """Layers of GRUs: gates r, z, n, with ``n = tanh(W x + b + r (U h + c))``. Lua: cudnn/GRU.lua."""

    torch_typename = "cudnn.GRU"
    mode = "CUDNN_GRU"
    _gates = 3
    _order = (0, 1, 2)

    def _run(self, direction):
        d = direction
        d.candidate = np.empty_like(d.h[1:])
        recurrent.reset_gru(d.gates, d.weight, d.recurrent_bias, d.h, d.candidate)

    def _run_back(self, direction, gradOutput):
        d = direction
        d.grad_products = np.empty_like(d.grad_gates)
        recurrent.reset_gru_grad(
            d.gates, d.weight, d.candidate, d.h, gradOutput, d.grad_h, d.grad_gates, d.grad_products
        )


class BGRU(GRU):
    """As GRU, in both directions. Lua: cudnn/BGRU.lua."""

    torch_typename = "cudnn.BGRU"
    numDirections = 2
    bidirectional = "CUDNN_BIDIRECTIONAL"


class _Plain(RNN):
    """Layers of ``h_t = s(W x_t + b + U h_{t-1} + c)``."""

    _order = (0,)

    def _run(self, direction):
        direction.gates += direction.recurrent_bias
        recurrent.plain_rnn(direction.gates, direction.weight, direction.h, self._activate)

    def _run_back(self, direction, gradOutput):
        d = direction
        recurrent.plain_rnn_grad(d.weight, d.h, self._slope, gradOutput, d.grad_h, d.grad_gates)


class RNNTanh(_Plain):
    """Layers of ``h_t = tanh(W x_t + b + U h_{t-1} + c)``. Lua: cudnn/RNNTanh.lua."""

    torch_typename = "cudnn.RNNTanh"
    mode = "CUDNN_RNN_TANH"

    @staticmethod
    def _activate(x, out):
        np.tanh(x, out=out)

    @staticmethod
    def _slope(y, out):
        np.multiply(y, y, out=out)
        np.subtract(1, out, out=out)


class RNNReLU(_Plain):
    """Layers of ``h_t = max(0, W x_t + b + U h_{t-1} + c)``. Lua: cudnn/RNNReLU.lua."""

    torch_typename = "cudnn.RNNReLU"
    mode = "CUDNN_RNN_RELU"

    @staticmethod
    def _activate(x, out):
        np.maximum(x, 0, out=out)

    @staticmethod
    def _slope(y, out):
        np.greater(y, 0, out=out)
