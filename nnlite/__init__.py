"""Lua Torch7's nn in Python: modules, criterions and containers, by theme."""

from . import torch
from .core.container import Container
from .core.criterion import Criterion
from .core.elementwise import Elementwise
from .core.module import Module, debug
from .core.tables import Table
from .criterions.regression import MSECriterion
from .modules.containers import Sequential
from .modules.linear import Linear
from .modules.squashing import Tanh

__version__ = "0.1.0"

__all__ = [
    "Container",
    "Criterion",
    "Elementwise",
    "Linear",
    "MSECriterion",
    "Module",
    "Sequential",
    "Table",
    "Tanh",
    "debug",
    "torch",
]
