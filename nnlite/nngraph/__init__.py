"""Networks as graphs of modules, as Torch's nngraph writes them.

>>> x = nn.Identity()()
>>> h = nn.Tanh()(nn.Linear(4, 3)(x))
>>> net = nn.gModule([x], [nn.CAddTable()([h, nn.Linear(4, 3)(x)])])
"""

from ..core.node import Node
from .debugging import annotateNodes, setDebug
from .gmodule import gModule
from .graph import Edge, Graph
from .modules import JustElement, JustTable, ModuleFromCriterion
from .nesting import nest
from .pictures import dot, simple_dot

__all__ = [
    "Edge",
    "Graph",
    "JustElement",
    "JustTable",
    "ModuleFromCriterion",
    "Node",
    "annotateNodes",
    "dot",
    "gModule",
    "nest",
    "setDebug",
    "simple_dot",
]
