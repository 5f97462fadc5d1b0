"""Functions of each element: exp, log, tanh, sigmoid, round, abs, sign, ... of a number or an array of floats."""

import numpy as np

from .arguments import apply, check_out, deliver, floats, is_number, number, second, tensor

__all__ = [
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "ceil",
    "cinv",
    "cos",
    "cosh",
    "exp",
    "floor",
    "frac",
    "lerp",
    "log",
    "log1p",
    "neg",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
]


def abs(x, *, out=None):
    """``|x|``, of integers as well. Lua: ``torch.abs([res,] x)``."""
    return float(np.abs(x)) if is_number(x) else apply("abs", np.abs, tensor("abs", x), out=out)


def sign(x: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """1 where ``x > 0``, -1 where ``x < 0``, else 0. Lua: ``torch.sign([res,] x)``."""
    x = tensor("sign", x)
    check_out("sign", out, x.shape)
    return np.subtract(x > 0, x < 0, out=out, dtype=x.dtype)


def neg(x: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``-x``. Lua: ``torch.neg([res,] x)``."""
    return apply("neg", np.negative, tensor("neg", x), out=out)


def cinv(x: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``1 / x``. Lua: ``torch.cinv([res,] x)``."""
    return apply("cinv", np.reciprocal, floats("cinv", x), out=out)


def exp(x, *, out=None):
    """``e^x``. Lua: ``torch.exp([res,] x)``."""
    return _function("exp", np.exp, x, out)


def log(x, *, out=None):
    """The natural logarithm. Lua: ``torch.log([res,] x)``."""
    return _function("log", np.log, x, out)


def log1p(x, *, out=None):
    """``log(1 + x)``, exact for small x. Lua: ``torch.log1p([res,] x)``."""
    return _function("log1p", np.log1p, x, out)


def sqrt(x, *, out=None):
    """The square root. Lua: ``torch.sqrt([res,] x)``."""
    return _function("sqrt", np.sqrt, x, out)


def rsqrt(x, *, out=None):
    """``1 / sqrt(x)``. Lua: ``torch.rsqrt([res,] x)``."""
    return _function("rsqrt", _rsqrt, x, out)


def sigmoid(x, *, out=None):
    """``1 / (1 + e^-x)``. Lua: ``torch.sigmoid([res,] x)``."""
    return _function("sigmoid", _sigmoid, x, out)


def tanh(x, *, out=None):
    """The hyperbolic tangent. Lua: ``torch.tanh([res,] x)``."""
    return _function("tanh", np.tanh, x, out)


def cosh(x, *, out=None):
    """The hyperbolic cosine. Lua: ``torch.cosh([res,] x)``."""
    return _function("cosh", np.cosh, x, out)


def sinh(x, *, out=None):
    """The hyperbolic sine. Lua: ``torch.sinh([res,] x)``."""
    return _function("sinh", np.sinh, x, out)


def cos(x, *, out=None):
    """The cosine. Lua: ``torch.cos([res,] x)``."""
    return _function("cos", np.cos, x, out)


def sin(x, *, out=None):
    """The sine. Lua: ``torch.sin([res,] x)``."""
    return _function("sin", np.sin, x, out)


def tan(x, *, out=None):
    """The tangent. Lua: ``torch.tan([res,] x)``."""
    return _function("tan", np.tan, x, out)


def acos(x, *, out=None):
    """The arc cosine. Lua: ``torch.acos([res,] x)``."""
    return _function("acos", np.arccos, x, out)


def asin(x, *, out=None):
    """The arc sine. Lua: ``torch.asin([res,] x)``."""
    return _function("asin", np.arcsin, x, out)


def atan(x, *, out=None):
    """The arc tangent. Lua: ``torch.atan([res,] x)``."""
    return _function("atan", np.arctan, x, out)


def atan2(x, y, *, out=None):
    """The angle of the points (y, x) to the axis (1, 0). Lua: ``torch.atan2([res,] x, y)``."""
    if is_number(x):
        return float(np.arctan2(x, y))
    x = floats("atan2", x)
    return apply("atan2", np.arctan2, x, second("atan2", x, y), out=out)


def ceil(x, *, out=None):
    """The nearest integer above. Lua: ``torch.ceil([res,] x)``."""
    return _function("ceil", np.ceil, x, out)


def floor(x, *, out=None):
    """The nearest integer below. Lua: ``torch.floor([res,] x)``."""
    return _function("floor", np.floor, x, out)


def round(x, *, out=None):
    """The nearest integer; halves go away from 0, as in C. Lua: ``torch.round([res,] x)``."""
    return _function("round", _round, x, out)


def trunc(x, *, out=None):
    """The integer part. Lua: ``torch.trunc([res,] x)``."""
    return _function("trunc", np.trunc, x, out)


def frac(x, *, out=None):
    """The fractional part, with the sign of x. Lua: ``torch.frac([res,] x)``."""
    return _function("frac", _frac, x, out)


@np.errstate(all="ignore")
def lerp(a, b, weight: float, *, out=None):
    """``a + weight (b - a)``. Lua: ``torch.lerp([res,] a, b, weight)``."""
    if is_number(a):
        return a + weight * (b - a)
    a = floats("lerp", a)
    return deliver("lerp", a + number(a, weight) * (second("lerp", a, b) - a), out)


def _function(name, function, x, out):
    if is_number(x):
        with np.errstate(all="ignore"):
            return float(function(np.float64(x)))
    return apply(name, function, floats(name, x), out=out)


def _rsqrt(x, out=None):
    return np.reciprocal(np.sqrt(x, out=out), out=out)


def _sigmoid(x, out=None):
    result = np.exp(np.negative(x, out=out), out=out)
    return np.reciprocal(np.add(result, 1, out=out), out=out)


def _round(x, out=None):
    whole = np.trunc(x)
    away = np.copysign((np.abs(x - whole) >= 0.5).astype(x.dtype), x)
    return np.add(whole, away, out=out)


def _frac(x, out=None):
    return np.subtract(x, np.trunc(x), out=out)
