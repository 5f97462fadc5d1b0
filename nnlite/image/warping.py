"""Deform an image: warp, affinetransform."""

import math

import numpy as np

from ..core.args import given
from ..core.tensor_types import default_dtype
from .arguments import output, pick, picture, split, store, work_dtype
from .scaling import cubic

__all__ = ["affinetransform", "warp"]

_SINGLE = np.float32
_RADIUS = 3  # of the Lanczos kernel


def warp(*arguments) -> np.ndarray:
    """Fetch every pixel from where a field points: ``dst[:, y, x] = src[:, y + field[0, y, x], x + field[1, y, x]]``.

    ``warp([dst,] src, field[, mode, offset_mode, clamp_mode, pad_value])``

    Parameters
    ----------
    src : ndarray, H x W or K x H x W
        The image.
    field : ndarray, 2 x H' x W'
        Vertical and horizontal offsets, or positions (from 0).
    mode : {'bilinear', 'simple', 'bicubic', 'lanczos'}
        How to interpolate.
    offset_mode : bool, default True
        Whether the field holds offsets.
    clamp_mode : {'clamp', 'pad'}
        What lies outside the image: its border, or `pad_value`.
    pad_value : number, default 0
        The value outside the image; only with ``'pad'``.

    Notes
    -----
    Lua: image/init.lua, Main_warp of image/generic/image.c. Positions and weights are float32 for doubles too.
    """
    dst, rest = split(arguments, 2)
    src, field, mode, offset_mode, clamp_mode, pad_value = pick(
        "warp", rest, 2, 6, "[dst,] src, field [, mode, offset_mode, clamp_mode, pad_value]"
    )
    src = picture("warp", src)
    field = np.asarray(field)
    if field.ndim != 3 or field.shape[0] != 2:
        raise ValueError(f"image.warp: a field of 2 x H x W expected, got shape {field.shape}")
    dst = output("warp", dst, (*src.shape[:-2], *field.shape[1:]), src.dtype)
    options = _options("warp", mode, clamp_mode, pad_value)
    _warp(src, field.astype(_SINGLE), dst, given(offset_mode, True), *options)
    return dst


def affinetransform(*arguments) -> np.ndarray:
    """Apply a linear map about the centre: each pixel comes from ``matrix @ position``, shifted by `translation`.

    ``affinetransform([dst,] src, matrix[, mode, translation, clamp_mode, pad_value])``: matrix (2 x 2) and translation
    are in (y, x) order; the others as in `warp`.

    Lua: image/init.lua.
    """
    dst, rest = split(arguments, 2)
    src, matrix, mode, translation, clamp_mode, pad_value = pick(
        "affinetransform", rest, 2, 6, "[dst,] src, matrix [, mode, translation, clamp_mode, pad_value]"
    )
    src = picture("affinetransform", src)
    matrix = np.asarray(matrix, default_dtype())
    if matrix.shape != (2, 2):
        raise ValueError(f"image.affinetransform: a 2 x 2 matrix expected, got shape {matrix.shape}")
    dst = output("affinetransform", dst, src.shape, src.dtype)
    height, width = src.shape[-2:]
    grid = np.empty((2, height, width), default_dtype())
    grid[0] = -np.linspace(-1, 1, height)[:, None] * ((height - 1) / 2)
    grid[1] = -np.linspace(-1, 1, width) * ((width - 1) / 2)
    field = grid - (matrix @ grid.reshape(2, -1)).reshape(grid.shape)
    field -= np.asarray(given(translation, (0, 0)), default_dtype()).reshape(2, 1, 1)
    _warp(src, field.astype(_SINGLE), dst, True, *_options("affinetransform", mode, clamp_mode, pad_value))
    return dst


def _options(name, mode, clamp_mode, pad_value):
    mode, clamp_mode = given(mode, "bilinear"), given(clamp_mode, "clamp")
    if mode not in _MODES:
        raise ValueError(f"image.{name}: mode must be one of {', '.join(_MODES)}, got {mode!r}")
    if clamp_mode not in ("clamp", "pad"):
        raise ValueError(f"image.{name}: clamp_mode must be one of clamp, pad, got {clamp_mode!r}")
    if pad_value is not None and clamp_mode != "pad":
        raise ValueError(f"image.{name}: pad_value can only be given with clamp_mode 'pad'")
    return mode, clamp_mode == "pad", given(pad_value, 0)


def _warp(src, field, dst, offset_mode, mode, pad, pad_value):
    height, width = src.shape[-2:]
    y, x = field
    if offset_mode:
        y = y + np.arange(field.shape[1], dtype=_SINGLE)[:, None]
        x = x + np.arange(field.shape[2], dtype=_SINGLE)
    outside = ~((y >= 0) & (y <= height - 1) & (x >= 0) & (x <= width - 1))
    y = np.clip(np.nan_to_num(y), 0, _SINGLE(height - 1))
    x = np.clip(np.nan_to_num(x), 0, _SINGLE(width - 1))
    dst[...] = _MODES[mode](src, y, x, pad_value)
    if pad:
        dst[..., outside] = pad_value


def _simple(src, y, x, _):
    row, column = (np.floor(a.astype(np.float64) + 0.5).astype(np.intp) for a in (y, x))
    return src[..., row, column]


def _bilinear(src, y, x, _):
    row, column = (np.floor(a).astype(np.intp) for a in (y, x))
    below, right = np.minimum(row + 1, src.shape[-2] - 1), np.minimum(column + 1, src.shape[-1] - 1)
    top, left = row.astype(_SINGLE), column.astype(_SINGLE)
    down, up, far, near = y - top, top + 1 - y, x - left, left + 1 - x
    real = work_dtype(src.dtype)
    value = src[..., row, column] * (near * up).astype(real) + src[..., row, right] * (far * up).astype(real)
    value += src[..., below, column] * (near * down).astype(real)
    value += src[..., below, right] * (far * down).astype(real)
    return store(value, src.dtype)


def _bicubic(src, y, x, pad_value):
    """Interpolate with Catmull-Rom splines; neighbours outside the image are `pad_value`, even when clamping."""
    real = work_dtype(src.dtype)
    padding = [(0, 0)] * (src.ndim - 2) + [(1, 2), (1, 2)]
    padded = np.pad(src.astype(real), padding, constant_values=pad_value)
    row, column = (np.floor(a).astype(np.intp) for a in (y, x))
    dy, dx = y.astype(real) - row, x.astype(real) - column
    lines = [cubic([padded[..., row + i, column + j] for j in range(4)], dx) for i in range(4)]
    return store(cubic(lines, dy), src.dtype)


def _lanczos_weights(at, start):
    """Return the float32 weights of the six pixels from `start` on for the positions `at`."""
    distance = np.abs(at - (start + np.arange(2 * _RADIUS).reshape(-1, 1, 1)).astype(_SINGLE))
    safe = np.maximum(distance, _SINGLE(1e-6))
    phase = (_SINGLE(math.pi) * safe).astype(_SINGLE)
    waves = np.sin(phase.astype(float)) * np.sin((phase / _SINGLE(_RADIUS)).astype(float)) * _RADIUS
    weight = (waves / (_SINGLE(math.pi**2) * safe * safe)).astype(_SINGLE)
    weight[distance > _RADIUS] = 0
    weight[distance < _SINGLE(1e-6)] = 1
    return weight


def _lanczos(src, y, x, _):
    row, column = (np.floor(a).astype(np.intp) - _RADIUS + 1 for a in (y, x))
    down, right = _lanczos_weights(y, row), _lanczos_weights(x, column)
    real = work_dtype(src.dtype)
    total, value = np.zeros_like(y), np.zeros((*src.shape[:-2], *y.shape), real)
    for j in range(2 * _RADIUS):
        columns = np.clip(column + j, 0, src.shape[-1] - 1)
        for i in range(2 * _RADIUS):
            weight = right[j] * down[i]
            total += weight
            value += src[..., np.clip(row + i, 0, src.shape[-2] - 1), columns] * weight.astype(real)
    return store(value / total.astype(real), src.dtype)


_MODES = {"simple": _simple, "bilinear": _bilinear, "bicubic": _bicubic, "lanczos": _lanczos}
