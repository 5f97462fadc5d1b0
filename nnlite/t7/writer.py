"""From objects to the bytes of a file: Writer."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.buffers import is_buffer
from ..core.generator import Generator
from ..core.memory import elements, offset_in, owner
from ..core.tables import Indexed
from ..core.tensor_types import Storage, name_of
from .assemble import origin_of
from .fields import fields_of, kept_in, version_of
from .format import (
    BOOLEAN,
    NIL,
    OLDEST_FUNCTION,
    TABLE,
    TORCH,
    ObjectKey,
    indexed_items,
    path_text,
)
from .registry import typename_of
from .sink import Sink
from .unknown import Hash, LuaFunction, Vec

__all__ = ["Writer"]

_PLAIN = (str, float, bool)  # what has no parts and cannot fail
_SEARCHED = 100  # tables in a field beyond which its arrays are taken for scratch memory


class Writer:
    """Writes objects one after another; what was written before is referred to.

    Every object with parts is a generator that yields ``(label, part, keep)``; `write` drives a stack of them.

    `keep` says of the arrays below whether they are written as they are; None keeps all. In a module, those that only
    hold its last results are written empty: a buffer made here, and an ``output`` or ``gradInput`` that did not come
    from the module's own file (it may look at the caller's data, which does not belong in the model's file).

    Parameters
    ----------
    sink : Sink
        Where the bytes go.
    referenced : bool, default True
        False writes everything in full each time it occurs.
    """

    def __init__(self, sink: Sink, referenced: bool = True):
        self.sink, self.referenced = sink, referenced
        self._indices: dict[int, int] = {}
        self._storages: dict[int, int] = {}
        self._emptied: dict[int, int] = {}  # the same for buffers and the tables of them
        self._omitted: dict[int, tuple[str, ...]] = {}  # fields that some object below is written without
        self._count = 0
        self._alive: list[Any] = []  # an id means an object only as long as the object lives
        self._path: Any = None

    def write(self, value) -> None:
        """Write an object.

        Raises
        ------
        TypeError
            If some part of it is nothing that Lua knows.
        """
        stack = []
        self._path = None
        task = self._begin(value, None)
        while True:
            if task is not None:
                stack.append((task, self._path))
            elif not stack:
                return
            task, self._path = stack[-1]
            try:
                label, part, keep = next(task)
            except StopIteration:
                stack.pop()
                task = None
            else:
                self._path = (self._path, label)
                task = self._begin(part, keep)

    def _begin(self, value, keep):
        """Write a plain value, or return the generator that will write one with parts."""
        sink = self.sink
        if isinstance(value, str):
            sink.text(value.encode(errors="surrogateescape"))
        elif type(value) is float:
            sink.number(value)
        elif isinstance(value, bool | np.bool_):
            sink.integer(BOOLEAN)
            sink.integer(int(value))
        elif isinstance(value, int | float | np.number) and not isinstance(value, np.complexfloating):
            sink.number(self._number(value))
        elif value is None:
            sink.integer(NIL)
        elif isinstance(value, bytes | bytearray):
            sink.text(value)
        elif isinstance(value, ObjectKey):
            return self._begin(value.value, keep)
        else:
            return self._with_parts(value, keep)
        return None

    def _with_parts(self, value, keep):
        if isinstance(value, np.ndarray):
            return self._array(value, keep)
        if isinstance(value, Hash | Vec):
            return self._tds(value, keep)
        if isinstance(value, Mapping):
            return self._table(value, value.items(), keep)
        if isinstance(value, Indexed):
            return self._table(value, indexed_items(value), keep)
        if isinstance(value, list | tuple):
            return self._table(value, enumerate(value, 1), keep)
        if isinstance(value, LuaFunction):
            return self._function(value)
        if isinstance(value, Generator):
            return self._generator(value)
        if isinstance(getattr(value, "torch_typename", None), str) and not isinstance(value, type):
            return self._object(value)
        raise TypeError(f"{type(value).__name__} {value!r:.60} cannot be written to a .t7 file{self._where()}")

    def _number(self, value):
        try:
            number = float(value)
        except OverflowError:
            number = math.nan
        if number != value and value == value:
            raise ValueError(f"{value} is not exact as a Lua number (a double){self._where()}")
        return number

    def _where(self):
        path = path_text(self._path)
        return f" (in {path})" if path else ""

    def _new(self, tag, value, indices):
        """Write tag and index of an object; return whether its parts are still to be written."""
        self.sink.integer(tag)
        index = indices.get(id(value)) if self.referenced else None
        if index is not None:
            self.sink.integer(index)
            return False
        self._count += 1
        indices[id(value)] = self._count
        self._alive.append(value)
        self.sink.integer(self._count)
        return True

    def _class(self, name, version: int | None = 1):
        if version is not None:
            self.sink.chars(b"V %d" % version)
        self.sink.chars(name.encode(errors="surrogateescape"))

    def _table(self, table, items, keep):
        emptied = keep is not None and not _keeps_all(table, keep)
        if not self._new(TABLE, table, self._emptied if emptied else self._indices):
            return
        items = [(key, value) for key, value in items if value is not None]
        self.sink.integer(len(items))
        begin = self._begin
        for key, value in items:
            if type(key) is str and type(value) in _PLAIN:
                begin(key, None)
                begin(value, None)
            else:
                yield from self._entry(key, value, keep)

    def _entry(self, key, value, keep):
        if type(key) is str:
            self._begin(key, None)
        elif key is None or key != key:
            raise ValueError(f"a table key cannot be {key}{self._where()}")
        else:
            yield "", key, keep
        yield key, value, keep

    def _tds(self, value, keep):
        if self._new(TORCH, value, self._indices):
            self._class(value.torch_typename, 0)
            self.sink.longs([len(value)])
            if isinstance(value, Hash):
                for key, item in value.items():
                    yield from self._entry(key, item, keep)
            else:
                for i, item in enumerate(value, 1):
                    yield i, item, keep

    def _function(self, function):
        if function.tag == OLDEST_FUNCTION:
            self.sink.integer(OLDEST_FUNCTION)
        elif not self._new(function.tag, function, self._indices):
            return
        self.sink.chars(function.code)
        yield "upvalues", function.upvalues, None

    def _generator(self, generator):
        if self._new(TORCH, generator, self._indices):
            self._class("torch.Generator")
            self.sink.raw(generator.getRNGState().tobytes())
        return
        yield

    def _object(self, value):
        if not self._new(TORCH, value, self._indices):
            return
        self._class(typename_of(value), version_of(value))
        before, fields = fields_of(value, self._omitted.get(id(value), ()))
        if value.torch_typename == "nn.WeightNorm" and fields is not None:
            self._without_weight(fields)
        for item in before:
            yield "", item, _is_own
        if fields is None:
            return
        kept = kept_in(value)
        state, from_file = set(getattr(value, "_state", ())) - set(kept), _from_file(origin_of(value))
        self._new(TABLE, fields, self._indices)
        self.sink.integer(len(fields))
        for name, item in fields.items():
            yield from self._entry(name, item, None if name in kept else from_file if name in state else _is_own)

    def _without_weight(self, fields):
        """Leave out the weights that WeightNorm computes from its own v and g, as in Torch."""
        names = ("weight", "gradWeight")
        for name in names:
            weight = fields.pop(name, None)
            if weight is not None and name == "weight":
                fields.setdefault("weightSize", np.array(weight.shape).view(Storage))
        for module in fields.get("modules", ())[:1]:
            self._omitted[id(module)] = names

    def _array(self, array, keep):
        if keep is not None and array.size and not keep(array):
            return self._empty(array, self._emptied)
        if isinstance(array, Storage):
            root = owner(array)
            return self._storage(root if root.size == array.size else array)
        if not array.size:
            return self._empty(array, self._indices)
        return self._tensor(array)

    def _empty(self, array, indices):
        if self._new(TORCH, array, indices):
            self._class(self._name(array))
            self.sink.integer(0)
            self.sink.longs([1])
            yield "", None, None

    def _tensor(self, array):
        if not self._new(TORCH, array, self._indices):
            return
        self._class(self._name(array))
        bytewise = array.dtype == bool
        native = array.view(np.uint8) if bytewise else array.astype(array.dtype.newbyteorder("="), copy=False)
        root = owner(native)
        if any(step < 0 or step % native.itemsize for step in native.strides) or not _dense(root):
            native = root = np.ascontiguousarray(native)
        native = native.reshape(1) if native.ndim == 0 else native
        self.sink.integer(native.ndim)
        self.sink.longs(native.shape)
        self.sink.longs([step // native.itemsize for step in native.strides])
        self.sink.longs([offset_in(root, native) + 1])
        yield from self._storage(root)

    def _storage(self, root):
        # An array that is its own storage has one index as a tensor and one as a storage.
        if self._new(TORCH, root, self._storages):
            self._class(self._name(root).replace("Tensor", "Storage"))
            self.sink.longs([root.size])
            self.sink.elements(elements(root))
        return
        yield

    def _name(self, array):
        try:
            return name_of(array.dtype.newbyteorder("="))
        except TypeError as error:
            raise TypeError(f"{error}{self._where()}") from None


def _is_own(array):
    """Return whether an array in a field is more than a module's scratch memory."""
    while isinstance(array, np.ndarray):
        if is_buffer(array):
            return False
        array = array.base
    return True


def _keeps_all(table, keep):
    """Return whether no array at all, in a table or the tables inside it, is written empty."""
    todo, seen = [table], set()
    while todo:
        holder = todo.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for item in holder.values() if isinstance(holder, dict) else holder:
            if isinstance(item, np.ndarray) and item.size and not keep(item):
                return False
            if isinstance(item, list | tuple | dict):
                todo.append(item)
        if len(seen) > _SEARCHED:
            return False
    return True


def _from_file(origin):
    """Return the test whether an array still is as the object's own file had it."""
    storages = {} if origin is None else origin.storages

    def test(array):
        root = array
        while isinstance(root.base, np.ndarray):
            root = root.base
        known = storages.get(id(root))
        return known is not None and known() is root

    return test


def _dense(root):
    return root.flags.c_contiguous or root.flags.f_contiguous
