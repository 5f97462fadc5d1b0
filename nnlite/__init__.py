"""Lua Torch7's nn in Python: modules, criterions and containers, by theme."""

from . import torch
from .core.container import Container
from .core.criterion import Criterion
from .core.elementwise import Elementwise
from .core.module import Module, debug
from .core.tables import Table
from .criterions.regression import MSECriterion
from .modules import connection_tables as tables
from .modules.activation import ELU, HardShrink, LeakyReLU, ReLU, ReLU6, RReLU, SoftShrink, Threshold
from .modules.containers import Concat, DepthConcat, Parallel, Sequential
from .modules.linear import Linear
from .modules.lookup import LookupTable
from .modules.noise import Dropout
from .modules.pointwise import Abs, Exp, Log, Power, Sqrt, Square
from .modules.select import Narrow, Select
from .modules.shape import Identity, Reshape, View
from .modules.softmax import LogSoftMax, SoftMax, SoftMin, SpatialLogSoftMax, SpatialSoftMax
from .modules.spatial_convolution import (
    SpatialConvolution,
    SpatialConvolutionMM,
    SpatialDilatedConvolution,
    SpatialFullConvolution,
)
from .modules.spatial_convolution_local import SpatialConvolutionLocal, SpatialDepthWiseConvolution
from .modules.spatial_convolution_map import SpatialConvolutionMap, SpatialFullConvolutionMap
from .modules.squashing import Clamp, HardTanh, LogSigmoid, Sigmoid, SoftPlus, SoftSign, Tanh, TanhShrink
from .modules.table_arithmetic import CAddTable
from .modules.table_containers import ConcatTable, MapTable, ParallelTable
from .modules.tables import JoinTable, NarrowTable, SelectTable, SplitTable
from .modules.temporal_convolution import TemporalConvolution, TemporalRowConvolution
from .modules.volumetric_convolution import (
    VolumetricConvolution,
    VolumetricDilatedConvolution,
    VolumetricFullConvolution,
)

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "Abs",
    "CAddTable",
    "Clamp",
    "Concat",
    "ConcatTable",
    "Container",
    "Criterion",
    "DepthConcat",
    "Dropout",
    "Elementwise",
    "Exp",
    "HardShrink",
    "HardTanh",
    "Identity",
    "JoinTable",
    "LeakyReLU",
    "Linear",
    "Log",
    "LogSigmoid",
    "LogSoftMax",
    "LookupTable",
    "MSECriterion",
    "MapTable",
    "Module",
    "Narrow",
    "NarrowTable",
    "Parallel",
    "ParallelTable",
    "Power",
    "RReLU",
    "ReLU",
    "ReLU6",
    "Reshape",
    "Select",
    "SelectTable",
    "Sequential",
    "Sigmoid",
    "SoftMax",
    "SoftMin",
    "SoftPlus",
    "SoftShrink",
    "SoftSign",
    "SpatialConvolution",
    "SpatialConvolutionLocal",
    "SpatialConvolutionMM",
    "SpatialConvolutionMap",
    "SpatialDepthWiseConvolution",
    "SpatialDilatedConvolution",
    "SpatialFullConvolution",
    "SpatialFullConvolutionMap",
    "SpatialLogSoftMax",
    "SpatialSoftMax",
    "SplitTable",
    "Sqrt",
    "Square",
    "Table",
    "Tanh",
    "TanhShrink",
    "TemporalConvolution",
    "TemporalRowConvolution",
    "Threshold",
    "View",
    "VolumetricConvolution",
    "VolumetricDilatedConvolution",
    "VolumetricFullConvolution",
    "debug",
    "tables",
    "torch",
]
