"""Rectifiers and shrinkers: Threshold, ReLU, ReLU6, LeakyReLU, RReLU, ELU, HardShrink, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, parameter, sized
from ..core.elementwise import Elementwise
from ..core.generator import default_generator
from ..kernels import activation as kernel
from ..kernels import elementwise, squashing

__all__ = ["ELU", "HardShrink", "LeakyReLU", "PReLU", "RReLU", "ReLU", "ReLU6", "SoftShrink", "Threshold"]


class Threshold(Elementwise):
    """``x`` where ``x > th``, else ``v``, elementwise.

    Parameters
    ----------
    th, v : float, default 1e-6 and 0
        Threshold and replacement.
    ip : bool, default False
        Whether to write the output over the input, and the gradient over ``gradOutput``.

    Raises
    ------
    ValueError
        In place, if ``v`` exceeds ``th``: the output would not tell where the gradient passes.

    Notes
    -----
    Lua: nn/Threshold.lua.
    """

    def __init__(self, th: float | None = None, v: float | None = None, ip: bool | None = None):
        super().__init__()
        self.threshold = check.number(self, given(th, 1e-6), "th")
        self.val = check.number(self, given(v, 0), "v")
        self.inplace = check.flag(self, ip, "ip")
        self.validateParameters()

    def validateParameters(self):
        """Raise if the module works in place and ``val`` exceeds ``threshold``."""
        if self.inplace and self.val > self.threshold:
            raise ValueError(
                f"{self.torch_typename}: in-place processing requires value ({self.val}) not exceed threshold "
                f"({self.threshold})"
            )

    def updateOutput(self, input):
        self.validateParameters()
        return super().updateOutput(input)

    def _map(self, x, out):
        kernel.threshold(x, out, self.threshold, self.val)

    def _pull_back(self, x, grad_output, out):
        kernel.threshold_grad(x, grad_output, out, self.threshold)


class ReLU(Threshold):
    """``max(x, 0)``, elementwise, in place if ``p`` is true. Lua: nn/ReLU.lua."""

    def __init__(self, p: bool | None = None):
        super().__init__(0, 0, p)


class ReLU6(Elementwise):
    """``min(max(x, 0), 6)``, elementwise, in place if asked. Lua: nn/ReLU6.lua."""

    def __init__(self, inplace: bool | None = None):
        super().__init__()
        self.inplace = check.flag(self, inplace, "inplace")

    def _map(self, x, out):
        squashing.clamp(x, out, 0, 6)

    def _pull_back(self, x, grad_output, out):
        squashing.clamp_grad(x, grad_output, out, 0, 6)


class LeakyReLU(Elementwise):
    """``x`` where ``x > 0``, else ``negval x``, elementwise.

    Parameters
    ----------
    negval : float, default 0.01
        Slope below 0.
    ip : bool, default False
        Whether to work in place. Torch ignores it for a negative slope, and in ``LeakyReLU(True)``.

    Notes
    -----
    Lua: nn/LeakyReLU.lua.
    """

    def __init__(self, negval: float | bool | None = None, ip: bool | None = None):
        super().__init__()
        self.negval = 0.01 if isinstance(negval, bool) else check.number(self, given(negval, 0.01), "negval")
        self.inplace = check.flag(self, ip, "ip") and self.negval >= 0

    def _map(self, x, out):
        kernel.leaky(x, out, self.negval)

    def _pull_back(self, x, grad_output, out):
        kernel.leaky_grad(x, grad_output, out, self.negval)

    def __repr__(self):
        return f"{self.torch_typename}({self.negval:g})"


class RReLU(Elementwise):
    """``x`` where ``x > 0``, else ``r x``, elementwise, with a random slope r.

    Parameters
    ----------
    l, u : float, default 1/8 and 1/3
        In training r is drawn from U(l, u) for every element that is not positive; in evaluation it is (l + u) / 2.
    ip : bool, default False
        Whether to work in place.

    Attributes
    ----------
    noise : ndarray
        The slopes of the last forward pass in training, 1 where ``x > 0``.

    Notes
    -----
    Lua: nn/RReLU.lua.
    """

    _state = ("output", "gradInput", "noise")

    def __init__(self, l: float | None = None, u: float | None = None, ip: bool | None = None):  # noqa: E741
        super().__init__()
        self.lower = check.number(self, given(l, 1 / 8), "l")
        self.upper = check.number(self, given(u, 1 / 3), "u")
        if not 0 <= self.lower <= self.upper:
            raise ValueError(f"{self.torch_typename}: 0 <= l <= u expected, got l {self.lower} and u {self.upper}")
        self.noise = empty()
        self.train = True
        self.inplace = check.flag(self, ip, "ip")

    def _map(self, x, out):
        if not self.train:
            kernel.leaky(x, out, (self.lower + self.upper) / 2)
            return
        self.noise = sized(self.noise, x.shape, x.dtype)
        negative = x <= 0
        slopes = np.empty(np.count_nonzero(negative), x.dtype)
        self.noise.fill(1)
        self.noise[negative] = default_generator.fill_uniform(slopes, self.lower, self.upper)
        elementwise.multiply(x, self.noise, out)

    def _pull_back(self, x, grad_output, out):
        if self.train and self.upper - self.lower > 1e-6:
            elementwise.multiply(grad_output, self.noise, out)
        else:
            kernel.leaky_grad(x, grad_output, out, (self.lower + self.upper) / 2)

    def __repr__(self):
        return f"{self.torch_typename} (l:{self.lower:f}, u:{self.upper:f})"


class ELU(Elementwise):
    """``x`` where ``x > 0``, else ``alpha (exp(x) - 1)``, elementwise.

    Parameters
    ----------
    alpha : float, default 1
        Minus the limit for very negative x.
    inplace : bool, default False
        Whether to work in place.

    Notes
    -----
    Lua: nn/ELU.lua.
    """

    def __init__(self, alpha: float | None = None, inplace: bool | None = None):
        super().__init__()
        self.alpha = check.number(self, given(alpha, 1), "alpha")
        self.inplace = check.flag(self, inplace, "inplace")

    def _map(self, x, out):
        kernel.elu(x, out, self.alpha)

    def _pull_back(self, x, grad_output, out):
        kernel.elu_grad(self.output, grad_output, out, self.alpha)

    def __repr__(self):
        return f"{self.torch_typename} (alpha:{self.alpha:f})"


class HardShrink(Elementwise):
    """``x`` where ``|x| > lam`` (default 0.5), else 0, elementwise. Lua: nn/HardShrink.lua."""

    def __init__(self, lam: float | None = None):
        super().__init__()
        self.lambda_ = check.number(self, given(lam, 0.5), "lam")

    def _map(self, x, out):
        kernel.hard_shrink(x, out, self.lambda_)

    def _pull_back(self, x, grad_output, out):
        kernel.shrink_grad(x, grad_output, out, self.lambda_)


class SoftShrink(Elementwise):
    """``x`` moved towards 0 by ``lam`` (default 0.5), and 0 where ``|x| <= lam``. Lua: nn/SoftShrink.lua."""

    def __init__(self, lam: float | None = None):
        super().__init__()
        self.lambda_ = check.number(self, given(lam, 0.5), "lam")

    def _map(self, x, out):
        kernel.soft_shrink(x, out, self.lambda_)

    def _pull_back(self, x, grad_output, out):
        kernel.shrink_grad(x, grad_output, out, self.lambda_)


class PReLU(Elementwise):
    """``x`` where ``x > 0``, else ``w x``, with a learned slope ``w`` for each plane.

    Parameters
    ----------
    nOutputPlane : int, default 0
        Number of planes; 0 is one slope for all.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nOutputPlane,) or (1,)
        The slopes, 0.25 at first, and their gradient.

    Raises
    ------
    ValueError
        If the input has another number of planes.

    Notes
    -----
    Lua: nn/PReLU.lua. The planes are the first dimension of a vector, the second of anything else.
    """

    def __init__(self, nOutputPlane: int | None = None):
        super().__init__()
        self.nOutputPlane = given(nOutputPlane, 0)
        self.weight, self.gradWeight = parameter(given(nOutputPlane, 1))
        self.weight.fill(0.25)

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, input)
        self.gradWeight += scale * kernel.prelu_grad_weight(self._planes(input), self._planes(gradOutput))

    def _map(self, x, out):
        planes = self._planes(x)
        kernel.prelu(planes, self.weight, planes, self._planes(out))

    def _pull_back(self, x, grad_output, out):
        kernel.prelu(self._planes(x), self.weight, self._planes(grad_output), self._planes(out))

    def _planes(self, x):
        """Return `x` as (batch, planes, rest), with all of a sample in one plane where the slope is shared."""
        if self.nOutputPlane == 0:
            return x.reshape(len(x), 1, -1) if x.ndim > 1 else x.reshape(1, 1, -1)
        if x.ndim == 0 or x.shape[x.ndim > 1] != self.nOutputPlane:
            raise check.error(self, f"input with {self.nOutputPlane} planes", x)
        return x.reshape(1 if x.ndim == 1 else len(x), self.nOutputPlane, -1)
