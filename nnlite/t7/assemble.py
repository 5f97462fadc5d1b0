"""Giving objects their fields once a file has been read: Part, Report, make, replaced, finish, origin_of."""

import logging
from typing import Any
from weakref import WeakKeyDictionary

from ..core.tables import Table
from ..rnn import torch_rnn
from .foreign import IGNORED, adapted, foreign, is_grouped, is_torch_rnn
from .format import ObjectKey, T7Error, path_text
from .gpu import DataParallelTable, GroupedConvolution
from .registry import from_lua_name, lookup, typename_of
from .unknown import LuaFunction, Unknown
from .upgrade import restored, upgraded

__all__ = ["Origin", "Part", "Report", "finish", "make", "origin_of", "replaced", "unknown"]

_log = logging.getLogger("nnlite.t7")
_CONTRADICTIONS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_origins: WeakKeyDictionary = WeakKeyDictionary()


class Origin:
    """What is remembered of an object that came from a file.

    Attributes
    ----------
    storages : dict
        Weak references to the storages of that file, by ``id``: arrays on them are still as the file had them.
    hidden : dict
        Fields that would hide a method of the class: a Lua function in the place of ``forward``, say.
    """

    def __init__(self, storages: dict):
        self.storages = storages
        self.hidden: dict[str, Any] = {}


class Report:
    """What a file held that had to be mapped or is unknown.

    Attributes
    ----------
    mapped : dict
        Class names of the file, each with the class that took its place (``cudnn.ReLU``: ``nn.ReLU``).
    unknown : dict
        Class names nobody knows, each with the paths of its objects.
    """

    def __init__(self) -> None:
        self.mapped: dict[str, str] = {}
        self.unknown: dict[str, list[str]] = {}


class Part:
    """An object of a class on its way from the file: the bare object, and what will become its fields."""

    def __init__(self, bare, name: str, version: int, path):
        self.object, self.name, self.version, self.path = bare, name, version, path
        self.before: list[Any] = []  # what some classes write before their table of fields
        self.fields: dict = {}

    @property
    def unknown(self) -> bool:
        """Whether nobody knows the class."""
        return type(self.object) is Unknown

    def take(self, fields, source) -> None:
        """Keep the object that follows the class name: the table of fields."""
        if isinstance(fields, list):
            fields = Table(enumerate(fields, 1))
        if isinstance(fields, dict):
            self.fields = fields
        elif self.unknown:
            self.object.t7_payload = [fields]
        else:
            raise source.fail(f"{self.name}: a table of fields expected, got {type(fields).__name__}")

    def finish(self, storages: dict) -> None:
        """Give the object its fields, brought to the present version."""
        bare, fields = self.object, self.fields
        origin = _origins[bare] = Origin(storages)
        if self.unknown:
            bare.t7_before = self.before
        else:
            if is_grouped(self.name, fields):
                bare.__class__ = GroupedConvolution
            elif is_torch_rnn(self.name, fields):
                bare.__class__ = torch_rnn.LSTM
            try:
                fields = self._upgraded()
            except _CONTRADICTIONS as error:
                raise self._misfit(error) from error
        fields = {from_lua_name(name): value for name, value in fields.items()}
        for name in [name for name in fields if isinstance(name, str) and callable(getattr(type(bare), name, None))]:
            origin.hidden[name] = fields.pop(name)
        try:
            if hasattr(bare, "__t7_load__"):
                bare.__t7_load__(fields)
            else:
                vars(bare).update(fields)
            if not self.unknown:
                restored(bare)
        except _CONTRADICTIONS as error:
            raise self._misfit(error) from error

    def _upgraded(self):
        ours = self.object.torch_typename
        fields = self.fields if ours == self.name == foreign(ours) else adapted(self.name, self.fields)
        return upgraded(foreign(ours), type(self.object), fields)

    def _misfit(self, error):
        return T7Error(f"{self.name}: its fields do not fit together: {error}", None, path_text(self.path))


def make(name: str, version: int):
    """Return a bare object of the class that files call `name`: an `Unknown` where there is none."""
    found = lookup(name)
    if found is None:
        found = DataParallelTable if foreign(name) == "nn.DataParallelTable" else lookup(foreign(name))
    return unknown(name, version) if found is None else object.__new__(found)


def unknown(name: str, version: int) -> Unknown:
    """Return a bare object that stands for one of class `name`."""
    bare: Any = object.__new__(Unknown)
    bare.torch_typename, bare.t7_version, bare.t7_payload, bare.t7_before = name, version, None, []
    return bare


def origin_of(value) -> Origin | None:
    """Return what is remembered of an object that came from a file."""
    return _origins.get(value)


def finish(parts: list[Part], storages: dict, report: Report) -> None:
    """Give all objects of a file their fields, those first whose reading ended first, and note down the odd ones."""
    for part in parts:
        part.finish(storages)
        ours = typename_of(part.object)
        if part.unknown and part.name not in IGNORED:
            report.unknown.setdefault(part.name, []).append(path_text(part.path))
        elif ours != part.name and part.name not in report.mapped:
            report.mapped[part.name] = ours
            _log.info("%s is loaded as %s", part.name, ours)
    for name, paths in report.unknown.items():
        _log.info("%s is a class nobody knows, at %s", name, ", ".join(paths[:3]))


def replaced(value, parts: list[Part], lists: list[tuple[dict, list]]):
    """Return `value` after every reference to a table that became a list was redirected to the list."""
    new = {id(table): values for table, values in lists}

    def redirect(item):
        return new.get(id(item), item)

    todo: list[Any] = [redirect(value), *(part.fields for part in parts), *(part.before for part in parts)]
    seen: set[int] = set()
    while todo:
        holder = todo.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        if isinstance(holder, list):
            holder[:] = map(redirect, holder)
            todo += holder
        elif isinstance(holder, dict):
            for key, item in list(holder.items()):
                if type(key) is ObjectKey:
                    key.value = redirect(key.value)
                    todo.append(key.value)
                holder[key] = redirect(item)
            todo += holder.values()
        elif isinstance(holder, LuaFunction):
            holder.upvalues = redirect(holder.upvalues)
            todo.append(holder.upvalues)
    return redirect(value)
