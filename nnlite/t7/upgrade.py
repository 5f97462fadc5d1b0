"""Fields of old class versions brought to the present one: upgraded, restored, constructed, VERSIONS."""

import dis
import functools
import itertools
import math
from types import FunctionType

import numpy as np

from ..core.criterion import Criterion
from ..core.memory import owner
from ..core.module import Module
from ..core.tables import Table
from ..core.tensor_types import Storage, default_dtype, name_of
from .registry import to_lua_name
from .upgrade_rnn import CHANGES as RECURRENT_CHANGES

__all__ = ["VERSIONS", "constructed", "restored", "upgraded"]

VERSIONS = {
    "nn.BatchNormalization": 2,
    "nn.GradientReversal": 2,
    "nn.LookupTable": 4,
    "nn.SpatialBatchNormalization": 2,
    "nn.VolumetricMaxPooling": 2,
}

# Fields that did not exist when old files were written, and the value that means what the class did then.
_IN_PLACE = {"inplace": False}
_PADS = {"padW": 0, "padH": 0}
_STRIDES = {"dW": 1, "dH": 1}
_REDUCE = {"squeeze": True}
_VOLUME = {"padT": 0, "padW": 0, "padH": 0}
_AVERAGE = {"sizeAverage": True}
DEFAULTS: dict[str, dict] = {
    "nn.AbsCriterion": _AVERAGE,
    "nn.BatchNormalization": {"eps": 1e-5, "momentum": 0.1},
    "nn.Clamp": _IN_PLACE,
    "nn.ClassNLLCriterion": _AVERAGE | {"ignoreIndex": -100},
    "nn.DistKLDivCriterion": _AVERAGE,
    "nn.Dropout": {"v2": None, "inplace": None, "stochastic_inference": None},
    "nn.ELU": _IN_PLACE | {"alpha": 1},
    "nn.GradientReversal": {"lambda": 1},
    "nn.HardTanh": _IN_PLACE | {"min_val": -1, "max_val": 1},
    "nn.HingeEmbeddingCriterion": _AVERAGE | {"margin": 1},
    "nn.L1HingeEmbeddingCriterion": {"margin": 1},
    "nn.LeakyReLU": _IN_PLACE | {"negval": 1e-2},
    "nn.LookupTable": {"paddingValue": 0},
    "nn.MSECriterion": _AVERAGE,
    "nn.MapTable": {"sharedparams": ["weight", "bias", "gradWeight", "gradBias"]},
    "nn.Mean": _REDUCE | _AVERAGE,
    "nn.MultiLabelMarginCriterion": _AVERAGE,
    "nn.MultiMarginCriterion": _AVERAGE | {"p": 1, "margin": 1},
    "nn.Narrow": {"length": 1},
    "nn.Padding": {"value": 0, "index": 1},
    "nn.RReLU": _IN_PLACE | {"lower": 1 / 8, "upper": 1 / 3},
    "nn.ReLU": _IN_PLACE | {"threshold": 0, "val": 0},
    "nn.ReLU6": _IN_PLACE,
    "nn.Replicate": {"dim": 1},
    "nn.SmoothL1Criterion": _AVERAGE,
    "nn.SoftMarginCriterion": _AVERAGE,
    "nn.SoftPlus": {"beta": 1, "threshold": 20},
    "nn.SpatialAveragePooling": _PADS | {"ceil_mode": False, "count_include_pad": True, "divide": False},
    "nn.SpatialConvolution": _PADS | _STRIDES,
    "nn.SpatialConvolutionLocal": _PADS | _STRIDES,
    "nn.SpatialConvolutionMM": _PADS | _STRIDES,
    "nn.SpatialDepthWiseConvolution": _PADS | _STRIDES,
    "nn.SpatialDilatedConvolution": _PADS | _STRIDES | {"dilationW": 1, "dilationH": 1},
    "nn.SpatialDilatedMaxPooling": _PADS | {"ceil_mode": False, "dilationW": 1, "dilationH": 1},
    "nn.SpatialFullConvolution": _PADS | _STRIDES | {"adjW": 0, "adjH": 0},
    "nn.SpatialMaxPooling": _PADS | {"ceil_mode": False},
    "nn.Sqrt": {"eps": 0},
    "nn.Sum": _REDUCE | {"sizeAverage": False},
    "nn.Threshold": _IN_PLACE | {"threshold": 1e-6, "val": 0},
    "nn.VolumetricConvolution": _VOLUME,
    "nn.VolumetricDilatedMaxPooling": _VOLUME | {"ceil_mode": False},
    "nn.VolumetricFullConvolution": _VOLUME | {"adjT": 0, "adjW": 0, "adjH": 0},
    "nn.VolumetricMaxPooling": _VOLUME | {"ceil_mode": False},
}
DEFAULTS["nn.SpatialBatchNormalization"] = DEFAULTS["nn.BatchNormalization"]
DEFAULTS["nn.VolumetricBatchNormalization"] = DEFAULTS["nn.BatchNormalization"]

_LISTS = ("modules", "criterions", "forwardnodes", "backwardnodes")

_PARAMETERS = ("weight", "bias", "gradWeight", "running_mean", "output", "gradInput")  # tell the type


def upgraded(name: str, cls: type, fields: dict) -> dict:
    """Return the fields of class `name` as its present version has them.

    Raises
    ------
    ValueError, TypeError, KeyError
        If the fields contradict each other.
    """
    fields = Table(fields)
    for key in _LISTS:
        if key in fields:
            fields[key] = _sequence(key, fields[key])
    if name in _CHANGES:
        _CHANGES[name](fields)
    for key, value in DEFAULTS.get(name, {}).items():
        fields.setdefault(key, list(value) if isinstance(value, list) else value)
    if issubclass(cls, Module | Criterion):
        _complete(fields)
    for key in constructed(cls):
        if to_lua_name(key) not in fields and not hasattr(cls, key):
            fields[to_lua_name(key)] = None
    return fields


def restored(value) -> None:
    """Compute what Torch does not write but works out when it reads."""
    if value.torch_typename == "nn.WeightNorm" and getattr(value, "weight", None) is None:
        inner, size = value.modules[0], tuple(int(n) for n in value.weightSize)
        inner.weight = value.weight = np.zeros(size, _plain(value.v).dtype)
        inner.gradWeight = value.gradWeight = np.zeros(size, value.v.dtype)
        value.updateWeight()
        value.gradWeight[...] = value.permuteOut(value.gradV)


@functools.cache
def constructed(cls: type) -> frozenset[str]:
    """Return the attributes that the constructors of a class set: those that a file lacks were nil in Lua."""
    inits = [vars(base).get("__init__") for base in cls.__mro__]
    steps = [step for init in inits if isinstance(init, FunctionType) for step in dis.get_instructions(init)]
    return frozenset(step.argval for step in steps if step.opname == "STORE_ATTR")


def _complete(fields):
    """Add what every module and criterion has: a tensor type, an output, a gradient of the input or nil for none."""
    kind = fields.get("_type")
    if kind is None:
        arrays = [fields[key] for key in _PARAMETERS if isinstance(fields.get(key), np.ndarray)]
        floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
        fields["_type"] = name_of(floats[0] if floats else default_dtype())
    elif str(kind).startswith("torch.Cuda"):
        fields["_type"] = "torch.FloatTensor" if kind == "torch.CudaTensor" else kind.replace("Cuda", "")
    fields.setdefault("output", None)
    fields.setdefault("gradInput", None)


def _sequence(name, table):
    """Return what Lua's ipairs sees of a table: the items from 1 up to the first hole."""
    if isinstance(table, list):
        return table
    if not isinstance(table, dict):
        raise ValueError(f"{name} is {type(table).__name__}, not a table")
    return [table[i] for i in itertools.takewhile(table.__contains__, itertools.count(1))]


def _view(array, *shape):
    """Return `array` in another shape, the same memory."""
    if array.size != math.prod(shape) or not array.flags.c_contiguous:
        raise ValueError(f"an array of shape {array.shape} cannot be seen as {shape}")
    return array.reshape(shape)


def _plain(array):
    """Return `array` unless it is larger than its memory, as a file can make it with strides of 0."""
    if array.size > owner(array).size:
        raise ValueError(f"a parameter of shape {array.shape} whose elements share memory")
    return array


def _rename(fields, **names):
    for old, new in names.items():
        if old in fields:
            value = fields.pop(old)
            fields.setdefault(new, value)


def _padding(fields):
    if "padding" in fields:
        pad = fields.pop("padding")
        fields.setdefault("padW", pad)
        fields.setdefault("padH", pad)


def _convolution(fields):
    _padding(fields)
    for name in ("weight", "gradWeight"):
        if isinstance(fields.get(name), np.ndarray) and fields[name].ndim == 2:
            planes = fields["nInputPlane"] // fields.get("groups", 1)
            fields[name] = _view(fields[name], fields["nOutputPlane"], planes, fields["kH"], fields["kW"])


def _batch_normalization(fields):
    if "running_std" in fields:
        std = _plain(fields.pop("running_std"))
        with np.errstate(divide="ignore"):
            fields["running_var"] = std**-2.0 - fields.get("eps", 1e-5)
    for name in ("buffer", "buffer2", "centered", "std", "normalized"):
        fields.pop(name, None)


def _volumetric_full_convolution(fields):
    if "adjW" not in fields:
        for name in ("weight", "gradWeight"):
            if isinstance(fields.get(name), np.ndarray):
                fields[name] = np.ascontiguousarray(_plain(fields[name]).swapaxes(0, 1))
    _rename(fields, pT="padT", pW="padW", pH="padH")


def _long_indices(fields):
    for name in ("indices", "_indices"):
        array = fields.get(name)
        if isinstance(array, np.ndarray) and array.dtype.kind == "f":
            fields[name] = _plain(array).astype(np.int64) if array.size else np.empty(0, np.int64)


def _drop_indices(fields):
    if isinstance(fields.get("_indices"), np.ndarray) and fields["_indices"].dtype.kind == "f":
        fields.pop("_indices")


def _decorator(fields):
    if not fields.get("modules") and "module" in fields:
        fields["modules"] = [fields["module"]]


def _index_linear(fields):
    running = fields.get("running")
    if isinstance(running, dict):
        running.update((name, []) for name, values in running.items() if type(values) is Table and not values)


def _lookup_table(fields):
    for name in ("nBackward", "size", "inputs"):
        fields.pop(name, None)


def _weight_norm(fields):
    outputs = len(fields["v"])
    for name in ("g", "gradG", "_norm", "_scale"):
        fields[name] = _view(fields[name], outputs, 1)
    if "weight" not in fields and math.prod(fields["weightSize"].tolist()) != fields["v"].size:
        raise ValueError(f"weightSize {fields['weightSize']} does not fit v of shape {fields['v'].shape}")
    if "viewOut" in fields:  # before the first forward pass Torch's gradV has the shape of v
        fields["gradV"] = _view(fields["gradV"], *map(int, fields["viewOut"]))


def _view_size(fields):
    size = [int(n) for n in fields.get("size", ())]
    fields.setdefault("numElements", math.prod(n for n in size if n >= 0))


def _reshape_size(fields):
    size = [int(n) for n in fields["size"]]
    fields.setdefault("nelement", math.prod(size))
    fields.setdefault("batchsize", np.array([0, *size]).view(Storage))


def _concat(fields):
    _rename(fields, size="outputSize")


def _class_nll(fields):
    _rename(fields, outputTensor="output_tensor")
    weights = fields.get("weights")
    dtype = default_dtype() if weights is None else weights.dtype
    fields.setdefault("output_tensor", np.zeros(1, dtype))
    fields.setdefault("total_weight_tensor", np.ones(1, dtype))
    fields.setdefault("target", np.zeros(1, np.int64))


def _cross_entropy(fields):
    inner = fields.get("nll")
    fields.setdefault("sizeAverage", getattr(inner, "sizeAverage", True))


_CHANGES = {
    **RECURRENT_CHANGES,
    "nn.BatchNormalization": _batch_normalization,
    "nn.ClassNLLCriterion": _class_nll,
    "nn.Concat": _concat,
    "nn.CrossEntropyCriterion": _cross_entropy,
    "nn.Decorator": _decorator,
    "nn.DepthConcat": _concat,
    "nn.IndexLinear": _index_linear,
    "nn.LookupTable": _lookup_table,
    "nn.Max": _drop_indices,
    "nn.Min": _drop_indices,
    "nn.Parallel": _concat,
    "nn.Reshape": _reshape_size,
    "nn.SpatialBatchNormalization": _batch_normalization,
    "nn.SpatialConvolution": _convolution,
    "nn.SpatialConvolutionMM": _padding,
    "nn.SpatialDepthWiseConvolution": _padding,
    "nn.SpatialDilatedMaxPooling": _long_indices,
    "nn.SpatialMaxPooling": _long_indices,
    "nn.View": _view_size,
    "nn.VolumetricBatchNormalization": _batch_normalization,
    "nn.WeightNorm": _weight_norm,
    "nn.VolumetricFullConvolution": _volumetric_full_convolution,
    "nn.VolumetricMaxPooling": _long_indices,
}
