"""Parts of arrays by 1-based positions and by masks: select, narrow, sub, index, gather, scatter, maskedSelect, ...

`select`, `narrow` and `sub` return views. The names that change their first argument in Torch (indexCopy, indexAdd,
indexFill, scatter, scatterAdd, maskedFill, maskedCopy) change it here, and return it.
"""

import numpy as np

from .arguments import axis, cast, deliver, is_number, number, tensor

__all__ = [
    "gather",
    "index",
    "indexAdd",
    "indexCopy",
    "indexFill",
    "maskedCopy",
    "maskedFill",
    "maskedSelect",
    "narrow",
    "nonzero",
    "scatter",
    "scatterAdd",
    "select",
    "sub",
]


def select(x: np.ndarray, dim: int, position: int):
    """The slice at a position along dim, of a vector the number. Lua: ``x:select(dim, position)``."""
    x = tensor("select", x)
    part = np.moveaxis(x, axis("select", x, dim), 0)
    if not 1 <= position <= len(part):
        raise ValueError(f"torch.select: position from 1 to {len(part)} expected, got {position}")
    part = part[int(position) - 1]
    return part if isinstance(part, np.ndarray) else part.item()


def narrow(x: np.ndarray, dim: int, first: int, size: int) -> np.ndarray:
    """The slices from `first` on, `size` of them. Lua: ``x:narrow(dim, first, size)``."""
    x = tensor("narrow", x)
    at = axis("narrow", x, dim)
    if not (first >= 1 and size >= 1 and first + size - 1 <= x.shape[at]):
        raise ValueError(f"torch.narrow: a part of {x.shape[at]} slices expected, got {size} from {first} on")
    return x[(slice(None),) * at + (slice(int(first) - 1, int(first + size) - 1),)]


def sub(x: np.ndarray, *ranges: int) -> np.ndarray:
    """The part from s to e in each dimension; negative ones count from the end. Lua: ``x:sub(s1, e1 [, s2, e2])``."""
    x = tensor("sub", x)
    if len(ranges) % 2 or not 2 <= len(ranges) <= 2 * x.ndim:
        raise ValueError(f"torch.sub: a first and last position for each of 1 to {x.ndim} dimensions expected")
    parts = []
    for n, first, last in zip(x.shape, ranges[0::2], ranges[1::2], strict=False):
        start, end = (int(i) + n + 1 if i < 0 else int(i) for i in (first, last))
        if not 1 <= start <= end <= n:
            raise ValueError(f"torch.sub: positions from 1 to {n}, in order, expected, got {first} and {last}")
        parts.append(slice(start - 1, end))
    return x[tuple(parts)]


def index(x: np.ndarray, dim: int, indices: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """A copy of the slices at some positions along dim. Lua: ``x:index(dim, indices)``."""
    x = tensor("index", x)
    at = axis("index", x, dim)
    return deliver("index", np.take(x, _positions("index", indices, x.shape[at]), at), out)


def indexCopy(x: np.ndarray, dim: int, indices: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Put the slices of y at some positions along dim of x. Lua: ``x:indexCopy(dim, indices, y)``."""
    slices, positions, values = _slices("indexCopy", x, dim, indices, y)
    slices[positions] = values
    return x


def indexAdd(x: np.ndarray, dim: int, indices: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Add the slices of y at some positions along dim of x, repeatedly where one repeats.

    Lua: ``x:indexAdd(dim, indices, y)``.
    """
    slices, positions, values = _slices("indexAdd", x, dim, indices, y)
    np.add.at(slices, positions, values)
    return x


def indexFill(x: np.ndarray, dim: int, indices: np.ndarray, value: float) -> np.ndarray:
    """Set the slices at some positions along dim of x to a number. Lua: ``x:indexFill(dim, indices, value)``."""
    x = tensor("indexFill", x)
    slices = np.moveaxis(x, axis("indexFill", x, dim), 0)
    slices[_positions("indexFill", indices, len(slices))] = number(x, value)
    return x


def gather(x: np.ndarray, dim: int, indices: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """The elements of x at the positions along dim that `indices` has in their place.

    Lua: ``torch.gather([res,] x, dim, indices)``, ``x:gather(dim, indices)``.
    """
    x = tensor("gather", x)
    at, positions = _places("gather", x, dim, indices)
    return deliver("gather", np.take_along_axis(x, positions, at), out)


def scatter(x: np.ndarray, dim: int, indices: np.ndarray, source) -> np.ndarray:
    """Put elements of `source` (or a number) at the positions along dim that `indices` has in their place.

    The last of several for one position stays. Lua: ``torch.scatter(x, dim, indices, source)``.
    """
    x = tensor("scatter", x)
    at, positions = _places("scatter", x, dim, indices)
    np.put_along_axis(x, positions, _source("scatter", x, positions, source), at)
    return x


def scatterAdd(x: np.ndarray, dim: int, indices: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Add elements of `source` at the positions along dim that `indices` has in their place.

    Not in Lua's Torch, whose C library has it.
    """
    x = tensor("scatterAdd", x)
    at, positions = _places("scatterAdd", x, dim, indices)
    places = list(np.ogrid[tuple(slice(n) for n in positions.shape)])
    places[at] = positions
    np.add.at(x, tuple(places), _source("scatterAdd", x, positions, source))
    return x


def maskedSelect(x: np.ndarray, mask: np.ndarray, *, out: np.ndarray | None = None) -> np.ndarray:
    """A vector of the elements where a mask is set. Lua: ``x:maskedSelect(mask)``, ``x[mask]``."""
    x = tensor("maskedSelect", x)
    return deliver("maskedSelect", x[_mask("maskedSelect", x, mask)], out)


def maskedFill(x: np.ndarray, mask: np.ndarray, value: float) -> np.ndarray:
    """Set the elements where a mask is set to a number. Lua: ``x:maskedFill(mask, value)``, ``x[mask] = value``."""
    x = tensor("maskedFill", x)
    x[_mask("maskedFill", x, mask)] = number(x, value)
    return x


def maskedCopy(x: np.ndarray, mask: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Put the elements of y, in order, where a mask is set. Lua: ``x:maskedCopy(mask, y)``, ``x[mask] = y``."""
    x, y = tensor("maskedCopy", x), tensor("maskedCopy", y)
    mask = _mask("maskedCopy", x, mask)
    count = np.count_nonzero(mask)
    if y.size < count:
        raise ValueError(f"torch.maskedCopy: {count} elements at least expected, got shape {y.shape}")
    x[mask] = cast(y.reshape(-1)[:count], x.dtype)
    return x


def nonzero(x: np.ndarray) -> np.ndarray:
    """The 1-based positions of the elements that are not 0, a row for each. Lua: ``torch.nonzero(x)``."""
    return np.argwhere(tensor("nonzero", x)) + 1


def _positions(name, indices, count):
    """Return 1-based indices, a vector, as positions below `count`."""
    indices = np.asarray(indices)
    if indices.ndim != 1:
        raise ValueError(f"torch.{name}: a vector of indices expected, got shape {indices.shape}")
    return _zero_based(name, indices, count)


def _zero_based(name, indices, count):
    if indices.size and not (indices.min() >= 1 and indices.max() <= count):
        raise ValueError(f"torch.{name}: indices from 1 to {count} expected, got {indices.min()} to {indices.max()}")
    return indices.astype(np.int64) - 1


def _slices(name, x, dim, indices, y):
    """Return x and y with dim in front, and the positions of the slices of y in x."""
    x, y = tensor(name, x), tensor(name, y)
    at = axis(name, x, dim)
    slices = np.moveaxis(x, at, 0)
    positions = _positions(name, indices, len(slices))
    if y.ndim != x.ndim or y.shape[at] != len(positions) or y.size * len(slices) != x.size * len(positions):
        raise ValueError(f"torch.{name}: {len(positions)} slices of shape {x.shape} expected, got {y.shape}")
    values = np.moveaxis(y, at, 0).reshape(len(positions), *slices.shape[1:])
    return slices, positions, cast(values, x.dtype)


def _places(name, x, dim, indices):
    """Return the axis of dim, and 1-based indices along it, one for each element of the result, as positions."""
    at = axis(name, x, dim)
    indices = np.asarray(indices)
    if indices.ndim != x.ndim or any(indices.shape[i] != x.shape[i] for i in range(x.ndim) if i != at):
        raise ValueError(
            f"torch.{name}: indices of the shape {x.shape}, but for dimension {dim}, expected, got {indices.shape}"
        )
    return at, _zero_based(name, indices, x.shape[at])


def _source(name, x, positions, source):
    if is_number(source):
        return number(x, source)
    source = tensor(name, source)
    if source.ndim != x.ndim or any(n < m for n, m in zip(source.shape, positions.shape, strict=True)):
        raise ValueError(f"torch.{name}: a source of shape {positions.shape} expected, got {source.shape}")
    return cast(source[tuple(slice(n) for n in positions.shape)], x.dtype)


def _mask(name, x, mask):
    """Return a mask, bytes of 0 and 1 in any shape, as bools in the shape of x."""
    mask = np.asarray(mask)
    if mask.size != x.size:
        raise ValueError(f"torch.{name}: a mask of {x.size} elements expected, got shape {mask.shape}")
    if mask.dtype != np.bool_ and mask.size and (mask.min() < 0 or mask.max() > 1):
        raise ValueError(f"torch.{name}: a mask of 0 and 1 expected, got {mask.min()} to {mask.max()}")
    return mask.reshape(x.shape).astype(np.bool_)
