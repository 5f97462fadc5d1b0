"""The way back from max pooling: SpatialMaxUnpooling, VolumetricMaxUnpooling."""

from typing import Any

from ..core import check
from ..core.buffers import sized
from ..core.module import Module
from ..kernels.pooling import unpool, unpool_grad
from ..kernels.pooling_max import flat_places, packed_places
from .pooling import MaxPooling
from .spatial_pooling import SpatialMaxPooling
from .volumetric_pooling import VolumetricMaxPooling

__all__ = ["SpatialMaxUnpooling", "VolumetricMaxUnpooling"]


class MaxUnpooling(Module):
    """Base of unpooling; a subclass names the class of pooling it undoes and reads its layout of ``indices``."""

    _state = ("output", "gradInput", "indices")
    _pooling: type[MaxPooling] = SpatialMaxPooling
    _sizes: tuple = (("oheight", "iheight"), ("owidth", "iwidth"))  # fields of ours, fields of the pooling

    def __init__(self, poolingModule: Any):
        super().__init__()
        if type(poolingModule) is not self._pooling:
            raise TypeError(
                f"{self.torch_typename}: poolingModule must be a {self._pooling.torch_typename}, got {poolingModule!r}"
            )
        if poolingModule._all("k") != poolingModule._all("d"):
            raise ValueError(
                f"{self.torch_typename}: a pooling whose windows do not overlap (kernel == stride) expected, "
                f"got {poolingModule!r}"
            )
        self.pooling = poolingModule

    def setParams(self):
        """Take over ``indices`` and the size of the last input from the pooling module."""
        self.indices = self.pooling.indices
        for ours, theirs in self._sizes:
            setattr(self, ours, getattr(self.pooling, theirs, None))

    def empty(self):
        """Old name of `clearState`."""
        self.clearState()

    def updateOutput(self, input):
        input = self._checked(input)
        rank = len(self._sizes)
        sizes = [getattr(self, ours) for ours, _ in self._sizes]
        self.output = sized(self.output, (*input.shape[:-rank], *sizes), input.dtype)
        self._move(unpool, input, self.output, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = self._checked(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self._move(unpool_grad, gradOutput, self.output, self.gradInput)
        return self.gradInput

    def _checked(self, input):
        self.setParams()
        if self.indices is None or not self.indices.size:
            raise ValueError(f"{self}: forward of its pooling module before expected, got no indices")
        return check.array(self, input, shape=self.indices.shape)

    def _move(self, kernel, values, whole, out):
        """Run a kernel on planes in a row, each of them flat."""
        rank = len(self._sizes)
        planes = whole[..., *(0,) * rank].size
        locate = self._places(self.indices.reshape(planes, *self.indices.shape[-rank:]), whole.shape[-rank:])
        try:
            kernel(values.reshape(planes, -1), locate, out.reshape(planes, -1))
        except ValueError as error:
            raise ValueError(f"{check.describe(self)}: {error}") from None

    def _places(self, indices, sizes):
        return flat_places(indices)

    def __repr__(self):
        return f"{self.torch_typename} associated to {self.pooling!r}"


class SpatialMaxUnpooling(MaxUnpooling):
    """Each element at the place its pooling module took it from, and zeros around it.

    Parameters
    ----------
    poolingModule : SpatialMaxPooling
        A module whose windows do not overlap; its last forward decides places and size.

    Notes
    -----
    Lua: nn/SpatialMaxUnpooling.lua. The input has the shape of the output of the pooling module, the output that of its
    input.

    Examples
    --------
    >>> pooling = nn.SpatialMaxPooling(2, 2)
    >>> x = np.array([[[1.0, 2, 0, 0], [3, 4, 0, 5]]])
    >>> nn.SpatialMaxUnpooling(pooling).forward(pooling.forward(x))
    array([[[0., 0., 0., 0.],
            [0., 4., 0., 5.]]])
    """


class VolumetricMaxUnpooling(MaxUnpooling):
    """As SpatialMaxUnpooling, in three dimensions. Lua: nn/VolumetricMaxUnpooling.lua."""

    _pooling = VolumetricMaxPooling
    _sizes = (("otime", "itime"), ("oheight", "iheight"), ("owidth", "iwidth"))

    def setParams(self):
        """Take over ``indices``, the size of the last input, strides and padding from the pooling module."""
        super().setParams()
        for name in ("dT", "dH", "dW", "padT", "padH", "padW"):
            setattr(self, name, getattr(self.pooling, name))

    def _places(self, indices, sizes):
        return packed_places(indices, self.pooling._windows(sizes), sizes)
