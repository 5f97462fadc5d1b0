"""What Torch functions do to their arguments: tensor, floats, number, second, axis, cast, apply, deliver, ..."""

from collections.abc import Sequence
from numbers import Number
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "RESULT",
    "Sizes",
    "apply",
    "axis",
    "cast",
    "check_not_empty",
    "check_out",
    "deliver",
    "fitting",
    "floats",
    "is_number",
    "number",
    "option",
    "second",
    "shape_of",
    "shifted",
    "tensor",
]

# What to tell those who pass a tensor for the result first, as Lua does.
RESULT = " (the tensor for the result is passed as out=)"

# A size, or all sizes as a tuple, a list or a LongStorage.
Sizes: TypeAlias = int | Sequence[int] | np.ndarray


def tensor(name, x) -> np.ndarray:
    """Return `x`, which must be an array; a mask (bool) counts as Torch's ByteTensor."""
    if not isinstance(x, np.ndarray):
        raise TypeError(f"torch.{name}: an array expected, got {type(x).__name__}")
    return x.view(np.uint8) if x.dtype == np.bool_ else x


def floats(name, x) -> np.ndarray:
    """Return `x`, which must be an array of floats: Torch has the function for no other type."""
    x = tensor(name, x)
    if x.dtype.kind != "f":
        raise TypeError(f"torch.{name}: an array of floats expected, got {x.dtype}")
    return x


def check_not_empty(name, x) -> None:
    """Raise an error if the array x has no element."""
    if x.size == 0:
        raise ValueError(f"torch.{name}: an array with at least one element expected, got shape {x.shape}")


def is_number(value) -> bool:
    """Return whether `value` is what Lua calls a number."""
    return isinstance(value, Number) and not isinstance(value, bool | np.bool_)


def number(x, value) -> Any:
    """Return `value` as C converts it to the type of the array x: to integers by truncation, modulo their range."""
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError(f"a number expected, got an array of shape {value.shape}{RESULT}")
    if x.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return x.dtype.type(value)
    if x.dtype == np.int64 and isinstance(value, int) and -(2**63) <= value < 2**63:
        return np.int64(value)
    return cast(np.asarray(value, np.float64), x.dtype)[()]


def second(name, x, y) -> np.ndarray:
    """Return `y` as an operand for x: in its type and shape. As in Torch only the number of elements must agree."""
    y = tensor(name, y)
    if y.size != x.size:
        raise ValueError(f"torch.{name}: {x.size} elements expected for shape {x.shape}, got shape {y.shape}")
    if y.dtype != x.dtype:
        if y.dtype.kind == "f":
            raise TypeError(f"torch.{name}: {x.dtype} expected, got {y.dtype}: convert it with .astype('{x.dtype}')")
        y = y.astype(x.dtype)
    return y if y.shape == x.shape else y.reshape(x.shape)


def axis(name, x, dim) -> int:
    """Return the axis of Torch's 1-based dimension `dim`. As in Torch an empty array has none."""
    check_not_empty(name, x)
    if not is_number(dim):
        raise TypeError(f"torch.{name}: a dimension expected, got {type(dim).__name__}{RESULT}")
    if not 1 <= dim <= x.ndim:
        raise ValueError(f"torch.{name}: dimension from 1 to {x.ndim} expected, got {dim}")
    return int(dim) - 1


def shape_of(arguments) -> tuple[int, ...]:
    """Return the shape that the arguments ``(2, 3)``, ``((2, 3),)`` or ``(torch.LongStorage([2, 3]),)`` stand for."""
    if len(arguments) == 1 and not is_number(arguments[0]):
        arguments = arguments[0]
    if len(arguments) == 0:
        raise TypeError("sizes expected, got none")
    return tuple(int(n) for n in arguments)


def fitting(name, arguments, count) -> tuple[int, ...]:
    """Return the shape `arguments` stand for, its -1 replaced by what `count` elements leave for it."""
    shape = shape_of(arguments)
    if shape.count(-1) > 1:
        raise ValueError(f"torch.{name}: one -1 at most expected, got {shape}")
    known = 1
    for n in shape:
        known *= 1 if n == -1 else n
    if (-1 in shape and (known == 0 or count % known)) or (-1 not in shape and known != count):
        raise ValueError(f"torch.{name}: a shape of {count} elements expected, got {shape}")
    return tuple(count // known if n == -1 else n for n in shape)


def cast(values, dtype) -> np.ndarray:
    """Return an array as `dtype`, as C casts: floats are truncated, integers wrap (300 is 44 as a byte, -1 is 255).

    The processor converts floats to 32 bits, or to the 64 of a long; what fits in neither becomes the lowest of them.
    """
    if values.dtype.kind == "f" and np.dtype(dtype).kind in "iu":
        with np.errstate(invalid="ignore"):
            values = values.astype(np.int64 if dtype == np.int64 else np.int32)
    return values.astype(dtype)


def option(name, value, *values) -> str:
    """Return `value`, which must be one of `values`, letters in Lua's calls."""
    if value not in values:
        raise ValueError(f"torch.{name}: {' or '.join(map(repr, values))} expected, got {value!r}")
    return value


def shifted(values, *letters):
    """Return option letters, each moved on to the next place where it is none of the letters of its own: Lua's calls
    may leave out any of them."""
    values = list(values)
    for i, own in enumerate(letters[:-1]):
        if values[i] not in own:
            values[i:] = [own[0], *values[i:-1]]
    return values


def apply(name, ufunc, *operands, out=None):
    """Return ``ufunc(*operands)``, in `out` if that is given, without warnings where C has none: log(0), overflow."""
    check_out(name, out, operands[0].shape)
    with np.errstate(all="ignore"):
        return ufunc(*operands, out=out)


def check_out(name, out, shape) -> None:
    """Raise an error unless `out` is None or has this shape: NumPy cannot resize it, and would broadcast."""
    if out is not None and out.shape != shape:
        raise ValueError(f"torch.{name}: out of shape {shape} expected, got {out.shape}")


def deliver(name, result, out) -> np.ndarray:
    """Return `result`, or `out` with the result in it."""
    if out is None:
        return result
    check_out(name, out, result.shape)
    np.copyto(out, result, casting="unsafe")
    return out
