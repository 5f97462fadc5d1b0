"""Weights as lengths and directions: WeightNorm, LinearWeightNorm."""

import math

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter
from ..core.generator import default_generator, draw
from ..core.module import Module
from ..core.tensor_types import storage
from .decorators import Decorator
from .linear import Linear

__all__ = ["LinearWeightNorm", "WeightNorm"]


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

    _state = ("output", "gradInput", "norm", "scale")

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
        self._keep_weight()
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
        self._keep_weight()
        draw(stdv, self.inputSize, self.weight)
        self.initFromWeight()
        draw(stdv, self.inputSize, self.bias)

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

    def clearState(self):
        self.weight = empty(self.v.dtype)
        return super().clearState()

    def _keep_weight(self):
        if self.weight.shape != self.v.shape:
            self.weight = np.empty_like(self.v)

    def __repr__(self):
        suffix = "" if self.bias is not None else " without bias"
        return f"{self.torch_typename}({self.inputSize} -> {self.outputSize}){suffix}"


class WeightNorm(Decorator):
    """A module whose weight is ``g v / sqrt(|v|^2 + 1e-4)`` for each output, with ``v`` and ``g`` learned.

    Parameters
    ----------
    module : Module
        A module with a weight.
    outputDim : int, default 1
        The dimension of the weight that counts outputs.

    Attributes
    ----------
    v, gradV : ndarray
        Directions, one row of ``(outputs, rest)`` for each output, drawn from N(0, 2/rest), and their gradient, whose
        shape is that of the weight with outputDim in front.
    g, gradG : ndarray, (outputs, 1)
        Factors, ``|v|`` at first, and their gradient.
    weight, gradWeight, bias, gradBias : ndarray
        Those of the module. The bias is 0 at first and learned as before.

    Notes
    -----
    Lua: nn/WeightNorm.lua. The weight is made in every forward pass but those of evaluation. As in Torch a second
    accumulation without ``zeroGradParameters`` is not the sum of two: it maps all of the gradient once more.
    """

    def __init__(self, module: Module, outputDim: int | None = None):
        super().__init__(module)
        if module.weight is None:
            raise check.error(self, "a module with a weight", repr(module), TypeError)
        self.outputDim = given(outputDim, 1)
        if module.bias is not None:
            self.bias, self.gradBias = module.bias, module.gradBias
        self.weight, self.gradWeight = module.weight, module.gradWeight
        outputs = self.weight.shape[check.axis(self, self.outputDim, self.weight, name="weight")]
        self.otherDims = self.weight.size // outputs
        self.viewIn = storage(outputs, self.otherDims)
        self.viewOut = storage(*self.permuteIn(self.weight).shape)
        self.weightSize = storage(*self.weight.shape)
        dtype = self.weight.dtype
        self.v = np.empty((outputs, self.otherDims), dtype)
        self.gradV = np.zeros(self.permuteIn(self.weight).shape, dtype)
        self.g, self.gradG, self._norm, self._scale = (np.zeros((outputs, 1), dtype) for _ in range(4))
        self.resetInit()

    def permuteIn(self, input):
        """Return `input`, of the shape of the weight, with the dimension of the outputs in front."""
        return np.moveaxis(input, self.outputDim - 1, 0)

    def permuteOut(self, input):
        """Undo `permuteIn`."""
        return np.moveaxis(input, 0, self.outputDim - 1)

    def resetInit(self):
        """Draw ``v`` anew, set ``g`` to its norms and the bias to 0."""
        default_generator.fill_normal(self.v, 0, math.sqrt(2 / self.otherDims))
        self.g[...] = np.linalg.norm(self.v, axis=1, keepdims=True)
        if self.bias is not None:
            self.bias.fill(0)

    def updateWeight(self):
        """Set the weight from ``v`` and ``g``."""
        norm = np.linalg.norm(self.v, axis=1, keepdims=True)  # squared anew below: Torch rounds both ways
        np.sqrt(norm**2 + self.v.dtype.type(10e-5), out=self._norm)
        np.divide(self.g, self._norm, out=self._scale)
        self.weight[...] = self.permuteOut((self.v * self._scale).reshape(self.gradV.shape))

    def parameters(self):
        if self.bias is None:
            return [self.v, self.g], [self.gradV, self.gradG]
        return [self.v, self.g, self.bias], [self.gradV, self.gradG, self.gradBias]

    def zeroGradParameters(self):
        super().zeroGradParameters()
        self.gradV.fill(0)
        self.gradG.fill(0)

    def updateParameters(self, learningRate):
        super().updateParameters(learningRate)
        self.g -= learningRate * self.gradG
        self.v -= learningRate * self.gradV.reshape(self.v.shape)

    def share(self, mlp, *names):
        super().share(mlp, *names)
        for name in names:
            if name in ("v", "g", "gradV", "gradG"):
                setattr(self, name, getattr(mlp, name))
            elif name in ("weight", "bias", "gradWeight", "gradBias"):
                setattr(self, name, getattr(self.modules[0], name))
        return self

    def evaluate(self):
        if self.train is not False:
            self.updateWeight()
            super().evaluate()

    def updateOutput(self, input):
        if self.train is not False:
            self.updateWeight()
        return super().updateOutput(input)

    def accGradParameters(self, input, gradOutput, scale=1):
        super().accGradParameters(input, gradOutput, scale)
        gradient = self.permuteIn(self.gradWeight).reshape(self.v.shape)
        np.sum(gradient * self.v / self._norm, 1, keepdims=True, out=self.gradG)
        gradient = gradient * self._scale - self.v * self._scale / self._norm * self.gradG
        self.gradV[...] = gradient.reshape(self.gradV.shape)
        self.gradWeight[...] = self.permuteOut(self.gradV)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        self.zeroGradParameters()
        self.accGradParameters(input, gradOutput, 1)
        self.updateParameters(lr)
