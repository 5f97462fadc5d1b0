"""Sums and the like, of all elements (a number) or along a dimension, which is kept with length 1.

sum, prod, mean, std, var, max, min, norm, dist, renorm, cumsum, cumprod, trace, cross, histc, bhistc, numel.
"""

import numpy as np

from .arguments import axis, cast, check_not_empty, deliver, floats, number, second, tensor

__all__ = [
    "bhistc",
    "cross",
    "cumprod",
    "cumsum",
    "dist",
    "histc",
    "max",
    "mean",
    "min",
    "norm",
    "numel",
    "prod",
    "renorm",
    "std",
    "sum",
    "trace",
    "var",
]


@np.errstate(all="ignore")
def sum(x: np.ndarray, dim: int | None = None, *, out: np.ndarray | None = None):
    """The sum, of all elements in double or int64. Lua: ``torch.sum([res,] x [, dim])``."""
    x = tensor("sum", x)
    if dim is None:
        return np.sum(x, dtype=_wide(x)).item()
    return deliver("sum", _along("sum", np.sum, x, dim), out)


@np.errstate(all="ignore")
def prod(x: np.ndarray, dim: int | None = None, *, out: np.ndarray | None = None):
    """The product, of all elements in double or int64. Lua: ``torch.prod([res,] x [, dim])``."""
    x = tensor("prod", x)
    if dim is None:
        return np.prod(x, dtype=_wide(x)).item()
    return deliver("prod", _along("prod", np.prod, x, dim), out)


@np.errstate(all="ignore")
def mean(x: np.ndarray, dim: int | None = None, *, out: np.ndarray | None = None):
    """The mean. Lua: ``torch.mean([res,] x [, dim])``."""
    x = floats("mean", x)
    if dim is None:
        check_not_empty("mean", x)
        return np.sum(x, dtype=np.float64).item() / x.size
    total = _along("mean", np.sum, x, dim)
    return deliver("mean", total / x.dtype.type(x.shape[dim - 1]), out)


@np.errstate(all="ignore")
def var(x: np.ndarray, dim: int | bool | None = None, biased: bool = False, *, out: np.ndarray | None = None):
    """The variance, of n - 1 degrees of freedom, or n if biased. Lua: ``torch.var([res,] x [, dim] [, biased])``."""
    x = floats("var", x)
    if dim is None or isinstance(dim, bool):
        return _variance("var", x, biased if dim is None else dim).item()
    return deliver("var", _variance_along("var", x, dim, biased).astype(x.dtype), out)


@np.errstate(all="ignore")
def std(x: np.ndarray, dim: int | bool | None = None, biased: bool = False, *, out: np.ndarray | None = None):
    """The standard deviation: the square root of `var`. Lua: ``torch.std([res,] x [, dim] [, biased])``."""
    x = floats("std", x)
    if dim is None or isinstance(dim, bool):
        return np.sqrt(_variance("std", x, biased if dim is None else dim)).item()
    return deliver("std", np.sqrt(_variance_along("std", x, dim, biased).astype(x.dtype)), out)


def max(x: np.ndarray, dim: int | None = None):
    """The greatest element, or ``(values, indices)`` along dim: the first of equals, NaN before all.

    Lua: ``torch.max(x [, dim])``.
    """
    return _extreme("max", np.max, np.argmax, x, dim)


def min(x: np.ndarray, dim: int | None = None):
    """The least element, or ``(values, indices)`` along dim: the first of equals, NaN before all.

    Lua: ``torch.min(x [, dim])``.
    """
    return _extreme("min", np.min, np.argmin, x, dim)


@np.errstate(all="ignore")
def norm(x: np.ndarray, p: float = 2, dim: int | None = None, *, out: np.ndarray | None = None):
    """``(sum |x|^p)^(1/p)``, for p = 0 how many are not 0. Lua: ``torch.norm([res,] x [, p] [, dim])``."""
    x = floats("norm", x)
    power = number(x, p)
    if p == 0:
        powers = (x != 0).astype(x.dtype)
    elif dim is None and p == 2:
        return np.sqrt(np.sum(np.square(x, dtype=np.float64))).item()
    else:
        powers = _absolute_power(x, power)
    if dim is None:
        return _root(np.sum(powers, dtype=np.float64), power).item()
    total = np.sum(powers, axis=axis("norm", x, dim), keepdims=True, dtype=np.float64)
    return deliver("norm", _root(total, power).astype(x.dtype, copy=False), out)


@np.errstate(all="ignore")
def dist(x: np.ndarray, y: np.ndarray, p: float = 2) -> float:
    """The p-norm of ``x - y``. Lua: ``torch.dist(x, y [, p])``."""
    x = floats("dist", x)
    power = number(x, p)
    powers = _absolute_power(x - second("dist", x, y), power)
    total = np.cumsum(powers.ravel())[-1] if x.size else x.dtype.type(0)  # one by one: a float rounds each sum
    return _root(total, power).item()


@np.errstate(all="ignore")
def renorm(x: np.ndarray, p: float, dim: int, maxnorm: float, *, out: np.ndarray | None = None) -> np.ndarray:
    """x with the slices along dim scaled down to a p-norm. Lua: ``torch.renorm([res,] x, p, dim, maxnorm)``."""
    x = floats("renorm", x)
    power, limit = number(x, p), number(x, maxnorm)
    at = axis("renorm", x, dim)
    if not p > 0 or x.ndim < 2:
        raise ValueError(f"torch.renorm: p > 0 and 2 dimensions at least expected, got {p} and shape {x.shape}")
    others = tuple(i for i in range(x.ndim) if i != at)
    powers = _absolute_power(x, power)
    norms = np.power(np.sum(powers, axis=others, keepdims=True), 1 / power)
    scale = np.where(norms > limit, limit / (norms.astype(np.float64) + 1e-7), 1).astype(x.dtype)
    return deliver("renorm", x * scale, out)


@np.errstate(all="ignore")
def cumsum(x: np.ndarray, dim: int = 1, *, out: np.ndarray | None = None) -> np.ndarray:
    """The sums of the elements up to each. Lua: ``torch.cumsum([res,] x [, dim])``."""
    x = tensor("cumsum", x)
    return deliver("cumsum", cast(np.cumsum(x, axis("cumsum", x, dim), dtype=_wide(x)), x.dtype), out)


@np.errstate(all="ignore")
def cumprod(x: np.ndarray, dim: int = 1, *, out: np.ndarray | None = None) -> np.ndarray:
    """The products of the elements up to each. Lua: ``torch.cumprod([res,] x [, dim])``."""
    x = tensor("cumprod", x)
    return deliver("cumprod", cast(np.cumprod(x, axis("cumprod", x, dim), dtype=_wide(x)), x.dtype), out)


def trace(x: np.ndarray):
    """The sum of the diagonal. Lua: ``torch.trace(x)``."""
    x = tensor("trace", x)
    if x.ndim != 2:
        raise ValueError(f"torch.trace: a matrix expected, got shape {x.shape}")
    return np.trace(x, dtype=_wide(x)).item()


def cross(a: np.ndarray, b: np.ndarray, dim: int | None = None, *, out: np.ndarray | None = None) -> np.ndarray:
    """The cross product along dim, by default the first of length 3. Lua: ``torch.cross([res,] a, b [, dim])``."""
    a, b = tensor("cross", a), tensor("cross", b)
    if dim is None or dim == 0:
        dim = a.shape.index(3) + 1 if 3 in a.shape else 1
    at = axis("cross", a, dim)
    if a.shape != b.shape or a.shape[at] != 3:
        raise ValueError(
            f"torch.cross: two arrays of the same shape with a dimension of 3 expected, got {a.shape} and {b.shape}"
        )
    return deliver("cross", np.cross(a, b, axis=at), out)


def histc(
    x: np.ndarray, bins: int = 100, low: float = 0, high: float = 0, *, out: np.ndarray | None = None
) -> np.ndarray:
    """How many elements fall in each of `bins` equal parts of [low, high], by default from the least to the greatest.

    Lua: ``torch.histc([res,] x [, bins, low, high])``.
    """
    x = floats("histc", x)
    return deliver("histc", _histogram(x.reshape(-1), int(bins), *_range("histc", x, low, high)), out)


def bhistc(
    x: np.ndarray, bins: int = 100, low: float = 0, high: float = 0, *, out: np.ndarray | None = None
) -> np.ndarray:
    """The histogram, as `histc`, of each row of a matrix. Lua: ``torch.bhistc([res,] x [, bins, low, high])``."""
    x = floats("bhistc", x)
    if x.ndim != 2:
        raise ValueError(f"torch.bhistc: a matrix expected, got shape {x.shape}")
    low, high = _range("bhistc", x, low, high)
    return deliver("bhistc", np.stack([_histogram(row, int(bins), low, high) for row in x]), out)


def numel(x: np.ndarray) -> int:
    """The number of elements. Lua: ``torch.numel(x)``, ``x:nElement()``."""
    return tensor("numel", x).size


def _wide(x):
    """Return the type Torch adds up in."""
    return np.float64 if x.dtype.kind == "f" else np.int64


def _along(name, function, x, dim):
    return cast(function(x, axis=axis(name, x, dim), dtype=_wide(x), keepdims=True), x.dtype)


def _variance(name, x, biased):
    check_not_empty(name, x)
    difference = x - np.mean(x, dtype=np.float64)
    return np.sum(np.square(difference)) / np.float64(x.size - (0 if biased else 1))


def _variance_along(name, x, dim, biased):
    """Return the variance from the sums of x and of x^2, in one pass as Torch takes it."""
    at = axis(name, x, dim)
    n = x.shape[at]
    mean = np.sum(x, axis=at, keepdims=True, dtype=np.float64) / n
    squares = np.sum(np.square(x), axis=at, keepdims=True, dtype=np.float64)
    real = x.dtype.type
    if biased:
        return np.maximum(squares / n - mean * mean, 0)
    return np.maximum(squares / np.float64(n - 1) - real(n) / real(n - 1) * mean * mean, 0)


def _extreme(name, function, position, x, dim):
    x = tensor(name, x)
    check_not_empty(name, x)
    if dim is None:
        return function(x).item()
    at = axis(name, x, dim)
    return function(x, axis=at, keepdims=True), position(x, axis=at, keepdims=True) + 1


def _absolute_power(x, p):
    return np.square(x) if p == 2 else np.abs(x) if p == 1 else _power(np.abs(x), p)


def _root(total, p):
    return total if p in (0, 1) else _power(total.astype(p.dtype), 1 / np.float64(p))


def _power(x, p):
    """Return x to the power of p as C's pow and powf do: in double, rounded to the type of x."""
    return np.power(x, x.dtype.type(p), dtype=np.float64).astype(x.dtype, copy=False)


def _range(name, x, low, high):
    low, high = number(x, low), number(x, high)
    if low == high:
        low, high = min(x), max(x)
    return (low - 1, high + 1) if low == high else (low, high)


def _histogram(x, bins, low, high):
    inside = x[(x >= low) & (x <= high)]
    places = ((inside - x.dtype.type(low)) / x.dtype.type(high - low) * bins).astype(np.int64)
    return np.bincount(np.minimum(places, bins - 1), minlength=bins).astype(x.dtype)
