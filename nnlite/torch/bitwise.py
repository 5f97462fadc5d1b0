"""Bits: lshift, rshift, bitand, bitor, bitxor by a number, and clshift, ... by an array."""

import numpy as np

from .arguments import apply, is_number, number, second, tensor

__all__ = [
    "bitand",
    "bitor",
    "bitxor",
    "cbitand",
    "cbitor",
    "cbitxor",
    "clshift",
    "crshift",
    "lshift",
    "rshift",
]


def lshift(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x << value``, for floats ``x 2^value``. Lua: ``torch.lshift([res,] x, value)``."""
    return _lshift("lshift", x, value, out)


def clshift(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x << y``, for floats ``x 2^y``. Lua: ``torch.clshift([res,] x, y)``."""
    return _lshift("clshift", x, y, out)


def rshift(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x >> value`` of x as an unsigned number, for floats ``x / 2^value``. Lua: ``torch.rshift([res,] x, value)``."""
    return _rshift("rshift", x, value, out)


def crshift(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x >> y`` of x as an unsigned number, for floats ``x / 2^y``. Lua: ``torch.crshift([res,] x, y)``."""
    return _rshift("crshift", x, y, out)


def bitand(x: np.ndarray, value: int, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x & value``. Lua: ``torch.bitand([res,] x, value)``."""
    return _bits("bitand", np.bitwise_and, x, value, out)


def cbitand(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x & y``. Lua: ``torch.cbitand([res,] x, y)``."""
    return _bits("cbitand", np.bitwise_and, x, y, out)


def bitor(x: np.ndarray, value: int, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x | value``. Lua: ``torch.bitor([res,] x, value)``."""
    return _bits("bitor", np.bitwise_or, x, value, out)


def cbitor(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x | y``. Lua: ``torch.cbitor([res,] x, y)``."""
    return _bits("cbitor", np.bitwise_or, x, y, out)


def bitxor(x: np.ndarray, value: int, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x ^ value``. Lua: ``torch.bitxor([res,] x, value)``."""
    return _bits("bitxor", np.bitwise_xor, x, value, out)


def cbitxor(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x ^ y``. Lua: ``torch.cbitxor([res,] x, y)``."""
    return _bits("cbitxor", np.bitwise_xor, x, y, out)


def _operand(name, x, y):
    return number(x, y) if is_number(y) else second(name, x, y)


def _lshift(name, x, y, out):
    x = tensor(name, x)
    y = _operand(name, x, y)
    if x.dtype.kind == "f":
        return apply(name, np.multiply, x, np.exp2(y), out=out)
    return apply(name, np.left_shift, x, y, out=out)


def _rshift(name, x, y, out):
    x = tensor(name, x)
    y = _operand(name, x, y)
    if x.dtype.kind == "f":
        return apply(name, np.divide, x, np.exp2(y), out=out)
    unsigned = np.dtype(f"u{x.itemsize}")
    result = np.right_shift(x.view(unsigned), y.view(unsigned)).view(x.dtype)
    return apply(name, np.positive, result, out=out)


def _bits(name, ufunc, x, y, out):
    x = tensor(name, x)
    if x.dtype.kind == "f":
        raise TypeError(f"torch.{name}: an array of integers expected, got {x.dtype}")
    return apply(name, ufunc, x, _operand(name, x, y), out=out)
