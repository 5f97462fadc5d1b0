"""Small modules of the rnn packages: CopyGrad, ExpandAs, NormStabilizer, TotalDropout."""

import itertools
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import copied, empty, sized
from ..core.generator import default_generator
from ..core.module import Module
from ..core.tensor_types import dtype_of
from ..modules.shape import Identity
from .recurrent import AbstractRecurrent

__all__ = ["CopyGrad", "ExpandAs", "NormStabilizer", "TotalDropout"]


class CopyGrad(Identity):
    """``x``, with a copy of the gradient instead of the gradient itself. Lua: rnn/CopyGrad.lua of both packages."""

    def updateGradInput(self, input, gradOutput):
        self.gradInput = copied(self.gradInput, gradOutput)
        return self.gradInput


class ExpandAs(Module):
    """``[x, y]`` with ``y`` repeated along its axes of length 1 to the shape of ``x``. Lua: rnn/ExpandAs.lua."""

    def __init__(self) -> None:
        super().__init__()
        self.output, self.gradInput = [], []

    def updateOutput(self, input):
        x, y = self._pair(input)
        self.output = [x.view(), np.broadcast_to(y, x.shape)]
        return self.output

    def updateGradInput(self, input, gradOutput):
        x, y = self._pair(input)
        first, second = check.table(self, gradOutput, 2, "gradOutput")
        second = check.gradient(self, second, x)
        kept = self.gradInput[1] if len(self.gradInput) == 2 else None
        kept = sized(kept, y.shape, y.dtype)
        axes = tuple(i for i, (n, m) in enumerate(zip(y.shape, x.shape, strict=True)) if n != m)
        np.sum(second, axis=axes, keepdims=True, out=kept)
        self.gradInput = [check.gradient(self, first, x).view(), kept]
        return self.gradInput

    def __t7_fields__(self):
        """Return the fields to write, those included that Lua sums into."""
        kind = dtype_of(self._type)
        return {"sum1": empty(kind), "sum2": empty(kind), **vars(self)}

    def _pair(self, input):
        x, y = check.arrays(self, input, 2)
        if x.ndim != y.ndim or any(m not in (1, n) for n, m in zip(x.shape, y.shape, strict=True)):
            raise check.error(self, f"input[2] that expands to {x.shape}", y)
        return x, y


class TotalDropout(Module):
    """``b x`` with one random ``b`` for all of ``x``, 0 with probability p, else 1; ``x`` itself in evaluation.

    Parameters
    ----------
    p : float, default 0.5
        Probability of a zero, less than 1.

    Notes
    -----
    Lua: rnn/TotalDropout.lua.
    """

    train = True
    noise: float | None = None

    def __init__(self, p: float | None = None):
        super().__init__()
        self.p = check.number(self, given(p, 0.5), "p")
        if not 0 <= self.p < 1:
            raise ValueError(f"{self.torch_typename}: illegal percentage, must be 0 <= p < 1, got {p}")
        self.train = True

    def updateOutput(self, input):
        input = check.array(self, input)
        if self.train:
            self.noise = float(default_generator.bernoulli(1 - self.p))
        self.output = sized(self.output, input.shape, input.dtype)
        np.multiply(input, self.noise if self.train else 1, out=self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if not self.train:
            raise ValueError(f"{self}: backprop only defined while training")
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        np.multiply(gradOutput, self.noise, out=self.gradInput)
        return self.gradInput

    def __repr__(self):
        return f"{self.torch_typename}({self.p:f})"


class NormStabilizer(AbstractRecurrent):
    """``x_t``, with a gradient that keeps its norm steady: of ``beta sum_t (|x_t| - |x_{t-1}|)^2 / batch``.

    Parameters
    ----------
    beta : float, default 1
        The weight of the penalty.

    Attributes
    ----------
    loss : float
        What `updateLoss` found.

    Notes
    -----
    Lua: rnn/NormStabilizer.lua of both packages. It takes batches, ``(batch, n)``, and usually follows an LSTM.
    """

    loss: float | None = None

    def __init__(self, beta: float | None = None):
        super().__init__(CopyGrad())
        self.beta = check.number(self, given(beta, 1), "beta")

    def updateLoss(self):
        """Return the penalty, divided by the number of steps (the gradients are not); of sums of norms, as in Lua."""
        norms = [self._norm(step) for step in range(1, self.step)]
        pairs = itertools.pairwise(norms)
        self.loss = float(self.beta * sum(np.mean((a + b) ** 2) for a, b in pairs) / len(norms))
        return self.loss

    def _updateOutput(self, input):
        return self._present_module().updateOutput(check.array(self, input, 2))

    def _updateGradInput(self, input, gradOutput):
        step = self.updateGradInputStep - 1
        module = self.getStepModule(step)
        gradient = module.updateGradInput(input, check.gradient(self, gradOutput, module.output))
        norm, output = self._norm(step), module.output
        for other in (step - 1, step + 1):
            if 1 <= other < self.step:
                gradient += output * ((norm - self._norm(other)) * (2 * self.beta / len(output)) / norm)
        return gradient

    def _accGradParameters(self, input, gradOutput, scale):
        pass

    def _norm(self, step) -> Any:
        return np.linalg.norm(self.outputs[step], axis=1, keepdims=True)

    def __repr__(self):
        return self.torch_typename
