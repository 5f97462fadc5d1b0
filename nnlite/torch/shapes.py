"""Shapes: cat, reshape, view, expand, repeatTensor, squeeze, transpose, permute, unfold, split, resize, diag, ..."""

import numpy as np

from ..core.memory import element_strides, elements, offset_in, owner
from ..core.tensor_types import Storage
from .arguments import RESULT, Sizes, axis, deliver, fitting, is_number, shape_of, tensor

__all__ = [
    "cat",
    "chunk",
    "contiguous",
    "diag",
    "expand",
    "expandAs",
    "isContiguous",
    "isSetTo",
    "isSize",
    "permute",
    "repeatTensor",
    "reshape",
    "resize",
    "resizeAs",
    "split",
    "squeeze",
    "storage",
    "storageOffset",
    "stride",
    "t",
    "totable",
    "transpose",
    "tril",
    "triu",
    "unfold",
    "view",
    "viewAs",
]


def cat(*arguments, out: np.ndarray | None = None) -> np.ndarray:
    """Join arrays along dim, by default the last; empty ones are skipped.

    Lua: ``torch.cat([res,] x, y [, dim])``, ``torch.cat([res,] {x, y, ...} [, dim])``.
    """
    *arrays, dim = arguments if is_number(arguments[-1]) else (*arguments, -1)
    if isinstance(arrays[0], list | tuple):
        arrays = list(arrays[0])
    elif len(arrays) > 2:
        raise TypeError(f"torch.cat: two arrays or a list of arrays expected, got {len(arrays)}{RESULT}")
    arrays = [tensor("cat", x) for x in arrays]
    full = [x for x in arrays if x.size]
    if not full:
        return deliver("cat", arrays[0].reshape(-1), out)
    if len({x.dtype for x in full}) > 1:
        raise TypeError(f"torch.cat: arrays of one type expected, got {', '.join(str(x.dtype) for x in full)}")
    ranks = max(x.ndim for x in full)
    at = (ranks if dim == -1 else int(dim)) - 1
    if at < 0:
        raise ValueError(f"torch.cat: dimension 1 or more, or -1, expected, got {dim}")
    ranks = max(ranks, at + 1)
    full = [x.reshape(x.shape + (1,) * (ranks - x.ndim)) for x in full]
    if len({x.shape[:at] + x.shape[at + 1 :] for x in full}) > 1:
        shapes = ", ".join(str(x.shape) for x in full)
        raise ValueError(f"torch.cat: sizes that differ in dimension {at + 1} only expected, got {shapes}")
    return deliver("cat", np.concatenate(full, at), out)


def reshape(x: np.ndarray, *sizes: Sizes, out: np.ndarray | None = None) -> np.ndarray:
    """A copy in another shape. Lua: ``torch.reshape([res,] x, m, n, ...)``."""
    x = tensor("reshape", x)
    return deliver("reshape", x.reshape(fitting("reshape", sizes, x.size)).copy(), out)


def view(x: np.ndarray, *sizes: Sizes) -> np.ndarray:
    """The same memory in another shape; a size may be -1. Lua: ``x:view(m, n, ...)``."""
    x = tensor("view", x)
    if not x.flags.c_contiguous:
        raise ValueError(f"torch.view: a contiguous array expected, got shape {x.shape}, strides {element_strides(x)}")
    return x.reshape(fitting("view", sizes, x.size))


def viewAs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same memory in the shape of y. Lua: ``x:viewAs(y)``."""
    return view(x, y.shape)


def resize(x: np.ndarray, *sizes: Sizes) -> np.ndarray:
    """The memory of x, from its first element on, in another shape, with zeros where there is too little.

    An array cannot change its size, so use what is returned: x itself if it has the shape, else a view or a copy.
    Lua: ``x:resize(m, n, ...)``.
    """
    x = tensor("resize", x)
    shape = shape_of(sizes)
    if x.shape == shape:
        return x
    count = int(np.prod(shape))
    root = owner(x)
    flat = elements(root)[offset_in(root, x) :]
    if count > flat.size:
        flat = np.concatenate([flat, np.zeros(count - flat.size, x.dtype)])
    return flat[:count].reshape(shape)


def resizeAs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """As `resize`, to the shape of y. Lua: ``x:resizeAs(y)``."""
    return resize(x, y.shape)


def expand(x: np.ndarray, *sizes: Sizes) -> np.ndarray:
    """The same memory with dimensions of length 1 repeated. Lua: ``torch.expand(x, m, n, ...)``, ``x:expand(...)``."""
    x = tensor("expand", x)
    shape = shape_of(sizes)
    if len(shape) != x.ndim or any(have not in (1, want) for have, want in zip(x.shape, shape, strict=True)):
        raise ValueError(f"torch.expand: {x.ndim} sizes that differ where {x.shape} is 1 expected, got {shape}")
    steps = tuple(0 if n == 1 else step for n, step in zip(x.shape, x.strides, strict=True))
    return np.lib.stride_tricks.as_strided(x, shape, steps)


def expandAs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """As `expand`, to the shape of y. Lua: ``torch.expandAs(x, y)``, ``x:expandAs(y)``."""
    return expand(x, y.shape)


def repeatTensor(x: np.ndarray, *repeats: Sizes, out: np.ndarray | None = None) -> np.ndarray:
    """Copies of x side by side, so many in each dimension. Lua: ``torch.repeatTensor([res,] x, m, n, ...)``."""
    x = tensor("repeatTensor", x)
    counts = shape_of(repeats)
    if len(counts) < x.ndim:
        raise ValueError(f"torch.repeatTensor: {x.ndim} numbers at least expected, got {counts}")
    return deliver("repeatTensor", np.tile(x, counts), out)


def squeeze(x: np.ndarray, dim: int | None = None):
    """The same memory without dimensions of length 1, or without dim; a number if it is a single element.

    Lua: ``torch.squeeze(x [, dim])``.
    """
    x = tensor("squeeze", x)
    if dim is None:
        return x.item() if x.size == 1 else np.squeeze(x)
    at = axis("squeeze", x, dim)
    if x.ndim == 1:
        return x.item() if x.size == 1 else x
    return np.squeeze(x, at) if x.shape[at] == 1 else x


def transpose(x: np.ndarray, dim1: int, dim2: int) -> np.ndarray:
    """The same memory with two dimensions exchanged. Lua: ``x:transpose(dim1, dim2)``."""
    x = tensor("transpose", x)
    return np.swapaxes(x, axis("transpose", x, dim1), axis("transpose", x, dim2))


def t(x: np.ndarray) -> np.ndarray:
    """The transpose of a matrix, in the same memory. Lua: ``x:t()``."""
    x = tensor("t", x)
    if x.ndim != 2:
        raise ValueError(f"torch.t: a matrix expected, got shape {x.shape}")
    return x.T


def permute(x: np.ndarray, *dims: int) -> np.ndarray:
    """The same memory with its dimensions in another order. Lua: ``x:permute(dim1, dim2, ...)``."""
    x = tensor("permute", x)
    if sorted(dims) != list(range(1, x.ndim + 1)):
        raise ValueError(f"torch.permute: the dimensions 1 to {x.ndim} expected, got {dims}")
    return np.transpose(x, [d - 1 for d in dims])


def unfold(x: np.ndarray, dim: int, size: int, step: int) -> np.ndarray:
    """The same memory as windows along dim, `size` long in a new last dimension. Lua: ``x:unfold(dim, size, step)``."""
    x = tensor("unfold", x)
    at = axis("unfold", x, dim)
    if not (1 <= size <= x.shape[at] and step > 0):
        raise ValueError(f"torch.unfold: size from 1 to {x.shape[at]} and step > 0 expected, got {size} and {step}")
    windows = np.lib.stride_tricks.sliding_window_view(x, int(size), at, writeable=x.flags.writeable)
    return windows[(slice(None),) * at + (slice(None, None, int(step)),)]


def split(x: np.ndarray, size: int, dim: int = 1) -> list[np.ndarray]:
    """Views of `size` slices each along dim, the last of what is left. Lua: ``torch.split(x, size [, dim])``."""
    x = tensor("split", x)
    at = axis("split", x, dim)
    before = (slice(None),) * at
    return [x[(*before, slice(i, i + int(size)))] for i in range(0, x.shape[at], int(size))]


def chunk(x: np.ndarray, n: int, dim: int = 1) -> list[np.ndarray]:
    """Views of n parts of equal length along dim, the last of what is left. Lua: ``torch.chunk(x, n [, dim])``."""
    x = tensor("chunk", x)
    return split(x, -(-x.shape[axis("chunk", x, dim)] // int(n)), dim)


def diag(x: np.ndarray, k: int = 0, *, out: np.ndarray | None = None) -> np.ndarray:
    """A matrix with x on its k-th diagonal, or the k-th diagonal of a matrix. Lua: ``torch.diag([res,] x [, k])``."""
    x = tensor("diag", x)
    if x.ndim not in (1, 2):
        raise ValueError(f"torch.diag: a vector or a matrix expected, got shape {x.shape}")
    result = np.diag(x, int(k)).copy()
    if result.size == 0:
        raise ValueError(f"torch.diag: a diagonal of shape {x.shape} expected, got {k}")
    return deliver("diag", result, out)


def tril(x: np.ndarray, k: int = 0, *, out: np.ndarray | None = None) -> np.ndarray:
    """The elements on and below the k-th diagonal, zero elsewhere. Lua: ``torch.tril([res,] x [, k])``."""
    return deliver("tril", np.tril(_matrix("tril", x), int(k)), out)


def triu(x: np.ndarray, k: int = 0, *, out: np.ndarray | None = None) -> np.ndarray:
    """The elements on and above the k-th diagonal, zero elsewhere. Lua: ``torch.triu([res,] x [, k])``."""
    return deliver("triu", np.triu(_matrix("triu", x), int(k)), out)


def contiguous(x: np.ndarray) -> np.ndarray:
    """x itself if its elements lie in order, else a copy in which they do. Lua: ``x:contiguous()``."""
    return np.ascontiguousarray(tensor("contiguous", x))


def isContiguous(x: np.ndarray) -> bool:
    """Whether the elements lie in order. Lua: ``x:isContiguous()``."""
    return x.flags.c_contiguous


def isSetTo(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays are the same view of the same memory. Lua: ``x:isSetTo(y)``."""
    return x.ctypes.data == y.ctypes.data and x.shape == y.shape and x.strides == y.strides and x.dtype == y.dtype


def isSize(x: np.ndarray, *sizes: Sizes) -> bool:
    """Whether x has this shape. Lua: ``x:isSize(torch.LongStorage{m, n, ...})``."""
    return x.shape == shape_of(sizes)


def stride(x: np.ndarray, dim: int | None = None):
    """How many elements lie from one slice along dim to the next; all strides without dim. Lua: ``x:stride([dim])``."""
    x = tensor("stride", x)
    return element_strides(x) if dim is None else element_strides(x)[axis("stride", x, dim)]


def storage(x: np.ndarray) -> Storage:
    """The memory that x is a view of, as a storage. Lua: ``x:storage()``."""
    return elements(owner(tensor("storage", x))).view(Storage)


def storageOffset(x: np.ndarray) -> int:
    """The position of the first element of x in its storage. Lua: ``x:storageOffset()``."""
    x = tensor("storageOffset", x)
    return offset_in(owner(x), x) + 1


def totable(x: np.ndarray) -> list:
    """The numbers as nested lists. Lua: ``torch.totable(x)``, ``x:totable()``."""
    return tensor("totable", x).tolist()


def _matrix(name, x):
    x = tensor(name, x)
    if x.ndim != 2:
        raise ValueError(f"torch.{name}: a matrix expected, got shape {x.shape}")
    return x
