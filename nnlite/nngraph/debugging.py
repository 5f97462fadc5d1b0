"""Finding mistakes in graphs: setDebug, annotateNodes. Lua: nngraph/graphinspecting.lua."""

import itertools
import os
import sys

from ..core.node import Node
from . import pictures

__all__ = ["annotateNodes", "failed", "setDebug"]

_enabled = False


def setDebug(enable: bool = True) -> None:
    """Let a gModule that fails save a picture, ``<name>.svg`` or ``nngraph_<n>in_<m>out.svg``, with the node in red."""
    global _enabled
    _enabled = enable


def annotateNodes(stackLevel: int = 1) -> None:
    """Name nodes after the caller's local variables that hold them, where they have no name yet.

    With `stackLevel` 2 these are the variables of the caller's caller, and so on.
    """
    for name, value in sys._getframe(stackLevel).f_locals.items():
        if isinstance(value, Node):
            value.data.annotations.setdefault("name", name)


def failed(gmodule, data):
    """Draw `gmodule`, whose node with these data has failed, if `setDebug` asked for it."""
    if not _enabled:
        return
    name = gmodule.name
    if name is None:
        name = f"nngraph_{gmodule.nInputs}in_{len(gmodule.outnode.children)}out"
    free = (f"{name}_{i}" if i else name for i in itertools.count())
    name = next(name for name in free if not os.path.exists(f"{name}.svg"))
    print(f"saving {name}.svg", file=sys.stderr)
    pictures.save(gmodule.fg, name, name, data)
