"""From the bytes of a file to objects: Reader."""

import math
import weakref
from types import GeneratorType
from typing import Any

import numpy as np

from ..core.generator import Generator
from ..core.tables import Table
from ..core.tensor_types import Storage
from . import assemble
from .format import (
    BOOLEAN,
    FUNCTIONS,
    NIL,
    NUMBER,
    OLDEST_FUNCTION,
    PAYLOAD_OBJECTS,
    STORAGES,
    STRING,
    TABLE,
    TENSORS,
    TORCH,
    ObjectKey,
    T7Error,
    as_list,
    as_number,
    path_text,
)
from .registry import lookup
from .source import Source
from .unknown import Hash, LuaFunction, Vec

__all__ = ["Reader"]

_GENERATOR_BYTES = 5048
_LONGEST_NAME = 1000


class Reader:
    """Reads objects one after another; what one of them defined, later ones may refer to.

    Every object with parts is a generator that yields the label of the part it wants next and is sent the part; `run`
    drives a stack of them, so that no nesting can exhaust Python's.

    Parameters
    ----------
    source : Source
        The bytes.
    referenced : bool, default True
        Whether a repeated index means the same object (``torch.save`` was not told ``referenced=False``).
    make : callable, default `assemble.make`
        ``make(typename, version)`` returns the bare object that will take the fields.
    contents : bool, default True
        Whether to read the elements of storages; without, they are undefined.
    """

    def __init__(self, source: Source, referenced: bool = True, make=assemble.make, contents: bool = True):
        self.source, self.referenced, self.make, self.contents = source, referenced, make, contents
        self.report = assemble.Report()
        self.unfinished: list[assemble.Part] = []
        self._storages: dict[int, Any] = {}  # all that were read, weakly, by id
        self._objects: dict[int, Any] = {}
        self._open: dict[int, bool] = {}  # tables being read: has one of their parts referred to them?
        self._lists: list[tuple[dict, list]] = []  # such tables that turned out to be lists
        self._path: Any = None
        self._special = {
            "torch.Generator": self._generator,
            "torch.Timer": self._timer,
            "tds.Vec": self._vec,
            "tds.vec": self._vec,
            "tds.Hash": self._hash,
            "tds.hash": self._hash,
        }

    def read(self):
        """Return the next object of the file, with the fields of every class in place."""
        try:
            value = self.run()
            if self._lists:
                value = assemble.replaced(value, self.unfinished, self._lists)
            assemble.finish(self.unfinished, self._storages, self.report)
            return value
        except T7Error as error:
            raise T7Error(error.reason + self._suspicion(), error.offset, error.path or path_text(self._path)) from None
        finally:
            self.unfinished, self._lists = [], []

    def run(self):
        """Return the next object; classes have not taken their fields yet."""
        stack: list[tuple[GeneratorType, Any]] = []
        self._path = None
        value = self._next()
        while True:
            if type(value) is GeneratorType:
                stack.append((value, self._path))
                value = None
            elif not stack:
                return value
            task, self._path = stack[-1]
            try:
                self._path = (self._path, task.send(value))
                value = self._next()
            except StopIteration as stop:
                stack.pop()
                value = stop.value

    def _next(self):
        """Return the value that follows, or the generator that will read it."""
        source = self.source
        tag = source.integer()
        if tag == NIL:
            return None
        if tag == NUMBER:
            return as_number(source.double())
        if tag == STRING:
            return source.text()
        if tag == BOOLEAN:
            return source.integer() == 1
        if tag == OLDEST_FUNCTION:
            return self._function(None, tag)
        if tag not in (TABLE, TORCH, *FUNCTIONS):
            raise source.fail(f"unknown type tag {tag}")
        index = source.integer()
        if index in self._objects and self.referenced:
            if index in self._open:
                self._open[index] = True
            return self._objects[index]
        if tag == TABLE:
            return self._table(index)
        return self._object(index) if tag == TORCH else self._function(index, tag)

    def _table(self, index):
        source = self.source
        count = source.count(source.integer(), 6, "a table of {} entries")
        table = self._objects[index] = Table()
        self._open[index] = False
        booleans = False
        while count:
            count, key = source.entries(table, count)
            if count:
                if key is None:
                    key = yield ""
                    key = self._key(key)
                    booleans |= type(key) is ObjectKey and type(key.value) is bool
                value = yield key
                if value is None:
                    table.pop(key, None)
                else:
                    table[key] = value
                count -= 1
        if booleans:
            _unwrap_booleans(table)
        values = as_list(table)
        referred = self._open.pop(index)
        if values is None:
            return table
        self._objects[index] = values
        if referred:
            self._lists.append((table, values))
        return values

    def _key(self, key):
        if key is None or (isinstance(key, float) and key != key):
            raise self.source.fail(f"a table key that is {'nil' if key is None else 'not a number (NaN)'}")
        if isinstance(key, bool) or type(key).__hash__ is None:
            return ObjectKey(key)
        return key

    def _function(self, index, tag):
        function = LuaFunction(self.source.chars(), tag)
        if index is not None:
            self._objects[index] = function
        function.upvalues = yield "upvalues"
        return function

    def _object(self, index):
        source = self.source
        version, name = self._class()
        if name in STORAGES:
            (n,) = source.longs(1)
            storage = self._objects[index] = source.storage(STORAGES[name], n, self.contents)
            self._storages[id(storage)] = weakref.ref(storage)
            return storage
        if name in TENSORS:
            return (yield from self._tensor(index, name))
        if name in self._special:
            return (yield from self._special[name](index))
        part = assemble.Part(self.make(name, version), name, version, self._path)
        self._objects[index] = part.object
        count = PAYLOAD_OBJECTS[name](version) if name in PAYLOAD_OBJECTS else 1
        for _ in range(count - 1):
            part.before.append((yield ""))
        part.take((yield ""), source)
        self.unfinished.append(part)
        return part.object

    def _class(self):
        version, first = 0, self._class_text()
        if first.startswith("V "):
            try:
                version = int(first[2:])
            except ValueError:
                raise self.source.fail(f"version {first[2:]!r} of a class is not a number") from None
            first = self._class_text()
        return version, first

    def _class_text(self):
        text = self.source.text()
        if isinstance(text, bytes) or not text or len(text) > _LONGEST_NAME or not text.isprintable():
            raise self.source.fail(f"{text[:40]!r} as the name of a class")
        return text

    def _tensor(self, index, name):
        source, dtype = self.source, TENSORS[name]
        ndim = source.count(source.integer(), 4, "a tensor of {} dimensions")
        size, stride, (offset,) = source.longs(ndim), source.longs(ndim), source.longs(1)
        # A tensor cannot contain itself, so its index is taken only now; until then it is nothing to refer to.
        storage = yield ""
        if storage is not None and (type(storage) is not Storage or storage.dtype != dtype):
            raise source.fail(f"a {name} on a storage that is {_kind(storage)}")
        tensor = self._objects[index] = self._view(storage, dtype, size, stride, offset)
        return tensor

    def _view(self, storage, dtype, size, stride, offset):
        if any(n < 0 for n in (*size, *stride)):
            raise self.source.fail(f"a tensor of size {size}, stride {stride}")
        if not math.prod(size) or not size:
            return np.empty(0, dtype)
        have = 0 if storage is None else storage.size
        last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        if offset < 1 or last > have or math.prod(size) > 2**58 or len(size) > 64:
            text = f"a tensor of size {size}, stride {stride}, offset {offset} on a storage of {have} elements"
            raise self.source.fail(text if len(text) < 500 else "a tensor that its storage does not hold")
        strides = tuple(step * dtype.itemsize for step in stride)
        return np.ndarray(tuple(size), dtype, storage, (offset - 1) * dtype.itemsize, strides)

    def _generator(self, index):
        state = self.source.raw(_GENERATOR_BYTES)
        generator = self._objects[index] = Generator()
        try:
            generator.setRNGState(np.frombuffer(state, np.uint8).copy())
        except ValueError as error:
            raise self.source.fail(str(error)) from None
        return generator
        yield

    def _timer(self, index):
        found = lookup("torch.Timer")
        timer = self._objects[index] = self.make("torch.Timer", 1) if found is None else found()
        return timer
        yield

    def _vec(self, index):
        source = self.source
        vec = self._objects[index] = Vec()
        for i in range(source.count(source.longs(1)[0], 2, "a tds.Vec of {} elements")):
            vec.append((yield i + 1))
        return vec

    def _hash(self, index):
        source = self.source
        table = self._objects[index] = Hash()
        for _ in range(source.count(source.longs(1)[0], 4, "a tds.Hash of {} entries")):
            key = self._key((yield ""))
            table[key] = yield key
        _unwrap_booleans(table)
        return table

    def _suspicion(self):
        names = sorted({part.name for part in self.unfinished if part.unknown})
        return f"; it may be that {', '.join(names)}, unknown here, has a format of its own" if names else ""


def _unwrap_booleans(table):
    """Let boolean keys be booleans, except beside the numbers 0 and 1 that Python takes for the same."""
    items = list(table.items())
    table.clear()
    for key, value in items:
        plain = type(key) is ObjectKey and type(key.value) is bool and not any(k == key.value for k, _ in items)
        table[key.value if plain else key] = value


def _kind(value):
    if value is None:
        return "nil"
    return f"one of {value.dtype}" if type(value) is Storage else f"a {type(value).__name__}"
