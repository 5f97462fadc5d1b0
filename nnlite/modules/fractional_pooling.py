"""Max pooling with random windows: SpatialFractionalMaxPooling, VolumetricFractionalMaxPooling."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.generator import default_generator
from ..kernels.pooling_irregular import max_pool_at, random_starts
from ..kernels.pooling_max import max_pool_flat_grad
from .planes import Planes

__all__ = ["SpatialFractionalMaxPooling", "VolumetricFractionalMaxPooling"]


class FractionalMaxPooling(Planes):
    """Base of max pooling whose windows overlap at random; sizes are fields such as ``poolSizeW``."""

    _state = ("output", "gradInput", "indices")
    indices: Any = None
    randomSamples: Any = None
    outT = outH = outW = ratioT = ratioH = ratioW = None

    def __init__(self, pool, target) -> None:
        super().__init__()
        for axis, size in zip(self._order, pool, strict=True):
            if size < 2:
                raise ValueError(f"{self.torch_typename}: poolSize{axis} must be at least 2, got {size}")
            setattr(self, "poolSize" + axis, size)
        self.newRandomPool = False
        given_sizes = all(size >= 1 for size in target)
        for axis, size in zip(self._order, target, strict=True):
            if not given_sizes and not 0 < size < 1:
                raise ValueError(f"{self.torch_typename}: ratio{axis} must lie between 0 and 1, got {size}")
            setattr(self, ("out" if given_sizes else "ratio") + axis, size)

    def fixPoolingRegions(self, val=None):
        """Keep the windows of the last forward (or, with False, draw new ones each time); return the module."""
        self.newRandomPool = given(val, True)
        return self

    def empty(self):
        """Old name of `clearState`."""
        self.clearState()

    def clearState(self):
        self.randomSamples = None
        return super().clearState()

    def _resized(self, sizes):
        result = []
        for axis, size in zip(self._axes, sizes, strict=True):
            ratio, pool = getattr(self, "ratio" + axis), getattr(self, "poolSize" + axis)
            count = getattr(self, "out" + axis) if ratio is None else math.floor(size * ratio)
            if count < 1 or count + pool - 1 >= size:
                need = f"planes of which {max(count, 1)} windows of {pool} along {axis} are a part"
                raise check.refusal(self, need, f"shape {tuple(sizes)}")
            result.append(count)
        return result

    def _run(self, x, out):
        self._draw(x)
        samples = self.randomSamples.reshape(len(x), -1)
        starts = []
        for axis, size, count in zip(self._axes, x.shape[1:], out.shape[1:], strict=True):
            sample = samples[:, self._order.index(axis)]
            starts.append(random_starts(sample, size, count, getattr(self, "poolSize" + axis)))
        self.indices = sized(self.indices, self.output.shape, "int64")
        max_pool_at(x, starts, self._all("poolSize"), out, self._in_a_row(self.indices))

    def _run_back(self, x, grad_output, out):
        if self.indices is None or self.indices.shape != self.output.shape:
            raise ValueError(f"{self}: forward before backward expected, got no indices")
        max_pool_flat_grad(grad_output, self._in_a_row(self.indices), out)

    def _draw(self, x):
        """Draw the samples, one for each plane and axis, unless those of the last call are to be kept."""
        batch = 1 if self.output.ndim == len(self._axes) + 1 else len(self.output)
        shape = batch, len(x) // batch, len(self._axes)
        samples = self.randomSamples
        fits = samples is not None and samples.shape == shape and samples.dtype == x.dtype
        if not fits or not self.newRandomPool:
            self.randomSamples = default_generator.fill_uniform(samples if fits else np.empty(shape, x.dtype))

    def __repr__(self):
        sizes = "x".join(f"{given(getattr(self, 'out' + axis), 0):d}" for axis in self._order)
        return f"{self.torch_typename}({sizes}, {self._numbers('poolSize')})"


class SpatialFractionalMaxPooling(FractionalMaxPooling):
    """Largest element of windows that begin at random, about ``height / outH`` and ``width / outW`` apart.

    Parameters
    ----------
    poolSizeW, poolSizeH : int
        Width and height of the windows, at least 2.
    arg1, arg2 : float
        Width and height of the output (``outW``, ``outH``) if both are at least 1; else what part they are of those of
        the input (``ratioW``, ``ratioH``).

    Attributes
    ----------
    randomSamples : ndarray, (batch, planes, 2)
        A number from U[0, 1) for the columns and one for the rows of each plane, drawn anew by each forward (in
        evaluation as well) unless `fixPoolingRegions` was called.
    indices : ndarray of int64, shape of the output
        As in SpatialMaxPooling.

    Notes
    -----
    Lua: nn/SpatialFractionalMaxPooling.lua. ``(planes, height, width)``, with or without a batch axis before it. Ratios
    are printed as 0, as in Torch.
    """

    def __init__(self, poolSizeW: int, poolSizeH: int, arg1: float, arg2: float):
        super().__init__((poolSizeW, poolSizeH), (arg1, arg2))


class VolumetricFractionalMaxPooling(FractionalMaxPooling):
    """As SpatialFractionalMaxPooling, in three dimensions; time is the LAST axis, unlike in other volumetric modules.

    Notes
    -----
    Lua: nn/VolumetricFractionalMaxPooling.lua. ``(planes, height, width, time)``, with or without a batch axis before
    it; ``randomSamples`` is (batch, planes, 3), in the order time, width, height.
    """

    _axes = "HWT"
    _order = "TWH"

    def __init__(self, poolSizeT: int, poolSizeW: int, poolSizeH: int, arg1: float, arg2: float, arg3: float):
        super().__init__((poolSizeT, poolSizeW, poolSizeH), (arg1, arg2, arg3))
