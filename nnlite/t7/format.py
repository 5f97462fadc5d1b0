"""What reader and writer agree on: tags, element types, numbers, keys, T7Error."""

import math

from ..core.tables import Indexed
from ..core.tensor_types import DTYPES

__all__ = [
    "BOOLEAN",
    "FUNCTION",
    "FUNCTIONS",
    "NIL",
    "NUMBER",
    "OLDEST_FUNCTION",
    "OLD_FUNCTION",
    "PAYLOAD_OBJECTS",
    "STORAGES",
    "STRING",
    "TABLE",
    "TENSORS",
    "TORCH",
    "ObjectKey",
    "T7Error",
    "as_list",
    "as_number",
    "indexed_items",
    "path_text",
]

NIL, NUMBER, STRING, TABLE, TORCH, BOOLEAN = range(6)
OLDEST_FUNCTION, OLD_FUNCTION, FUNCTION = 6, 7, 8  # bytecode and upvalues; 7 and 8 carry an index
FUNCTIONS = (OLDEST_FUNCTION, OLD_FUNCTION, FUNCTION)

TENSORS = {name.replace("torch.", package): t for name, t in DTYPES.items() for package in ("torch.", "torch.Cuda")}
TENSORS["torch.CudaTensor"] = DTYPES["torch.FloatTensor"]
STORAGES = {name.replace("Tensor", "Storage"): dtype for name, dtype in TENSORS.items()}

# How many objects follow the class name, where it is not one table of fields; the last of them is that table.
PAYLOAD_OBJECTS = {"nn.GPU": lambda version: 2, "nn.DataParallelTable": lambda version: 2 if version > 1 else 1}

_EXACT = 2.0**53


class T7Error(ValueError):
    """A file that is not a whole .t7 file, or an object that cannot be one.

    Attributes
    ----------
    reason : str
        What is wrong.
    offset : int or None
        The byte of the file where it was noticed.
    path : str
        Where it is inside the object: ``modules[3].weight``.
    """

    def __init__(self, reason: str, offset: int | None = None, path: str = ""):
        self.reason, self.offset, self.path = reason, offset, path
        where = ([] if offset is None else [f"at byte {offset}"]) + ([f"in {path}"] if path else [])
        super().__init__(reason + (f" ({', '.join(where)})" if where else ""))

    def __reduce__(self):
        return T7Error, (self.reason, self.offset, self.path)


class ObjectKey:
    """A table key that a ``dict`` cannot hold: a table or tensor, or a boolean beside the number it equals.

    Two of them are equal when they stand for the same object, as in Lua.
    """

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, ObjectKey) and other.value is self.value

    def __hash__(self):
        return id(self.value)

    def __repr__(self):
        return f"ObjectKey({type(self.value).__name__})"


def as_number(value: float) -> int | float:
    """Return a Lua number as an int where it is whole and exact, so that it can count and index."""
    if value.is_integer() and -_EXACT <= value <= _EXACT and (value or math.copysign(1, value) > 0):
        return int(value)
    return value


def as_list(table: dict) -> list | None:
    """Return the values of a table whose keys are exactly 1..n, n >= 1, in this order, or None.

    A table that also maps each of these values, objects, to its number is an `Indexed`.
    """
    n = len(table)
    if not n or 1 not in table:
        return None
    if n not in table:
        return _as_indexed(table)
    if list(table) == list(range(1, n + 1)):
        return list(table.values())
    if all(i in table for i in range(1, n + 1)):
        return [table[i] for i in range(1, n + 1)]
    return None


def indexed_items(values: Indexed):
    """Yield the entries of the table that stands for `values` in a file: from number to object and back."""
    yield from enumerate(values, 1)
    for i, value in enumerate(values, 1):
        yield _key_of(value), i


def _as_indexed(table):
    n, odd = divmod(len(table), 2)
    if odd or n not in table:
        return None
    values = [table.get(i) for i in range(1, n + 1)]
    objects = all(isinstance(value, dict) or hasattr(value, "torch_typename") for value in values)
    if objects and all(table.get(_key_of(value)) == i for i, value in enumerate(values, 1)):
        return Indexed(values)
    return None


def _key_of(value):
    return value if type(value).__hash__ is not None else ObjectKey(value)


def path_text(path) -> str:
    """Return a linked path ``((None, 'modules'), 3)`` as text, the middle of a very long one left out."""
    labels = []
    while path is not None:
        path, label = path
        if isinstance(label, str):
            labels.append(f".{label:.60}" if label else "")
        elif isinstance(label, bytes | int | float):
            labels.append(f"[{label!r:.60}]")
        else:
            labels.append(f"[a {type(label).__name__}]")
    labels = [label for label in reversed(labels) if label]
    if len(labels) > 20:
        labels[10:-9] = [" ... "]
    return "".join(labels).removeprefix(".")
