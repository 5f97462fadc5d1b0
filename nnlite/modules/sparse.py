"""Affine maps of sparse vectors: SparseLinear, IndexLinear."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter, sized
from ..core.generator import draw
from ..core.module import Module
from ..core.tables import Table
from ..kernels import gather, sparse

__all__ = ["IndexLinear", "SparseLinear"]

# What SparseLinear knows about the columns whose gradient is not zero.
NO_LAST_INPUT, ONE_LAST_INPUT, ACC_MULTIPLE_TIMES = range(3)


class SparseLinear(Module):
    """``y = W x + b`` for a sparse ``x``, given as the indices and values of its elements.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.
    doGradInput : bool, default False
        Whether to compute the gradient of the input, which is dense.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputSize, inputSize)
        ``W``, drawn from U(-s, s) with s = 1/sqrt(inputSize), and its gradient.
    bias, gradBias : ndarray, (outputSize,)
        ``b``, a millionth of numbers from the same distribution, and its gradient.
    weightDecay : float
        What multiple of the weight ``accGradParameters`` adds to its gradient; 0.

    Raises
    ------
    ValueError
        If the input has another form, or an index of a value that is not 0 is not in 1..inputSize.

    Notes
    -----
    Lua: nn/SparseLinear.lua. A sample is ``(elements, 2)``: an index, counted from 1, and a value per row. A table of
    samples is a batch, so is ``(batch, elements, 2)``. The gradient of the input has the same form, with all indices,
    and is an empty table without `doGradInput`. One accumulation between two calls of ``zeroGradParameters`` makes both
    that and ``updateParameters`` cost what the columns it touched cost.

    Examples
    --------
    >>> nn.SparseLinear(1000, 2).forward(np.array([[3, 0.5], [700, 2.0]])).shape
    (2,)
    """

    lastInput: Any = None
    formatted_input: Any = None
    legacyMode: bool | None = None

    def __init__(self, inputSize: int, outputSize: int, doGradInput: bool | None = None):
        super().__init__()
        self.weightDecay = 0
        self.doGradInput = check.flag(self, doGradInput, "doGradInput")
        self.weight, self.gradWeight = parameter(outputSize, inputSize)
        self.bias, self.gradBias = parameter(outputSize)
        self.sparseUpdate = NO_LAST_INPUT
        self.gradInput = []
        self.reset()

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(inputSize) or ``sqrt(3) * stdv``; shrink the bias."""
        draw(stdv, self.weight.shape[1], self.weight, self.bias)
        self.bias *= 0.000001

    def updateOutput(self, input):
        self.formatted_input, batch = self._formatted(input)
        if self.sparseUpdate == ONE_LAST_INPUT:
            self.sparseUpdate = ACC_MULTIPLE_TIMES
        self.output = sized(self.output, (batch, len(self.weight)), self.weight.dtype)
        self.output[...] = 0
        rows, columns, values = self._elements(self.formatted_input)
        gather.add_rows(rows, self.weight.T[columns], values, self.output)
        self.output += self.bias
        if not self._is_batch(input):
            self.output = self.output.reshape(-1)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(-1, len(self.weight))
        self.gradInput = []
        if self.doGradInput:
            self.gradInput = [np.empty((self.weight.shape[1], 2), self.weight.dtype) for _ in gradOutput]
            for sample, values in zip(self.gradInput, gradOutput @ self.weight, strict=True):
                sample[:, 0] = np.arange(1, len(sample) + 1)
                sample[:, 1] = values
        if self.legacyMode:
            self.gradInput = np.array(self.gradInput) if self.doGradInput else np.zeros_like(input)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(-1, len(self.weight))
        if self.sparseUpdate == NO_LAST_INPUT:
            self.lastInput = self.formatted_input.copy()
        self.sparseUpdate = min(self.sparseUpdate + 1, ACC_MULTIPLE_TIMES)
        rows, columns, values = self._elements(self.formatted_input)
        gather.add_rows(columns, gradOutput[rows], scale * values, self.gradWeight.T)
        self.gradBias += scale * gradOutput.sum(0)
        decay = given(self.weightDecay, 0)
        if decay != 0:
            self.gradWeight += decay * self.weight

    def zeroGradParameters(self):
        if self.sparseUpdate == ONE_LAST_INPUT and self.lastInput is not None:
            self.gradWeight[:, self._touched()] = 0
            self.gradBias.fill(0)
        else:
            super().zeroGradParameters()
        self.sparseUpdate = NO_LAST_INPUT

    def updateParameters(self, learningRate):
        if self.sparseUpdate == ONE_LAST_INPUT and self.lastInput is not None:
            columns = self._touched()
            self.weight[:, columns] -= learningRate * self.gradWeight[:, columns]
            self.bias -= learningRate * self.gradBias
        else:
            super().updateParameters(learningRate)

    def clearState(self):
        self.lastInput = self.formatted_input = None
        return super().clearState()

    def _is_batch(self, input):
        return isinstance(input, list | tuple) or input.ndim == 3

    def _formatted(self, input):
        """Return the elements of all samples as rows of sample, index and value, and the number of samples."""
        if isinstance(input, list | tuple):
            samples = input
            if not samples:
                raise check.error(self, "input: a table of at least one sample", input)
        else:
            input = check.array(self, input, (2, 3), 2)
            samples = input if input.ndim == 3 else [input]
        self.legacyMode = isinstance(input, np.ndarray) and input.ndim == 3
        parts = []
        for i, sample in enumerate(samples, 1):
            sample = check.array(self, sample, shape=(None, 2), name=f"input[{i}]")
            parts.append(np.insert(sample, 0, i, 1))
        formatted = np.concatenate(parts)
        indices = formatted[formatted[:, 2] != 0, 1]
        wrong = indices[(indices < 1) | (indices > self.weight.shape[1]) | (indices != np.trunc(indices))]
        if wrong.size:
            raise check.refusal(self, f"input: indices from 1 to {self.weight.shape[1]}", f"index {wrong[0]:g}")
        return formatted, len(samples)

    def _elements(self, formatted):
        """Return sample, column and value of the elements that are not 0, counted from 0."""
        formatted = formatted[formatted[:, 2] != 0]
        rows, columns = (formatted[:, :2].astype(np.int64) - 1).T
        return np.ascontiguousarray(rows), np.ascontiguousarray(columns), formatted[:, 2]

    def _touched(self):
        return np.unique(self._elements(self.lastInput)[1])


class IndexLinear(Module):
    """``y = W x + b`` for a sparse ``x``, given as an array of keys and one of values, with sparse gradients.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.
    doGradInput : bool, default False
        Whether to compute the gradient of the input, which is dense.
    keysOffset : int, default 0
        What is added to the keys, which then count from 1. (Torch's default, nil, is the same as 0.)
    weight, bias : ndarray, optional
        Parameters to use in place of new ones.
    normalize : bool, default False
        Whether to divide the values of each key by the largest absolute one seen in training, and to learn a summand
        for it: four more columns at the left of the weight.

    Attributes
    ----------
    weight : ndarray, (inputSize, outputSize) or (inputSize, 4 + outputSize)
        The transpose of ``W``; 0 until `reset` is called.
    bias, gradBias : ndarray, (outputSize,)
        ``b`` and its gradient.
    running : Table
        Keys and gradients of the weight since the last ``zeroGradParameters``.
    weightDecay : float
        What part of the weights it touches a step takes off; 0.

    Raises
    ------
    ValueError
        If the input has another form, or a key is out of range.

    Notes
    -----
    Lua: nn/IndexLinear.lua. The input is ``[keys, values]`` for a sample, ``[[keys, ...], [values, ...]]`` or
    ``[all keys, all values, sizes]`` for a batch. Use ``updateParameters`` or ``accUpdateGradParameters``: the gradient
    is not an array, and so there is no ``getParameters``. Steps cost what the rows they touch cost.

    Examples
    --------
    >>> layer = nn.IndexLinear(1000, 2)
    >>> layer.reset()
    >>> layer.forward([np.array([3, 700]), np.array([0.5, 2.0])]).shape
    (2,)
    """

    def __init__(
        self,
        inputSize: int,
        outputSize: int,
        doGradInput: bool | None = None,
        keysOffset: int | None = None,
        weight: np.ndarray | None = None,
        bias: np.ndarray | None = None,
        normalize: bool | None = None,
    ):
        super().__init__()
        self.normalize = sparse.NORMALIZE if normalize else 0
        self.weight = parameter(inputSize, outputSize + self.normalize)[0] if weight is None else weight
        self.bias = parameter(outputSize)[0] if bias is None else bias
        self.inputSize, width = self.weight.shape
        self.outputSize = width - self.normalize
        self.gradWeight = empty()
        self.gradBias = np.zeros_like(self.bias)
        self.running = Table(keys=[], gradWeight=[], cumSumSizes=[], counter=1)
        self.weightDecay = 0
        self.doGradInput = check.flag(self, doGradInput, "doGradInput")
        self.offset = given(keysOffset, 0) - 1
        self.normalizedValues = empty()
        self.isFlat = self.noBatch = False

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(columns) or ``sqrt(3) * stdv``; shrink the bias."""
        draw(stdv, self.weight.shape[1], self.weight, self.bias)
        self.bias *= 0.000001
        self.weight[:, : self.normalize] = 0

    def parameters(self):
        return [self.weight, self.bias], [self.running, self.gradBias]

    def zeroGradParameters(self):
        self.gradBias.fill(0)
        self.running.counter = 1

    def updateParameters(self, learningRate):
        count = self.running.counter - 1
        if count > 0:
            self.bias -= learningRate * self.gradBias
            rows = np.concatenate(self.running["keys"][:count]) + self.offset
            self._step(rows, np.concatenate(self.running.gradWeight[:count]), learningRate)

    def updateOutput(self, input):
        self.keys, self.values, self.sizes = self._flattened(input)
        rows, samples = self.keys + self.offset, self._samples()
        if self.normalize:
            self.normalizedValues = sparse.normalized(self.weight, rows, self.values, self.train)
        self.output = sized(self.output, (len(self.sizes), self.outputSize), self.weight.dtype)
        self.output[...] = self.bias
        gather.add_rows(samples, self.weight[rows, self.normalize :], self._factors(), self.output)
        if self.noBatch:
            self.output = self.output.reshape(-1)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = []
        if not self.doGradInput:
            return self.gradInput
        if self.normalize:
            raise ValueError(f"{self!r}: updateGradInput is not implemented in max-normalize mode")
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(-1, self.outputSize)
        values = gradOutput @ self.weight.T
        keys = np.tile(np.arange(1, self.inputSize + 1), (len(values), 1))
        if self.noBatch:
            self.gradInput = [keys[0], values[0]]
        else:
            self.gradInput = [keys, values] if self.isFlat else [list(keys), list(values)]
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(-1, self.outputSize)
        gradient = scale * gradOutput[self._samples()]
        weights = gradient * self._factors()[:, None]
        if self.normalize:
            weights = np.concatenate([gradient, weights], 1)
        kept = self.running.counter - 1
        for name, value in (("keys", self.keys), ("gradWeight", weights), ("cumSumSizes", np.cumsum(self.sizes))):
            self.running[name][kept:] = [value]
        self.running.counter += 1
        self.gradBias += scale * gradOutput.sum(0)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(-1, self.outputSize)
        self.bias -= lr * gradOutput.sum(0)
        gradient = gradOutput[self._samples()]
        weights = gradient * self._factors()[:, None]
        rows = self.keys + self.offset
        self._step(rows, np.concatenate([gradient, weights], 1) if self.normalize else weights, lr)
        if self.normalize and self.outputSize == 1:
            self.weight[rows, sparse.NORMALIZE - 2] = 0

    def clearState(self):
        self.running.update(keys=[], gradWeight=[], cumSumSizes=[], counter=1)
        self.keys = self.values = self.sizes = None
        self.normalizedValues = empty(self.weight.dtype)
        return super().clearState()

    def _step(self, rows, gradients, rate):
        """Take a step on the rows of the weight; the gradients of summands, if any, stand left of the others."""
        width, decay = self.outputSize, given(self.weightDecay, 0)
        if self.normalize:
            sparse.update_rows(self.weight, rows, gradients[:, width:], rate, decay, gradients[:, :width])
        elif decay != 0:
            sparse.update_rows(self.weight, rows, gradients, rate, decay)
        else:
            gather.add_rows(rows, gradients, -rate, self.weight)

    def _factors(self):
        return self.normalizedValues if self.normalize else self.values

    def _samples(self):
        """Return the number of the sample of each key."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def _flattened(self, input):
        """Return all keys, all values and how many of them each sample has."""
        check.table(self, input)
        if len(input) not in (2, 3):
            raise check.error(self, "input: a table of keys and values, or of keys, values and sizes", input)
        keys, values = input[:2]
        self.isFlat, self.noBatch = len(input) == 3, False
        if self.isFlat:
            sizes = self._numbers(input[2], "input[3]").astype(np.int64).reshape(-1)
        else:
            self.noBatch = isinstance(keys, np.ndarray) and isinstance(values, np.ndarray)
            if self.noBatch:
                keys, values = [keys], [values]
            elif not (isinstance(keys, list | tuple) and isinstance(values, list | tuple) and len(keys) == len(values)):
                raise check.error(self, "input: keys and values as two arrays or two lists of arrays", input, TypeError)
            keys, sizes = self._joined(keys, "input[1]")
            values, counts = self._joined(values, "input[2]")
            if (sizes != counts).any():
                raise ValueError(f"{self!r}: as many keys as values in each sample expected, got {sizes} and {counts}")
        values = check.array(self, values, 1, name="input[2]")
        keys = self._numbers(keys, "input[1]")
        rows = check.indices(self, keys + (self.offset + 1), (1,), self.inputSize, "input[1]")
        if len(rows) != len(values) or sizes.sum() != len(values) or (sizes < 0).any():
            raise check.error(self, f"as many keys as values ({len(values)}), and sizes that add up to it", rows)
        return rows - self.offset, values, sizes

    def _joined(self, parts, name):
        """Return vectors as one, and their lengths."""
        parts = [self._numbers(part, name) for part in parts]
        if not parts or any(part.ndim != 1 for part in parts):
            raise check.error(self, f"{name}: vectors", parts)
        return np.concatenate(parts), np.array([len(part) for part in parts], np.int64)

    def _numbers(self, value, name):
        try:
            value = np.asarray(value)
        except ValueError:
            raise check.error(self, f"{name}: an array", value, TypeError) from None
        if value.dtype.kind not in "iuf":
            raise check.error(self, f"{name}: an array of numbers", value, TypeError)
        return value
