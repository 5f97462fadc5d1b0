"""Torch's class names and our classes: register, lookup, nearest, typename_of.

A class may say how it is written and read:

``__t7_fields__(self) -> dict``
    The fields to write, by Torch's names; by default all instance attributes that are not None.
``__t7_load__(self, fields: dict) -> None``
    Take the fields of a file (upgraded to the present version, Python's spelling); by default they become instance
    attributes. The whole file has been read by then, but other objects of it may not have taken theirs yet.
``torch_version : int``
    The class version to write, 1 by default.
``t7_typename : str``
    The class name to write where that is another than ``torch_typename``.
"""

import difflib
import importlib
import keyword

__all__ = ["from_lua_name", "lookup", "nearest", "register", "to_lua_name", "typename_of"]

# Where the classes of a Lua package live; the modules are imported when the first file asks for one of them.
_HOMES = {
    "nn": ("nnlite", "nnlite.nngraph", "nnlite.rnn"),
    "cudnn": ("nnlite.rnn.cudnn",),
    "nngraph": ("nnlite.nngraph",),
    "graph": ("nnlite.nngraph",),
    "rnn": ("nnlite.rnn",),
    "torch": ("nnlite.torch",),
    "optim": ("optimlite",),
}
_registered: dict[str, type] = {}


def register(name: str):
    """Return a decorator that makes a class the one that files call `name`.

    Examples
    --------
    >>> @register("mine.Scale")
    ... class Scale(nn.Module):
    ...     def updateOutput(self, input):
    ...         self.output = input * self.factor
    ...         return self.output
    >>> lookup("mine.Scale") is Scale
    True
    """

    def add(cls):
        cls.torch_typename = name
        _registered[name] = cls
        return cls

    return add


def lookup(name: str) -> type | None:
    """Return the class that files call `name`, or None."""
    if name in _registered:
        return _registered[name]
    package, _, plain = name.rpartition(".")
    for home in _homes(package):
        found = getattr(home, plain, None)
        if isinstance(found, type) and getattr(found, "torch_typename", None) == name:
            return found
    return None


def typename_of(value) -> str:
    """Return the class name that is written for an object."""
    return getattr(value, "t7_typename", value.torch_typename)


def nearest(name: str) -> list[str]:
    """Return the names of known classes that `name` may have been meant to be."""
    package, _, plain = name.rpartition(".")
    names = {known: known.rpartition(".")[2] for known in _registered}
    for home in _homes(package or "nn"):
        for attribute in vars(home).values():
            if isinstance(attribute, type) and isinstance(known := getattr(attribute, "torch_typename", None), str):
                names[known] = known.rpartition(".")[2]
    close = difflib.get_close_matches(plain, names.values(), 3, 0.6)
    return sorted({known for known, short in names.items() if short in close})


def from_lua_name(name):
    """Return the attribute a field goes to: ``lambda`` is spelt ``lambda_``."""
    return f"{name}_" if isinstance(name, str) and keyword.iskeyword(name) else name


def to_lua_name(name):
    """Return the field an attribute comes from."""
    return name[:-1] if isinstance(name, str) and name.endswith("_") and keyword.iskeyword(name[:-1]) else name


def _homes(package):
    for path in _HOMES.get(package, ()):
        try:
            yield importlib.import_module(path)
        except ModuleNotFoundError as error:
            if error.name is None or not path.startswith(error.name):
                raise
