"""Convolutions of images: SpatialConvolution, its MM and Dilated variants, SpatialFullConvolution."""

from ..core.args import given
from ..core.buffers import parameter
from .convolution import Convolution, FullConvolution

__all__ = ["SpatialConvolution", "SpatialConvolutionMM", "SpatialDilatedConvolution", "SpatialFullConvolution"]


class SpatialConvolution(Convolution):
    """Convolution of images ``y[o] = sum over i of W[o, i] * x[i] + b[o]`` (a cross-correlation, as in Torch).

    Parameters
    ----------
    nInputPlane, nOutputPlane : int
        Number of planes of ``x`` and ``y``.
    kW, kH : int
        Width and height of the kernels.
    dW, dH : int, default 1
        Strides.
    padW : int, default 0
        Columns of zeros added on both sides.
    padH : int, default padW
        Rows of zeros added above and below.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nOutputPlane, nInputPlane, kH, kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kW * kH * nInputPlane), and their accumulated gradient.
    bias, gradBias : ndarray, (nOutputPlane,), or None
        ``b`` and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not ``(nInputPlane, H, W)`` or a batch of such, or smaller than the kernel.

    Notes
    -----
    Lua: nn/SpatialConvolution.lua. ``(N, nInputPlane, H, W)`` gives ``(N, nOutputPlane, oH, oW)`` with
    ``oW = (W + 2 * padW - kW) // dW + 1``; one image gives one image. ``accGradParameters`` uses the input it is given
    (Torch: the one `forward` saw last). How the work is done and split: docs/performance.md.

    Examples
    --------
    >>> nn.SpatialConvolution(3, 8, 5, 5, 2, 2, 1).forward(np.ones((4, 3, 32, 32))).shape
    (4, 8, 15, 15)
    """

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
    ):
        super().__init__()
        self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, 1), given(dH, 1)
        self.padW = given(padW, 0)
        self.padH = given(padH, self.padW)
        self._allocate()
        self.reset()

    def _allocate(self):
        self.weight, self.gradWeight = parameter(self.nOutputPlane, self.nInputPlane, self.kH, self.kW)
        self.bias, self.gradBias = parameter(self.nOutputPlane)


class SpatialConvolutionMM(SpatialConvolution):
    """As SpatialConvolution, the weight a matrix ``(nOutputPlane, nInputPlane * kH * kW)``.

    Lua: nn/SpatialConvolutionMM.lua.
    """

    def _allocate(self):
        self.weight, self.gradWeight = parameter(self.nOutputPlane, self.nInputPlane * self.kH * self.kW)
        self.bias, self.gradBias = parameter(self.nOutputPlane)

    def _kernel(self, weight):
        return weight.reshape(self.nOutputPlane, self.nInputPlane, self.kH, self.kW)


class SpatialDilatedConvolution(SpatialConvolution):
    """As SpatialConvolution, the taps of the kernel `dilationW` and `dilationH` (default 1) elements apart.

    Lua: nn/SpatialDilatedConvolution.lua.
    """

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
        dilationW: int | None = None,
        dilationH: int | None = None,
    ):
        super().__init__(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)
        self.dilationW, self.dilationH = given(dilationW, 1), given(dilationH, 1)

    def _dilation(self):
        return self._all("dilation")

    def _text(self):
        return f"{super()._text()}, {self._numbers('dilation')}"


class SpatialFullConvolution(FullConvolution):
    """Transposed convolution of images, which undoes the change of size of a SpatialConvolution.

    Parameters
    ----------
    nInputPlane, nOutputPlane : int
        Number of planes of the input and the output.
    kW, kH : int
        Width and height of the kernels.
    dW, dH : int, default 1
        Strides.
    padW, padH : int, default 0
        Columns and rows cut off on both sides.
    adjW, adjH : int, default 0
        Columns and rows added to the right and below, less than the strides.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nInputPlane, nOutputPlane, kH, kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kW * kH * nInputPlane), and their accumulated gradient.
    bias, gradBias : ndarray, (nOutputPlane,), or None
        Added to the output planes, and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If adj is not less than the stride, or the input not ``(nInputPlane, H, W)`` or a batch of such.

    Notes
    -----
    Lua: nn/SpatialFullConvolution.lua. ``(N, nInputPlane, H, W)`` gives ``(N, nOutputPlane, oH, oW)`` with
    ``oW = (W - 1) * dW - 2 * padW + kW + adjW``. A table ``{input, target}`` makes adj such that the output has the
    size of `target`; its ``gradInput`` is a table too, zero for `target`.

    Examples
    --------
    >>> nn.SpatialFullConvolution(8, 3, 4, 4, 2, 2, 1, 1).forward(np.ones((8, 16, 16))).shape
    (3, 32, 32)
    """

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
        adjW: int | None = None,
        adjH: int | None = None,
    ):
        super().__init__()
        self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
        self.kW, self.kH = kW, kH
        self.dW, self.dH = given(dW, 1), given(dH, 1)
        self.padW, self.padH = given(padW, 0), given(padH, 0)
        self.adjW, self.adjH = given(adjW, 0), given(adjH, 0)
        self._check_adjust()
        self.weight, self.gradWeight = parameter(nInputPlane, nOutputPlane, kH, kW)
        self.bias, self.gradBias = parameter(nOutputPlane)
        self._empty_fields("ones")
        self.reset()
