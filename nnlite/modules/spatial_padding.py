"""Borders: SpatialZeroPadding, SpatialReflectionPadding, SpatialReplicationPadding, VolumetricReplicationPadding."""

from ..core import check
from ..core.args import given
from ..kernels import padding
from .planes import Planes

__all__ = [
    "SpatialReflectionPadding",
    "SpatialReplicationPadding",
    "SpatialZeroPadding",
    "VolumetricReplicationPadding",
]


class BorderPadding(Planes):
    """Base of borders around planes; a subclass names its kind and returns the widths in the order of the axes."""

    _kind = padding.REPLICATION

    def _resized(self, sizes):
        amounts = self._amounts()
        result = [size + before + after for size, (before, after) in zip(sizes, amounts, strict=True)]
        if min(result) < 1:
            raise check.refusal(self, "planes larger than what is cropped", f"shape {tuple(sizes)}")
        if self._kind == padding.REFLECTION and any(max(a) >= n for a, n in zip(amounts, sizes, strict=True)):
            raise check.refusal(self, "planes larger than the border that mirrors them", f"shape {tuple(sizes)}")
        return result

    def _amounts(self):
        raise NotImplementedError

    def _run(self, x, out):
        padding.pad(x, self._amounts(), self._kind, out)

    def _run_back(self, x, grad_output, out):
        padding.pad_grad(grad_output, self._amounts(), self._kind, out)


class SpatialPadding(BorderPadding):
    """Base of borders around images."""

    def __init__(self, pad_l: int, pad_r: int | None = None, pad_t: int | None = None, pad_b: int | None = None):
        super().__init__()
        self.pad_l, self.pad_r = pad_l, given(pad_r, pad_l)
        self.pad_t, self.pad_b = given(pad_t, pad_l), given(pad_b, pad_l)

    def _amounts(self):
        return [(self.pad_t, self.pad_b), (self.pad_l, self.pad_r)]

    def __repr__(self):
        return f"{self.torch_typename}(l={self.pad_l:d}, r={self.pad_r:d}, t={self.pad_t:d}, b={self.pad_b:d})"


class SpatialZeroPadding(SpatialPadding):
    """An image with a border of zeros.

    Parameters
    ----------
    pad_l : int
        Columns to add on the left; a negative number crops.
    pad_r, pad_t, pad_b : int, default pad_l
        The same on the right, at the top and at the bottom.

    Notes
    -----
    Lua: nn/SpatialZeroPadding.lua. ``(planes, height, width)``, with or without a batch axis before it, gives
    ``(planes, pad_t + height + pad_b, pad_l + width + pad_r)``.

    Examples
    --------
    >>> nn.SpatialZeroPadding(1, 0, 0, -1).forward(np.array([[[1.0, 2], [3, 4]]]))
    array([[[0., 1., 2.]]])
    """

    _kind = padding.ZERO


class SpatialReflectionPadding(SpatialPadding):
    """As SpatialZeroPadding, with the mirror image in the border; the outermost elements are the mirror.

    Notes
    -----
    Lua: nn/SpatialReflectionPadding.lua. An image that is not larger than its border is an error (Torch reads memory
    that is not its own).
    """

    _kind = padding.REFLECTION


class SpatialReplicationPadding(SpatialPadding):
    """As SpatialZeroPadding, with copies of the outermost elements. Lua: nn/SpatialReplicationPadding.lua."""


class VolumetricReplicationPadding(BorderPadding):
    """As SpatialReplicationPadding, in three dimensions.

    Parameters
    ----------
    pleft : int
        Elements to add at the low end of the width; a negative number crops.
    pright, ptop, pbottom, pfront, pback : int, default pleft
        The same at the high end of the width, and at both ends of height and depth.

    Notes
    -----
    Lua: nn/VolumetricReplicationPadding.lua. ``(planes, depth, height, width)``, with or without a batch axis.
    """

    _axes = "THW"

    def __init__(
        self,
        pleft: int,
        pright: int | None = None,
        ptop: int | None = None,
        pbottom: int | None = None,
        pfront: int | None = None,
        pback: int | None = None,
    ):
        super().__init__()
        self.pleft, self.pright = pleft, given(pright, pleft)
        self.ptop, self.pbottom = given(ptop, pleft), given(pbottom, pleft)
        self.pfront, self.pback = given(pfront, pleft), given(pback, pleft)

    def _amounts(self):
        return [(self.pfront, self.pback), (self.ptop, self.pbottom), (self.pleft, self.pright)]

    def __repr__(self):
        sides = ("left", "right", "top", "bottom", "front", "back")
        widths = ", ".join(f"{side}={getattr(self, 'p' + side):d}" for side in sides)
        return f"{self.torch_typename}({widths})"
