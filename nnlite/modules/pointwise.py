"""Arithmetic on every number by itself: Abs, Exp, Log, Power, Sqrt, Square."""

from ..core import check
from ..core.args import given
from ..core.elementwise import Elementwise
from ..kernels import elementwise
from ..kernels import pointwise as kernel

__all__ = ["Abs", "Exp", "Log", "Power", "Sqrt", "Square"]


class Abs(Elementwise):
    """``|x|``, elementwise; the slope at 0 is 1. Lua: nn/Abs.lua."""

    def _map(self, x, out):
        kernel.absolute(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.absolute_grad(x, grad_output, out)


class Exp(Elementwise):
    """``exp(x)``, elementwise. Lua: nn/Exp.lua."""

    def _map(self, x, out):
        kernel.exp(x, out)

    def _pull_back(self, x, grad_output, out):
        elementwise.multiply(self.output, grad_output, out)


class Log(Elementwise):
    """``log(x)``, elementwise. Lua: nn/Log.lua."""

    def _map(self, x, out):
        kernel.log(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.log_grad(x, grad_output, out)


class Power(Elementwise):
    """``x^p``, elementwise. Lua: nn/Power.lua."""

    def __init__(self, p: float):
        super().__init__()
        self.pow = check.number(self, p, "p")

    def _map(self, x, out):
        kernel.power(x, out, self.pow)

    def _pull_back(self, x, grad_output, out):
        kernel.power_grad(x, grad_output, out, self.pow)


class Sqrt(Elementwise):
    """``sqrt(x)``, elementwise; the gradient is 0 where the output is. ``b`` is ignored. Lua: nn/Sqrt.lua."""

    def __init__(self, b: float | None = None):
        super().__init__()
        self.eps = check.number(self, given(b, 0), "b")

    def _map(self, x, out):
        kernel.sqrt(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.sqrt_grad(self.output, grad_output, out)


class Square(Elementwise):
    """``x^2``, elementwise. Lua: nn/Square.lua."""

    def _map(self, x, out):
        kernel.square(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.square_grad(x, grad_output, out)
