"""Arrays that modules own: sized (output and gradient buffers), sized_like, zeroed, copied, alias, empty, ..."""

import math

import numpy as np

from ..kernels import arithmetic
from .tables import Table, arrays_in, map_arrays
from .tensor_types import default_dtype

__all__ = ["alias", "clear", "copied", "empty", "floats", "is_buffer", "parameter", "sized", "sized_like", "zeroed"]


class _Memory(np.ndarray):
    """The bytes under a buffer made by `sized`. Being its base tells a module's buffer from any other array."""


def empty(dtype=None) -> np.ndarray:
    """Return Torch's empty tensor: an array of size 0."""
    return np.empty(0, default_dtype() if dtype is None else dtype)


def floats(value) -> np.ndarray:
    """Return `value` as an array of floats: itself, or numbers, lists and integers in the default type."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value
    return np.array(value, default_dtype())


def is_buffer(array) -> bool:
    """Return whether `array` is a buffer made by `sized` (a view of one is not)."""
    return type(array.base) is _Memory


def sized(buffer, shape, dtype) -> np.ndarray:
    """Return a C-contiguous buffer of this shape and dtype, with undefined content: `buffer` itself while it fits.

    A smaller shape re-uses the memory. An array that was not made here (an alias of the caller's, a view, an array
    from a file) is never handed out for writing: a new buffer takes its place.
    """
    try:
        if buffer.shape == shape and buffer.dtype == dtype and type(buffer.base) is _Memory:
            return buffer
        memory = buffer.base
    except AttributeError:
        memory = None
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if type(memory) is not _Memory or len(memory) < size:
        memory = _Memory(size, np.uint8)
    return np.ndarray(shape, dtype, memory)


def sized_like(buffer, value):
    """Return buffers of the nesting, shapes and dtypes of `value`: those of `buffer` where they fit.

    What is no array (a number in a table) becomes ``None``. Lua: nn.utils.recursiveResizeAs.
    """
    return map_arrays(_sized_as, value, buffer)


def _sized_as(value, buffer):
    return sized(buffer, value.shape, value.dtype) if isinstance(value, np.ndarray) else None


def _copied(value, buffer):
    if not isinstance(value, np.ndarray):
        return value
    buffer = sized(buffer, value.shape, value.dtype)
    arithmetic.copy(value, buffer)
    return buffer


def zeroed(buffer, value):
    """Return `sized_like` buffers, filled with zeros."""
    buffer = sized_like(buffer, value)
    for array in arrays_in(buffer):
        array.fill(0)
    return buffer


def alias(value):
    """Return a nested table with views of its arrays: `sized` never takes a view for a buffer to write into."""
    return map_arrays(lambda x: x.view() if isinstance(x, np.ndarray) else x, value)


def copied(buffer, value):
    """Return a copy of an array or a nested table of arrays, in `buffer` where it fits. Lua: nn.utils.recursiveCopy."""
    return map_arrays(_copied, value, buffer)


def parameter(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a parameter and its gradient, both zero, of the default type."""
    return np.zeros(shape, default_dtype()), np.zeros(shape, default_dtype())


def clear(owner, *names):
    """Empty the named fields of `owner` and return it: arrays and tables become empty, anything else ``None``.

    Lua: nn.utils.clear. A new empty array takes the place of the old one, which aliases elsewhere keep.
    """
    for name in names:
        value = getattr(owner, name, None)
        if isinstance(value, np.ndarray):
            setattr(owner, name, empty(value.dtype))
        elif isinstance(value, list | dict):
            setattr(owner, name, [] if isinstance(value, list) else Table())
        elif value is not None:
            setattr(owner, name, None)
    return owner
