"""Plots: plot, splot, scatter3, imagesc, bar."""

import re

import numpy as np

from ..core.args import given
from .figures import current_figure

__all__ = ["bar", "imagesc", "plot", "scatter3", "splot"]


def _curves(name, arguments):
    """Return the argument lists of the curves: one list, lists, or a list of lists."""
    if not arguments:
        raise TypeError(f"gnuplot.{name}: at least one array expected")
    if isinstance(arguments[0], list | tuple):
        return arguments[0] if isinstance(arguments[0][0], list | tuple) else arguments
    return [arguments]


def _parts(name, curve, most):
    """Split ``[legend,] array, ... [, format]`` into legend, arrays and format."""
    curve = list(curve)
    legend = curve.pop(0) if curve and isinstance(curve[0], str) else ""
    form = curve.pop() if len(curve) > 1 and isinstance(curve[-1], str) else ""
    if not 1 <= len(curve) <= most or any(isinstance(item, str) for item in curve):
        raise TypeError(f"gnuplot.{name}: [string,] 1 to {most} arrays [, string] expected")
    return legend, [np.asarray(item) for item in curve], form


def _pair(arrays, form):
    """Return x and y of a curve; columns of a matrix are x and the values, as in Torch."""
    if len(arrays) == 2:
        x, y = arrays
    elif arrays[0].ndim == 2 and arrays[0].shape[1] == 4 and form in ("v", "V"):
        x, y = arrays[0][:, ::2], arrays[0][:, 1::2]
    elif arrays[0].ndim == 2 and arrays[0].shape[1] > 1:
        x, y = arrays[0][:, 0], arrays[0][:, 1:]
        y = y[:, 0] if y.shape[1] == 1 else y
    else:
        y = arrays[0].reshape(len(arrays[0]))
        x = np.arange(1, len(y) + 1)
    if x.ndim not in (1, 2) or len(x) != len(y):
        raise ValueError(f"gnuplot.plot: x and y of the same length expected, got shapes {x.shape} and {y.shape}")
    return x, y


def plot(*arguments) -> None:
    """Plot curves: ``plot([legend,] [x,] y [, format])``, or any number of such lists.

    Formats: ``'.'`` dots, ``'+'`` points (default), ``'-'`` lines, ``'+-'`` both, ``'|'`` boxes, ``'~'`` a spline
    through the points, ``'v'`` arrows (two columns: position and step), or gnuplot's own (``'with lines'``).

    Lua: gnuplot/gnuplot.lua.

    Examples
    --------
    >>> x = np.linspace(-6, 6)
    >>> plot(["sin", x, np.sin(x), "-"], ["cos", x, np.cos(x), "~"])
    """
    curves = []
    for curve in _curves("plot", arguments):
        legend, arrays, form = _parts("plot", curve, 2)
        curves.append((legend, *_pair(arrays, form), form))

    def draw(axes):
        for number, (legend, x, y, form) in enumerate(curves):
            _draw_curve(axes, legend, x, y, form, f"C{number}")

    current_figure().draw, current_figure().solid = draw, False


_STYLES = {
    "": {"marker": "+", "linestyle": ""},
    "+": {"marker": "+", "linestyle": ""},
    ".": {"marker": ",", "linestyle": ""},
    "-": {"linestyle": "-"},
    "+-": {"marker": "+", "linestyle": "-"},
    "points": {"marker": "+", "linestyle": ""},
    "dots": {"marker": ",", "linestyle": ""},
    "lines": {"linestyle": "-"},
    "linespoints": {"marker": "+", "linestyle": "-"},
}


def _draw_curve(axes, legend, x, y, form, colour):
    words = form.split()
    kind = words[words.index("with") + 1] if "with" in words[:-1] else form
    if kind in ("v", "V", "vectors"):
        step = {"angles": "xy", "scale_units": "xy", "scale": 1}
        axes.quiver(x[:, 0], y[:, 0], x[:, 1], y[:, 1], color=colour, label=legend, **step)
    elif kind in ("|", "boxes"):
        axes.bar(x, y, width=np.diff(x).min(initial=np.inf) if len(x) > 1 else 1, color=colour, label=legend)
    elif kind.startswith("filledcurves"):
        axes.fill_between(x, y[:, 0], y[:, -1], color=colour, alpha=0.5, label=legend)
    elif "~" in kind or "csplines" in kind:
        axes.plot(*_spline(x, y, kind), color=colour, label=legend)
    elif kind not in _STYLES:
        raise ValueError(f"gnuplot.plot: a format of . + - +- | ~ v or 'with lines' expected, got {form!r}")
    else:
        axes.plot(x, y, color=colour, label=legend, **_STYLES[kind])


def _spline(x, y, form):
    """Return a smooth curve: through the points (``~``), or near them (``~0.5``: a smaller weight is smoother)."""
    from scipy.interpolate import CubicSpline, make_smoothing_spline

    x, first = np.unique(x, return_index=True)
    weight = re.sub(r"~|a?csplines", "", form)
    if weight == "" or len(x) < 5:
        curve = CubicSpline(x, y[first], bc_type="natural")
    else:
        curve = make_smoothing_spline(x, y[first], lam=1 / float(weight))
    fine = np.linspace(x[0], x[-1], 300)
    return fine, curve(fine)


def splot(*arguments) -> None:
    """Plot surfaces: ``splot([legend,] [x, y,] z)`` with matrices, or any number of such lists.

    Lua: gnuplot/gnuplot.lua.
    """
    surfaces = []
    for curve in _curves("splot", arguments):
        legend, arrays, _ = _parts("splot", curve, 3)
        if len(arrays) == 1:
            rows, columns = arrays[0].shape
            arrays = [*np.mgrid[1 : rows + 1, 1 : columns + 1], arrays[0]]
        if len(arrays) != 3 or any(array.ndim != 2 for array in arrays):
            raise ValueError(f"gnuplot.splot: z, or x, y and z, as matrices expected, got {[a.shape for a in arrays]}")
        surfaces.append((legend, arrays))

    def draw(axes):
        for number, (legend, arrays) in enumerate(surfaces):
            axes.plot_wireframe(*arrays, color=f"C{number}", label=legend)

    current_figure().draw, current_figure().solid = draw, True


def scatter3(*arguments) -> None:
    """Plot points in space: ``scatter3([legend,] x, y, z)``, or any number of such lists. Lua: gnuplot/gnuplot.lua."""
    clouds = []
    for curve in _curves("scatter3", arguments):
        legend, arrays, _ = _parts("scatter3", curve, 3)
        if len(arrays) != 3 or any(array.ndim != 1 or len(array) != len(arrays[0]) for array in arrays):
            shapes = [array.shape for array in arrays]
            raise ValueError(f"gnuplot.scatter3: x, y and z of the same length expected, got {shapes}")
        clouds.append((legend, arrays))

    def draw(axes):
        for number, (legend, arrays) in enumerate(clouds):
            axes.scatter(*arrays, color=f"C{number}", label=legend)

    current_figure().draw, current_figure().solid = draw, True


def imagesc(x, palette=None) -> None:
    """Show a matrix as a picture, ``'gray'`` by default or ``'color'``. Lua: gnuplot/gnuplot.lua."""
    x = np.asarray(x)
    if x.ndim != 2:
        raise ValueError(f"gnuplot.imagesc: a matrix expected, got shape {x.shape}")
    colours = {"gray": "gray", "color": "inferno"}
    name = colours.get(given(palette, "gray"), palette)

    def draw(axes):
        axes.figure.colorbar(axes.imshow(x, cmap=name, interpolation="nearest", aspect="auto"))

    current_figure().draw, current_figure().solid = draw, False


def bar(*arguments) -> None:
    """Plot boxes: ``bar(y)`` or ``bar(x, y)``. Lua: gnuplot/gnuplot.lua."""
    plot([*arguments, "|"])
