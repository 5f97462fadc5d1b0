"""A network at a glance: summary."""

import time

import numpy as np

from .core.args import given
from .core.check import describe

__all__ = ["summary"]


def summary(model, input=None) -> str:
    """Return a table of all modules: what each is, its output's shape, its parameters and its time.

    Parameters
    ----------
    model : Module
    input : ndarray or table, optional
        What to run the model on, once forward; without it shapes and times are left out.

    Notes
    -----
    Parameters shared by several modules are counted once in the total. A container's time includes its modules'. The
    model's buffers are those of this run afterwards; its parameters and mode stay what they were.

    Examples
    --------
    >>> print(nn.summary(nn.Sequential().add(nn.Linear(4, 3)).add(nn.Tanh())))
    module               parameters
    nn.Sequential                15
      nn.Linear(4 -> 3)          15
      nn.Tanh                     0
    total                        15
    """
    seen: dict[int, tuple] = {}
    if input is not None:
        _run(model, input, seen)
    rows = [["module", "output", "parameters", "ms"]]
    rows += _rows(model, seen, 0)
    arrays = _parameters(model)
    total = sum(array.size for array in {id(array): array for array in arrays}.values())
    rows.append(["total", "", f"{total:,}", ""])
    columns = [column for column in zip(*rows, strict=True) if any(column[1:-1])]
    return "\n".join(_aligned(columns, i) for i in range(len(rows)))


def _run(model, input, seen):
    """Run `model` forward; take down the shape of the output and the time of every module."""
    modules = {id(module): module for module in model.listModules()}.values()
    kept = [module.__dict__.get("updateOutput") for module in modules]

    def watched(module):
        update = module.updateOutput

        def run(input):
            start = time.perf_counter()
            output = update(input)
            spent = seen.get(id(module), (None, 0))[1] + time.perf_counter() - start
            seen[id(module)] = _shape(output), spent
            return output

        return run

    try:
        for module in modules:
            module.__dict__["updateOutput"] = watched(module)
        model.forward(input)
    finally:
        for module, own in zip(modules, kept, strict=True):
            del module.__dict__["updateOutput"]
            if own is not None:
                module.__dict__["updateOutput"] = own


def _rows(module, seen, depth):
    shape, seconds = seen.get(id(module), ("", None))
    count = sum(array.size for array in _parameters(module))
    spent = "" if seconds is None else f"{1000 * seconds:.3f}"
    yield ["  " * depth + describe(module), shape, f"{count:,}", spent]
    for child in given(module.modules, ()):
        yield from _rows(child, seen, depth + 1)


def _parameters(module):
    both = module.parameters()
    return [] if both is None else both[0]


def _shape(value):
    if isinstance(value, np.ndarray):
        return "x".join(map(str, value.shape))
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(_shape, value)) + "}"
    return type(value).__name__


def _aligned(columns, row):
    cells = []
    for column in columns:
        width = max(map(len, column))
        text = column[0] in ("module", "output")
        cells.append(column[row].ljust(width) if text else column[row].rjust(width))
    return "  ".join(cells).rstrip()
