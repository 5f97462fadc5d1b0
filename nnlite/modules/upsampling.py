"""Larger images and volumes: SpatialUpSamplingNearest, SpatialUpSamplingBilinear, UpSampling, PixelShuffle."""

from typing import Any

import numpy as np

from ..core import check
from ..core.buffers import sized
from ..core.module import Module
from ..core.tensor_types import Storage
from ..kernels import upsampling
from .planes import Planes

__all__ = ["PixelShuffle", "SpatialUpSamplingBilinear", "SpatialUpSamplingNearest", "UpSampling"]


class Enlarging(Planes):
    """Base of upsampling, by a factor or to a given size.

    Attributes
    ----------
    scale_factor : int or None
        The factor.
    odepth, oheight, owidth : int or None
        The size of the output, where there is no factor.
    inputSize, outputSize : Storage
        Shapes of the last input and output.
    """

    scale_factor: Any = None
    odepth: Any = None
    oheight: Any = None
    owidth: Any = None
    _linear = False

    def __init__(self, params, ranks: int) -> None:
        super().__init__()
        if isinstance(params, dict):
            for name in ("odepth", "oheight", "owidth"):
                if params.get(name) is not None:
                    setattr(self, name, params[name])
        else:
            self.scale_factor = check.number(self, params, "scale_factor")
            if params < 1 or params != int(params):
                raise ValueError(f"{self.torch_typename}: scale_factor must be a whole number from 1 on, got {params}")
        self.inputSize = np.zeros(ranks, np.int64).view(Storage).copy()  # a copy: it owns its memory
        self.outputSize = self.inputSize.copy()

    def setSize(self, input):
        """Set ``inputSize`` and ``outputSize`` for an input."""
        rank = len(self._axes)
        self.inputSize[: input.ndim] = input.shape
        self.outputSize.fill(0)
        self.outputSize[: input.ndim] = *input.shape[:-rank], *self._resized(input.shape[-rank:])

    def updateOutput(self, input):
        super().updateOutput(input)
        self.setSize(self._checked(input))
        return self.output

    def _resized(self, sizes):
        if self.scale_factor is not None:
            return [int(size * self.scale_factor) for size in sizes]
        result = [getattr(self, {"T": "odepth", "H": "oheight", "W": "owidth"}[axis]) for axis in self._axes]
        if None in result or min(result) < 1:
            raise self._refused("a size of at least 1 for each axis", *result)
        return result

    def _run(self, x, out):
        if self._linear:
            upsampling.linear(x, out)
        else:
            upsampling.nearest(x, self.scale_factor, out)

    def _run_back(self, x, grad_output, out):
        if self._linear:
            upsampling.linear_grad(grad_output, out)
        else:
            upsampling.nearest_grad(grad_output, self.scale_factor, out)


class SpatialUpSamplingNearest(Enlarging):
    """Every element of an image `scale` times in both directions.

    Parameters
    ----------
    scale : int
        The factor.

    Notes
    -----
    Lua: nn/SpatialUpSamplingNearest.lua. ``(planes, height, width)``, with or without a batch axis before it, gives
    ``(planes, scale * height, scale * width)``. A factor of 1 copies (Torch raises in forward).

    Examples
    --------
    >>> nn.SpatialUpSamplingNearest(2).forward(np.array([[[1.0, 2]]]))
    array([[[1., 1., 2., 2.],
            [1., 1., 2., 2.]]])
    """

    def __init__(self, scale: int):
        if isinstance(scale, dict):
            raise ValueError(f"{self.torch_typename}: a number expected, got {scale!r}")
        super().__init__(scale, 4)


class SpatialUpSamplingBilinear(Enlarging):
    """An image interpolated linearly in both directions; its corners stay corners.

    Parameters
    ----------
    params : int or dict
        The factor, or the size ``{'oheight': ..., 'owidth': ...}``.

    Notes
    -----
    Lua: nn/SpatialUpSamplingBilinear.lua. Shapes as for SpatialUpSamplingNearest. Positions are computed in float32,
    whatever the type of the input.
    """

    _linear = True

    def __init__(self, params: int | dict):
        super().__init__(params, 4)

    def __repr__(self):
        if self.scale_factor is not None:
            return f"{self.torch_typename}({int(self.scale_factor)})"
        return f"{self.torch_typename}({self.oheight:d}, {self.owidth:d})"


class UpSampling(Enlarging):
    """A batch of images or of volumes, enlarged.

    Parameters
    ----------
    params : int or dict
        The factor, or for linear interpolation the size ``{'odepth': ..., 'oheight': ..., 'owidth': ...}``.
    mode : str, default "nearest"
        ``"linear"``, ``"bilinear"`` and ``"trilinear"`` all mean linear interpolation, anything else means that
        elements are repeated.

    Notes
    -----
    Lua: nn/UpSampling.lua. ``(batch, planes, height, width)`` or ``(batch, planes, depth, height, width)``. Otherwise
    as SpatialUpSamplingNearest and SpatialUpSamplingBilinear.
    """

    def __init__(self, params: int | dict, mode: str | None = None):
        self.mode = "linear" if mode in ("linear", "bilinear", "trilinear") else "nearest"
        if isinstance(params, dict):
            if not self._linear:
                raise ValueError(f"{self.torch_typename}: nearest neighbour upsampling requires a scale_factor")
            if params.get("owidth") is None or params.get("oheight") is None:
                raise ValueError(f"{self.torch_typename}: owidth and oheight are required, got {params!r}")
        super().__init__(params, 5)

    @property
    def _axes(self):
        return "HW" if self.inputSize[4] == 0 else "THW"

    @property
    def _linear(self):
        return self.mode == "linear"

    def _checked(self, input):
        input = check.array(self, input, ndim=(4, 5))
        self.inputSize.fill(0)
        self.inputSize[: input.ndim] = input.shape
        return input

    def __repr__(self):
        if self.scale_factor is not None:
            return f"{self.torch_typename}({int(self.scale_factor)}x, {self.mode})"
        sizes = [size for size in (self.odepth, self.oheight, self.owidth) if size is not None]
        return f"{self.torch_typename}({'x'.join(f'{size:d}' for size in sizes)}, {self.mode})"


class PixelShuffle(Module):
    """Planes in groups of r^2 interleaved to one plane that is r times as high and wide.

    Parameters
    ----------
    upscaleFactor : int
        The factor r.

    Notes
    -----
    Lua: nn/PixelShuffle.lua. ``(planes * r * r, height, width)``, with or without a batch axis before it, gives
    ``(planes, r * height, r * width)``: row ``r * y + i``, column ``r * x + j`` is from plane ``i * r + j`` of a group.

    Examples
    --------
    >>> nn.PixelShuffle(2).forward(np.arange(4.0).reshape(4, 1, 1))
    array([[[0., 1.],
            [2., 3.]]])
    """

    def __init__(self, upscaleFactor: int):
        super().__init__()
        self.upscaleFactor = upscaleFactor
        self.upscaleFactorSquared = upscaleFactor * upscaleFactor

    def updateOutput(self, input):
        input = self._checked(input)
        *batch, planes, height, width = input.shape
        r = self.upscaleFactor
        self.output = sized(self.output, (*batch, planes // r**2, height * r, width * r), input.dtype)
        np.copyto(self._apart(self.output), self._grouped(input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = self._checked(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.copyto(self._grouped(self.gradInput), self._apart(gradOutput))
        return self.gradInput

    def _checked(self, input):
        input = check.array(self, input, ndim=(3, 4))
        if input.shape[-3] % self.upscaleFactorSquared != 0:
            raise check.error(self, f"a number of planes divisible by {self.upscaleFactorSquared}", input)
        return input

    def _grouped(self, array):
        """Return small planes as (batch, planes, i, j, y, x)."""
        r, (planes, height, width) = self.upscaleFactor, array.shape[-3:]
        return array.reshape(-1, planes // r**2, r, r, height, width)

    def _apart(self, array):
        """Return large planes the same way."""
        r, (planes, height, width) = self.upscaleFactor, array.shape[-3:]
        return array.reshape(-1, planes, height // r, r, width // r, r).transpose(0, 1, 3, 5, 2, 4)
