"""Normalised exponentials: SoftMax, SoftMin, LogSoftMax, SpatialSoftMax, SpatialLogSoftMax."""

from typing import Any

import numpy as np

from ..core.buffers import sized
from ..core.elementwise import Elementwise
from ..kernels import softmax

__all__ = ["LogSoftMax", "SoftMax", "SoftMin", "SpatialLogSoftMax", "SpatialSoftMax"]


class SoftMax(Elementwise):
    """``exp(x_i) / sum_j exp(x_j)``, computed after the largest ``x`` was subtracted.

    Raises
    ------
    ValueError
        If the input has more than four dimensions.

    Notes
    -----
    Lua: nn/SoftMax.lua. The sum runs over the classes: all of ``(classes,)``, the rows of ``(batch, classes)``, the
    planes of ``(classes, height, width)`` and ``(batch, classes, height, width)``. The output has the shape of
    the input.

    Examples
    --------
    >>> nn.SoftMax().forward(np.log([1.0, 2.0, 5.0]))
    array([0.125, 0.25 , 0.625])
    """

    _ndim = (1, 2, 3, 4)

    def _map(self, x, out):
        softmax.softmax(x, _axis(x), out)

    def _pull_back(self, x, grad_output, out):
        softmax.softmax_grad(self.output, grad_output, _axis(x), out)


class SpatialSoftMax(SoftMax):
    """The same as SoftMax, under the name that old networks know. Lua: nn/SpatialSoftMax.lua."""


class SoftMin(SoftMax):
    """SoftMax of ``-x``. Lua: nn/SoftMin.lua."""

    def _map(self, x, out):
        np.negative(x, out=out)
        softmax.softmax(out, _axis(x), out)

    def _pull_back(self, x, grad_output, out):
        super()._pull_back(x, grad_output, out)
        np.negative(out, out=out)


class LogSoftMax(Elementwise):
    """``x_i - log(sum_j exp(x_j))``, computed after the largest ``x`` was subtracted.

    Raises
    ------
    ValueError
        If the input has more than four dimensions.

    Notes
    -----
    Lua: nn/LogSoftMax.lua. Shapes as SoftMax. The sum and its logarithm are double for float32 as well.
    """

    _ndim = (1, 2, 3, 4)
    _state = ("output", "gradInput", "_exponentials", "_sums")
    _exponentials: Any = None
    _sums: Any = None

    def _map(self, x, out):
        self._exponentials = sized(self._exponentials, x.shape, x.dtype)
        self._sums = softmax.log_softmax(x, _axis(x), out, self._exponentials)

    def _pull_back(self, x, grad_output, out):
        softmax.log_softmax_grad(self.output, self._exponentials, self._sums, grad_output, _axis(x), out)


class SpatialLogSoftMax(LogSoftMax):
    """The same as LogSoftMax, under the name that old networks know. Lua: nn/SpatialLogSoftMax.lua."""


def _axis(x):
    """Return the axis of the classes: the first, or the second of a batch."""
    return 1 - x.ndim % 2
