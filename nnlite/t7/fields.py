"""What is written of an object of a class: fields_of, version_of."""

from .assemble import origin_of
from .registry import to_lua_name
from .unknown import Unknown
from .upgrade import VERSIONS

__all__ = ["fields_of", "version_of"]


def version_of(value) -> int:
    """Return the class version to write; 0 for a class of a file older than versions."""
    if isinstance(value, Unknown):
        return value.t7_version
    return getattr(value, "torch_version", VERSIONS.get(value.torch_typename, 1))


def fields_of(value):
    """Return ``(before, fields)``: the objects written before the fields, and the fields by Torch's names."""
    if isinstance(value, Unknown) and value.t7_payload is not None:
        return [], value.t7_payload
    fields = value.__t7_fields__() if hasattr(value, "__t7_fields__") else vars(value)
    fields = {to_lua_name(name): item for name, item in fields.items() if item is not None}
    origin = origin_of(value)
    if origin is not None:
        fields.update(origin.hidden)
    return [], fields
