"""What is in a .t7 file, without building it: skeleton, describe, totals, named_arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.memory import owner
from ..core.tensor_types import Storage, name_of
from .assemble import Report, unknown
from .foreign import IGNORED, foreign
from .format import ObjectKey
from .load import opened, read_from
from .registry import lookup
from .unknown import LuaFunction, Unknown

__all__ = ["children", "describe", "named_arrays", "skeleton", "totals"]


def skeleton(file, mode: str | None = None, referenced: bool = True):
    """Return the object of a file with an `Unknown` in the place of every object of a class, and undefined numbers."""
    with opened(file) as (data, descriptor, position):
        report = Report()
        return read_from(data, descriptor, position, mode, referenced, False, report, make=unknown, contents=False)


def children(value):
    """Return the parts of an object as pairs of a label and a part."""
    if isinstance(value, LuaFunction):
        return [("upvalues", value.upvalues)]
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, list | tuple):
        return list(enumerate(value, 1))
    return list(vars(value).items()) if hasattr(value, "torch_typename") and hasattr(value, "__dict__") else []


def describe(value, depth: int | None = None):
    """Yield the lines of a tree: a name and what it is, two spaces deeper for each level.

    Parameters
    ----------
    value : object
        What `skeleton` or ``load`` returned.
    depth : int, optional
        The number of levels to show.
    """
    seen: dict[int, str] = {}
    todo: list[tuple[int, str, str, Any]] = [(0, "", "", value)]
    while todo:
        level, path, label, item = todo.pop()
        parts = children(item)
        text = f"{'  ' * min(level, 40)}{label}{': ' if label else ''}{_kind(item)}"
        if id(item) in seen and (parts or isinstance(item, np.ndarray)):
            yield f"{text}, the same as {seen[id(item)] or 'the whole'}"
            continue
        seen[id(item)] = path
        yield text
        if depth is None or level < depth:
            for name, part in reversed(parts):
                name = f"[{name}]" if isinstance(name, int) else _label(name)
                joint = "" if name.startswith("[") or not path else "."
                todo.append((level + 1, f"{path}{joint}{name}" if level < 40 else "...", name, part))


def named_arrays(value):
    """Yield ``(path, array)`` for every array in an object; one that occurs twice is yielded once."""
    seen: set[int] = set()
    todo: list[tuple[str, Any]] = [("", value)]
    while todo:
        path, item = todo.pop()
        if isinstance(item, np.ndarray):
            if id(item) not in seen:
                seen.add(id(item))
                yield path or "value", np.asarray(item)
            continue
        parts = children(item)
        if not parts or id(item) in seen:
            continue
        seen.add(id(item))
        for name, part in reversed(parts):
            todo.append((f"{path}.{_label(name)}" if path else _label(name), part))


def totals(value) -> dict:
    """Return what `describe` does not add up: classes with their number, bytes of memory, what is mapped or unknown."""
    classes: dict[str, int] = {}
    memory: dict[int, int] = {}
    seen: set[int] = set()
    todo = [value]
    while todo:
        item = todo.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, np.ndarray):
            root = owner(item)
            memory[id(root)] = root.nbytes
        elif isinstance(item, Unknown):
            classes[item.torch_typename] = classes.get(item.torch_typename, 0) + 1
        todo += [part for _, part in children(item) if not isinstance(part, str | int | float | None)]
    mapped = {name: foreign(name) for name in classes if lookup(name) is None and lookup(foreign(name)) is not None}
    strange = [name for name in classes if lookup(name) is None and name not in mapped and name not in IGNORED]
    return {"classes": classes, "bytes": sum(memory.values()), "mapped": mapped, "unknown": strange}


def _label(name):
    if isinstance(name, ObjectKey):
        return f"[{_kind(name.value)}]"
    return name if isinstance(name, str) else f"[{name!r:.60}]" if isinstance(name, bytes) else str(name)


def _kind(item):
    if isinstance(item, np.ndarray):
        name = name_of(item.dtype)
        shape = "x".join(map(str, item.shape)) if item.size else "empty"
        return f"{name.replace('Tensor', 'Storage') if isinstance(item, Storage) else name} {shape}"
    if isinstance(item, LuaFunction):
        return f"Lua function, {len(item.code)} bytes"
    if isinstance(item, str | bytes):
        return f"{item[:60]!r}{'...' if len(item) > 60 else ''}"
    if isinstance(item, list | tuple):
        return f"table of {len(item)}"
    if isinstance(item, Mapping):
        return f"{getattr(item, 'torch_typename', 'table')} of {len(item)}"
    return getattr(item, "torch_typename", None) or ("nil" if item is None else repr(item))
