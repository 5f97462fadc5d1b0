"""Pooling to a given size: SpatialAdaptiveMaxPooling, SpatialAdaptiveAveragePooling."""

from ..core.buffers import empty, sized
from ..kernels.pooling_irregular import adaptive_spans, max_pool_cells, max_pool_cells_grad
from ..kernels.pooling_sum import mean, mean_grad
from .planes import Planes

__all__ = ["SpatialAdaptiveAveragePooling", "SpatialAdaptiveMaxPooling"]


class AdaptivePooling(Planes):
    """Base of pooling to ``H x W`` elements, whatever the size of the input."""

    _largest = False

    def __init__(self, W: int, H: int):
        super().__init__()
        self.W, self.H = W, H

    def empty(self):
        """Old name of `clearState`."""
        self.clearState()

    def _resized(self, sizes):
        if self.W < 1 or self.H < 1:
            raise self._refused("W and H of at least 1", self.W, self.H)
        return self.H, self.W

    def _spans(self, x):
        return tuple(adaptive_spans(*sizes, self._largest) for sizes in zip(x.shape[1:], (self.H, self.W), strict=True))


class SpatialAdaptiveMaxPooling(AdaptivePooling):
    """Largest element of each of ``H x W`` cells that cover the image.

    Parameters
    ----------
    W, H : int
        Width and height of the output.

    Attributes
    ----------
    indices : ndarray of int64, (2, ...) before the shape of the output
        Column and row of the largest element in its cell, counted from 1.

    Notes
    -----
    Lua: nn/SpatialAdaptiveMaxPooling.lua. ``(planes, height, width)``, with or without a batch axis before it, gives
    ``(planes, H, W)``. The edges of the cells are rounded in float32, and not as for SpatialAdaptiveAveragePooling. A
    cell of NaN gives -inf.

    Examples
    --------
    >>> nn.SpatialAdaptiveMaxPooling(1, 2).forward(np.arange(6.0).reshape(1, 3, 2))
    array([[[3.],
            [5.]]])
    """

    _state = ("output", "gradInput", "indices")
    _largest = True

    def __init__(self, W: int, H: int):
        super().__init__(W, H)
        self.indices = empty("int64")

    def _run(self, x, out):
        self.indices = sized(self.indices, (2, *self.output.shape), "int64")
        max_pool_cells(x, self._spans(x), out, self.indices.reshape(2, *out.shape))

    def _run_back(self, x, grad_output, out):
        max_pool_cells_grad(grad_output, self._spans(x), self.indices.reshape(2, *grad_output.shape), out)


class SpatialAdaptiveAveragePooling(AdaptivePooling):
    """Mean of each of ``H x W`` cells that cover the image.

    Parameters
    ----------
    W, H : int
        Width and height of the output.

    Notes
    -----
    Lua: nn/SpatialAdaptiveAveragePooling.lua. Shapes as for SpatialAdaptiveMaxPooling.
    """

    def _run(self, x, out):
        mean(x, self._spans(x), out)

    def _run_back(self, x, grad_output, out):
        mean_grad(grad_output, self._spans(x), out)
