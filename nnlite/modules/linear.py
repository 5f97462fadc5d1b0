"""Affine maps of vectors: Linear."""

import math

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import default_generator
from ..core.module import Module

__all__ = ["Linear"]


class Linear(Module):
    """Affine map ``y = W x + b``.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.
    bias : bool, default True
        Whether to add ``b``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (outputSize, inputSize)
        ``W``, drawn from U(-s, s) with s = 1/sqrt(inputSize), and its accumulated gradient.
    bias, gradBias : ndarray, (outputSize,), or None
        ``b`` and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not ``(inputSize,)`` or ``(batch, inputSize)``.

    Notes
    -----
    Lua: nn/Linear.lua. ``(inputSize,)`` gives ``(outputSize,)``, ``(batch, inputSize)`` gives ``(batch, outputSize)``.

    Examples
    --------
    >>> nn.Linear(10, 5).forward(np.ones((3, 10))).shape
    (3, 5)
    """

    def __init__(self, inputSize: int, outputSize: int, bias: bool | None = None):
        super().__init__()
        self.weight, self.gradWeight = parameter(outputSize, inputSize)
        if given(bias, True):
            self.bias, self.gradBias = parameter(outputSize)
        self.reset()

    def noBias(self):
        """Remove the bias and return the module."""
        self.bias = self.gradBias = None
        return self

    def reset(self, stdv=None):
        """Draw weight, then bias, from U(-s, s), s = 1/sqrt(inputSize) or ``sqrt(3) * stdv``."""
        s = 1 / math.sqrt(self.weight.shape[1]) if stdv is None else stdv * math.sqrt(3)
        default_generator.fill_uniform(self.weight, -s, s)
        if self.bias is not None:
            default_generator.fill_uniform(self.bias, -s, s)
        return self

    def updateOutput(self, input):
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        self.output = sized(self.output, (*input.shape[:-1], len(self.weight)), self.weight.dtype)
        np.matmul(input, self.weight.T, out=self.output)
        if self.bias is not None:
            self.output += self.bias
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, self.weight.dtype)
        np.matmul(gradOutput, self.weight, out=self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input, ndim=(1, 2), last=self.weight.shape[1])
        gradOutput = check.gradient(self, gradOutput, self.output)
        if input.ndim == 1:
            input, gradOutput = input[None], gradOutput[None]
        self.gradWeight += scale * (gradOutput.T @ input)
        if self.bias is not None:
            self.gradBias += scale * gradOutput.sum(0)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def __repr__(self):
        outputs, inputs = self.weight.shape
        return f"{self.torch_typename}({inputs} -> {outputs})" + ("" if self.bias is not None else " without bias")
