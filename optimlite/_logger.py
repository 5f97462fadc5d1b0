"""Files of numbers, and plots of them: Logger."""

import numbers
import os
import sys
import time
import weakref

import numpy as np

from nnlite.core.lua_format import lua_format

__all__ = ["Logger"]


class Logger:
    """A file with a line of numbers or words for each call of `add`, and plots of its columns.

    Parameters
    ----------
    filename : str or path, optional
        Where to write; folders are made. Standard output by default.
    timestamp : bool, default False
        Whether to append the time to the file's name.

    Attributes
    ----------
    name : str
        `filename`, or ``"stdout"``.
    symbols : list or dict
        What was added, a list for each column: a list of them where `setNames` or `add` got a list, else a dict.
    names, styles : list or dict
        The title of each column, and the list of styles it is plotted with.
    idx : dict or list
        The column (1, 2, ... or a key) of each title.
    epsfile : str
        Where `plot` writes its printable picture: the name and ``.pdf``, unless changed (``.eps`` works as well).

    Notes
    -----
    Lua: optim/Logger.lua. Where Torch opens a window, `plot` writes a PNG; where it writes an EPS, a PDF.
    ``plotRawCmd``, gnuplot's language, is ignored.

    Examples
    --------
    >>> logger = Logger("logs/train.log")                       # doctest: +SKIP
    >>> logger.setNames(["loss", "accuracy"])                   # doctest: +SKIP
    >>> logger.add([0.5, 0.9])                                  # doctest: +SKIP
    """

    torch_typename = "optim.Logger"

    def __init__(self, filename: str | os.PathLike | None = None, timestamp: bool | None = None):
        if filename is None:
            self.file = sys.stdout
            self.name = "stdout"
            self.epsfile = None
            print("<Logger> warning: no path provided, logging to std out")
        else:
            self.name = os.fspath(filename)
            self.epsfile = self.name + ".pdf"
            os.makedirs(os.path.dirname(self.name) or ".", exist_ok=True)
            path = self.name
            if timestamp is not None and timestamp is not False:
                path += time.strftime("-%Y_%m_%d_%X")  # unique
            self.file = open(path, "w", encoding="utf-8", newline="\n")  # noqa: SIM115 - open as long as the logger lives
            weakref.finalize(self, self.file.close)
        self.empty = True
        self.symbols: list | dict = {}
        self.styles: list | dict = {}
        self.names: list | dict = {}
        self.idx: list | dict = {}
        self.figure = None
        self.showPlot = True
        self.plotRawCmd = None
        self.defaultStyle = "+"
        self.logscale = False

    def setNames(self, names):
        """Title the columns, and write the titles. Returns the logger."""
        self._start(names)
        self.names = names
        known = self.idx if isinstance(self.idx, dict) else {}  # earlier titles still lead to their columns
        self.idx = {**known, **{name: key for key, name in _pairs(names)}}
        self._write(str(name) for _, name in _pairs(names))
        return self

    def add(self, symbols):
        """Write a line of numbers and strings: a list, or a dict by title, which titles the columns if nothing did."""
        values = [(self._key(key), value) for key, value in _pairs(symbols)]
        known = [key for key, _ in _pairs(self.symbols)]
        unknown = [key for key, _ in values if key not in known]
        if not self.empty and unknown:
            raise ValueError(f"optim.Logger: columns {', '.join(map(str, known))} expected, got {unknown[0]!r}")
        fields = [_field(value) for _, value in values]
        # (1) first time? titles on the first row
        if self.empty:
            self._start(symbols)
            self.names = self.idx = _like(symbols, [key for key, _ in values])
            self._write(str(key) for key, _ in values)
        # (2) all symbols on one row
        self._write(fields)
        # (3) save symbols
        for key, value in values:
            _at(self.symbols, key).append(value)

    def style(self, symbols):
        """Set the styles, such as ``'-'`` or ``'+'``, of columns: a list, or a dict by title. Returns the logger."""
        for name, style in _pairs(symbols):
            if isinstance(style, str):
                style = [style]
            elif not isinstance(style, list | tuple):
                raise TypeError(f"optim.Logger: style should be a string or a table of strings, got {style!r}")
            key = self._key(name)
            if isinstance(self.styles, dict):
                self.styles[key] = list(style)
            elif key in range(1, len(self.styles) + 1):
                self.styles[key - 1] = list(style)
            else:
                raise ValueError(f"optim.Logger: a style for {len(self.styles)} columns expected, got one for {key!r}")
        return self

    def setlogscale(self, state):
        """Set whether the vertical axis of plots is logarithmic."""
        self.logscale = state

    def display(self, state):
        """Set whether `plot` writes a PNG, in place of a window, beside the printable picture."""
        self.showPlot = state

    def plot(self, *args):
        """Plot the columns with these titles (all by default) that have two values or more, with matplotlib.

        The picture goes into ``<name>.png`` and `epsfile`; it needs the extra ``plot``.
        """
        from ._picture import plot

        keys = [self._key(name) for name in args] if args else [key for key, _ in _pairs(self.symbols)]
        series = [
            (_at(self.names, key), np.array([_number(value) for value in _at(self.symbols, key)]), style)
            for key in keys
            if len(_at(self.symbols, key)) > 1
            for style in _at(self.styles, key)
        ]
        filenames = [self.name + ".png"] if self.showPlot else []
        if self.epsfile is not None:
            filenames.append(self.epsfile)
        if series:
            self.figure = plot(series, f"<Logger::{self.name}>", self.logscale, filenames)

    def _start(self, columns):
        """Make room for columns."""
        self.empty = False
        self.nsymbols = len(columns)
        self.symbols = _like(columns, [[] for _ in columns])
        self.styles = _like(columns, [[self.defaultStyle] for _ in columns])

    def _key(self, name):
        """Return the column that has a title."""
        return self.idx.get(name, name) if isinstance(self.idx, dict) else name

    def _write(self, fields):
        self.file.write("".join(field + "\t" for field in fields) + "\n")
        self.file.flush()


def _pairs(table):
    """Return the keys and values of a table; a list has the keys 1, 2, ..."""
    return list(table.items() if isinstance(table, dict) else enumerate(table, 1))


def _like(table, values):
    """Return values as a table with the keys of another."""
    return dict(zip(table, values, strict=True)) if isinstance(table, dict) else list(values)


def _at(table, key):
    """Return the value of a key."""
    return table[key] if isinstance(table, dict) else table[key - 1]


def _field(value):
    """Return what the file says of a number or a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Real | np.number) and not isinstance(value, bool):
        return lua_format("%11.4e", float(value))
    raise TypeError(f"optim.Logger: can only log numbers and strings, got {type(value).__name__} {value!r}")


def _number(value):
    return np.nan if isinstance(value, str) else float(value)
