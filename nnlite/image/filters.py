"""Kernels and what is done with them: gaussian, gaussian1D, laplacian, convolve, lcn, erode, dilate."""

import math

import numpy as np

from ..core.args import given
from ..core.tensor_types import default_dtype
from .arguments import output, pick, picture, split

__all__ = ["convolve", "dilate", "erode", "gaussian", "gaussian1D", "laplacian", "lcn"]


def gaussian(
    size=None,
    sigma=None,
    amplitude=None,
    normalize=None,
    width=None,
    height=None,
    sigma_horz=None,
    sigma_vert=None,
    mean_horz=None,
    mean_vert=None,
    tensor=None,
) -> np.ndarray:
    """Return a Gaussian bump, height x width.

    ``amplitude * exp(-(((x - mean_horz W - 0.5) / (sigma_horz W))^2 + (the same in y)) / 2)``, x from 1 to W.

    Parameters
    ----------
    size : int or dict, default 3
        Width and height where these are not given; or all arguments by name.
    sigma : number, default 0.25
        Both standard deviations, in parts of the width or height.
    amplitude : number, default 1
        The height of the bump.
    normalize : bool, default False
        Whether to divide by the sum.
    width, height : int, default `size`
        The shape of the result.
    sigma_horz, sigma_vert : number, default `sigma`
        The standard deviations.
    mean_horz, mean_vert : number, default 0.5
        The position of the centre, in parts of the width or height.
    tensor : ndarray, optional
        Where to write; gives width and height.

    Notes
    -----
    Lua: image/init.lua.

    Examples
    --------
    >>> gaussian({"width": 3, "height": 1, "normalize": True}).round(3)
    array([[0.226, 0.549, 0.226]])
    """
    if isinstance(size, dict):
        return gaussian(**size)
    size, sigma = given(size, 3), given(sigma, 0.25)
    if tensor is None:
        tensor = np.empty((int(given(height, size)), int(given(width, size))), default_dtype())
    real = tensor.dtype.type
    down, across = (
        _bump(n, given(s, sigma), given(mean, 0.5), real)
        for n, s, mean in zip(tensor.shape, (sigma_vert, sigma_horz), (mean_vert, mean_horz), strict=True)
    )
    tensor[...] = given(amplitude, 1) * np.exp(-0.5 * (across + down[:, None]).astype(np.float64))
    if given(normalize, False):
        tensor *= real(1 / tensor.sum())
    return tensor


def _bump(length, sigma, mean, real):
    """Return the squared distances from the centre in standard deviations, in the type of the result."""
    centre = real(real(mean) * length + 0.5)
    return ((np.arange(1, length + 1, dtype=real) - centre) * real(1 / (sigma * length))) ** 2


def gaussian1D(size=None, sigma=None, amplitude=None, normalize=None, mean=None, tensor=None) -> np.ndarray:
    """Return a row of the Gaussian bump: ``amplitude * exp(-((i - c) / (sigma * size))^2 / 2)``, c = mean * size + 0.5.

    Defaults as in `gaussian`; `size` may be a dict of all arguments. Lua: image/init.lua.
    """
    if isinstance(size, dict):
        return gaussian1D(**size)
    length = int(given(size, 3)) if tensor is None else len(tensor)
    tensor = given(tensor, np.empty(length, default_dtype()))
    distance = (np.arange(1, length + 1) - (given(mean, 0.5) * length + 0.5)) / (given(sigma, 0.25) * length)
    tensor[...] = given(amplitude, 1) * np.exp(-(distance**2) / 2)
    if given(normalize, False):
        tensor /= tensor.sum()
    return tensor


def laplacian(
    size=None,
    sigma=None,
    amplitude=None,
    normalize=None,
    width=None,
    height=None,
    sigma_horz=None,
    sigma_vert=None,
    mean_horz=None,
    mean_vert=None,
) -> np.ndarray:
    """Return a Laplacian of a Gaussian, ``amplitude * (1 - d) * exp(-d)``, height x width.

    ``d`` is half the squared distance in standard deviations. Arguments as for `gaussian`, sigma is 0.1 by default.

    Notes
    -----
    Lua: image/init.lua. As there, rows are measured with the horizontal numbers and columns with the vertical ones.
    """
    if isinstance(size, dict):
        return laplacian(**size)
    size, sigma = given(size, 3), given(sigma, 0.1)
    width, height = given(width, size), given(height, size)
    rows = np.arange(1, height + 1) - (given(mean_horz, 0.5) * width + 0.5)
    columns = np.arange(1, width + 1) - (given(mean_vert, 0.5) * height + 0.5)
    down, across = rows / (given(sigma_horz, sigma) * width), columns / (given(sigma_vert, sigma) * height)
    d = down[:, None] ** 2 / 2 + across**2 / 2
    result = ((1 - d) * given(amplitude, 1) * np.exp(-d)).astype(default_dtype())
    if given(normalize, False):
        result /= result.sum()
    return result


def _convolution(x, kernel, mode, out=None):
    """Convolve the last two axes (the kernel is flipped), ``'valid'`` or ``'full'``."""
    rows, columns = kernel.shape[-2:]
    if mode == "full":
        padding = [(0, 0)] * (x.ndim - 2) + [(rows - 1, rows - 1), (columns - 1, columns - 1)]
        x = np.pad(x, padding)
    height, width = x.shape[-2] - rows + 1, x.shape[-1] - columns + 1
    if min(height, width) < 1:
        raise ValueError(f"image.convolve: a kernel no larger than the image expected, got {kernel.shape}")
    out = output("convolve", out, (*x.shape[:-2], height, width), x.dtype)
    out[...] = 0
    for i in range(rows):
        for j in range(columns):
            tap = kernel[..., rows - 1 - i, columns - 1 - j]
            out += x[..., i : i + height, j : j + width] * tap[..., None, None]
    return out


def convolve(*arguments) -> np.ndarray:
    """Convolve an image with a kernel: ``convolve([dst,] src, kernel[, mode])``.

    Parameters
    ----------
    src : ndarray, H x W or K x H x W
        The image.
    kernel : ndarray, h x w or K x h x w
        One kernel for all channels, or one for each.
    mode : {'valid', 'full', 'same'}
        What to return: where the kernel fits, where it touches, or the part of that of the size of the image.

    Notes
    -----
    Lua: image/init.lua. With ``'same'`` the destination holds the full result and a view of it is returned.
    """
    dst, rest = split(arguments, 2)
    src, kernel, mode = pick("convolve", rest, 2, 3, "[dst,] src, kernel [, mode]")
    src = picture("convolve", src)
    mode = given(mode, "valid")
    if mode not in ("valid", "full", "same"):
        raise ValueError(f"image.convolve: mode must be one of full, valid, same, got {mode!r}")
    kernel = np.asarray(kernel, src.dtype)
    if kernel.ndim not in (2, src.ndim) or (kernel.ndim == 3 and len(kernel) != len(src)):
        raise ValueError(f"image.convolve: one kernel, or one per channel, expected, got shape {kernel.shape}")
    result = _convolution(src, kernel, "valid" if mode == "valid" else "full", dst)
    if mode == "same":
        y, x = (math.ceil(n / 2) - 1 for n in kernel.shape[-2:])
        result = result[..., y : y + src.shape[-2], x : x + src.shape[-1]]
    return result


def lcn(im, ker=None) -> np.ndarray:
    """Normalize the contrast locally: subtract the weighted mean, divide by the weighted deviation (at least 1).

    Parameters
    ----------
    im : ndarray, H x W or 1 x H x W
        A grey image. It is first shifted and scaled to mean 0 and deviation 1.
    ker : ndarray, optional
        The weights of the neighbours; a 9 x 9 Gaussian by default.

    Notes
    -----
    Lua: image/init.lua. The result is float64, where the kernel fits.
    """
    ker = given(ker, gaussian({"size": 9, "sigma": 1.591 / 9, "normalize": True})).astype(np.float64, copy=False)
    im = picture("lcn", im).astype(np.float64)
    if im.ndim == 3:
        (im,) = picture("lcn", im, channels=1)
    im -= im.mean()
    im /= im.std(ddof=1)
    mean = _convolution(im, ker, "valid")
    variance = _convolution(im * im, ker, "valid") - mean * mean
    deviation = np.maximum(np.sqrt(np.maximum(variance, 0)), 1)
    y, x = (n // 2 for n in ker.shape)
    return (im[y : y + mean.shape[0], x : x + mean.shape[1]] - mean) / deviation


def _padded(name, im, kern, pad):
    """Return the binary image with its border, and the kernel."""
    im = picture(name, im, ndim=(2,))
    kern = np.asarray(given(kern, np.ones((3, 3), im.dtype)))
    if kern.ndim != 2 or not all(n % 2 for n in kern.shape):
        raise ValueError(f"image.{name}: a kernel of odd height and width expected, got shape {kern.shape}")
    padding = [(n // 2, n // 2) for n in kern.shape]
    return np.pad(im, padding, constant_values=pad).astype(np.float64), kern.astype(np.float64), im.dtype


def erode(im, kern=None, pad=None) -> np.ndarray:
    """Keep the pixels of a binary image whose neighbours under the kernel (3 x 3) are all 1; outside is `pad`, 1.

    Lua: image/init.lua.
    """
    im, kern, dtype = _padded("erode", im, kern, given(pad, 1))
    return (_convolution(im, kern, "valid") == kern.sum()).astype(dtype)


def dilate(im, kern=None, pad=None) -> np.ndarray:
    """Set the pixels of a binary image that have a 1 under the kernel (3 x 3); outside is `pad`, 0.

    Lua: image/init.lua.
    """
    im, kern, dtype = _padded("dilate", im, kern, given(pad, 0))
    return (_convolution(im, kern[::-1, ::-1], "valid") > 0).astype(dtype)
