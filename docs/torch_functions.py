"""Write the table of nnlite.torch's names from their docstrings: ``python docs/torch_functions.py``."""

import importlib
import inspect
import re
from pathlib import Path

from nnlite import torch

PAGE = Path(__file__).with_name("torch-functions.md")
THEMES = {
    "tensors": "New tensors and storages",
    "rng": "Random numbers",
    "pointwise": "Functions of each element",
    "arithmetic": "Arithmetic",
    "bitwise": "Bits",
    "comparisons": "Comparisons",
    "reductions": "Sums and the like",
    "sorting": "Order",
    "blas": "Products of matrices and vectors",
    "lapack": "Linear algebra",
    "convolutions": "Convolution",
    "shapes": "Shapes",
    "indexing": "Parts of arrays",
    "filling": "Writing into an array",
    "types": "Types",
    "printing": "Printing",
    "serialization": "Files",
    "cmdline": "The command line",
    "timer": "Time",
    "threads": "Threads",
}
HEAD = """\
# Torch's functions on arrays

`from nnlite import torch` has Torch's tensor functions, and of its tensor methods those that NumPy has no line for: as
functions that take the array first. What to know:

- Results are new arrays; Lua's optional first argument, the tensor for the result, is `out=`. In place is
  `torch.exp(x, out=x)`.
- Dimensions, positions and indices count from 1; a reduction keeps its dimension with length 1; `max`, `sort` and their
  kin return `(values, indices)`.
- The names that always change a tensor in Torch (`uniform`, `fill`, `copy`, `indexAdd`, `maskedFill`, `scatter`, ...)
  change their first argument here and return it.
- Functions of two arrays need as many elements in both, not the same shape; nothing is broadcast.
- Comparisons give masks (bool), so that `x[torch.gt(x, 0)]` selects.

This page is made from the docstrings, by `python docs/torch_functions.py`.
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for theme, title in THEMES.items():
        names = importlib.import_module(f"nnlite.torch.{theme}").__all__
        lines = [f"## {title}", "", "| nnlite | Lua | |", "| --- | --- | --- |"]
        lines += [_row(name, getattr(torch, name)) for name in sorted(names, key=str.lower)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(name, entry):
    text = inspect.getdoc(entry)
    lua = re.search(r"Lua:\s((?:``[^`]*``,?\s*)+)", text)
    what = re.sub(r"\s*Lua:\s.*", "", text.split("\n\n")[0], flags=re.DOTALL)
    cells = [f"``{name}{_parameters(entry)}``", lua[1].rstrip(", \n") if lua else "", what]
    return "| " + " | ".join(" ".join(cell.split()).replace("``", "`").replace("|", "\\|") for cell in cells) + " |"


def _parameters(entry):
    signature = inspect.signature(entry)
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    text = str(signature.replace(parameters=parameters, return_annotation=signature.empty))
    return re.sub(r"<nnlite[^>]*>", "generator", text)


if __name__ == "__main__":
    PAGE.write_text(page())
