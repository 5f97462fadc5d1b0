"""Tensors as Torch prints them: tostring."""

import itertools
import math

import numpy as np

from ..core.lua_format import lua_format
from ..core.tensor_types import Storage
from .types import typename

__all__ = ["tostring"]


def tostring(x) -> str:
    """Return the text Lua prints for a number, an array or a storage, or ``repr`` of another object.

    Lua: ``tostring(x)``; ``print(torch.tostring(x))`` ends in the same empty line as Lua's ``print(x)``.
    """
    if isinstance(x, np.ndarray):
        return _storage(x) if isinstance(x, Storage) else _tensor(x)
    if x is None or isinstance(x, bool | np.bool_):
        return {None: "nil", True: "true", False: "false"}[x if x is None else bool(x)]
    if isinstance(x, int | float | np.number):
        return lua_format("%.14g", float(x))
    return x if isinstance(x, str) else repr(x)


@np.errstate(all="ignore")
def _tensor(x):
    if x.size == 0:
        return f"[{typename(x)} with no dimension]\n"
    values = np.atleast_1d(x).astype(np.float64)
    layout = _Layout(values)
    if values.ndim == 1:
        body = layout.column(values)
    elif values.ndim == 2:
        body = layout.matrix(values)
    else:
        body = layout.slices(values)
    size = "x".join(map(str, values.shape))
    return f"{body}[{typename(x)} of size {size}]\n"


@np.errstate(all="ignore")
def _storage(x):
    body = _Layout(x.astype(np.float64)).column(x.tolist()) if x.size else ""
    return f"{body}[{typename(x)} of size {x.size}]\n"


class _Layout:
    """The format of a number, chosen from all the numbers of a tensor: a width, a precision, a common scale."""

    def __init__(self, values):
        self.scale = None
        low, high = _exponent(np.min(np.abs(values))), _exponent(np.max(np.abs(values)))
        if np.isnan(values).any():
            self.format, self.width = "%f", math.nan
        elif (values == np.ceil(values)).all():
            self.width = 11 if high > 9 else high + 1
            self.format = "%11.4e" if high > 9 else f"%{self.width}d"
        elif high - low > 4:
            self.width = 12 if abs(high) > 99 or abs(low) > 99 else 11
            self.format = f"%{self.width}.4e"
        else:
            self.width = 7 if high > 5 or high <= 0 else high + 6
            self.format = f"%{self.width}.4f"
            if high > 5 or high < 0:
                self.scale = np.float64(10.0) ** (high - 1)

    def column(self, values):
        """Return the numbers of a vector, one on a line."""
        head = "" if self.scale is None else f"{self.scale:g} *\n"
        return head + "".join(self._number(value) + "\n" for value in values)

    def matrix(self, values, indent=""):
        """Return the rows of a matrix, in blocks of as many columns as a line of 80 characters holds."""
        columns = values.shape[1]
        if math.isnan(self.width):
            return self._block(values, indent)
        per_line = (80 - len(indent)) // (self.width + 1)
        if per_line >= columns:
            return self._block(values, indent)
        text = indent
        for first in range(0, columns, per_line):
            last = min(first + per_line, columns)
            block = self._block(values[:, first:last], indent)
            text += ("\n" if first else "") + f"Columns {first + 1} to {last}\n{block}"
        return text

    def slices(self, values):
        """Return the matrices of a tensor, each under its indices; the first index runs fastest."""
        leading = [range(n) for n in reversed(values.shape[:-2])]
        texts = []
        for reverse in itertools.product(*leading):
            index = reverse[::-1]
            name = "".join(f"{i + 1}," for i in index)
            texts.append(f"({name}.,.) = \n{self.matrix(values[index], ' ')}")
        return "\n".join(texts)

    def _block(self, values, indent):
        head = indent
        if self.scale is not None:
            head, indent = f"{indent}{self.scale:g} *\n {indent}", f"{indent} "
        rows = (" ".join(self._number(value) for value in row) for row in values.tolist())
        return head + f"\n{indent}".join(rows) + "\n"

    def _number(self, value):
        return lua_format(self.format, value if self.scale is None else value / self.scale)


def _exponent(value):
    """Return how many digits stand before the point: 1 for 0 and 1, 3 for 100, 0 for 0.5."""
    if value == 0:
        return 1
    return value if not math.isfinite(value) else math.floor(math.log10(value)) + 1
