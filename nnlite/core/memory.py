"""Where arrays live: owner, offset_in, strided, Shared (pickling that keeps shared memory shared)."""

import numpy as np

from .buffers import is_buffer
from .tensor_types import Storage

__all__ = ["Shared", "element_strides", "elements", "offset_in", "owner", "strided"]


def owner(array: np.ndarray) -> np.ndarray:
    """Return the array that owns the memory `array` looks at: the counterpart of Torch's storage.

    An array whose elements cannot be counted off in that memory (another dtype, a gap in the owner), and a module's
    buffer, is its own owner.
    """
    root = array
    while isinstance(root.base, np.ndarray):
        root = root.base
    if root.dtype != array.dtype or is_buffer(array) or not (root.flags.c_contiguous or root.flags.f_contiguous):
        return array
    return root


def elements(root: np.ndarray) -> np.ndarray:
    """Return the elements of an owner in the order of memory: a one-dimensional view, a copy where there is none."""
    return root.ravel(order="K")


def offset_in(root: np.ndarray, array: np.ndarray) -> int:
    """Return the position of the first element of `array` among the elements of its owner."""
    return (array.ctypes.data - root.ctypes.data) // array.itemsize


def element_strides(array: np.ndarray) -> tuple[int, ...]:
    """Return the strides of `array` counted in elements, as Torch does."""
    return tuple(stride // array.itemsize for stride in array.strides)


def strided(root: np.ndarray, offset: int, shape, strides, kind: type = np.ndarray) -> np.ndarray:
    """Return the view of `root` that starts at element `offset`, of the class `kind`; `strides` count elements."""
    flat = elements(root)
    view = np.ndarray(shape, flat.dtype, flat, offset * flat.itemsize, tuple(s * flat.itemsize for s in strides))
    return view if kind is np.ndarray else view.view(kind)


class Shared:
    """Stands for a view while it is pickled or deep-copied; what comes back is a view of the owner's one copy."""

    def __init__(self, array: np.ndarray, root: np.ndarray):
        self.array, self.root = array, root

    def __reduce__(self):
        array = self.array
        kind = Storage if isinstance(array, Storage) else np.ndarray
        return strided, (self.root, offset_in(self.root, array), array.shape, element_strides(array), kind)

    @classmethod
    def pack(cls, value):
        """Return `value` with a `Shared` in place of each view; lists and tables are searched."""
        if isinstance(value, np.ndarray):
            root = owner(value)
            return value if root is value else cls(value, root)
        if type(value) is list:
            return [cls.pack(item) for item in value]
        if isinstance(value, dict):
            return type(value)((key, cls.pack(item)) for key, item in value.items())
        return value
