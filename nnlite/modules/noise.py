"""Random masks and noise: Dropout, SpatialDropout, VolumetricDropout, WhiteNoise."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.generator import default_generator
from ..core.lua_format import lua_format
from ..core.module import Module
from ..kernels import arithmetic, elementwise

__all__ = ["Dropout", "SpatialDropout", "VolumetricDropout", "WhiteNoise"]


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
    lazy : bool, optional
        Whether to draw again only after a backward call; a field of the packages rnn, which print it.
    mono : bool, optional
        Whether one mask serves all rows of a batch; likewise.

    Attributes
    ----------
    noise : ndarray
        What the last input was multiplied by.
    v2 : bool
        ``not v1``; files older than this field mean v1.
    flag : bool or None
        Whether a lazy dropout draws in the next call.

    Notes
    -----
    Lua: nn/Dropout.lua and rnn/Dropout.lua. One number is drawn per element, none in evaluation or if p is 0.
    """

    _state = ("output", "gradInput", "noise")
    train = True
    v2: bool | None = None
    stochastic_inference: bool | None = None
    lazy: bool | None = None
    mono: bool | None = None
    flag: bool | None = None

    def __init__(
        self,
        p: float | None = None,
        v1: bool | None = None,
        inplace: bool | None = None,
        stochasticInference: bool | None = None,
        lazy: bool | None = None,
        mono: bool | None = None,
    ):
        super().__init__()
        self.setp(given(p, 0.5))
        self.train = True
        if lazy is not None:
            self.lazy, self.mono, self.flag = lazy, given(mono, False), True
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
        drawing = any((self.train, self.stochastic_inference))
        if self.p > 0 and drawing and (not self.lazy or self.flag is not False or not self.noise.size):
            self.flag = None if self.lazy is None else False
            self.noise = sized(self.noise, (1, *input.shape[1:]) if self.mono else input.shape, input.dtype)
            default_generator.fill_bernoulli(self.noise, 1 - self.p)
            if self.v2:
                self.noise *= 1 / (1 - self.p)
        self._scale(input, self.output, drawing)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = gradOutput.view() if self.inplace else sized(self.gradInput, input.shape, gradOutput.dtype)
        if self.lazy:
            self.flag = True
        self._scale(gradOutput, self.gradInput, self.train)
        return self.gradInput

    def _scale(self, x, out, drawing):
        """Multiply by the noise, or in evaluation by what stands for it."""
        if self.p > 0 and drawing:
            elementwise.multiply(x, np.broadcast_to(self.noise, x.shape) if self.mono else self.noise, out)
        elif self.p > 0 and not self.v2:
            arithmetic.scale(x, 1 - self.p, out)
        elif not self.inplace:
            arithmetic.copy(x, out)

    def __repr__(self):
        if self.lazy is not None:
            return f"{self.torch_typename}({lua_format('%.1f', self.p)}, {'lazy' if self.lazy else 'busy'})"
        return f"{self.torch_typename}({self.p:f})"


class _MapDropout(Module):
    """Drops whole maps of features; the base of SpatialDropout and VolumetricDropout."""

    _state = ("output", "gradInput", "noise")
    train = True
    stochastic_inference: bool | None = None
    ndim = 0  # dimensions of one sample

    def __init__(self, p: float | None = None, stochasticInference: bool | None = None):
        super().__init__()
        self.setp(given(p, 0.5))
        self.train = True
        self.stochastic_inference = check.flag(self, stochasticInference, "stochasticInference")
        self.noise = empty()

    def setp(self, p):
        """Set the probability of a zero."""
        if not 0 <= check.number(self, p, "p") <= 1:
            raise ValueError(f"{self.torch_typename}: 0 <= p <= 1 expected, got {p}")
        self.p = p

    def updateOutput(self, input):
        input = check.array(self, input, ndim=(self.ndim, self.ndim + 1))
        self.output = sized(self.output, input.shape, input.dtype)
        if self.train or self.stochastic_inference:
            maps = input.shape[: input.ndim - self.ndim + 1]
            self.noise = sized(self.noise, (*maps, *[1] * (self.ndim - 1)), input.dtype)
            default_generator.fill_bernoulli(self.noise, 1 - self.p)
            np.multiply(input, self.noise, out=self.output)
        else:
            arithmetic.scale(input, 1 - self.p, self.output)
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


class SpatialDropout(_MapDropout):
    """``x b`` with random ``b`` for each map, 0 with probability p, else 1; ``(1 - p) x`` in evaluation.

    Parameters
    ----------
    p : float, default 0.5
        Probability of a zero.
    stochasticInference : bool, default False
        Whether to go on drawing in evaluation.

    Attributes
    ----------
    noise : ndarray, (..., 1, 1)
        What the last input was multiplied by.

    Raises
    ------
    ValueError
        If the input is not ``(maps, height, width)`` or a batch of these, or in ``backward`` during evaluation.

    Notes
    -----
    Lua: nn/SpatialDropout.lua. One number is drawn per map. Unlike Dropout it multiplies by ``1 - p`` in evaluation
    and not by its inverse in training.
    """

    ndim = 3


class VolumetricDropout(_MapDropout):
    """As SpatialDropout, for ``(maps, time, height, width)``. Lua: nn/VolumetricDropout.lua."""

    ndim = 4


class WhiteNoise(Module):
    """``x + n`` with ``n`` from N(mean, std^2), elementwise; ``x + mean`` in evaluation.

    Parameters
    ----------
    mean, std : float, default 0 and 0.1
        Mean and standard deviation.

    Attributes
    ----------
    noise : ndarray
        What was added to the last input.

    Raises
    ------
    ValueError
        In ``backward`` during evaluation.

    Notes
    -----
    Lua: nn/WhiteNoise.lua.
    """

    _state = ("output", "gradInput", "noise")

    def __init__(self, mean: float | None = None, std: float | None = None):
        super().__init__()
        self.mean = check.number(self, given(mean, 0), "mean")
        self.std = check.number(self, given(std, 0.1), "std")
        self.noise = empty()

    def updateOutput(self, input):
        input = check.array(self, input)
        self.output = sized(self.output, input.shape, input.dtype)
        if self.train is not False:
            self.noise = sized(self.noise, input.shape, input.dtype)
            default_generator.fill_normal(self.noise, self.mean, self.std)
            arithmetic.total([input, self.noise], self.output)
        else:
            np.add(input, self.mean, out=self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.train is False:
            raise ValueError(f"{self}: backprop only defined while training")
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        arithmetic.copy(gradOutput, self.gradInput)
        return self.gradInput

    def __repr__(self):
        return f"{self.torch_typename} mean: {self.mean:f}, std: {self.std:f}"
