"""Normalization over a batch: BatchNormalization, SpatialBatchNormalization, VolumetricBatchNormalization."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter, sized
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels import normalization

__all__ = ["BatchNormalization", "SpatialBatchNormalization", "VolumetricBatchNormalization"]


class BatchNormalization(Module):
    """``(x - mean) / sqrt(var + eps) * weight + bias`` with mean and variance of each feature over the batch.

    Parameters
    ----------
    nOutput : int
        Number of features.
    eps : float, default 1e-5
        What is added to the variance.
    momentum : float, default 0.1
        Weight of a new batch in the running statistics: ``r <- (1 - momentum) r + momentum new``.
    affine : bool, default True
        Whether there are a weight and a bias.

    Attributes
    ----------
    weight, gradWeight, bias, gradBias : ndarray, (nOutput,), or None
        Factors, drawn from U(0, 1), and summands, 0 at first, with their gradients.
    running_mean, running_var : ndarray, (nOutput,)
        The statistics that evaluation uses; the variance is the unbiased one.
    save_mean, save_std : ndarray, (nOutput,)
        Mean and ``1 / sqrt(var + eps)`` of the last batch in training.

    Raises
    ------
    ValueError
        If the input is not a batch of nOutput features. (In evaluation a single sample is taken as a batch of one.)

    Notes
    -----
    Lua: nn/BatchNormalization.lua. ``(batch, nOutput)`` to the same. As in Torch a batch of one sample is normalized
    with the running statistics in training, too, and does not change them.
    """

    nDim = 2
    _state = ("output", "gradInput", "save_mean", "save_std")

    def __init__(
        self, nOutput: int, eps: float | None = None, momentum: float | None = None, affine: bool | None = None
    ):
        super().__init__()
        if isinstance(nOutput, bool) or not isinstance(nOutput, int | np.integer) or nOutput < 1:
            raise TypeError(f"{self.torch_typename}: nOutput must be a positive number of features, got {nOutput!r}")
        self.affine = check.flag(self, given(affine, True), "affine")
        self.eps = given(eps, 1e-5)
        self.train = True
        self.momentum = given(momentum, 0.1)
        self.running_mean, self.running_var = parameter(nOutput)
        self.save_mean: Any = empty()
        self.save_std: Any = empty()
        if self.affine:
            self.weight, self.gradWeight = parameter(nOutput)
            self.bias, self.gradBias = parameter(nOutput)
        self.reset()

    def reset(self, stdv=None):
        """Draw the weight from U(0, 1) and start over with bias 0, running mean 0 and running variance 1."""
        if self.weight is not None:
            default_generator.fill_uniform(self.weight)
        if self.bias is not None:
            self.bias.fill(0)
        self.running_mean.fill(0)
        self.running_var.fill(1)

    def updateOutput(self, input):
        input = self._batch(input)
        self.output = sized(self.output, input.shape, input.dtype)
        x, out = _planes(input), _planes(self.output)
        if not self._uses_batch(x):
            normalization.evaluate(x, self.running_mean, self._running_invstd(), self.weight, self.bias, out)
            return self.output
        mean, invstd, var = normalization.train(x, self.weight, self.bias, self.eps, out)
        self.save_mean, self.save_std = mean, invstd
        for running, new in ((self.running_mean, mean), (self.running_var, var)):
            running *= 1 - self.momentum
            running += self.momentum * new
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is not None:
            self._gradients(input, gradOutput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        kept, self.gradInput = self.gradInput, None
        try:
            self._accumulate(*self._gradients(input, gradOutput), scale)
        finally:
            self.gradInput = kept

    def backward(self, input, gradOutput, scale=None):
        self._accumulate(*self._gradients(input, gradOutput), given(scale, 1))
        return self.gradInput

    def _gradients(self, input, gradOutput):
        """Write the gradient of the input, unless it is None, and return those of weight and bias."""
        input = self._batch(input)
        gradOutput = check.gradient(self, gradOutput, input)
        if self.gradInput is None:
            out = np.empty_like(input)
        else:
            out = self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        x, gradient, out = _planes(input), _planes(gradOutput), _planes(out)
        if not self._uses_batch(x):
            return normalization.evaluate_grad(x, gradient, self.running_mean, self._running_invstd(), self.weight, out)
        if self.save_mean is None or self.save_mean.size == 0:
            raise ValueError(f"{self!r}: backward needs a forward pass before it")
        return normalization.train_grad(x, gradient, self.save_mean, self.save_std, self.weight, out)

    def _accumulate(self, weight, bias, scale):
        if self.gradWeight is not None:
            self.gradWeight += scale * weight
        if self.gradBias is not None:
            self.gradBias += scale * bias

    def _batch(self, input):
        """Return the checked input, a single sample in evaluation as a batch of one."""
        alone = self.train is False
        input = check.array(self, input, (self.nDim - 1, self.nDim) if alone else self.nDim)
        if input.ndim < self.nDim:
            input = input[None]
        if input.shape[1] != len(self.running_mean):
            raise check.error(self, f"input with {len(self.running_mean)} features", input)
        return input

    def _dtype(self):
        return self.running_mean.dtype

    def _uses_batch(self, x):
        return self.train and len(x) > 1

    def _running_invstd(self):
        return (1 / np.sqrt(self.running_var + np.float64(self.eps))).astype(self.running_var.dtype)

    def __repr__(self):
        return f"{self.torch_typename} ({self.nDim}D) ({len(self.running_mean)})"


class SpatialBatchNormalization(BatchNormalization):
    """As BatchNormalization, over the batch and the positions of ``(batch, nOutput, height, width)``.

    Notes
    -----
    Lua: nn/SpatialBatchNormalization.lua.
    """

    nDim = 4


class VolumetricBatchNormalization(BatchNormalization):
    """As BatchNormalization, over the batch and the positions of ``(batch, nOutput, time, height, width)``.

    Notes
    -----
    Lua: nn/VolumetricBatchNormalization.lua.
    """

    nDim = 5


def _planes(x):
    """Return `x` as (batch, features) or (batch, features, positions)."""
    return x if x.ndim == 2 else x.reshape(*x.shape[:2], -1)
