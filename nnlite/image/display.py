"""Range and arrangement of images: minmax, toDisplayTensor, drawRect."""

import math

import numpy as np

from ..core.args import given
from ..core.tensor_types import default_dtype
from .arguments import output, picture

__all__ = ["drawRect", "minmax", "toDisplayTensor"]


def minmax(tensor=None, min=None, max=None, symm=False, inplace=False, saturate=False, tensorOut=None) -> np.ndarray:
    """Map the range ``[min, max]`` of an array to ``[0, 1]``.

    Parameters
    ----------
    tensor : ndarray or dict
        The values; or all arguments by name, as in ``minmax({'tensor': x, 'min': 0})``.
    min, max : number, optional
        The range; by default that of the values.
    symm : bool, default False
        Whether an end that is not given makes the range symmetric about 0.
    inplace : bool, default False
        Whether to change `tensor`.
    saturate : bool, default False
        Whether to clamp the result to ``[0, 1]`` (if `min` or `max` is given).
    tensorOut : ndarray, optional
        Where to write.

    Notes
    -----
    Lua: image/init.lua. The result has the default type unless it is written into `tensor` or `tensorOut`.
    """
    if isinstance(tensor, dict):
        return minmax(**tensor)
    if tensorOut is not None:
        out = output("minmax", tensorOut, tensor.shape, tensorOut.dtype)
        out[...] = tensor
    else:
        out = tensor if inplace else tensor.astype(default_dtype())
    saturate = saturate and not (min is None and max is None)
    extent = 0.0
    if min is None:
        extent = float(np.abs(out).max())
        min = -extent if symm else float(out.min())
    if min != 0:
        out -= _stored(min, out.dtype)
    if max is None:
        max = extent * 2 if symm else float(out.max())
    else:
        max = max - min
    if max != 0:
        (np.divide if out.dtype.kind == "f" else np.floor_divide)(out, _stored(max, out.dtype), out=out)
    return np.clip(out, 0, 1, out=out) if saturate else out


def _stored(number, dtype):
    """Return a number as an array of `dtype` holds it, cut off and, if need be, wrapped around, for integers."""
    return dtype.type(number) if dtype.kind == "f" else np.asarray(int(number)).astype(dtype)


def _pack(images):
    """Return the images in one array of the default type."""
    if isinstance(images, np.ndarray):
        return images.astype(default_dtype())
    if not isinstance(images, list | tuple) or not images:
        raise TypeError(f"image.toDisplayTensor: an array or a list of images expected, got {type(images).__name__}")
    packed = np.stack([np.asarray(image) for image in images]).astype(default_dtype())
    return packed[:, None] if packed.ndim == 3 else packed


def toDisplayTensor(
    input, padding=None, nrow=None, scaleeach=None, min=None, max=None, symmetric=None, saturate=None
) -> np.ndarray:
    """Lay images out on a grid, with their range mapped to ``[0, 1]``.

    Parameters
    ----------
    input : ndarray, list or dict
        One image (H x W, 1 x H x W or 3 x H x W), or many (K x H x W, K x 1 x H x W, K x 3 x H x W or a list); or all
        arguments by name.
    padding : int, default 0
        Pixels between the images; they get the largest value.
    nrow : int, default 6
        Images in a row.
    scaleeach : bool, default False
        Whether each image gets a range of its own.
    min, max : number, optional
        The range; by default that of the values.
    symmetric : bool, default False
        Whether the range is symmetric about 0.
    saturate : bool, default True
        Whether values outside a given range are clamped.

    Notes
    -----
    Lua: image/init.lua.

    Examples
    --------
    >>> toDisplayTensor({"input": np.ones((8, 5, 5)), "padding": 2, "nrow": 4}).shape
    (14, 28)
    """
    if isinstance(input, dict):
        return toDisplayTensor(**input)
    packed = _pack(input)
    scaling = {
        "inplace": True, "min": min, "max": max, "symm": given(symmetric, False), "saturate": given(saturate, True)
    }  # fmt: skip
    if packed.ndim == 2 or (packed.ndim == 3 and packed.shape[0] in (1, 3)):
        return minmax(packed, **scaling)
    if packed.ndim != 3 and not (packed.ndim == 4 and packed.shape[1] in (1, 3)):
        raise ValueError(f"image.toDisplayTensor: H x W, K x H x W or K x 3 x H x W expected, got {packed.shape}")
    if given(scaleeach, False):
        for one in packed:
            minmax(one, **scaling)
        return _grid(packed, given(padding, 0), given(nrow, 6))
    return minmax(_grid(packed, given(padding, 0), given(nrow, 6)), **scaling)


def _grid(packed, padding, nrow):
    count, *channels, height, width = packed.shape
    columns = min(nrow, count)
    down, across = height + padding, width + padding
    grid = np.full((*channels, down * math.ceil(count / columns), across * columns), packed.max())
    for k, image in enumerate(packed):
        y, x = (k // columns) * down + padding // 2, (k % columns) * across + padding // 2
        grid[..., y : y + height, x : x + width] = image
    return grid


def drawRect(src, x1, y1, x2, y2, opts=None) -> np.ndarray:
    """Draw the outline of a rectangle on a 3 x H x W image.

    Parameters
    ----------
    src : ndarray, 3 x H x W
        The image, 0..1, or 0..255 in bytes.
    x1, y1, x2, y2 : int
        Upper left and lower right corner, from 1.
    opts : dict, optional
        ``color`` (red, green, blue in 0..255; default red), ``lineWidth`` (1), ``inplace`` (False).

    Notes
    -----
    Lua: image/init.lua.
    """
    opts = given(opts, {})
    picture("drawRect", src, ndim=(3,), channels=3)
    out = src if opts.get("inplace") else src.copy()
    colour = np.asarray(opts.get("color", (255, 0, 0)), np.float32).reshape(3, 1, 1)
    colour = (colour if src.dtype == np.uint8 else colour / 255).astype(src.dtype)
    line = int(opts.get("lineWidth", 1))
    before = line // 2 + 1
    after = line - before - 1
    low = {name: max(0, int(v) - before) for name, v in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))}
    high = {name: int(v) + after + 1 for name, v in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))}
    for side in ("x1", "x2"):
        out[:, low["y1"] : max(0, high["y2"]), low[side] : max(0, high[side])] = colour
    for side in ("y1", "y2"):
        out[:, low[side] : max(0, high[side]), low["x1"] : max(0, high["x2"])] = colour
    return out
