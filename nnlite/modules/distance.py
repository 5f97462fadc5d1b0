"""Distances and similarities to learned points: Cosine, Euclidean, WeightedEuclidean, Kmeans."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import default_generator, draw
from ..core.module import Module

__all__ = ["Cosine", "Euclidean", "Kmeans", "WeightedEuclidean"]


class Cosine(Module):
    """``y_j = w_j x / (|w_j| |x|)``: the cosine between the input and each row of the weight.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputSize, inputSize)
        The rows, drawn from U(-s, s) with s = 1/sqrt(outputSize), and their gradient.

    Notes
    -----
    Lua: nn/Cosine.lua. ``(inputSize,)`` gives ``(outputSize,)``, ``(batch, inputSize)`` gives ``(batch, outputSize)``.
    As in Torch the gradient of the weight ignores ``scale`` for a batch, and in its second term for a vector.
    """

    def __init__(self, inputSize: int, outputSize: int):
        super().__init__()
        self.weight, self.gradWeight = parameter(outputSize, inputSize)
        self.reset()

    def reset(self, stdv=None):
        """Draw the weight from U(-s, s), s = 1/sqrt(outputSize) or ``sqrt(3) * stdv``."""
        draw(stdv, self.weight.shape[0], self.weight)

    def updateOutput(self, input):
        input = check.array(self, input, (1, 2), self.weight.shape[1])
        self.output = sized(self.output, (*input.shape[:-1], len(self.weight)), self.weight.dtype)
        np.matmul(input, self.weight.T, out=self.output)
        self.output /= _norms(self.weight)
        self.output /= _norms(input)[..., None]
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input, gradOutput = self._checked(input, gradOutput)
        norm = _norms(input)[..., None]
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.matmul(gradOutput / _norms(self.weight), self.weight, out=self.gradInput)
        self.gradInput -= input / norm * (gradOutput * self.output).sum(-1, keepdims=True)
        self.gradInput /= norm
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input, gradOutput = self._checked(input, gradOutput)
        norm = _norms(self.weight)[:, None]
        if input.ndim == 1:  # in two steps: where the gradient is added to the weight, the second one sees the first
            gradOutput = gradOutput[:, None] / norm
            self.gradWeight += gradOutput * (scale / _norms(input) * input)
            self.gradWeight -= self.weight * (gradOutput / norm * self.output[:, None])
            return
        gradient = gradOutput.T @ (input / _norms(input)[:, None])
        gradient -= self.weight * ((gradOutput * self.output).sum(0)[:, None] / norm)
        self.gradWeight += gradient / norm

    def _checked(self, input, gradOutput):
        return check.array(self, input, (1, 2), self.weight.shape[1]), check.gradient(self, gradOutput, self.output)


class Euclidean(Module):
    """``y_j = |x - w_j|``: the distance of the input to each column of the weight.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputSize, outputSize)
        The columns, drawn from U(-s, s) with s = 1/sqrt(inputSize), and their gradient.

    Notes
    -----
    Lua: nn/Euclidean.lua. Shapes as Cosine.
    Derivatives divide by ``y + 1e-7``.
    """

    def __init__(self, inputSize: int, outputSize: int):
        super().__init__()
        self.weight, self.gradWeight = parameter(inputSize, outputSize)
        self.fastBackward = True
        self.reset()

    def reset(self, stdv=None):
        """Draw the weight from U(-s, s), s = 1/sqrt(inputSize) or ``sqrt(3) * stdv``."""
        draw(stdv, self.weight.shape[0], self.weight)

    def updateOutput(self, input):
        input = check.array(self, input, (1, 2), self.weight.shape[0])
        self.output = sized(self.output, (*input.shape[:-1], self.weight.shape[1]), self.weight.dtype)
        difference = self._difference(input)
        np.sqrt(np.einsum("...ij,...ij->...j", difference, difference), out=self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input, slope = self._slope(input, gradOutput)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        slope.sum(-1, out=self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        _, slope = self._slope(input, gradOutput)
        self.gradWeight -= scale * slope.reshape(-1, *self.weight.shape).sum(0)

    def _difference(self, input):
        """Return ``x - w_j`` as (..., inputSize, outputSize)."""
        return input[..., None] - self.weight

    def _slope(self, input, gradOutput):
        """Return the checked input and ``g_j dy_j/dx`` as (..., inputSize, outputSize)."""
        input = check.array(self, input, (1, 2), self.weight.shape[0])
        gradOutput = check.gradient(self, gradOutput, self.output)
        slope = self._difference(input)
        slope *= (gradOutput / (self.output + 1e-7))[..., None, :]
        return input, slope


class WeightedEuclidean(Euclidean):
    """``y_j = |c_j (x - w_j)|``: Euclidean distances with a learned factor for each element.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (inputSize, outputSize)
        As in Euclidean.
    diagCov, gradDiagCov : ndarray, (inputSize, outputSize)
        The factors ``c``, 1 at first, and their gradient.

    Notes
    -----
    Lua: nn/WeightedEuclidean.lua. As in Torch the gradient of the factors ignores ``scale`` for a vector.
    """

    def __init__(self, inputSize: int, outputSize: int):
        Module.__init__(self)
        self.weight, self.gradWeight = parameter(inputSize, outputSize)
        self.diagCov, self.gradDiagCov = parameter(inputSize, outputSize)
        self.fastBackward = True
        self.reset()

    def parameters(self):
        return [self.weight, self.diagCov], [self.gradWeight, self.gradDiagCov]

    def reset(self, stdv=None):
        """Draw the weight as Euclidean does, and set the factors to 1."""
        super().reset(stdv)
        self.diagCov.fill(1)

    def accGradParameters(self, input, gradOutput, scale=1):
        input, slope = self._slope(input, gradOutput)
        factors = input[..., None] - self.weight
        factors *= factors
        factors *= self.diagCov
        factors *= (gradOutput.reshape(self.output.shape) / (self.output + 1e-7))[..., None, :]
        self.gradWeight -= scale * slope.reshape(-1, *self.weight.shape).sum(0)
        self.gradDiagCov += (scale if input.ndim == 2 else 1) * factors.reshape(-1, *self.weight.shape).sum(0)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        kept = self.gradWeight, self.gradDiagCov
        try:
            self.gradWeight, self.gradDiagCov = self.weight, self.diagCov
            self.accGradParameters(input, gradOutput, -lr)
        finally:
            self.gradWeight, self.gradDiagCov = kept

    def _difference(self, input):
        return (input[..., None] - self.weight) * self.diagCov

    def _slope(self, input, gradOutput):
        input, slope = super()._slope(input, gradOutput)
        slope *= self.diagCov
        return input, slope


class Kmeans(Module):
    """Number of the row of the weight that is nearest to the input; the rows are moved to the means of theirs.

    Parameters
    ----------
    k, dim : int
        Number of clusters and length of a sample.
    scale : float, optional
        Factor of the gradients in place of that given to ``backward``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (k, dim)
        The centres, drawn from U(-1, 1), and minus the way to the means of the samples nearest to them.
    loss : float
        Sum of the squared distances of the last batch to their centres.
    clusterSampleCount : ndarray, (k,)
        How many samples of the last batch were nearest to each centre.

    Raises
    ------
    ValueError
        If the input is not ``(batch, dim)``.

    Notes
    -----
    Lua: nn/Kmeans.lua. ``(batch, dim)`` gives ``(batch,)`` numbers of clusters, counted from 1. The gradient of
    the input is 0.

    Examples
    --------
    >>> kmeans = nn.Kmeans(2, 1)
    >>> x = np.array([[0.0], [0.2], [5.0]])
    >>> kmeans.initKmeansPlus(x)
    >>> for _ in range(3):
    ...     kmeans.zeroGradParameters()
    ...     _ = kmeans.forward(x)
    ...     _ = kmeans.backward(x, kmeans.output)
    ...     kmeans.updateParameters(1)
    >>> np.sort(kmeans.weight[:, 0]).round(3)
    array([0.1, 5. ])
    """

    def __init__(self, k: int, dim: int, scale: float | None = None):
        super().__init__()
        if not (k > 0 and dim > 0):
            raise ValueError(f"{self.torch_typename}: k > 0 and dim > 0 expected, got k {k} and dim {dim}")
        self.k = k
        self.dim = dim
        self.scale: Any = scale
        self.weight, self.gradWeight = parameter(k, dim)
        self.loss = 0.0
        self.clusterSampleCount = np.zeros(k, self.weight.dtype)
        self.reset()

    def initRandom(self, input):
        """Set the centres to samples of `input`, drawn with replacement."""
        input = check.array(self, input, shape=(None, self.dim))
        if len(input) < self.k:
            raise check.error(self, f"at least {self.k} samples to start from", input)
        chosen = default_generator.fill_random(np.empty(self.k, np.int64), 1, len(input))
        self.weight[...] = input[chosen - 1]

    def initKmeansPlus(self, input, p=None):
        """Set the centres one by one to samples of `input` among the fraction ``1 - p`` that is farthest from them."""
        input = check.array(self, input, shape=(None, self.dim))
        self.p = given(p, getattr(self, "p", 0.95))
        if not 0 <= self.p <= 1:
            raise check.error(self, "0 <= p <= 1", self.p)
        count = max(1, math.ceil((1 - self.p) * len(input)))
        distances = np.full(len(input), np.inf)
        self.weight[0] = input[default_generator.random(len(input)) - 1]
        for i in range(1, self.k):
            distances = np.minimum(distances, ((input - self.weight[i - 1]) ** 2).sum(1))
            farthest = np.argsort(-distances, kind="stable")
            self.weight[i] = input[farthest[default_generator.random(count) - 1]]

    def reset(self, stdev=None):
        """Draw the centres from U(-stdev, stdev), 1 by default."""
        stdev = given(stdev, 1)
        default_generator.fill_uniform(self.weight, -stdev, stdev)

    def updateOutput(self, input):
        input = check.array(self, input, shape=(None, self.dim))
        difference = input[:, None] - self.weight
        distances = np.einsum("ijk,ijk->ij", difference, difference)
        nearest = distances.argmin(1)
        self.output = sized(self.output, (len(input),), self.weight.dtype)
        np.add(nearest, 1, out=self.output, casting="unsafe")
        self.loss = float(distances.min(1).sum())
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input, shape=(None, self.dim))
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input, shape=(None, self.dim))
        scale = given(self.scale, scale)
        if not scale > 0:
            raise check.error(self, "scale > 0", scale)
        nearest = self.output.astype(np.int64) - 1
        self.clusterSampleCount[...] = np.bincount(nearest, minlength=self.k)
        ways = np.zeros_like(self.weight)
        np.add.at(ways, nearest, self.weight[nearest] - input)
        self.gradWeight += scale * ways / (self.clusterSampleCount + 1e-7)[:, None]


def _norms(x):
    """Return the norms along the last axis, kept from 0."""
    norms = np.sqrt(np.einsum("...i,...i->...", x, x))
    norms += 1e-12
    return norms
