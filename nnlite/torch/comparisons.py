"""Comparisons: lt, le, gt, ge, eq, ne with an array or a number (as masks, bool), all, any, equal.

Torch returns bytes; a mask can select elements (``x[torch.gt(x, 0)]``), bytes would be indices.
"""

import numpy as np

from .arguments import apply, check_not_empty, is_number, number, second, tensor

__all__ = ["all", "any", "eq", "equal", "ge", "gt", "isSameSizeAs", "le", "lt", "ne"]


def lt(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x < y``. Lua: ``torch.lt([res,] x, y)``, ``x:lt(y)``."""
    return _compare("lt", np.less, x, y, out)


def le(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x <= y``. Lua: ``torch.le([res,] x, y)``, ``x:le(y)``."""
    return _compare("le", np.less_equal, x, y, out)


def gt(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x > y``. Lua: ``torch.gt([res,] x, y)``, ``x:gt(y)``."""
    return _compare("gt", np.greater, x, y, out)


def ge(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x >= y``. Lua: ``torch.ge([res,] x, y)``, ``x:ge(y)``."""
    return _compare("ge", np.greater_equal, x, y, out)


def eq(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x == y``. Lua: ``torch.eq([res,] x, y)``, ``x:eq(y)``."""
    return _compare("eq", np.equal, x, y, out)


def ne(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x != y``. Lua: ``torch.ne([res,] x, y)``, ``x:ne(y)``."""
    return _compare("ne", np.not_equal, x, y, out)


def all(x: np.ndarray) -> bool:
    """Whether no element is 0. Lua: ``torch.all(x)``, ``x:all()``."""
    x = tensor("all", x)
    check_not_empty("all", x)
    return bool(x.all())


def any(x: np.ndarray) -> bool:
    """Whether some element is not 0. Lua: ``torch.any(x)``, ``x:any()``."""
    x = tensor("any", x)
    check_not_empty("any", x)
    return bool(x.any())


def equal(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays have the same shape and the same values. Lua: ``torch.equal(x, y)``, ``x:equal(y)``."""
    return np.array_equal(x, y)


def isSameSizeAs(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays have the same shape. Lua: ``x:isSameSizeAs(y)``."""
    return x.shape == y.shape


def _compare(name, ufunc, x, y, out):
    x = tensor(name, x)
    return apply(name, ufunc, x, number(x, y) if is_number(y) else second(name, x, y), out=out)
