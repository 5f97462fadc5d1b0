"""Smooth functions of one number: Tanh."""

from ..core.elementwise import Elementwise
from ..kernels import elementwise

__all__ = ["Tanh"]


class Tanh(Elementwise):
    """``tanh(x)``, elementwise. Lua: nn/Tanh.lua."""

    def _map(self, x, out):
        elementwise.tanh(x, out)

    def _pull_back(self, x, grad_output, out):
        elementwise.tanh_grad(self.output, grad_output, out)
