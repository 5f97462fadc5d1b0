"""Convolution of images and volumes: conv2, xcorr2, conv3, xcorr3."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .arguments import deliver, option, tensor

__all__ = ["conv2", "conv3", "xcorr2", "xcorr3"]


def conv2(x: np.ndarray, k: np.ndarray, mode: str = "V", *, out: np.ndarray | None = None) -> np.ndarray:
    """Convolve images with kernels, where they overlap fully (mode ``'V'``) or at all (``'F'``).

    x and k may be one image and one kernel, p images with a kernel each, or p images and q x p kernels: each of the q
    results adds up p convolutions. Lua: ``torch.conv2([res,] x, k [, 'F' | 'V'])``.
    """
    return _convolve("conv2", x, k, mode, 2, out, flip=True)


def xcorr2(x: np.ndarray, k: np.ndarray, mode: str = "V", *, out: np.ndarray | None = None) -> np.ndarray:
    """As `conv2`, with the kernel not turned around. Lua: ``torch.xcorr2([res,] x, k [, 'F' | 'V'])``."""
    return _convolve("xcorr2", x, k, mode, 2, out, flip=False)


def conv3(x: np.ndarray, k: np.ndarray, mode: str = "V", *, out: np.ndarray | None = None) -> np.ndarray:
    """As `conv2`, of volumes. Lua: ``torch.conv3([res,] x, k [, 'F' | 'V'])``."""
    return _convolve("conv3", x, k, mode, 3, out, flip=True)


def xcorr3(x: np.ndarray, k: np.ndarray, mode: str = "V", *, out: np.ndarray | None = None) -> np.ndarray:
    """As `conv3`, with the kernel not turned around. Lua: ``torch.xcorr3([res,] x, k [, 'F' | 'V'])``."""
    return _convolve("xcorr3", x, k, mode, 3, out, flip=False)


def _convolve(name, x, k, mode, rank, out, flip):
    """Correlate the last `rank` dimensions, after turning the kernel around if `flip` is set."""
    x, k = tensor(name, x), tensor(name, k)
    _check(name, x, k, rank)
    space = tuple(range(-rank, 0))
    if option(name, mode, "V", "F") == "F":
        x = np.pad(x, [(0, 0)] * (x.ndim - rank) + [(n - 1, n - 1) for n in k.shape[-rank:]])
    elif any(n < m for n, m in zip(x.shape[-rank:], k.shape[-rank:], strict=True)):
        raise ValueError(f"torch.{name}: an input no smaller than the kernel {k.shape} expected, got shape {x.shape}")
    if flip:
        k = np.flip(k, space)
    windows = sliding_window_view(x, k.shape[-rank:], space)
    if k.ndim == x.ndim + 1:
        axes = (0, *space)
        result = np.moveaxis(np.tensordot(windows, k, (axes, (1, *space))), -1, 0)
    elif x.ndim == rank:
        result = np.tensordot(windows, k, (space, space))
    else:
        result = np.stack([np.tensordot(w, plane, (space, space)) for w, plane in zip(windows, k, strict=True)])
    return deliver(name, np.ascontiguousarray(result), out)


def _check(name, x, k, rank):
    ranks = (x.ndim - rank, k.ndim - rank)
    fit = {(0, 0): True, (1, 1): len(x) == len(k), (1, 2): k.ndim > 1 and k.shape[1] == len(x)}
    if not fit.get(ranks, False):
        raise ValueError(
            f"torch.{name}: one input and one kernel, p of each, or p inputs and q x p kernels expected, "
            f"got {x.shape} and {k.shape}"
        )
    if x.dtype != k.dtype:
        raise TypeError(f"torch.{name}: {x.dtype} expected, got {k.dtype}: convert it with .astype('{x.dtype}')")
