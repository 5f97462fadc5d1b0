"""Random masks and noise: Dropout, SpatialDropout, VolumetricDropout, WhiteNoise."""

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels import arithmetic, elementwise

__all__ = ["Dropout"]


class Dropout(Module):
    """``x b / (1 - p)`` with random ``b``, 0 with probability p, else 1; ``x`` itself in evaluation.

    Parameters
    ----------
    p : float, default 0.5
        Probability of a zero, less than 1.
    v1 : bool, default False
        Whether to divide by nothing in training and to multiply by ``1 - p`` in evaluation instead.
    inplace : bool, default False
        Whether to write the output over the input, and the gradient over ``gradOutput``.
    stochasticInference : bool, default False
        Whether to go on drawing in evaluation.

    Attributes
    ----------
    noise : ndarray
        What the last input was multiplied by.
    v2 : bool
        ``not v1``; files older than this field mean v1.

    Notes
    -----
    Lua: nn/Dropout.lua. One number is drawn per element, none in evaluation or if p is 0.
    """

    _state = ("output", "gradInput", "noise")
    train = True
    v2: bool | None = None
    stochastic_inference: bool | None = None

    def __init__(
        self,
        p: float | None = None,
        v1: bool | None = None,
        inplace: bool | None = None,
        stochasticInference: bool | None = None,
    ):
        super().__init__()
        self.setp(given(p, 0.5))
        self.train = True
        self.inplace = check.flag(self, inplace, "inplace")
        self.stochastic_inference = check.flag(self, stochasticInference, "stochasticInference")
        self.v2 = not check.flag(self, v1, "v1")
        self.noise = empty()

    def setp(self, p):
        """Set the probability of a zero."""
        if not 0 <= check.number(self, p, "p") < 1:
            raise ValueError(f"{self.torch_typename}: illegal percentage, must be 0 <= p < 1, got {p}")
        self.p = p

    def updateOutput(self, input):
        input = check.array(self, input)
        self.output = input.view() if self.inplace else sized(self.output, input.shape, input.dtype)
        drawing = self.train or self.stochastic_inference
        if self.p > 0 and drawing:
            self.noise = sized(self.noise, input.shape, input.dtype)
            default_generator.fill_bernoulli(self.noise, 1 - self.p)
            if self.v2:
                self.noise *= 1 / (1 - self.p)
        self._scale(input, self.output, drawing)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = gradOutput.view() if self.inplace else sized(self.gradInput, input.shape, gradOutput.dtype)
        self._scale(gradOutput, self.gradInput, self.train)
        return self.gradInput

    def _scale(self, x, out, drawing):
        """Multiply by the noise, or in evaluation by what stands for it."""
        if self.p > 0 and drawing:
            elementwise.multiply(x, self.noise, out)
        elif self.p > 0 and not self.v2:
            arithmetic.scale(x, 1 - self.p, out)
        elif not self.inplace:
            arithmetic.copy(x, out)

    def __repr__(self):
        return f"{self.torch_typename}({self.p:f})"
