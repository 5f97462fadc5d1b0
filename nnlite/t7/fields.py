"""What is written of an object of a class: fields_of, kept_in, version_of."""

import numpy as np

from ..core.buffers import empty, is_buffer
from ..core.criterion import Criterion
from ..core.tensor_types import DTYPES, default_dtype
from .assemble import origin_of
from .registry import to_lua_name
from .unknown import Unknown
from .upgrade import VERSIONS

__all__ = ["fields_of", "kept_in", "version_of"]

# Buffers that Lua's constructor makes and its methods take for granted, where ours needs none.
_BUFFERS = {"nn.IndexLinear": ("gradWeightBuffer", "valuesBuffer")}
_TABLES = {"nn.IndexLinear": ("sizesCache", "cumSumSizesCache")}
# The tables that hold so many tensors, even when they were cleared.
_PARTS = {
    "nn.Index": {"gradInput": 2},
    "nn.MV": {"gradInput": 2},
    "nn.StepGRU": {"gradInput": 2},
    "nn.StepLSTM": {"output": 2, "gradInput": 3},
}
_SINGLE = ("nn.VolumetricFullConvolution",)  # whose gradInput is a tensor then
# What was computed and Lua needs all the same, with one element at least: its methods write into it.
_KEPT = {"nn.MarginRankingCriterion": ("gradInput",), "nn.ModuleFromCriterion": ("output",)}


def version_of(value) -> int | None:
    """Return the class version to write, None for a class of a file older than versions."""
    if isinstance(value, Unknown):
        return value.t7_version or None
    return getattr(value, "torch_version", VERSIONS.get(value.torch_typename, 1))


def kept_in(value) -> tuple[str, ...]:
    """Return the fields that are written as they are although `_state` names them."""
    mask = ("zeroMask",) if getattr(value, "v2", None) is True else ()  # which was set, not computed
    return _KEPT.get(value.torch_typename, ()) + mask


def fields_of(value, omitted=()):
    """Return ``(before, fields)``: the objects written before the fields, and the fields by Torch's names.

    The fields named in `omitted` are left out. Fields that are None stand for no table at all.
    """
    if isinstance(value, Unknown) and value.t7_payload is not None:
        return value.t7_before + value.t7_payload, None
    if value.torch_typename == "torch.Timer":
        return [], None
    if isinstance(value, Criterion):
        omitted = ("_type", *omitted)  # Lua's criterions do not keep it
    fields = value.__t7_fields__() if hasattr(value, "__t7_fields__") else vars(value)
    fields = {to_lua_name(name): item for name, item in fields.items() if item is not None and name not in omitted}
    for name in _BUFFERS.get(value.torch_typename, ()):
        fields.setdefault(name, empty(value.weight.dtype))
    for name in _TABLES.get(value.torch_typename, ()):
        fields.setdefault(name, {})
    _as_constructed(value, fields)
    origin = origin_of(value)
    if origin is not None:
        fields.update(origin.hidden)
    return _before(value, fields), fields


def _as_constructed(value, fields):
    """Put back what Lua's constructor makes, its methods take for granted, and `clearState` took away."""
    name, kind = value.torch_typename, DTYPES.get(str(fields.get("_type")), default_dtype())
    for field, count in _PARTS.get(name, {}).items():
        if _is_cleared(fields.get(field)):
            fields[field] = [empty(kind) for _ in range(count)]
    if name in _SINGLE and _is_cleared(fields.get("gradInput")):
        fields["gradInput"] = empty(kind)
    for field in _KEPT.get(name, ()):
        item = fields.get(field)
        fields[field] = [_of_one(part) for part in item] if isinstance(item, list) else _of_one(item)


def _is_cleared(item):
    return isinstance(item, list | dict) and not item


def _of_one(item):
    """Return an array that Torch made, or one of one element for a buffer or an empty array."""
    if isinstance(item, np.ndarray) and (not item.size or is_buffer(item)):
        return np.zeros(1, item.dtype)
    return item


def _before(value, fields):
    if isinstance(value, Unknown):
        return value.t7_before
    return [[fields.get("_type"), fields.get("device")]] if value.torch_typename == "nn.GPU" else []
