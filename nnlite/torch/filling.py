"""Writing into an array: copy, fill, zero, apply, map, map2. All return it."""

from collections.abc import Callable

import numpy as np

from .arguments import cast, number, tensor

__all__ = ["apply", "copy", "fill", "map", "map2", "zero"]


def copy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Put the elements of y, of any type and shape but as many, into x. Lua: ``x:copy(y)``."""
    x, y = tensor("copy", x), tensor("copy", y)
    if x.size != y.size:
        raise ValueError(f"torch.copy: {x.size} elements expected for shape {x.shape}, got shape {y.shape}")
    x[...] = cast(y, x.dtype).reshape(x.shape)
    return x


def fill(x: np.ndarray, value: float) -> np.ndarray:
    """Set all elements to a number. Lua: ``torch.fill(x, value)``, ``x:fill(value)``."""
    x = tensor("fill", x)
    x.fill(number(x, value))
    return x


def zero(x: np.ndarray) -> np.ndarray:
    """Set all elements to 0. Lua: ``torch.zero(x)``, ``x:zero()``."""
    return fill(x, 0)


def apply(x: np.ndarray, function: Callable) -> np.ndarray:
    """Set each element to ``function(element)``, unless that is None, in order. Lua: ``x:apply(function)``."""
    return _update("apply", x, function)


def map(x: np.ndarray, y: np.ndarray, function: Callable) -> np.ndarray:
    """As `apply`, of ``function(x, y)`` for the elements of two arrays. Lua: ``x:map(y, function)``."""
    return _update("map", x, function, y)


def map2(x: np.ndarray, y: np.ndarray, z: np.ndarray, function: Callable) -> np.ndarray:
    """As `apply`, of ``function(x, y, z)`` for the elements of three arrays. Lua: ``x:map2(y, z, function)``."""
    return _update("map2", x, function, y, z)


def _update(name, x, function, *others):
    x = tensor(name, x)
    others = [tensor(name, y) for y in others]
    if any(y.size != x.size for y in others):
        raise ValueError(f"torch.{name}: {x.size} elements expected, got {', '.join(str(y.shape) for y in others)}")
    lists = [y.ravel().tolist() for y in others]
    for i, values in enumerate(zip(x.ravel().tolist(), *lists, strict=True)):
        result = function(*values)
        if result is not None:
            x.flat[i] = number(x, result)
    return x
