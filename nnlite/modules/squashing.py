"""Functions of one number with a bounded slope: Tanh, Sigmoid, LogSigmoid, SoftPlus, SoftSign, HardTanh, Clamp, ..."""

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.elementwise import Elementwise
from ..kernels import squashing as kernel

__all__ = ["Clamp", "HardTanh", "LogSigmoid", "Sigmoid", "SoftPlus", "SoftSign", "Tanh", "TanhShrink"]


class Tanh(Elementwise):
    """``tanh(x)``, elementwise. Lua: nn/Tanh.lua."""

    def _map(self, x, out):
        kernel.tanh(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.tanh_grad(self.output, grad_output, out)


class TanhShrink(Elementwise):
    """``x - tanh(x)``, elementwise. Lua: nn/TanhShrink.lua."""

    def __init__(self) -> None:
        super().__init__()
        self.tanh = Tanh()

    def _map(self, x, out):
        self.tanh.output = sized(self.tanh.output, x.shape, x.dtype)
        kernel.tanh_shrink(x, self.tanh.output, out)

    def _pull_back(self, x, grad_output, out):
        kernel.tanh_shrink_grad(self.tanh.output, grad_output, out)


class Sigmoid(Elementwise):
    """``1 / (1 + exp(-x))``, elementwise. Lua: nn/Sigmoid.lua."""

    def _map(self, x, out):
        kernel.sigmoid(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.sigmoid_grad(self.output, grad_output, out)


class LogSigmoid(Elementwise):
    """``-log(1 + exp(-x))``, elementwise, without overflow. Lua: nn/LogSigmoid.lua."""

    _state = ("output", "gradInput", "buffer")

    def _map(self, x, out):
        self.buffer = sized(getattr(self, "buffer", None), x.shape, x.dtype)
        kernel.log_sigmoid(x, self.buffer, out)

    def _pull_back(self, x, grad_output, out):
        kernel.log_sigmoid_grad(x, self.buffer, grad_output, out)


class SoftPlus(Elementwise):
    """``log(1 + exp(beta x)) / beta``, elementwise; ``x`` itself where ``beta x > 20``. Lua: nn/SoftPlus.lua."""

    def __init__(self, beta: float | None = None):
        super().__init__()
        self.beta = given(beta, 1)
        self.threshold = 20

    def _map(self, x, out):
        kernel.softplus(x, out, self.beta, self.threshold)

    def _pull_back(self, x, grad_output, out):
        kernel.softplus_grad(self.output, grad_output, out, self.beta, self.threshold)


class SoftSign(Elementwise):
    """``x / (1 + |x|)``, elementwise. Lua: nn/SoftSign.lua."""

    def _map(self, x, out):
        kernel.softsign(x, out)

    def _pull_back(self, x, grad_output, out):
        kernel.softsign_grad(x, grad_output, out)


class HardTanh(Elementwise):
    """``min(max(x, min_value), max_value)``, elementwise.

    Parameters
    ----------
    min_value, max_value : float, default -1 and 1
        The bounds. The gradient is 0 at the bounds and beyond.
    inplace : bool, default False
        Whether to write the output over the input, and the gradient over ``gradOutput``.

    Raises
    ------
    ValueError
        If ``max_value`` is not larger than ``min_value``.

    Notes
    -----
    Lua: nn/HardTanh.lua.
    """

    def __init__(self, min_value: float | None = None, max_value: float | None = None, inplace: bool | None = None):
        super().__init__()
        self.min_val = given(min_value, -1)
        self.max_val = given(max_value, 1)
        self.inplace = check.flag(self, inplace, "inplace")
        if not self.max_val > self.min_val:
            raise check.error(self, f"max_value larger than min_value ({self.min_val})", self.max_val)

    def _map(self, x, out):
        kernel.clamp(x, out, self.min_val, self.max_val)

    def _pull_back(self, x, grad_output, out):
        kernel.clamp_grad(x, grad_output, out, self.min_val, self.max_val)


class Clamp(HardTanh):
    """HardTanh without the in-place option. Lua: nn/Clamp.lua."""

    def __init__(self, min_value: float | None = None, max_value: float | None = None):
        super().__init__(min_value, max_value)
