"""Pooling of volumes: VolumetricMaxPooling, VolumetricDilatedMaxPooling, VolumetricAveragePooling."""

from ..core.args import given
from ..kernels.pooling_max import max_pool_packed, max_pool_packed_grad
from .pooling import AveragePooling, MaxPooling

__all__ = ["VolumetricAveragePooling", "VolumetricDilatedMaxPooling", "VolumetricMaxPooling"]


class VolumetricMaxPooling(MaxPooling):
    """As SpatialMaxPooling, in three dimensions: time, height, width.

    Attributes
    ----------
    indices : ndarray of int64, shape of the output
        Where the largest element is in its window: the offsets in time, height and width, counted from 0, are the
        three lowest bytes.

    Notes
    -----
    Lua: nn/VolumetricMaxPooling.lua. ``(planes, time, height, width)``, with or without a batch axis before it. The
    index of a window of NaN is 255, 255, 255.
    """

    _axes = "THW"
    _order = "TWH"

    def __init__(
        self,
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
        self.kT, self.kW, self.kH = kT, kW, kH
        self.dT, self.dW, self.dH = given(dT, kT), given(dW, kW), given(dH, kH)
        self.padT, self.padW, self.padH = given(padT, 0), given(padW, 0), given(padH, 0)
        self.ceil_mode = False

    def _pool(self, x, windows, out, indices):
        max_pool_packed(x, windows, out, indices)

    def _unpool(self, grad_output, windows, indices, out):
        max_pool_packed_grad(grad_output, windows, indices, out)


class VolumetricDilatedMaxPooling(VolumetricMaxPooling):
    """As SpatialDilatedMaxPooling, in three dimensions.

    Notes
    -----
    Lua: nn/VolumetricDilatedMaxPooling.lua. With padding and dilation of 2 or more, Torch leaves out elements of the
    windows at the border and sends gradients to wrong places; here both are as without padding.
    """

    def __init__(
        self,
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
        super().__init__(kT, kW, kH, dT, dW, dH, padT, padW, padH)
        self.dilationT, self.dilationW, self.dilationH = given(dilationT, 1), given(dilationW, 1), given(dilationH, 1)

    def _dilation(self):
        return self._all("dilation")

    def __repr__(self):
        return f"{self._text()}, {self._numbers('dilation')})"


class VolumetricAveragePooling(AveragePooling):
    """Mean of each window of ``kT x kH x kW`` elements.

    Parameters
    ----------
    kT, kW, kH : int
        Sizes of the windows in time, width and height.
    dT, dW, dH : int, default kT, kW and kH
        Steps between windows.

    Notes
    -----
    Lua: nn/VolumetricAveragePooling.lua. ``(planes, time, height, width)``, with or without a batch axis before it; no
    padding.
    """

    _axes = "THW"
    _order = "TWH"

    def __init__(self, kT: int, kW: int, kH: int, dT: int | None = None, dW: int | None = None, dH: int | None = None):
        super().__init__()
        self.kT, self.kW, self.kH = kT, kW, kH
        self.dT, self.dW, self.dH = given(dT, kT), given(dW, kW), given(dH, kH)
