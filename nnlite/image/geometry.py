"""Move pixels: crop, translate, rotate, hflip, vflip, flip, polar, logpolar."""

import math

import numpy as np

from .arguments import output, pick, picture, split, store, work_dtype
from .scaling import scale

__all__ = ["crop", "flip", "hflip", "logpolar", "polar", "rotate", "translate", "vflip"]

_SINGLE = np.float32


def crop(*arguments) -> np.ndarray:
    """Cut a rectangle out of an image.

    ``crop([dst,] src, x1, y1[, x2, y2])`` with offsets from 0 and `x2`, `y2` excluded, or
    ``crop([dst,] src, format, width, height)`` with format ``'c'`` (centre), ``'tl'``, ``'tr'``, ``'bl'`` or ``'br'``.

    Raises
    ------
    ValueError
        If the rectangle leaves the image, or its size is not given by `x2`, `y2` or a destination.

    Notes
    -----
    Lua: image/init.lua. A destination of another size than the rectangle gets it scaled. Values pass through single
    precision, as in libimage.
    """
    dst, rest = split(arguments)
    src, x1, y1, x2, y2 = pick("crop", rest, 3, 5, "[dst,] src, x1, y1 [, x2, y2]")
    src = picture("crop", src)
    height, width = src.shape[-2:]
    if isinstance(x1, str):
        x1, y1, x2, y2 = _corner(x1, y1, x2, width, height)
    if x2 is None:
        if dst is None:
            raise ValueError("image.crop: x2 and y2, or a destination, expected")
        return _cut(src, int(x1), int(y1), output("crop", dst, (*src.shape[:-2], *dst.shape[-2:]), src.dtype))
    cut = _cut(src, int(x1), int(y1), np.empty((*src.shape[:-2], int(y2 - y1), int(x2 - x1)), src.dtype))
    return cut if dst is None else scale(dst, cut)


def _corner(where, width, height, full_width, full_height):
    x, y = full_width - width, full_height - height
    corners = {"c": (math.floor(x / 2), math.floor(y / 2)), "tl": (0, 0), "tr": (x, 0), "bl": (0, y), "br": (x, y)}
    if where not in corners:
        raise ValueError(f"image.crop: format must be one of {', '.join(corners)}, got {where!r}")
    x, y = corners[where]
    return x, y, x + width, y + height


def _cut(src, x, y, dst):
    height, width = dst.shape[-2:]
    if min(x, y) < 0 or y + height > src.shape[-2] or x + width > src.shape[-1]:
        raise ValueError(f"image.crop: {width}x{height} at ({x}, {y}) is not inside the image, got {src.shape}")
    dst[...] = src[..., y : y + height, x : x + width].astype(_SINGLE, copy=False)
    return dst


def translate(*arguments) -> np.ndarray:
    """Shift an image by whole pixels; what comes in is 0. ``translate([dst,] src, x, y)``. Lua: image/init.lua."""
    dst, rest = split(arguments)
    src, x, y = pick("translate", rest, 3, 3, "[dst,] src, x, y")
    src = picture("translate", src)
    dst = output("translate", dst, src.shape, src.dtype)
    dst[...] = 0
    (to_y, from_y), (to_x, from_x) = (_overlap(int(s), n) for s, n in zip((y, x), src.shape[-2:], strict=True))
    dst[..., to_y, to_x] = src[..., from_y, from_x]
    return dst


def _overlap(shift, length):
    """Return the slices written and read when a row of `length` moves by `shift`."""
    size = max(length - abs(shift), 0)
    to, start = max(shift, 0), max(-shift, 0)
    return slice(to, to + size), slice(start, start + size)


def rotate(*arguments) -> np.ndarray:
    """Rotate an image about its centre, clockwise for a negative angle.

    ``rotate([dst,] src, theta[, mode])``: `theta` in radians, mode ``'simple'`` (nearest pixel, default) or
    ``'bilinear'``. What comes in is 0.

    Notes
    -----
    Lua: image/init.lua, Main_rotate* of image/generic/image.c. Positions are float32 for doubles too.
    """
    dst, rest = split(arguments)
    src, theta, mode = pick("rotate", rest, 2, 3, "[dst,] src, theta [, mode]")
    src = picture("rotate", src)
    if mode not in (None, "simple", "bilinear"):
        raise ValueError(f"image.rotate: mode must be one of simple, bilinear, got {mode!r}")
    if dst is not None and np.shares_memory(dst, src):
        raise ValueError("image.rotate: a destination other than the source expected")
    dst = output("rotate", dst, src.shape, src.dtype)
    height, width = src.shape[-2:]
    centre_x, centre_y = _SINGLE((width - 1) / 2), _SINGLE((height - 1) / 2)
    y, x = np.arange(height, dtype=_SINGLE)[:, None] - centre_y, np.arange(width, dtype=_SINGLE) - centre_x
    angle = float(_SINGLE(theta))
    if mode == "bilinear":
        real = work_dtype(src.dtype).type
        cos, sin = math.cos(angle), math.sin(angle)
        right = (cos * x.astype(float) - sin * y.astype(float)).astype(real) + real(centre_x)
        down = (cos * y.astype(float) + sin * x.astype(float)).astype(real) + real(centre_y)
        dst[...] = _blend(src, down, right, half_pixel=True)
    else:
        c, s = _SINGLE(math.cos(angle)), _SINGLE(math.sin(angle))
        right, down = c * x - s * y + centre_x, c * y + s * x + centre_y
        dst[...] = _nearest(src, _rounded(down), _rounded(right))
    return dst


def _rounded(x):
    """Round halves away from 0, as C does."""
    return np.copysign(np.floor(np.abs(x.astype(np.float64)) + 0.5), x).astype(np.intp)


def _nearest(src, row, column):
    """Take the pixels at `row`, `column`, or 0 outside, through single precision."""
    height, width = src.shape[-2:]
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    value = src[..., np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
    return store(np.where(inside, value, 0).astype(_SINGLE, copy=False), src.dtype)


def _blend(src, down, right, half_pixel):
    """Interpolate between the four neighbours of the positions `down`, `right`; outside is 0.

    At the border `half_pixel` takes the nearer neighbour up to half a pixel away (rotate); without it the upper left
    neighbour is taken wherever one is missing (polar).
    """
    (top, bottom, y, inside_y), (left, far, x, inside_x) = (
        _neighbours(at, length, half_pixel) for at, length in zip((down, right), src.shape[-2:], strict=True)
    )
    if not half_pixel:
        edge = ~(inside_y & inside_x)
        inside_y, inside_x = ((a >= 0) & (a < n) for a, n in zip((top, left), src.shape[-2:], strict=True))
        x, y = np.where(edge, x.dtype.type(0), x), np.where(edge, y.dtype.type(0), y)
    top, bottom, left, far = (
        np.clip(a, 0, src.shape[axis] - 1) for a, axis in ((top, -2), (bottom, -2), (left, -1), (far, -1))
    )
    corner = (x * y) * src[..., bottom, far].astype(work_dtype(src.dtype))  # C takes doubles for the other three only
    x, y = x.astype(np.float64), y.astype(np.float64)
    value = (1 - x) * (1 - y) * src[..., top, left]
    value += x * (1 - y) * src[..., top, far]
    value += (1 - x) * y * src[..., bottom, left]
    value += corner
    return store(np.where(inside_y & inside_x, value, 0).astype(_SINGLE), src.dtype)


def _neighbours(at, length, half_pixel):
    """Return the pixels before and after the positions, the weight of the second, and where both are usable."""
    before = np.floor(at).astype(np.intp)
    after = before + 1
    weight = at - before.astype(at.dtype)
    if half_pixel:
        after = np.where((after == length) & (weight < 0.5), before, after)
        before = np.where((before == -1) & (weight > 0.5), after, before)
    return before, after, weight, (before >= 0) & (after < length)


def polar(*arguments) -> np.ndarray:
    """Draw an image in polar coordinates: rows are angles, columns radii.

    ``polar([dst,] src[, interpolation, mode])``: interpolation ``'simple'`` (default) or ``'bilinear'``, mode
    ``'valid'`` (default: the inner circle) or ``'full'`` (the outer circle). Without a destination both sides of the
    result are the longer side of the image.

    Notes
    -----
    Lua: image/init.lua. There the defaults are swapped, and a call without them raises.
    """
    return _polar("polar", arguments, lambda radius, steps: (radius * np.arange(steps, dtype=_SINGLE)) / _SINGLE(steps))


def logpolar(*arguments) -> np.ndarray:
    """As `polar`, with the logarithm of the radius. Lua: image/init.lua."""
    return _polar("logpolar", arguments, _log_radii)


def _log_radii(radius, steps):
    factor = _SINGLE(math.log(radius) / float(steps))
    return np.exp((np.arange(steps, dtype=_SINGLE) * factor).astype(np.float64)).astype(_SINGLE)


def _polar(name, arguments, radii):
    dst, rest = split(arguments)
    src, interpolation, mode = pick(name, rest, 1, 3, "[dst,] src [, interpolation, mode]")
    src = picture(name, src)
    for value, choices in ((interpolation, ("simple", "bilinear")), (mode, ("valid", "full"))):
        if value not in (None, *choices):
            raise ValueError(f"image.{name}: one of {', '.join(choices)} expected, got {value!r}")
    height, width = src.shape[-2:]
    size = (max(height, width),) * 2 if dst is None else dst.shape[-2:]
    dst = output(name, dst, (*src.shape[:-2], *size), src.dtype)
    if mode == "full":
        radius = _SINGLE(math.hypot(width, height) / 2)
    else:
        radius = _SINGLE(min(height, width) / 2)
    angle = (2 * math.pi * np.arange(size[0], dtype=np.float64) / size[0]).astype(_SINGLE).astype(np.float64)[:, None]
    r = radii(radius, size[1]).astype(np.float64)
    down, right = r * np.cos(angle) + height / 2, -r * np.sin(angle) + width / 2
    if interpolation == "bilinear":
        real = work_dtype(src.dtype) if name == "polar" else np.dtype(_SINGLE)
        dst[...] = _blend(src, down.astype(real), right.astype(real), half_pixel=False)
    else:
        dst[...] = _nearest(src, np.floor(down).astype(np.intp), np.floor(right).astype(np.intp))
    return dst


def hflip(*arguments) -> np.ndarray:
    """Swap left and right: ``hflip([dst,] src)``; `dst` may be `src`. Lua: image/init.lua."""
    return _flipped("hflip", arguments, -1)


def vflip(*arguments) -> np.ndarray:
    """Swap up and down: ``vflip([dst,] src)``; `dst` may be `src`. Lua: image/init.lua."""
    return _flipped("vflip", arguments, -2)


def _flipped(name, arguments, axis):
    dst, rest = split(arguments)
    (src,) = pick(name, rest, 1, 1, "[dst,] src")
    src = picture(name, src)
    dst = output(name, dst, src.shape, src.dtype)
    dst[...] = np.flip(src, axis)
    return dst


def flip(*arguments) -> np.ndarray:
    """Reverse an array of up to five dimensions along one, counted from 1: ``flip([dst,] src, dim)``.

    Lua: image/init.lua.
    """
    dst, rest = split(arguments)
    src, dim = pick("flip", rest, 2, 2, "[dst,] src, dim")
    if not 1 <= dim <= src.ndim <= 5:
        raise ValueError(f"image.flip: a dimension from 1 to {src.ndim} (at most 5) expected, got {dim}")
    dst = output("flip", dst, src.shape, src.dtype)
    dst[...] = np.flip(src, dim - 1)
    return dst
