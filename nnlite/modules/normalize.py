"""Normalization of each sample: Normalize, LayerNormalization."""

import math
from typing import Any

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import normalization
from .affine import Add, CMul, MulConstant
from .containers import Sequential
from .layout import Replicate
from .reduce import Mean
from .shape import Identity
from .table_arithmetic import CSubTable
from .table_containers import ConcatTable

__all__ = ["LayerNormalization", "Normalize"]


class Normalize(Module):
    """``x / (sum(|x|^p) + eps)^(1/p)``: each sample divided by its p-norm; by ``max(|x|) + eps`` for p infinite.

    Parameters
    ----------
    p : float
        Which norm, ``p > 0``; ``math.inf`` is the largest absolute value.
    eps : float, default 1e-10
        What keeps the norm from 0.

    Attributes
    ----------
    norm, normp : ndarray, (batch, 1)
        The norms of the last input, and ``sum(|x|^p) + eps``.

    Raises
    ------
    ValueError
        If ``p`` is not positive, or the input neither a vector nor a matrix.

    Notes
    -----
    Lua: nn/Normalize.lua. ``(n,)`` and ``(batch, n)`` to the same.

    Examples
    --------
    >>> nn.Normalize(2).forward(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    _state = ("output", "gradInput", "norm", "normp", "_indices")
    norm: Any = None
    normp: Any = None
    _indices: Any = None

    def __init__(self, p: float, eps: float | None = None):
        super().__init__()
        self.p = check.number(self, p, "p")
        self.eps = given(eps, 1e-10)
        if not p > 0:
            raise ValueError(f"{self.torch_typename}: p > 0 expected, got {p}")

    def updateOutput(self, input):
        input = check.array(self, input, (1, 2))
        self.output = sized(self.output, input.shape, input.dtype)
        x, out = _rows(input), _rows(self.output)
        if math.isinf(self.p):
            self.norm, self._indices = normalization.by_largest(x, self.eps, out)
        else:
            self.normp, self.norm = normalization.by_norm(x, self.p, self.eps, out)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input, (1, 2))
        gradOutput = check.gradient(self, gradOutput, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        x, gradient, out = _rows(input), _rows(gradOutput), _rows(self.gradInput)
        if math.isinf(self.p):
            normalization.by_largest_grad(x, gradient, self.norm, self._indices, out)
        else:
            normalization.by_norm_grad(x, gradient, self.p, self.eps, self.normp, self.norm, out)
        return self.gradInput

    def __repr__(self):
        if math.isinf(self.p) or self.p % 1 != 0:
            return f"{self.torch_typename}({self.p:f})"
        return f"{self.torch_typename}({self.p:.0f})"


class LayerNormalization(Sequential):
    """``(x - mean) / sqrt(var + eps / nOutput) * weight + bias`` with mean and variance of each sample.

    Parameters
    ----------
    nOutput : int
        Length of ``x``.
    bias : float, default 0
        What the learned bias starts from; the weight starts from 1.
    eps : float, default 1e-10
        What is added to the sum of squares.
    affine : bool, default True
        Whether there are a weight and a bias.

    Notes
    -----
    Lua: nn/LayerNormalization.lua. ``(nOutput,)`` and ``(batch, nOutput)`` to the same. As in Torch the means of
    a batch are not subtracted from the samples they belong to, but as if they were laid out ``(nOutput, batch)``.
    """

    def __init__(self, nOutput: int, bias: float | None = None, eps: float | None = None, affine: bool | None = None):
        super().__init__()
        mean = Sequential().add(Mean(1, 1)).add(Replicate(nOutput, 1, 1))
        self.add(ConcatTable().add(Identity()).add(mean))
        self.add(CSubTable())
        self.add(Normalize(2, given(eps, 1e-10)))
        self.add(MulConstant(math.sqrt(nOutput)))
        if given(affine, True):
            summand = Add(nOutput, False)
            summand.bias.fill(given(bias, 0))
            factor = CMul(nOutput)
            factor.weight.fill(1)
            self.add(factor)
            self.add(summand)


def _rows(x):
    return x if x.ndim == 2 else x[None]
