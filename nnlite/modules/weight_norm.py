"""Weights as lengths and directions: LinearWeightNorm."""

import math

import numpy as np

from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import default_generator
from ..core.module import Module
from .linear import Linear

__all__ = ["LinearWeightNorm"]


class LinearWeightNorm(Linear):
    """Affine map ``y = W x + b`` whose rows are ``W_i = g_i v_i / |v_i|``, with ``v`` and ``g`` learned.

    Parameters
    ----------
    inputSize, outputSize : int
        Lengths of ``x`` and ``y``.
    bias : bool, default True
        Whether to add ``b``.
    eps : float, default 1e-16
        Lower bound of the norms.

    Attributes
    ----------
    v, gradV : ndarray, (outputSize, inputSize)
        Directions of the rows, drawn as Linear draws its weight, and their gradient.
    g, gradG : ndarray, (outputSize, 1)
        Lengths of the rows and their gradient.
    weight : ndarray, (outputSize, inputSize)
        ``W``, made from ``v`` and ``g`` in every forward pass but those of evaluation.

    Notes
    -----
    Lua: nn/LinearWeightNorm.lua. As in Torch a second accumulation without ``zeroGradParameters`` is not the sum of
    two: it maps all of ``gradV`` once more, and ``gradG`` is made from that.
    """

    _state = ("output", "gradInput", "weight", "norm", "scale")

    def __init__(self, inputSize: int, outputSize: int, bias: bool | None = None, eps: float | None = None):
        Module.__init__(self)
        self.eps = given(eps, 1e-16)
        self.outputSize = outputSize
        self.inputSize = inputSize
        self.v, self.gradV = parameter(outputSize, inputSize)
        self.g, self.gradG = parameter(outputSize, 1)
        self.weight = np.empty_like(self.v)
        self.norm, self.scale = np.empty_like(self.g), np.empty_like(self.g)
        if given(bias, True):
            self.bias, self.gradBias = parameter(outputSize)
        self.reset()

    @staticmethod
    def fromLinear(linear):
        """Return a module that computes what `linear` does."""
        outputs, inputs = linear.weight.shape
        module = LinearWeightNorm(inputs, outputs, linear.bias is not None)
        module.initFromWeight(linear.weight)
        if linear.bias is not None:
            module.bias[...] = linear.bias
        return module

    def toLinear(self):
        """Return a Linear that computes what the module does."""
        self.updateWeightMatrix()
        module = Linear(self.inputSize, self.outputSize, self.bias is not None)
        module.weight[...] = self.weight
        if self.bias is not None:
            module.bias[...] = self.bias
        return module

    def initFromWeight(self, weight=None):
        """Set directions and lengths to those of the rows of `weight` (default: the module's own) and return self."""
        weight = given(weight, self.weight)
        self.g[...] = np.maximum(np.linalg.norm(weight, axis=1, keepdims=True), self.eps)
        self.v[...] = weight
        return self

    def updateWeightMatrix(self):
        """Set the weight from directions and lengths."""
        self.norm = np.maximum(np.linalg.norm(self.v, axis=1, keepdims=True), self.v.dtype.type(self.eps))
        self.scale = self.g / self.norm
        self.weight = sized(self.weight, self.v.shape, self.v.dtype)
        np.multiply(self.v, self.scale, out=self.weight)

    def parameters(self):
        if self.bias is None:
            return [self.v, self.g], [self.gradV, self.gradG]
        return [self.v, self.g, self.bias], [self.gradV, self.gradG, self.gradBias]

    def evaluate(self):
        if self.train is not False:
            self.updateWeightMatrix()
        super().evaluate()

    def reset(self, stdv=None):
        """Draw the rows as Linear does, then the bias."""
        s = 1 / math.sqrt(self.inputSize) if stdv is None else stdv * math.sqrt(3)
        self.weight = sized(self.weight, self.v.shape, self.v.dtype)
        default_generator.fill_uniform(self.weight, -s, s)
        self.initFromWeight()
        if self.bias is not None:
            default_generator.fill_uniform(self.bias, -s, s)

    def updateOutput(self, input):
        if self.train is not False or self.weight.size == 0:
            self.updateWeightMatrix()
        return super().updateOutput(input)

    def accGradParameters(self, input, gradOutput, scale=1):
        self._accumulate(input, gradOutput, scale, self.gradV, self.gradBias)
        np.sum(self.gradV * self.v / self.norm, 1, keepdims=True, out=self.gradG)
        self.gradV *= self.scale
        self.gradV -= self.v * self.scale / self.norm * self.gradG

    def defaultAccUpdateGradParameters(self, input, gradOutput, lr):
        kept = self.gradV, self.gradG, self.gradBias
        try:
            self.gradV, self.gradG = np.zeros_like(self.v), np.zeros_like(self.g)
            self.gradBias = None if self.bias is None else np.zeros_like(self.bias)
            self.accGradParameters(input, gradOutput, 1)
            self.updateParameters(lr)
        finally:
            self.gradV, self.gradG, self.gradBias = kept
