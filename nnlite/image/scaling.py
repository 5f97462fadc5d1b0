"""Change the size of an image: scale, gaussianpyramid."""

import re

import numpy as np

from ..core.args import given
from .arguments import output, pick, picture, split, store, work_dtype
from .filters import convolve, gaussian

__all__ = ["gaussianpyramid", "scale"]

_SINGLE = np.float32


def scale(*arguments) -> np.ndarray:
    """Resample an image to another size.

    ``scale([dst,] src, width, height[, mode])``, ``scale(src, size[, mode])`` or ``scale(dst, src[, mode])``.

    Parameters
    ----------
    src : ndarray, H x W or K x H x W
        The image.
    width, height : number
        The new size; fractions are cut off.
    size : number or str
        ``9`` or ``'9'``: the longer side; ``'^9'``: the shorter side; ``'9x7'``: width and height; ``'*2'`` and
        ``'*1/2'``: a factor.
    mode : {'bilinear', 'bicubic', 'simple'}
        ``bilinear`` averages where it shrinks; ``simple`` takes the nearest pixel, in single precision.

    Raises
    ------
    ValueError
        If the size cannot be read, or a destination has another number of channels.

    Notes
    -----
    Lua: image/init.lua, Main_scale* of image/generic/image.c. Positions and weights are float32 for doubles too.
    """
    dst, rest = split(arguments)
    src, *rest = pick("scale", rest, 1, 4, "[dst,] src, width, height [, mode]")
    src = picture("scale", src)
    rest = [item for item in rest if item is not None]
    mode = rest.pop() if rest and rest[-1] in _MODES else "bilinear"
    if rest and isinstance(rest[-1], str) and (dst is not None or len(rest) > 1):
        raise ValueError(f"image.scale: mode must be one of {', '.join(_MODES)}, got {rest[-1]!r}")
    if dst is None:
        height, width = _target(src.shape[-2:], rest)
        dst = np.empty((*src.shape[:-2], height, width), src.dtype)
    dst = output("scale", dst, (*src.shape[:-2], *dst.shape[-2:]), src.dtype)
    dst[...] = _MODES[mode](src, *dst.shape[-2:])
    return dst


def _target(shape, size):
    """Return the height and width that `size` (a number, a text, or width and height) asks for."""
    height, width = shape
    if len(size) == 2:
        return max(int(size[1]), 1), max(int(size[0]), 1)
    text = str(*size)
    if match := re.fullmatch(r"(\d+)x(\d+)", text):
        return max(int(match[2]), 1), max(int(match[1]), 1)
    if match := re.fullmatch(r"\*(\d+)/(\d+)", text):
        numerator, denominator = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"([*^]?)([-+.\de]+)", text):
        numerator = float(match[2])
        denominator = {"*": 1, "^": min(shape), "": max(shape)}[match[1]]
    else:
        raise ValueError(f"image.scale: a size (9, '^9', '9x7', '*2', '*1/2') expected, got {text!r}")
    return tuple(max(int(n * numerator / denominator), 1) for n in (height, width))


def _simple(x, height, width):
    """Take the nearest pixel to the upper left."""
    rows, columns = (_nearest(a, b) for a, b in zip(x.shape[-2:], (height, width), strict=True))
    return store(x[..., rows[:, None], columns].astype(_SINGLE, copy=False), x.dtype)


def _nearest(length, new):
    step = _SINGLE(length) / _SINGLE(new)
    return np.minimum((np.arange(new, dtype=_SINGLE) * step).astype(np.intp), length - 1)


def _along_both(resample):
    """Return a function that applies `resample` to the rows, then to the columns."""

    def resized(x, height, width):
        x = resample(x, width)
        return resample(x.swapaxes(-1, -2), height).swapaxes(-1, -2)

    return resized


def _positions(length, new):
    """Return index and float32 fraction of `new` points from the first pixel to the last."""
    at = np.arange(new, dtype=_SINGLE) * (_SINGLE(length - 1) / _SINGLE(max(new - 1, 1)))
    index = np.minimum(at.astype(np.intp), length - 1)
    return index, at - index.astype(_SINGLE)


def _linear(x, new):
    """Interpolate or average along the last axis."""
    length = x.shape[-1]
    if new == length:
        return x
    if new < length:
        return _average(x, new)
    index, fraction = _positions(length, new)
    upper = np.minimum(index + 1, length - 1)
    value = store((1 - fraction) * x[..., index] + fraction * x[..., upper], x.dtype)
    value[..., -1] = x[..., -1]
    return value


def _average(x, new):
    """Average over intervals whose ends may cut a pixel; the sums are kept in float32, as in libimage."""
    length = x.shape[-1]
    ends = np.arange(1, new + 1, dtype=_SINGLE) * (_SINGLE(length) / _SINGLE(new))
    last = ends.astype(np.intp)
    cut = ends - last.astype(_SINGLE)
    first, head = np.append(0, last[:-1]), np.append(_SINGLE(0), cut[:-1])
    total = ((1 - head) * x[..., first]).astype(_SINGLE)
    weight = 1 - head
    for offset in range(1, int((last - first).max())):
        inside = first + offset < last
        pixel = x[..., np.minimum(first + offset, length - 1)]
        total = np.where(inside, total + pixel, total).astype(_SINGLE)
        weight += inside
    inside = last < length
    tail = np.where(inside, cut, 0).astype(_SINGLE)
    total = (total + tail * x[..., np.minimum(last, length - 1)]).astype(_SINGLE)
    return store(total / (weight + tail), x.dtype)


def _cubic(x, new):
    """Interpolate along the last axis with Catmull-Rom splines; the ends are continued in a straight line."""
    length = x.shape[-1]
    if new == length:
        return x
    if length == 1:
        return np.repeat(x, new, -1)
    index, fraction = _positions(length, new)
    index = np.minimum(index, length - 2)
    padded = x.astype(work_dtype(x.dtype))
    before, after = 2 * padded[..., :1] - padded[..., 1:2], 2 * padded[..., -1:] - padded[..., -2:-1]
    padded = np.concatenate([before, padded, after], -1)
    value = store(cubic([padded[..., index + k] for k in range(4)], fraction), x.dtype)
    value[..., -1] = x[..., -1]
    return value


def cubic(points, x) -> np.ndarray:
    """Return the Catmull-Rom spline through four neighbours, `x` (0..1) of the way from the second to the third."""
    p0, p1, p2, p3 = points
    x = x.astype(p1.dtype)
    inner = (p2 - p0) + x * ((2 * p0 - 5 * p1 + 4 * p2 - p3) + x * (3 * (p1 - p2) + p3 - p0))
    return (p1 + 0.5 * x.astype(np.float64) * inner).astype(p1.dtype)


_MODES = {"bilinear": _along_both(_linear), "bicubic": _along_both(_cubic), "simple": _simple}


def gaussianpyramid(*arguments) -> list:
    """Return the image at each of the `scales`, blurred between them.

    ``gaussianpyramid([dst,] src, scales)``, where `dst` is a list of arrays to write into.

    Notes
    -----
    Lua: image/init.lua. Each level is scaled from the blurred level before it, with the nearest pixel.
    """
    dst, (src, scales) = (None, arguments) if len(arguments) == 2 else (arguments[0], arguments[1:])
    src = picture("gaussianpyramid", src)
    dst = given(dst, [None] * len(scales))
    kernel = gaussian(width=3, normalize=True).astype(src.dtype)
    level = src
    for i, factor in enumerate(scales):
        shape = (*src.shape[:-2], int(src.shape[-2] * factor), int(src.shape[-1] * factor))
        dst[i] = output("gaussianpyramid", dst[i], shape, src.dtype)
        if factor == 1:
            dst[i][...] = level
        else:
            scale(dst[i], level, "simple")
        level = convolve(dst[i], kernel, "same")
    return dst
