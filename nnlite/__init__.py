"""Lua Torch7's nn in Python: modules, criterions and containers, by theme."""

from . import torch
from .core.container import Container
from .core.criterion import Criterion
from .core.elementwise import Elementwise
from .core.module import Module, debug
from .core.tables import Table
from .criterions.regression import MSECriterion
from .modules.activation import ELU, HardShrink, LeakyReLU, ReLU, ReLU6, RReLU, SoftShrink, Threshold
from .modules.containers import Sequential
from .modules.linear import Linear
from .modules.pointwise import Abs, Exp, Log, Power, Sqrt, Square
from .modules.squashing import Clamp, HardTanh, LogSigmoid, Sigmoid, SoftPlus, SoftSign, Tanh, TanhShrink

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "Abs",
    "Clamp",
    "Container",
    "Criterion",
    "Elementwise",
    "Exp",
    "HardShrink",
    "HardTanh",
    "LeakyReLU",
    "Linear",
    "Log",
    "LogSigmoid",
    "MSECriterion",
    "Module",
    "Power",
    "RReLU",
    "ReLU",
    "ReLU6",
    "Sequential",
    "Sigmoid",
    "SoftPlus",
    "SoftShrink",
    "SoftSign",
    "Sqrt",
    "Square",
    "Table",
    "Tanh",
    "TanhShrink",
    "Threshold",
    "debug",
    "torch",
]
