"""The identity forward, another gradient backward: GradientReversal, ZeroGrad, L1Penalty."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels import arithmetic

__all__ = ["GradientReversal", "L1Penalty", "ZeroGrad"]


class GradientReversal(Module):
    """``x`` itself, with the gradient ``-lambda g``.

    Parameters
    ----------
    lambda_ : float, default 1
        Factor of the reversed gradient.

    Notes
    -----
    Lua: nn/GradientReversal.lua. The field is ``lambda`` in Lua and in files.
    """

    def __init__(self, lambda_: float | None = None):
        super().__init__()
        self.setLambda(given(lambda_, 1))

    def setLambda(self, lambda_):
        """Set the factor of the reversed gradient."""
        self.lambda_ = check.number(self, lambda_, "lambda")

    def updateOutput(self, input):
        self.output = check.array(self, input).view()
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        arithmetic.scale(gradOutput, -self.lambda_, self.gradInput)
        return self.gradInput


class ZeroGrad(Module):
    """``x`` itself, with the gradient zero. Lua: nn/ZeroGrad.lua."""

    def updateOutput(self, input):
        self.output = check.array(self, input).view()
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        return self.gradInput


class L1Penalty(Module):
    """``x`` itself; backward adds the gradient of ``l1weight |x|_1``, so that ``x`` becomes sparse.

    Parameters
    ----------
    l1weight : float
        Weight of the penalty.
    sizeAverage : bool, default False
        Whether to divide the penalty by the number of elements.
    provideOutput : bool, default True
        Whether to add ``gradOutput``; else the penalty's gradient is all.

    Attributes
    ----------
    loss : float
        The penalty of the last input.

    Notes
    -----
    Lua: nn/L1Penalty.lua.

    Examples
    --------
    >>> penalty = nn.L1Penalty(0.5)
    >>> x = np.array([3.0, -4.0])
    >>> penalty.forward(x) is x, penalty.loss
    (True, 3.5)
    >>> penalty.backward(x, np.array([1.0, 1.0]))
    array([1.5, 0.5])
    """

    def __init__(self, l1weight: float, sizeAverage: bool | None = None, provideOutput: bool | None = None):
        super().__init__()
        self.l1weight = check.number(self, l1weight, "l1weight")
        self.sizeAverage = check.flag(self, sizeAverage, "sizeAverage")
        self.provideOutput = check.flag(self, given(provideOutput, True), "provideOutput")

    def updateOutput(self, input):
        self.output = check.array(self, input)
        self.loss = self._weight(self.output) * float(np.abs(self.output).sum(dtype=np.float64))
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.sign(input, out=self.gradInput)
        self.gradInput *= self._weight(input)
        if self.provideOutput:
            self.gradInput += check.gradient(self, gradOutput, input)
        return self.gradInput

    def _weight(self, input):
        return self.l1weight / input.size if self.sizeAverage else self.l1weight
