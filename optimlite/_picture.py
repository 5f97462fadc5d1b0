"""Pictures by matplotlib, without any display: render, plot."""

import numpy as np

__all__ = ["plot", "render"]

_DPI = 100
# What gnuplot's styles, as Torch spells them, are in matplotlib.
_STYLES = {"-": "-", "+": "+", ".": ".", "+-": "+-", "-+": "+-", "~": "-", "|": "_", "x": "x", "o": "o"}


def figure(width, height, owner):
    """Return a new matplotlib figure of `width` by `height` pixels."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(f"{owner} needs matplotlib: pip install 'nnlite[plot]'") from error
    made = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
    FigureCanvasAgg(made)
    return made


def render(confusion, sortmode, display, block, legendwidth, filename):
    """Draw a ConfusionMatrix; see its method."""
    n = confusion.nclasses
    counts = confusion.mat.astype(np.float64)
    rows = counts.sum(1)
    shares = counts / np.maximum(rows, 1)[:, None]
    keys = {"score": shares.diagonal(), "occurrence": rows}
    if sortmode not in keys:
        raise ValueError(f"optim.ConfusionMatrix: sort mode score or occurrence expected, got {sortmode!r}")
    order = np.argsort(-keys[sortmode], kind="stable")
    size = n * block
    top = 2 * block if display else 0
    picture = figure(size + legendwidth, size + top, "optim.ConfusionMatrix.render")
    axes = picture.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, size + legendwidth), ylim=(size, -top), facecolor="black")
    axes.set_axis_off()
    picture.set_facecolor("black")
    grid = shares[np.ix_(order, order)]
    axes.imshow(grid, cmap="gray", vmin=0, vmax=1, extent=(0, size, size, 0), aspect="auto")
    _draw_cells(axes, grid, block)
    _draw_legend(axes, confusion, order, shares.diagonal(), rows / max(rows.sum(), 1), block)
    if display:
        mode = "scores" if sortmode == "score" else "occurrences"
        whole, mean = confusion.totalValid * 100, confusion.averageValid * 100
        _write(axes, 2, -1.5 * block, f"Confusion matrix [sorted by {mode},", "white", block)
        _write(axes, 2, -0.5 * block, f"accuracy = {whole:.3f}%, per-class accuracy = {mean:.3f}%]", "white", block)
    picture.canvas.draw()
    pixels = np.asarray(picture.canvas.buffer_rgba())[:, :, :3]
    if filename is not None:
        picture.savefig(filename, facecolor="black")
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)) / 255.0


def plot(series, title, logscale, filenames):
    """Write a plot of `series`, a list of (name, values, style), into files."""
    picture = figure(800, 600, "optim.Logger.plot")
    axes = picture.add_subplot()
    for name, values, style in series:
        axes.plot(np.arange(1, len(values) + 1), values, _STYLES.get(style, "-"), label=str(name))
    if logscale:
        axes.set_yscale("log")
    axes.grid(True)
    axes.set_title(title)
    axes.legend()
    for filename in filenames:
        picture.savefig(filename)
    return picture


def _draw_cells(axes, grid, block):
    """Write the share, in percent, into each cell, and lines between them."""
    n = len(grid)
    for i in range(n):
        for j in range(n):
            shade = (1 - grid[i, j]) * (grid[i, j] * 0.8 + 0.2)
            text = f"{grid[i, j] * 100:02.0f}"
            _write(axes, (j + 0.5) * block, (i + 0.5) * block, text, (shade,) * 3, block, ha="center")
    axes.hlines(np.arange(1, n + 1) * block, 0, n * block, color="0.1", linewidth=0.7)
    axes.vlines(np.arange(1, n + 1) * block, 0, n * block, color="0.1", linewidth=0.7)


def _draw_legend(axes, confusion, order, scores, frequencies, block):
    """Write how frequent each class is, and its name, beside its row."""
    left = len(order) * block + 10
    for row, at in enumerate(order):
        middle = (row + 0.5) * block
        shade = frequencies[at] / max(frequencies.max(), 1e-9) * 0.9 + 0.1
        color = (shade * 0.5 + 0.2, shade * 0.5 + 0.2, shade * 0.8 + 0.2)
        _write(axes, left, middle, f"[{frequencies[at] * 100:2.2f}% labels]", color, block)
        name = str(confusion.classes[at]) if at < len(confusion.classes) else str(at + 1)
        _write(axes, left + 120, middle, name, (scores[at] * 0.8 + 0.2,) * 3, block)


def _write(axes, x, y, text, color, block, **options):
    """Write letters that fit into a cell."""
    axes.text(x, y, text, color=color, fontsize=min(10.0, block * 0.4), va="center", **options)
