"""Conversion to another tensor type with all sharing kept: converted (``nn.utils.recursiveType``)."""

import numpy as np

from .memory import element_strides, offset_in, owner, strided

__all__ = ["converted"]


def converted(value, type, dtype, cache):
    """Return `value` with its float arrays as `dtype`; tables are changed in place, modules told to convert themselves.

    `cache` maps the identity of what was converted to ``(original, result)``: it keeps shared memory shared, within one
    call and across the calls it is passed to.
    """
    if isinstance(value, np.ndarray):
        return _converted_array(value, dtype, cache)
    if isinstance(value, list | dict):
        for key in range(len(value)) if isinstance(value, list) else value:
            value[key] = converted(value[key], type, dtype, cache)
        return value
    if hasattr(value, "torch_typename") and hasattr(value, "type"):
        value.type(type, cache)
    return value


def _converted_array(array, dtype, cache):
    if array.dtype.kind != "f" or array.dtype == dtype:
        return array
    if id(array) not in cache:
        root = owner(array)
        if root is array:
            result = array.astype(dtype)
        else:
            flat = _converted_array(root, dtype, cache)
            result = strided(flat, offset_in(root, array), array.shape, element_strides(array))
        cache[id(array)] = array, result
    return cache[id(array)][1]
