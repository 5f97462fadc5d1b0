"""Types: type, typename, isTensor, isStorage, isTypeOf, typeAs, isequal, pointer, setdefaulttensortype, ..."""

import re

import numpy as np

from ..core.generator import Generator
from ..core.tensor_types import DTYPES, Storage, default_dtype, dtype_of, name_of, set_default_dtype
from .arguments import cast, is_number, tensor

__all__ = [
    "getdefaulttensortype",
    "isStorage",
    "isTensor",
    "isTypeOf",
    "isequal",
    "pointer",
    "setdefaulttensortype",
    "type",
    "typeAs",
    "typename",
]

_class = type
_MAGIC = re.compile(r"[\^$*+?.()\[\]%-]")


def setdefaulttensortype(name: str) -> None:
    """Set the type of new tensors and modules. Lua: ``torch.setdefaulttensortype(name)``."""
    if name not in DTYPES:
        raise ValueError(f"torch.setdefaulttensortype: one of {', '.join(DTYPES)} expected, got {name!r}")
    set_default_dtype(DTYPES[name])


def getdefaulttensortype() -> str:
    """Return the type of new tensors and modules. Lua: ``torch.getdefaulttensortype()``."""
    return name_of(default_dtype())


def type(x, name: str | None = None):
    """Return the Torch or Lua type of x, or the array x as another type.

    Lua: ``torch.type(x)``, ``x:type([name])``. As there, x itself is returned if it has the type already, and integer
    types take floats as C does: truncated, modulo their range.
    """
    if name is None:
        return typename(x) or _lua_type(x)
    dtype = dtype_of(name)
    x = tensor("type", x)
    return x if x.dtype == dtype else cast(x, dtype)


def typeAs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return x as the type of y. Lua: ``x:typeAs(y)``."""
    return type(x, name_of(y.dtype))


def typename(x) -> str | None:
    """Return the Torch type of x, None if it is no Torch object. Lua: ``torch.typename(x)``."""
    if isinstance(x, np.ndarray):
        name = name_of(x.dtype)
        return name.replace("Tensor", "Storage") if isinstance(x, Storage) else name
    if isinstance(x, Generator):
        return "torch.Generator"
    return getattr(x, "torch_typename", None)


def isTensor(x) -> bool:
    """Return whether x is an array. Lua: ``torch.isTensor(x)``."""
    return isinstance(x, np.ndarray) and not isinstance(x, Storage)


def isStorage(x) -> bool:
    """Return whether x is a storage. Lua: ``torch.isStorage(x)``."""
    return isinstance(x, Storage)


def isTypeOf(x, spec) -> bool:
    """Return whether x is of a class, or of a class derived from it.

    `spec` is a class or constructor, a type name, or a pattern of type names (a regular expression).

    Lua: ``torch.isTypeOf(x, spec)``.
    """
    if isinstance(spec, _class):
        return isinstance(x, spec)
    if callable(spec):
        spec = typename(spec())  # torch.FloatTensor and the like
    names = [getattr(base, "torch_typename", None) for base in _class(x).__mro__]
    names.append(typename(x))
    match = re.search if _MAGIC.search(spec.replace(".", "")) else re.fullmatch
    return any(name is not None and match(spec, name) for name in names)


def isequal(x, y) -> bool:
    """Return whether x and y are the same object. Lua: ``torch.isequal(x, y)``."""
    return x is y


def pointer(x) -> int:
    """Return a number that tells objects apart, of an array where its memory is. Lua: ``torch.pointer(x)``."""
    return x.ctypes.data if isinstance(x, np.ndarray) else id(x)


def _lua_type(x) -> str:
    if x is None:
        return "nil"
    if isinstance(x, bool | np.bool_):
        return "boolean"
    if is_number(x):
        return "number"
    if isinstance(x, str):
        return "string"
    if isinstance(x, list | tuple | dict):
        return "table"
    return "function" if callable(x) else "userdata"
