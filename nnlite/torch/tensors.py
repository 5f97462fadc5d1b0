"""New tensors and storages: Tensor, FloatTensor, ..., Storage, ..., zeros, ones, eye, range, linspace, logspace."""

import numpy as np

from ..core import tensor_types
from ..core.args import given
from ..core.tensor_types import default_dtype, dtype_of
from .arguments import Sizes, cast, deliver, is_number, shape_of

__all__ = [
    "ByteStorage",
    "ByteTensor",
    "CharStorage",
    "CharTensor",
    "DoubleStorage",
    "DoubleTensor",
    "FloatStorage",
    "FloatTensor",
    "HalfStorage",
    "HalfTensor",
    "IntStorage",
    "IntTensor",
    "LongStorage",
    "LongTensor",
    "ShortStorage",
    "ShortTensor",
    "Storage",
    "Tensor",
    "eye",
    "linspace",
    "logspace",
    "ones",
    "range",
    "zeros",
]


def Tensor(*arguments) -> np.ndarray:
    """Zeros of the default type, the values of a nested list, or a view of an array or storage.

    ``Tensor()`` is empty; ``Tensor(2, 3)``, ``Tensor(x.shape)`` and ``Tensor(torch.LongStorage([2, 3]))`` give a shape;
    ``Tensor([[1, 2], [3, 4]])`` gives the values; ``Tensor(x)`` shares the memory of an array of the same type;
    ``Tensor(storage, offset, sizes, strides)`` is a view of a storage. Lua: ``torch.Tensor(...)``, whose new memory is
    undefined.
    """
    return _tensor(default_dtype(), arguments)


def DoubleTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of float64. Lua: ``torch.DoubleTensor(...)``."""
    return _tensor(np.dtype(np.float64), arguments)


def FloatTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of float32. Lua: ``torch.FloatTensor(...)``."""
    return _tensor(np.dtype(np.float32), arguments)


def HalfTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of float16. Lua: ``torch.HalfTensor(...)``."""
    return _tensor(np.dtype(np.float16), arguments)


def LongTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of int64; a LongStorage is its values, not its shape. Lua: ``torch.LongTensor(...)``."""
    return _tensor(np.dtype(np.int64), arguments)


def IntTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of int32. Lua: ``torch.IntTensor(...)``."""
    return _tensor(np.dtype(np.int32), arguments)


def ShortTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of int16. Lua: ``torch.ShortTensor(...)``."""
    return _tensor(np.dtype(np.int16), arguments)


def CharTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of int8. Lua: ``torch.CharTensor(...)``."""
    return _tensor(np.dtype(np.int8), arguments)


def ByteTensor(*arguments) -> np.ndarray:
    """As `Tensor`, of uint8. Lua: ``torch.ByteTensor(...)``."""
    return _tensor(np.dtype(np.uint8), arguments)


def Storage(*arguments) -> tensor_types.Storage:
    """A storage of the default type: n zeros, the values of a list, or a part ``(storage, offset, size)`` of another.

    A storage is a 1-D array that ``torch.save`` writes as such. Lua: ``torch.Storage(...)``.
    """
    return _storage(default_dtype(), arguments)


def DoubleStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of float64. Lua: ``torch.DoubleStorage(...)``."""
    return _storage(np.dtype(np.float64), arguments)


def FloatStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of float32. Lua: ``torch.FloatStorage(...)``."""
    return _storage(np.dtype(np.float32), arguments)


def HalfStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of float16. Lua: ``torch.HalfStorage(...)``."""
    return _storage(np.dtype(np.float16), arguments)


def LongStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of int64. Lua: ``torch.LongStorage(...)``."""
    return _storage(np.dtype(np.int64), arguments)


def IntStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of int32. Lua: ``torch.IntStorage(...)``."""
    return _storage(np.dtype(np.int32), arguments)


def ShortStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of int16. Lua: ``torch.ShortStorage(...)``."""
    return _storage(np.dtype(np.int16), arguments)


def CharStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of int8. Lua: ``torch.CharStorage(...)``."""
    return _storage(np.dtype(np.int8), arguments)


def ByteStorage(*arguments) -> tensor_types.Storage:
    """As `Storage`, of uint8. Lua: ``torch.ByteStorage(...)``."""
    return _storage(np.dtype(np.uint8), arguments)


def zeros(*sizes: Sizes | str, out: np.ndarray | None = None) -> np.ndarray:
    """Zeros of the default type, or of the type named last. Lua: ``torch.zeros([res,] m, n, ...)``."""
    return _filled("zeros", 0, sizes, out)


def ones(*sizes: Sizes | str, out: np.ndarray | None = None) -> np.ndarray:
    """Ones of the default type, or of the type named last. Lua: ``torch.ones([res,] m, n, ...)``."""
    return _filled("ones", 1, sizes, out)


def eye(n: int, m: int | None = None, *, out: np.ndarray | None = None) -> np.ndarray:
    """Ones on the diagonal of an n x m matrix (m is n by default). Lua: ``torch.eye([res,] n [, m])``."""
    return deliver("eye", np.eye(n, m, dtype=_dtype(out)), out)


def range(x: float, y: float, step: float = 1, *, out: np.ndarray | None = None) -> np.ndarray:
    """``x, x + step, ...`` up to y, y included. Lua: ``torch.range([res,] x, y [, step])``."""
    dtype = _dtype(out)
    if dtype.kind != "f":
        x, y, step = int(x), int(y), int(step)
    if not ((step > 0 and y >= x) or (step < 0 and y <= x)):
        raise ValueError(f"torch.range: a step from {x} towards {y} expected, got {step}")
    steps = np.arange(int((y - x) / step + 1), dtype=np.float64)
    return deliver("range", cast(x + steps * step, dtype), out)


def linspace(x: float, y: float, n: int = 100, *, out: np.ndarray | None = None) -> np.ndarray:
    """n equally spaced numbers from x to y. Lua: ``torch.linspace([res,] x, y [, n])``."""
    return deliver("linspace", _spaced("linspace", x, y, n, _dtype(out)), out)


def logspace(x: float, y: float, n: int = 100, *, out: np.ndarray | None = None) -> np.ndarray:
    """Ten to the power of n equally spaced numbers from x to y. Lua: ``torch.logspace([res,] x, y [, n])``."""
    exponents = _spaced("logspace", x, y, n, _dtype(out))
    with np.errstate(over="ignore"):
        return deliver("logspace", np.power(10, exponents, dtype=exponents.dtype), out)


def _dtype(out):
    return default_dtype() if out is None else out.dtype


def _tensor(dtype, arguments):
    if not arguments:
        return np.empty(0, dtype)
    first = arguments[0]
    if isinstance(first, tensor_types.Storage):
        if first.dtype == np.int64 and dtype != np.int64:
            return _strided(np.zeros(_extent(*arguments), dtype), 1, *arguments)
        return _strided(_same_type(first, dtype), *arguments[1:])
    if isinstance(first, np.ndarray):
        return _same_type(first, dtype).view(np.ndarray)
    if isinstance(first, list):
        return _numbers(first, dtype)
    return np.zeros(shape_of(arguments), dtype)


def _numbers(values, dtype):
    """Return a nested list of numbers, which Lua would know as doubles, as an array."""
    try:
        array = np.array(values)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        raise ValueError("a nested list of numbers, of equal lengths at each level, expected")
    return cast(array if dtype == np.int64 else array.astype(np.float64), dtype)


def _extent(sizes, strides=None):
    """Return how many elements of memory a tensor of these sizes and strides needs."""
    if strides is None:
        return int(np.prod(sizes))
    return int(1 + sum((n - 1) * stride for n, stride in zip(sizes, strides, strict=True)))


def _same_type(x, dtype):
    if x.dtype != dtype:
        raise TypeError(f"an array of {dtype} to share expected, got {x.dtype}: convert it with .astype('{dtype}')")
    return x


def _strided(storage, offset=1, sizes=None, strides=None):
    """Return a tensor that views `storage` from the 1-based `offset` on."""
    memory = storage.view(np.ndarray)[int(offset) - 1 :]
    if sizes is None:
        return memory
    shape = tuple(int(n) for n in sizes)
    need = _extent(shape, strides)
    if not 1 <= offset <= storage.size or need > memory.size:
        raise ValueError(f"a storage of {offset - 1 + need} elements expected, got {storage.size}")
    if strides is None:
        return memory[:need].reshape(shape)
    steps = tuple(int(stride) * memory.itemsize for stride in strides)
    return np.lib.stride_tricks.as_strided(memory, shape, steps)


def _storage(dtype, arguments):
    first = given(arguments[0] if arguments else None, 0)
    if is_number(first):
        return np.zeros(int(first), dtype).view(tensor_types.Storage)
    if isinstance(first, tensor_types.Storage):
        offset = arguments[1] if len(arguments) > 1 else 1
        size = arguments[2] if len(arguments) > 2 else first.size - offset + 1
        if not 1 <= offset <= first.size or not 1 <= size <= first.size - offset + 1:
            raise ValueError(f"a part of a storage of {first.size} elements expected, got {size} from {offset} on")
        return _same_type(first, dtype)[offset - 1 : offset - 1 + size]
    values = _numbers(list(first), dtype)
    if values.ndim != 1:
        raise ValueError("a list of numbers for a storage expected")
    return values.view(tensor_types.Storage)


def _filled(name, value, sizes, out):
    dtype = _dtype(out)
    if sizes and isinstance(sizes[-1], str):
        sizes, dtype = sizes[:-1], dtype_of(sizes[-1])
    return deliver(name, np.full(shape_of(sizes), value, dtype), out)


def _spaced(name, x, y, n, dtype):
    if dtype.kind != "f":
        raise TypeError(f"torch.{name}: a tensor of floats expected, got {dtype}")
    n = int(n)
    if not (n > 1 or (n == 1 and x == y)):
        raise ValueError(f"torch.{name}: two points at least expected, got {n}")
    if n == 1:
        return np.full(1, x, dtype)
    x, y = dtype.type(x), dtype.type(y)
    return x + np.arange(n, dtype=dtype) * (y - x) / dtype.type(n - 1)
