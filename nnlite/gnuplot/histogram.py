"""Histograms: histc, hist and what they return, Histogram."""

import numpy as np

from ..core.args import given
from ..core.tables import Table
from .plots import bar

__all__ = ["Histogram", "hist", "histc"]


class Histogram(list):
    """The bins of `histc`, each a table of its centre ``val`` and its count ``nb``; printed as in Lua.

    Attributes
    ----------
    raw : ndarray
        The counts.
    bins, binwidth : number
        The number of bins and their width.
    max, min : int
        The fullest and the emptiest bin, counted from 1.

    Notes
    -----
    Lua: gnuplot/hist.lua.
    """

    def __init__(self, counts, low, high):
        self.raw, self.bins = counts, len(counts)
        self.binwidth = (high - low) / self.bins
        centres = low + (np.arange(self.bins) + 0.5) * self.binwidth
        super().__init__(Table(val=float(v), nb=float(n)) for v, n in zip(centres, counts, strict=True))
        self.max, self.min = int(np.argmax(counts)) + 1, int(np.argmin(counts)) + 1

    def __str__(self):
        height = 10
        full = self[self.max - 1].nb
        step = full / (height + 1)
        low, high = self[self.min - 1], self[self.max - 1]
        lines = [
            f"nsamples:  min:(bin:{self.min}/#{low.nb:.0f}/cntr:{low.val:2.2f})"
            f"  max:(bin:{self.max}/#{high.nb:.0f}/cntr:{high.val:2.2f})",
            "--------:" + "-" * self.bins,
        ]
        started = [False] * self.bins
        for row in range(height):
            top, level = full - row * step, full - (row + 1) * step
            lines.append(f"{level:1.2e}:" + "".join(self._cell(j, top, level, step, started) for j in range(self.bins)))
        marks = range(1, self.bins, 6)
        lines.append("--------:" + "".join("^" if j in marks else "-" for j in range(self.bins)))
        centres = (("-" if self[j].val < 0 else "+") + f"{abs(self[j].val):1.2f} " for j in marks)
        return "\n".join(lines) + "\ncenters " + "".join(centres)

    def _cell(self, j, top, level, step, started):
        if started[j]:
            return "|"
        if self[j].nb < level:
            return " "
        started[j] = True
        part = (top - self[j].nb) / step
        return "|" if part > 0.66 else ":" if part > 0.33 else "."


def histc(tensor, bins=None, min=None, max=None, raw=None):
    """Return the `Histogram` of an array (72 bins from its least to its largest value), or the counts if `raw`.

    Lua: gnuplot/hist.lua.
    """
    tensor = np.asarray(tensor, np.float64).ravel()
    bins = given(bins, 72)
    low, high = float(given(min, tensor.min())), float(given(max, tensor.max()))
    start, end = (low, high) if low != high else (low - 1, high + 1)
    inside = tensor[(tensor >= start) & (tensor <= end)]
    index = ((inside - start) / (end - start) * bins).astype(np.intp)
    counts = np.bincount(np.minimum(index, bins - 1), minlength=bins).astype(np.float64)
    return counts if given(raw, False) else Histogram(counts, low, high)


def hist(tensor, bins=None, min=None, max=None) -> Histogram:
    """Plot the histogram of an array and return it. Lua: gnuplot/gnuplot.lua."""
    result = histc(tensor, bins, min, max)
    bar(np.array([one.val for one in result]), result.raw)
    return result
