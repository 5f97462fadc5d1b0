"""Convolutions of volumes: VolumetricConvolution, VolumetricDilatedConvolution, VolumetricFullConvolution."""

from ..core.args import given
from ..core.buffers import parameter
from .convolution import Convolution, FullConvolution

__all__ = ["VolumetricConvolution", "VolumetricDilatedConvolution", "VolumetricFullConvolution"]


class VolumetricConvolution(Convolution):
    """As SpatialConvolution, in three dimensions: time (or depth), height, width.

    Parameters
    ----------
    nInputPlane, nOutputPlane : int
        Number of planes of the input and the output.
    kT, kW, kH : int
        Duration, width and height of the kernels.
    dT, dW, dH : int, default 1
        Strides.
    padT : int, default 0
        Zero frames added before and after.
    padW, padH : int, default padT and padW
        Columns and rows of zeros added on both sides.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nOutputPlane, nInputPlane, kT, kH, kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kT * kW * kH * nInputPlane), and their accumulated gradient.
    bias, gradBias : ndarray, (nOutputPlane,), or None
        Added to the output planes, and its accumulated gradient, from the same distribution.

    Notes
    -----
    Lua: nn/VolumetricConvolution.lua. ``(N, nInputPlane, T, H, W)`` gives ``(N, nOutputPlane, oT, oH, oW)``.

    Examples
    --------
    >>> nn.VolumetricConvolution(3, 8, 3, 5, 5, 1, 2, 2).forward(np.ones((3, 7, 32, 32))).shape
    (8, 5, 14, 14)
    """

    _axes = "THW"
    _order = "TWH"
    _reads_bias = False

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kT: int,
        kW: int,
        kH: int,
        dT: int | None = None,
        dW: int | None = None,
        dH: int | None = None,
        padT: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
    ):
        super().__init__()
        self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
        self.kT, self.kW, self.kH = kT, kW, kH
        self.dT, self.dW, self.dH = given(dT, 1), given(dW, 1), given(dH, 1)
        self.padT = given(padT, 0)
        self.padW = given(padW, self.padT)
        self.padH = given(padH, self.padW)
        self.weight, self.gradWeight = parameter(nOutputPlane, nInputPlane, kT, kH, kW)
        self.bias, self.gradBias = parameter(nOutputPlane)
        self.reset()


class VolumetricDilatedConvolution(VolumetricConvolution):
    """As VolumetricConvolution, the taps `dilationT`, `dilationW` and `dilationH` (default 1) elements apart.

    Lua: nn/VolumetricDilatedConvolution.lua.
    """

    _reads_bias = True

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kT: int,
        kW: int,
        kH: int,
        dT: int | None = None,
        dW: int | None = None,
        dH: int | None = None,
        padT: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
        dilationT: int | None = None,
        dilationW: int | None = None,
        dilationH: int | None = None,
    ):
        super().__init__(nInputPlane, nOutputPlane, kT, kW, kH, dT, dW, dH, padT, padW, padH)
        self.dilationT, self.dilationW = given(dilationT, 1), given(dilationW, 1)
        self.dilationH = given(dilationH, 1)

    def _dilation(self):
        return self._all("dilation")

    def _text(self):
        return f"{super()._text()}, {self._numbers('dilation')}"


class VolumetricFullConvolution(FullConvolution):
    """As SpatialFullConvolution, in three dimensions, sizes in the order T, W, H; the weight is T x H x W.

    Lua: nn/VolumetricFullConvolution.lua. All paddings are 0 by default.
    """

    _axes = "THW"
    _order = "TWH"
    _reads_bias = False

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        kT: int,
        kW: int,
        kH: int,
        dT: int | None = None,
        dW: int | None = None,
        dH: int | None = None,
        padT: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
        adjT: int | None = None,
        adjW: int | None = None,
        adjH: int | None = None,
    ):
        super().__init__()
        self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
        self.kT, self.kW, self.kH = kT, kW, kH
        self.dT, self.dW, self.dH = given(dT, 1), given(dW, 1), given(dH, 1)
        self.padT, self.padW, self.padH = given(padT, 0), given(padW, 0), given(padH, 0)
        self.adjT, self.adjW, self.adjH = given(adjT, 0), given(adjW, 0), given(adjH, 0)
        self._check_adjust()
        self.weight, self.gradWeight = parameter(nInputPlane, nOutputPlane, kT, kH, kW)
        self.bias, self.gradBias = parameter(nOutputPlane)
        self._empty_fields("ones", "finput", "fgradInput")
        self.reset()
