"""Arithmetic of arrays: add, mul, cmul, div, cdiv, pow, fmod, clamp, cmax, addcmul, ...

The names with a leading c take two arrays. They need as many elements; the result has the shape of the first. Integer
types compute as C does: numbers are truncated to the type first, results wrap, quotients are truncated.
"""

import numpy as np

from .arguments import RESULT, apply, cast, deliver, floats, is_number, number, second, tensor

__all__ = [
    "add",
    "addcdiv",
    "addcmul",
    "cdiv",
    "cfmod",
    "clamp",
    "cmax",
    "cmin",
    "cmod",
    "cmul",
    "cpow",
    "cremainder",
    "csub",
    "div",
    "fmod",
    "match",
    "mod",
    "mul",
    "pow",
    "remainder",
]


def add(x: np.ndarray, *operands, out: np.ndarray | None = None) -> np.ndarray:
    """``x + value``, ``x + y`` or ``x + value y``. Lua: ``torch.add([res,] x, [value,] y)``, ``x:add([value,] y)``."""
    return _add("add", x, operands, 1, out)


def csub(x: np.ndarray, *operands, out: np.ndarray | None = None) -> np.ndarray:
    """``x - value``, ``x - y`` or ``x - value y``. Lua: ``torch.csub([res,] x, [value,] y)``, ``x:csub(y)``."""
    return _add("csub", x, operands, -1, out)


def mul(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """``value x``. Lua: ``torch.mul([res,] x, value)``, ``x:mul(value)``."""
    x = tensor("mul", x)
    return apply("mul", np.multiply, x, number(x, value), out=out)


def div(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x / value``. Lua: ``torch.div([res,] x, value)``, ``x:div(value)``."""
    x = tensor("div", x)
    return _divide("div", x, number(x, value), out)


def cmul(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x y``, element by element. Lua: ``torch.cmul([res,] x, y)``, ``x:cmul(y)``."""
    x = tensor("cmul", x)
    return apply("cmul", np.multiply, x, second("cmul", x, y), out=out)


def cdiv(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x / y``, element by element. Lua: ``torch.cdiv([res,] x, y)``, ``x:cdiv(y)``."""
    x = tensor("cdiv", x)
    return _divide("cdiv", x, second("cdiv", x, y), out)


def pow(x, y, *, out=None):
    """``x^y`` of an array and a number, a number and an array, or two numbers. Lua: ``torch.pow([res,] x, y)``."""
    with np.errstate(all="ignore"):
        if not is_number(x):
            x = floats("pow", x)
            return deliver("pow", _power(x, number(x, y)), out)
        if is_number(y):
            return float(np.power(np.float64(x), y))
        y = floats("pow", y)
        return deliver("pow", np.power(number(y, x), y, dtype=np.float64).astype(y.dtype), out)


def cpow(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x^y``, element by element. Lua: ``torch.cpow([res,] x, y)``, ``x:cpow(y)``."""
    x = tensor("cpow", x)
    y = second("cpow", x, y)
    with np.errstate(all="ignore"):
        return deliver("cpow", cast(np.power(x, y, dtype=np.float64), x.dtype), out)


def fmod(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """The remainder of ``x / value``, with the sign of x. Lua: ``torch.fmod([res,] x, value)``."""
    x = tensor("fmod", x)
    return _fmod("fmod", x, number(x, value), out)


def mod(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """As `fmod`. Lua: ``torch.mod([res,] x, value)``."""
    return fmod(x, value, out=out)


def cfmod(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """The remainder of ``x / y``, with the sign of x. Lua: ``torch.cfmod([res,] x, y)``."""
    x = tensor("cfmod", x)
    return _fmod("cfmod", x, second("cfmod", x, y), out)


def cmod(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """As `cfmod`. Lua: ``torch.cmod([res,] x, y)``."""
    return cfmod(x, y, out=out)


def remainder(x: np.ndarray, value: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x - value floor(x / value)``, with the sign of value. Lua: ``torch.remainder([res,] x, value)``."""
    x = tensor("remainder", x)
    return _remainder("remainder", x, number(x, value), out)


def cremainder(x: np.ndarray, y: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x - y floor(x / y)``, with the sign of y. Lua: ``torch.cremainder([res,] x, y)``."""
    x = tensor("cremainder", x)
    return _remainder("cremainder", x, second("cremainder", x, y), out)


def clamp(x: np.ndarray, low: float, high: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """x limited to [low, high]. Lua: ``torch.clamp([res,] x, low, high)``, ``x:clamp(low, high)``."""
    x = tensor("clamp", x)
    low, high = number(x, low), number(x, high)
    if low > high:  # below low it is low, else high
        return deliver("clamp", np.where(x < low, low, high), out)
    return apply("clamp", np.clip, x, low, high, out=out)


def cmax(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """The greater of x and y, an array or a number. Lua: ``torch.cmax([res,] x, y)``, ``x:cmax(y)``."""
    x = tensor("cmax", x)
    y = number(x, y) if is_number(y) else second("cmax", x, y)
    return deliver("cmax", np.where(x > y, x, y), out)


def cmin(x: np.ndarray, y, *, out: np.ndarray | None = None) -> np.ndarray:
    """The lesser of x and y, an array or a number. Lua: ``torch.cmin([res,] x, y)``, ``x:cmin(y)``."""
    x = tensor("cmin", x)
    y = number(x, y) if is_number(y) else second("cmin", x, y)
    return deliver("cmin", np.where(x < y, x, y), out)


@np.errstate(all="ignore")
def addcmul(x: np.ndarray, *operands, out: np.ndarray | None = None) -> np.ndarray:
    """``x + value a b``, value 1 by default. Lua: ``torch.addcmul([res,] x, [value,] a, b)``, ``x:addcmul(...)``."""
    x, value, a, b = _scaled("addcmul", x, operands)
    return apply("addcmul", np.add, x, value * a * b, out=out)


@np.errstate(all="ignore")
def addcdiv(x: np.ndarray, *operands, out: np.ndarray | None = None) -> np.ndarray:
    """``x + value a / b``, value 1 by default. Lua: ``torch.addcdiv([res,] x, [value,] a, b)``, ``x:addcdiv(...)``."""
    x, value, a, b = _scaled("addcdiv", x, operands)
    if x.itemsize < 4 and x.dtype.kind != "f":  # C computes in int
        value, a, b = np.int32(value), a.astype(np.int32), b.astype(np.int32)
    return apply("addcdiv", np.add, x, _divide("addcdiv", value * a, b, None).astype(x.dtype, copy=False), out=out)


@np.errstate(all="ignore")
def match(a: np.ndarray, b: np.ndarray, gain: float = 1) -> np.ndarray:
    """``gain |a_i - b_j|^2`` for the rows of two matrices. Lua: ``torch.match([res,] a, b [, gain])``."""
    a, b = tensor("match", a), tensor("match", b)
    a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"torch.match: rows of {a.shape[1]} elements expected, got shape {b.shape}")
    squares = np.empty((len(a), len(b)), a.dtype)
    for row, result in zip(a, squares, strict=True):
        difference = row - b
        np.sum(difference * difference, axis=1, dtype=a.dtype, out=result)
    return squares * number(a, gain)


@np.errstate(all="ignore")
def _add(name, x, operands, sign, out):
    x = tensor(name, x)
    *factors, y = operands
    if len(factors) > (0 if is_number(y) else 1):
        raise TypeError(f"torch.{name}: a number, an array, or a number and an array expected to add{RESULT}")
    if is_number(y):
        return apply(name, np.add, x, number(x, sign * y), out=out)
    y = second(name, x, y)
    factor = number(x, sign * factors[0]) if factors else sign
    if factor == 1:
        return apply(name, np.add, x, y, out=out)
    if factor == -1:
        return apply(name, np.subtract, x, y, out=out)
    return apply(name, np.add, x, factor * y, out=out)


def _scaled(name, x, operands):
    x = tensor(name, x)
    *factors, a, b = operands
    value = number(x, factors[0] if factors else 1)
    return x, value, second(name, x, a), second(name, x, b)


def _divide(name, x, y, out):
    if x.dtype.kind == "f":
        return apply(name, np.divide, x, y, out=out)
    return deliver(name, (x - _fmod(name, x, y, None)) // y, out)


def _fmod(name, x, y, out):
    if x.dtype.kind != "f":
        _check_divisor(name, y)
    return apply(name, np.fmod, x, y, out=out)


def _remainder(name, x, y, out):
    if x.dtype.kind != "f":
        _check_divisor(name, y)
        return apply(name, np.remainder, x, y, out=out)
    with np.errstate(all="ignore"):
        multiple = np.multiply(y, np.floor(x / y), dtype=np.float64)
        return deliver(name, np.subtract(x, multiple, dtype=np.float64).astype(x.dtype), out)


def _check_divisor(name, y):
    if np.any(y == 0):
        raise ValueError(f"torch.{name}: integers other than 0 expected to divide by")


def _power(x, exponent):
    """Return ``x^exponent`` by the short cuts that Torch takes."""
    if exponent == 1:
        return x.copy()
    if exponent == 2:
        return x * x
    if exponent == 3:
        return x * x * x
    if exponent == 0.5:
        return np.sqrt(x)
    if exponent == -0.5:
        return 1 / np.sqrt(x)
    if exponent == -1:
        return 1 / x
    if exponent == -2:
        return 1 / (x * x)
    return np.power(x, exponent)
