"""Pooling of images: SpatialMaxPooling, SpatialDilatedMaxPooling, SpatialAveragePooling, SpatialLPPooling."""

from ..core.args import given
from ..kernels.pooling_max import max_pool_flat, max_pool_flat_grad
from .affine import MulConstant
from .containers import Sequential
from .pointwise import Power, Sqrt, Square
from .pooling import AveragePooling, MaxPooling

__all__ = ["SpatialAveragePooling", "SpatialDilatedMaxPooling", "SpatialLPPooling", "SpatialMaxPooling"]


class SpatialMaxPooling(MaxPooling):
    """Largest element of each window of ``kH x kW`` elements.

    Parameters
    ----------
    kW, kH : int
        Width and height of the windows.
    dW, dH : int, default kW and kH
        Steps between windows.
    padW, padH : int, default 0
        Width of a border, at most half the window, that is never the largest.

    Attributes
    ----------
    indices : ndarray of int64, shape of the output
        Where the largest element is in its plane, counted from 1 row by row: ``y * width + x + 1``.
    iheight, iwidth : int
        Size of the last input.

    Notes
    -----
    Lua: nn/SpatialMaxPooling.lua. ``(planes, height, width)``, with or without a batch axis before it, becomes
    ``(planes, floor((height + 2 padH - kH) / dH) + 1, ...)``; `ceil` rounds up instead, as long as the last window
    starts inside the image. The first of several equal elements counts. NaN never does: a window of nothing else gives
    -inf, the index 0 and no gradient.

    Examples
    --------
    >>> nn.SpatialMaxPooling(2, 2).forward(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 5.,  7.],
            [13., 15.]]])
    """

    def __init__(
        self,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
    ):
        super().__init__()
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, kW), given(dH, kH)
        self.padW, self.padH = given(padW, 0), given(padH, 0)
        self.ceil_mode = False

    def _pool(self, x, windows, out, indices):
        max_pool_flat(x, windows, out, indices)

    def _unpool(self, grad_output, windows, indices, out):
        max_pool_flat_grad(grad_output, indices, out)


class SpatialDilatedMaxPooling(SpatialMaxPooling):
    """As SpatialMaxPooling, with windows of every `dilationH`-th row and `dilationW`-th column.

    Notes
    -----
    Lua: nn/SpatialDilatedMaxPooling.lua. A window spans ``dilationW * (kW - 1) + 1`` columns.
    """

    def __init__(
        self,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
        dilationW: int | None = None,
        dilationH: int | None = None,
    ):
        super().__init__(kW, kH, dW, dH, padW, padH)
        self.dilationW, self.dilationH = given(dilationW, 1), given(dilationH, 1)

    def _dilation(self):
        return self._all("dilation")

    def __repr__(self):
        return f"{self._text()}, {self._numbers('dilation')})"


class SpatialAveragePooling(AveragePooling):
    """Mean of each window of ``kH x kW`` elements.

    Parameters
    ----------
    kW, kH : int
        Width and height of the windows.
    dW, dH : int, default 1
        Steps between windows (of max pooling the default is the size of the window).
    padW, padH : int, default 0
        Width of a border of zeros, at most half the window.

    Attributes
    ----------
    count_include_pad : bool
        Whether the border counts as elements of the window.
    divide : bool
        False in files older than the field: the module then returns ``kW * kH`` times the mean.

    Notes
    -----
    Lua: nn/SpatialAveragePooling.lua. Sizes are those of SpatialMaxPooling.

    Examples
    --------
    >>> nn.SpatialAveragePooling(2, 2, 2, 2).forward(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """

    divide = False

    def __init__(
        self,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
    ):
        super().__init__()
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, 1), given(dH, 1)
        self.padW, self.padH = given(padW, 0), given(padH, 0)
        self.ceil_mode = False
        self.count_include_pad = True
        self.divide = True

    def setCountIncludePad(self):
        """Let the border count (the default); return the module."""
        self.count_include_pad = True
        return self

    def setCountExcludePad(self):
        """Take the mean of what lies inside the image; return the module."""
        self.count_include_pad = False
        return self

    def _run(self, x, out):
        super()._run(x, out)
        if not self.divide:
            out *= self.kW * self.kH

    def _run_back(self, x, grad_output, out):
        super()._run_back(x, grad_output, out)
        if not self.divide:
            out *= self.kW * self.kH


class SpatialLPPooling(Sequential):
    """``(sum of x^pnorm over each window)^(1/pnorm)``.

    Parameters
    ----------
    nInputPlane : int
        Not used.
    pnorm : float
        The power.
    kW, kH : int
        Width and height of the windows.
    dW, dH : int, default kW and kH
        Steps between windows.

    Notes
    -----
    Lua: nn/SpatialLPPooling.lua. A Sequential of Square or Power, SpatialAveragePooling, MulConstant and Sqrt or Power
    that does nothing in `reset` and the methods that concern parameters.
    """

    def __init__(self, nInputPlane: int, pnorm: float, kW: int, kH: int, dW: int | None = None, dH: int | None = None):
        super().__init__()
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, kW), given(dH, kH)
        self.add(Square() if pnorm == 2 else Power(pnorm))
        self.add(SpatialAveragePooling(kW, kH, self.dW, self.dH))
        self.add(MulConstant(kW * kH))
        self.add(Sqrt() if pnorm == 2 else Power(1 / pnorm))

    def reset(self, stdv=None):
        """Do nothing."""

    def accGradParameters(self, input, gradOutput, scale=1):
        pass

    def accUpdateGradParameters(self, input, gradOutput, lr):
        pass

    def zeroGradParameters(self):
        pass

    def updateParameters(self, learningRate):
        pass
