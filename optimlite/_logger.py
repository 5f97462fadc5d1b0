"""Files of numbers, and plots of them: Logger."""

import numbers
import os
import sys
import time
import weakref

import numpy as np

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
    symbols : dict
        What was added, a list for each column. Columns are called 1, 2, ..., or by the keys given to `add`.
    names, styles : dict
        The title of each column, and the list of styles it is plotted with.
    idx : dict
        The column of each title.
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
        self.symbols: dict = {}
        self.styles: dict = {}
        self.names: dict = {}
        self.idx: dict = {}
        self.figure = None
        self.showPlot = True
        self.plotRawCmd = None
        self.defaultStyle = "+"
        self.logscale = False

    def setNames(self, names):
        """Title the columns, and write the titles. Returns the logger."""
        self.names = _pairs(names)
        self.empty = False
        self.nsymbols = len(self.names)
        for key, name in self.names.items():
            self._start(key)
            self.idx[name] = key
        self._write(str(name) for name in self.names.values())
        return self

    def add(self, symbols):
        """Write a line of numbers and strings: a list, or a dict by title, which titles the columns if nothing did."""
        values = {self.idx.get(key, key): value for key, value in _pairs(symbols).items()}
        unknown = [key for key in values if key not in self.symbols]
        if not self.empty and unknown:
            raise ValueError(f"optim.Logger: columns {', '.join(map(str, self.symbols))} expected, got {unknown[0]!r}")
        fields = [_field(value) for value in values.values()]
        # (1) first time? titles on the first row
        if self.empty:
            self.empty = False
            self.nsymbols = len(values)
            for key in values:
                self._start(key)
                self.names[key] = key
            self.idx = self.names
            self._write(map(str, values))
        # (2) all symbols on one row
        self._write(fields)
        # (3) save symbols
        for key, value in values.items():
            self.symbols[key].append(value)

    def style(self, symbols):
        """Set the styles, such as ``'-'`` or ``'+'``, of columns: a list, or a dict by title. Returns the logger."""
        for name, style in _pairs(symbols).items():
            if isinstance(style, str):
                style = [style]
            elif not isinstance(style, list | tuple):
                raise TypeError(f"optim.Logger: style should be a string or a table of strings, got {style!r}")
            self.styles[self.idx.get(name, name)] = list(style)
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

        keys = [self.idx[name] for name in args] if args else list(self.symbols)
        series = [
            (self.names[key], np.array([_number(value) for value in self.symbols[key]]), style)
            for key in keys
            if len(self.symbols[key]) > 1
            for style in self.styles[key]
        ]
        filenames = [self.name + ".png"] if self.showPlot else []
        if self.epsfile is not None:
            filenames.append(self.epsfile)
        if series:
            self.figure = plot(series, f"<Logger::{self.name}>", self.logscale, filenames)

    def _start(self, key):
        self.symbols[key] = []
        self.styles[key] = [self.defaultStyle]

    def _write(self, fields):
        self.file.write("".join(field + "\t" for field in fields) + "\n")
        self.file.flush()


def _pairs(table):
    """Return a table as a dict: a list has the keys 1, 2, ..."""
    return dict(table) if hasattr(table, "keys") else dict(enumerate(table, 1))


def _field(value):
    """Return what the file says of a number or a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Real | np.number) and not isinstance(value, bool):
        return f"{float(value):11.4e}"
    raise TypeError(f"optim.Logger: can only log numbers and strings, got {type(value).__name__} {value!r}")


def _number(value):
    return np.nan if isinstance(value, str) else float(value)
