"""Figures and what is set on them: figure, pngfigure, ..., plotflush, figprint, title, xlabel, grid, axis, raw."""

import dataclasses
import os
import re
import warnings

from ..core.args import given

__all__ = [
    "axis",
    "close",
    "closeall",
    "current_figure",
    "epsfigure",
    "figprint",
    "figure",
    "grid",
    "logscale",
    "movelegend",
    "pdffigure",
    "plotflush",
    "pngfigure",
    "raw",
    "setterm",
    "svgfigure",
    "title",
    "xlabel",
    "ylabel",
    "zlabel",
]


@dataclasses.dataclass
class _Figure:
    """What one gnuplot process would remember: the labels and options set, and the last plot."""

    file: str
    draw: object = None  # draws the last plot on axes
    solid: bool = False  # whether it needs three dimensions
    labels: dict = dataclasses.field(default_factory=dict)
    grid: bool = False
    logscale: bool = False
    legend: str | None = "upper right"
    aspect: str = "auto"
    limits: tuple = (None, None, None, None)

    def save(self, file):
        """Draw the figure into a file; its suffix names the format."""
        try:
            from matplotlib.figure import Figure
        except ImportError as missing:
            raise ImportError("plots need matplotlib: pip install 'nnlite[plot]'") from missing
        picture = Figure(figsize=(6.4, 4.8), layout="constrained")
        axes = picture.add_subplot(projection="3d" if self.solid else None)
        if self.draw is not None:
            self.draw(axes)
        for name, text in self.labels.items():
            if name != "zlabel" or self.solid:
                getattr(axes, f"set_{name}")(text)
        axes.grid(self.grid)
        if self.logscale:
            axes.set_yscale("log")
        if self.aspect == "equal":
            axes.set_aspect("equal")
        left, right, bottom, top = self.limits
        if (left, right) != (None, None):
            axes.set_xlim(left, right)
        if (bottom, top) != (None, None):
            axes.set_ylim(bottom, top)
        if self.legend is not None and any(axes.get_legend_handles_labels()[1]):
            axes.legend(loc=self.legend)
        picture.savefig(file, dpi=100)


_figures: dict[int, _Figure] = {}
_current: int | None = None


def _select(n=None):
    """Make figure `n`, or a new one, the current figure; return its number."""
    global _current
    _current = n = given(n, max(_figures, default=0) + 1)
    if n not in _figures:
        _figures[n] = _Figure(f"figure-{n}.png")
    return n


def current_figure():
    """Return the current figure; there is always one."""
    if _current is None:
        _select()
    return _figures[_current]


def figure(n=None, config=None) -> int:
    """Select figure `n`, or make a new one; return its number.

    There is no window: `plotflush` writes the figure to ``figure-<n>.png``. Lua: gnuplot/gnuplot.lua.
    """
    return _select(n)


def _file_figure(fname, suffix, n):
    folder = os.path.dirname(fname)
    if folder and not os.path.isdir(folder):
        raise ValueError(f"cannot save to {fname}: directory does not exist")
    number = _select(n)
    _figures[number].file = fname if os.path.splitext(fname)[1] == suffix else fname + suffix
    return number


def pngfigure(fname, n=None) -> int:
    """Make a figure that is written to a PNG file by `plotflush`; return its number. Lua: gnuplot/gnuplot.lua."""
    return _file_figure(os.fspath(fname), ".png", n)


def pdffigure(fname, n=None) -> int:
    """As `pngfigure`, for a PDF file. Lua: gnuplot/gnuplot.lua."""
    return _file_figure(os.fspath(fname), ".pdf", n)


def epsfigure(fname, n=None) -> int:
    """As `pngfigure`, for an EPS file. Lua: gnuplot/gnuplot.lua."""
    return _file_figure(os.fspath(fname), ".eps", n)


def svgfigure(fname, n=None) -> int:
    """As `pngfigure`, for an SVG file. Lua: gnuplot/gnuplot.lua."""
    return _file_figure(os.fspath(fname), ".svg", n)


def figprint(fname) -> None:
    """Write the current figure to a PNG, EPS, PDF or SVG file. Lua: gnuplot/gnuplot.lua."""
    if os.path.splitext(fname)[1] not in (".png", ".eps", ".pdf", ".svg"):
        raise ValueError(f"gnuplot.figprint: a png, eps, pdf or svg file expected, got {os.fspath(fname)!r}")
    current_figure().save(fname)


def plotflush(n=None) -> None:
    """Write figure `n` (the current one) to its file. Lua: gnuplot/gnuplot.lua."""
    n = given(n, _current)
    if n not in _figures:
        print(f"no figure {n}")
        return
    _figures[n].save(_figures[n].file)


def close(n=None) -> None:
    """Forget figure `n` (the current one), after writing its file if it has a plot. Lua: gnuplot/gnuplot.lua."""
    global _current
    n = given(n, _current)
    if n in _figures:
        if _figures[n].draw is not None:
            plotflush(n)
        del _figures[n]
        _current = None


def closeall() -> None:
    """Close every figure. Lua: gnuplot/gnuplot.lua."""
    for n in list(_figures):
        close(n)


def setterm(term) -> None:
    """Do nothing: there is no terminal to choose. Lua: gnuplot/gnuplot.lua."""


def title(label) -> None:
    """Set the title of the current figure. Lua: gnuplot/gnuplot.lua."""
    current_figure().labels["title"] = label


def xlabel(label) -> None:
    """Set the label of the x axis. Lua: gnuplot/gnuplot.lua."""
    current_figure().labels["xlabel"] = label


def ylabel(label) -> None:
    """Set the label of the y axis. Lua: gnuplot/gnuplot.lua."""
    current_figure().labels["ylabel"] = label


def zlabel(label) -> None:
    """Set the label of the z axis. Lua: gnuplot/gnuplot.lua."""
    current_figure().labels["zlabel"] = label


def grid(toggle) -> None:
    """Show or hide the grid. Lua: gnuplot/gnuplot.lua."""
    current_figure().grid = bool(toggle)


def logscale(toggle) -> None:
    """Make the y axis logarithmic or linear. Lua: gnuplot/gnuplot.lua."""
    current_figure().logscale = bool(toggle)


def movelegend(hloc, vloc) -> None:
    """Move the legend: ``left``, ``right`` or ``center``, and ``top``, ``bottom`` or ``middle``.

    Lua: gnuplot/gnuplot.lua.
    """
    rows = {"top": "upper", "middle": "center", "bottom": "lower"}
    if hloc not in ("left", "right", "center") or vloc not in rows:
        need = "one of left, right, center and one of top, bottom, middle"
        raise ValueError(f"gnuplot.movelegend: {need} expected, got {hloc!r}, {vloc!r}")
    current_figure().legend = "center" if (hloc, vloc) == ("center", "middle") else f"{rows[vloc]} {hloc}"


def axis(axis) -> None:
    """Scale the axes: ``'auto'``, ``'image'`` or ``'equal'``, ``'fill'``, or ``[xmin, xmax, ymin, ymax]``.

    An empty string keeps a limit. Lua: gnuplot/gnuplot.lua.
    """
    current = current_figure()
    if isinstance(axis, str):
        if axis not in ("auto", "image", "equal", "fill"):
            raise ValueError(f"gnuplot.axis: one of auto, image, equal, fill expected, got {axis!r}")
        current.aspect = "equal" if axis in ("image", "equal") else "auto"
        if axis == "auto":
            current.limits = (None, None, None, None)
    elif len(axis) != 4:
        print("axis should have 4 componets {xmin,xmax,ymin,ymax}")
    else:
        new = (old if limit == "" else limit for limit, old in zip(axis, current.limits, strict=True))
        current.limits = tuple(new)


_LABEL = re.compile(r"""set (title|xlabel|ylabel|zlabel) (["'])(.*)\2\s*""")
_SWITCH = re.compile(r"(un)?set (grid|logscale|key|xrange|yrange)\b\s*(.*)")


def raw(str) -> None:
    """Send gnuplot a command: title, xlabel, ylabel, zlabel, grid, logscale, key, xrange and yrange are understood.

    Any other draws a warning and has no effect. Lua: gnuplot/gnuplot.lua.
    """
    current = current_figure()
    if match := _LABEL.fullmatch(str.strip()):
        current.labels[match[1]] = match[3]
    elif (match := _SWITCH.fullmatch(str.strip())) and match[2] in ("grid", "logscale"):
        setattr(current, match[2], match[1] is None)
    elif match and match[2] == "key":
        current.legend = None if match[1] is not None or match[3].startswith("off") else "upper right"
    elif match and (limits := re.match(r"\[\s*([^:\s]*)\s*:\s*([^\]\s]*)\s*\]", match[3])):
        pair = [float(limit) if limit not in ("", "*") else None for limit in limits.groups()]
        both = [*current.limits]
        both[slice(0, 2) if match[2] == "xrange" else slice(2, 4)] = pair
        current.limits = tuple(both)
    else:
        warnings.warn(f"gnuplot.raw: {str!r} has no effect here", stacklevel=2)
