"""Colour spaces and colour maps: rgb2yuv, yuv2rgb, rgb2y, rgb2hsl, hsl2rgb, rgb2hsv, hsv2rgb, rgb2lab, ..."""

import math

import numpy as np

from ..core.tensor_types import default_dtype
from .arguments import output, pick, picture, split, store, work_dtype

__all__ = [
    "colormap",
    "hsl2rgb",
    "hsv2rgb",
    "jetColormap",
    "lab2rgb",
    "rgb2hsl",
    "rgb2hsv",
    "rgb2lab",
    "rgb2nrgb",
    "rgb2y",
    "rgb2yuv",
    "y2jet",
    "yuv2rgb",
]


def _three_channels(name, arguments):
    """Return the 3 x H x W image and the array for the result."""
    dst, rest = split(arguments)
    (src,) = pick(name, rest, 1, 1, "[dst,] src")
    src = picture(name, src, ndim=(3,), channels=3)
    return src, output(name, dst, src.shape, src.dtype)


def _convert(name, arguments, function):
    """Apply `function` to the three channels in the working type; bytes are taken as 0..255 for 0..1."""
    src, dst = _three_channels(name, arguments)
    real = work_dtype(src.dtype)
    channels = src.astype(real, copy=False)
    if src.dtype == np.uint8:
        channels = channels / real.type(255)
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.stack(function(*channels)).astype(real, copy=False)
    dst[...] = store(result * real.type(255) if src.dtype == np.uint8 else result, src.dtype)
    return dst


def _mix(pair, rows):
    """Write weighted sums of the channels; for integer images the weights are cut off, as in Torch's add."""
    src, dst = pair
    weight = src.dtype.type if src.dtype.kind == "f" else int
    sums = [np.zeros_like(src[0]) for _ in rows]
    for total, row in zip(sums, rows, strict=True):
        for channel, factor in zip(src, row, strict=True):
            if factor:
                total += channel * weight(factor)
    for channel, total in zip(dst, sums, strict=True):
        channel[...] = total
    return dst


def rgb2yuv(*arguments) -> np.ndarray:
    """Turn RGB into YUV: ``rgb2yuv([dst,] src)``.

    ``Y = 0.299 R + 0.587 G + 0.114 B``, ``U = -0.14713 R - 0.28886 G + 0.436 B``,
    ``V = 0.615 R - 0.51499 G - 0.10001 B``. Lua: image/init.lua.
    """
    rows = (0.299, 0.587, 0.114), (-0.14713, -0.28886, 0.436), (0.615, -0.51499, -0.10001)
    return _mix(_three_channels("rgb2yuv", arguments), rows)


def yuv2rgb(*arguments) -> np.ndarray:
    """Turn YUV into RGB: ``yuv2rgb([dst,] src)``.

    ``R = Y + 1.13983 V``, ``G = Y - 0.39465 U - 0.5806 V``, ``B = Y + 2.03211 U``. Lua: image/init.lua.
    """
    rows = (1, 0, 1.13983), (1, -0.39465, -0.58060), (1, 2.03211, 0)
    return _mix(_three_channels("yuv2rgb", arguments), rows)


def rgb2y(*arguments) -> np.ndarray:
    """Turn RGB into luminance, 1 x H x W: ``Y = 0.299 R + 0.587 G + 0.114 B``. Lua: image/init.lua."""
    dst, rest = split(arguments)
    (src,) = pick("rgb2y", rest, 1, 1, "[dst,] src")
    src = picture("rgb2y", src, ndim=(3,), channels=3)
    dst = output("rgb2y", dst, (1, *src.shape[1:]), src.dtype)
    red, green, blue = src.astype(np.float64, copy=False)
    dst[0] = store((0.299 * red + 0.587 * green + 0.114 * blue).astype(work_dtype(src.dtype)), src.dtype)
    return dst


def _hue(r, g, b, low, high):
    """Return the hue in 0..1 and where it is defined."""
    grey, d = high == low, high - low
    of_green, of_blue = (b - r) / d + 2, (r - g) / d + 4
    hue = np.where(high == r, (g - b) / d + np.where(g < b, 6, 0), np.where(high == g, of_green, of_blue))
    return np.where(grey, 0, hue.astype(r.dtype) / 6), grey, d


def _rgb_to_hsl(r, g, b):
    high, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    h, grey, d = _hue(r, g, b, low, high)
    lightness = (high + low) / 2
    s = np.where(lightness > 0.5, d / (2 - high - low), d / (high + low))
    return h, np.where(grey, 0, s), np.where(grey, high, lightness)


def rgb2hsl(*arguments) -> np.ndarray:
    """Turn RGB (0..1) into hue, saturation and lightness: ``rgb2hsl([dst,] src)``. Lua: image/init.lua."""
    return _convert("rgb2hsl", arguments, _rgb_to_hsl)


def _hue_to_channel(p, q, t):
    t = np.where(t < 0, t + 1, t)
    t = np.where(t > 1, t - 1, t).astype(np.float64)
    slope = (q - p).astype(np.float64)
    conditions = [t < 1 / 6, t < 1 / 2, t < 2 / 3]
    return np.select(conditions, [p + slope * 6 * t, q, p + slope * (2 / 3 - t) * 6], p).astype(p.dtype)


def _hsl_to_rgb(h, s, lightness):
    q = np.where(lightness < 0.5, lightness * (1 + s), lightness + s - lightness * s)
    p = 2 * lightness - q
    shifts = (h.astype(np.float64) + shift for shift in (1 / 3, 0, -1 / 3))
    return [np.where(s == 0, lightness, _hue_to_channel(p, q, t.astype(h.dtype))) for t in shifts]


def hsl2rgb(*arguments) -> np.ndarray:
    """Turn hue, saturation and lightness into RGB: ``hsl2rgb([dst,] src)``. Lua: image/init.lua."""
    return _convert("hsl2rgb", arguments, _hsl_to_rgb)


def _rgb_to_hsv(r, g, b):
    high, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    h, grey, d = _hue(r, g, b, low, high)
    return h, np.where(grey, 0, d / high), high


def rgb2hsv(*arguments) -> np.ndarray:
    """Turn RGB (0..1) into hue, saturation and value: ``rgb2hsv([dst,] src)``. Lua: image/init.lua."""
    return _convert("rgb2hsv", arguments, _rgb_to_hsv)


def _hsv_to_rgb(h, s, v):
    sector = np.floor(h.astype(np.float64) * 6)
    f = (h * 6 - sector.astype(h.dtype)).astype(h.dtype)
    p, q, t = v * (1 - s), v * (1 - f * s), v * (1 - (1 - f) * s)
    sector = np.fmod(sector, 6).astype(np.intp)  # C's remainder: a negative one is black
    sector = np.where(sector < 0, 6, sector)
    black = np.zeros_like(v)
    red, green, blue = (v, q, p, p, t, v, black), (t, v, v, q, p, p, black), (p, p, t, v, v, q, black)
    return [np.choose(sector, channel) for channel in (red, green, blue)]


def hsv2rgb(*arguments) -> np.ndarray:
    """Turn hue, saturation and value into RGB: ``hsv2rgb([dst,] src)``. Lua: image/init.lua."""
    return _convert("hsv2rgb", arguments, _hsv_to_rgb)


# CIE L*a*b*: where the cube root begins, the slope before it, and the white point D65
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_WHITE_X, _WHITE_Z = 0.950456, 1.088754


def _rgb_to_lab(*channels):
    real = channels[0].dtype
    r, g, b = (
        np.where(c <= 0.04045, c / 12.92, ((np.maximum(c, 0) + 0.055) / 1.055) ** 2.4).astype(real).astype(float)
        for c in (channel.astype(np.float64) for channel in channels)
    )
    xyz = (
        (0.412453 * r + 0.357580 * g + 0.180423 * b) / _WHITE_X,
        0.212671 * r + 0.715160 * g + 0.072169 * b,
        (0.019334 * r + 0.119193 * g + 0.950227 * b) / _WHITE_Z,
    )
    x, y, z = (np.where(v > _EPSILON, np.maximum(v, 0) ** (1 / 3), (_KAPPA * v + 16) / 116) for v in xyz)
    return [value.astype(real) for value in (116 * y - 16, 500 * (x - y), 200 * (y - z))]


def rgb2lab(*arguments) -> np.ndarray:
    """Turn sRGB (0..1) into CIE L*a*b*: ``rgb2lab([dst,] src)``. Lua: image/init.lua."""
    return _convert("rgb2lab", _no_bytes("rgb2lab", arguments), _rgb_to_lab)


def _lab_to_rgb(lightness, a, b):
    real = lightness.dtype
    y = ((lightness + 16) / 116).astype(np.float64)
    z, x = y - (b / 200).astype(np.float64), (a / 500).astype(np.float64) + y
    X, Z = (np.where(f**3 <= _EPSILON, (116 * f - 16) / _KAPPA, f**3) for f in (x, z))
    Y = np.where(lightness > _KAPPA * _EPSILON, y**3, lightness / _KAPPA)
    X, Z = X * _WHITE_X, Z * _WHITE_Z
    linear = (
        3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z,
        -0.9692660 * X + 1.8760108 * Y + 0.0415560 * Z,
        0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z,
    )
    rounded = (c.astype(real).astype(np.float64) for c in linear)
    return [
        np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.maximum(c, 0) ** (1 / 2.4) - 0.055).astype(real) for c in rounded
    ]


def lab2rgb(*arguments) -> np.ndarray:
    """Turn CIE L*a*b* into sRGB: ``lab2rgb([dst,] src)``. Lua: image/init.lua."""
    return _convert("lab2rgb", _no_bytes("lab2rgb", arguments), _lab_to_rgb)


def _no_bytes(name, arguments):
    if arguments and np.asarray(arguments[-1]).dtype == np.uint8:
        raise TypeError(f"image.{name}: a float image expected, got uint8")
    return arguments


def rgb2nrgb(*arguments) -> np.ndarray:
    """Divide each channel by the sum of the three, plus 1e-6: ``rgb2nrgb([dst,] src)``. Lua: image/init.lua."""
    src, dst = _three_channels("rgb2nrgb", arguments)
    total = src[0] + src[1] + src[2] + src.dtype.type(1e-6)
    dst[...] = src / total if src.dtype.kind == "f" else src // total
    return dst


def y2jet(*arguments) -> np.ndarray:
    """Turn the levels 1..L into the colours of `jetColormap`, 3 x H x W: ``y2jet([dst,] src)``.

    The image is H x W, 1 x H x W or a row. Lua: image/init.lua.
    """
    dst, rest = split(arguments)
    (src,) = pick("y2jet", rest, 1, 1, "[dst,] src")
    src = np.atleast_2d(src)
    levels = picture("y2jet", src[0] if src.ndim == 3 and len(src) == 1 else src, ndim=(2,))
    if levels.min() < 1:
        raise ValueError(f"image.y2jet: levels from 1 on expected, got {levels.min():g}")
    colours = jetColormap(levels.max())
    if levels.dtype == np.uint8:
        colours = np.floor((colours * 255).astype(np.float64) + 0.5)  # halves go up
    dst = output("y2jet", dst, (3, *levels.shape), levels.dtype)
    dst[...] = colours[(levels - 1).astype(np.intp)].transpose(2, 0, 1)
    return dst


def jetColormap(nbColor) -> np.ndarray:
    """Return `nbColor` colours from blue to red, one a row. Lua: image/init.lua."""
    value = 4 * np.arange(1, int(nbColor) + 1) / float(nbColor)
    rising, falling = value[:, None] + [-1.5, -0.5, 0.5], [4.5, 3.5, 2.5] - value[:, None]
    return np.clip(np.minimum(rising, falling), 0, 1).astype(default_dtype())


def colormap(nbColor: int) -> np.ndarray:
    """Return `nbColor` colours spread over the hue circle, one a row. Lua: image/init.lua."""
    colours = np.empty((nbColor, 3), default_dtype())
    hue = saturation = 0.0
    for row in colours:
        chroma = math.fmod(saturation, 0.7) + 0.3
        sector = math.fmod(hue, 360) / 60
        second = chroma * (1 - abs(math.fmod(sector, 2) - 1))
        order = [(0, 1, 2), (1, 0, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0), (0, 2, 1)][int(sector)]
        row[...] = [(chroma, second, 0.0)[i] + 0.5 - chroma / 2 for i in order]
        hue, saturation = hue + 39, saturation + 1 / 9
    return colours
