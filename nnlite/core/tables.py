"""Lua tables: Table, Indexed, and the one recursive map over nested tables of arrays (map_arrays, arrays_in)."""

import numpy as np

__all__ = ["Indexed", "Table", "arrays_in", "map_arrays"]


_LIST = (list, tuple)
_TABLE = (list, tuple, dict)


class Table(dict):
    """A Lua table: a ``dict`` whose string keys are also attributes.

    A missing attribute raises ``AttributeError``; names that ``dict`` uses itself (``keys``, ``update``, ...) stay its
    methods, and such keys are reached with ``table['keys']``.

    Examples
    --------
    >>> opt = Table(batchSize=10)
    >>> opt.batchSize += 1
    >>> opt
    {'batchSize': 11}
    """

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"this table has no field {name!r}") from None

    def __setattr__(self, name, value):
        if hasattr(dict, name):
            raise AttributeError(f"{name!r} is a method of dict: use table[{name!r}]")
        self[name] = value

    def __delattr__(self, name):
        try:
            del self[name]
        except KeyError:
            raise AttributeError(f"this table has no field {name!r}") from None

    def __copy__(self):
        return Table(self)

    def __reduce__(self):
        return Table, (), None, None, iter(self.items())


class Indexed(list):
    """A Lua list that also maps each of its items, an object, to its position, as graphs keep their nodes.

    In Python it is a list; a ``.t7`` file holds both directions.
    """


def map_arrays(function, first, *others):
    """Return the nesting of `first` with ``function(a, *b)`` in place of its arrays (and numbers).

    Lists and tuples become lists, dicts become Tables. `others` must have the same nesting; an item one of them lacks
    is passed as ``None``, so a buffer that does not exist yet can be mapped beside the tables it will mirror.
    """
    if isinstance(first, _LIST):
        padding = [None] * len(first)
        columns = [
            (other if len(other) >= len(first) else [*other, *padding]) if isinstance(other, _LIST) else padding
            for other in others
        ]
        return [
            function(*row) if type(row[0]) is np.ndarray else map_arrays(function, *row)
            for row in zip(first, *columns, strict=False)
        ]
    if isinstance(first, dict):
        columns = [other if isinstance(other, dict) else {} for other in others]
        return Table(
            (key, map_arrays(function, item, *(column.get(key) for column in columns))) for key, item in first.items()
        )
    return function(first, *others)


def arrays_in(value):
    """Yield the arrays of a nested table, depth first."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, _TABLE):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(item)
