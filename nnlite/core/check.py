"""What a module demands of its input: array, gradient, table, axis, labels, ...; error, refusal."""

import math

import numpy as np

from .tensor_types import dtype_of

__all__ = [
    "array",
    "arrays",
    "axis",
    "describe",
    "error",
    "flag",
    "gradient",
    "indices",
    "joined",
    "labels",
    "number",
    "refusal",
    "table",
]


def describe(owner) -> str:
    """Return the print of a module or criterion, for an error; of a container only the type name."""
    text = repr(owner)
    return text if text.startswith(owner.torch_typename) and "\n" not in text else owner.torch_typename


def error(owner, need: str, got, kind=ValueError):
    """Return the error ``<module>: <need> expected, got <the shape or value of got>``; raise it yourself."""
    return refusal(owner, need, _named(got), kind)


def refusal(owner, need: str, came: str, kind=ValueError):
    """Return the error ``<module>: <need> expected, got <came>``, `came` in words."""
    return kind(f"{describe(owner)}: {need} expected, got {came}")


def array(owner, value, ndim=None, last=None, shape=None, name="input", dtype=None):
    """Return `value` as a float array that `owner` can compute with, or raise an error that says how to get one.

    Nested lists and integer arrays are converted to the dtype of the arrays `owner` has (its own type, where it has
    none); a float array of another dtype is refused.

    Parameters
    ----------
    owner : Module or Criterion
        Whom the error names.
    ndim : int or tuple of int, optional
        Accepted ranks.
    last : int, optional
        Required length of the last axis.
    shape : tuple, optional
        Required shape; ``None`` in it stands for any length.
    name : str
        What the error calls the value.
    dtype : dtype, optional
        The dtype to demand in place of the owner's.
    """
    wanted = owner._dtype() if dtype is None else dtype
    if type(value) is not np.ndarray or (value.dtype.kind != "f" if wanted is None else value.dtype != wanted):
        value = _converted(owner, value, wanted, name)
    if ndim is not None and value.ndim != ndim and (isinstance(ndim, int) or value.ndim not in ndim):
        raise error(owner, f"{name} with {_ranks(ndim)}", value)
    if last is not None and value.shape[-1] != last:
        raise error(owner, f"{name}.shape[-1] == {last}", value)
    if shape is not None and not _fits(value.shape, shape):
        raise error(owner, f"{name} of shape {_pattern(shape)}", value)
    if value.size == 0:
        raise error(owner, f"{name} with at least one element", value)
    return value


def gradient(owner, value, output, name="gradOutput"):
    """Return `value` as a gradient with respect to `output`: an array of its dtype and shape.

    As in Torch only the number of elements has to agree: another shape is viewed as that of `output`.
    """
    if type(value) is np.ndarray and value.shape == output.shape and value.dtype == output.dtype:
        return value
    value = array(owner, value, name=name, dtype=output.dtype)
    if value.size != output.size:
        raise error(owner, f"{name} of shape {output.shape}", value)
    return value.reshape(output.shape)


def table(owner, value, size=None, name="input"):
    """Return `value`, a table (list or tuple) of `size` items, or raise an error."""
    if type(value) is not list and not isinstance(value, list | tuple):
        raise error(owner, f"{name}: a table" + ("" if size is None else f" of {size}"), value, TypeError)
    if size is not None and len(value) != size:
        raise error(owner, f"{name}: a table of {size}", value)
    return value


def arrays(owner, value, size=None, alike=False, name="input"):
    """Return `value` as a table of `size` (at least one) float arrays of one dtype, or raise an error.

    Arrays of integers are converted, lists are refused. With `alike` all need as many elements as the first, as Torch
    wants it where it combines them element by element.
    """
    table(owner, value, size, name)
    if not value:
        raise error(owner, f"{name}: a table of at least one array", value)
    dtype = getattr(value[0], "dtype", None)
    for item in value:
        if type(item) is not np.ndarray or item.dtype != dtype or dtype.kind != "f" or not item.size:
            value = _all_arrays(owner, value, name)
            break
    if alike:
        for item in value:
            if item.size != value[0].size:
                raise error(owner, f"{name}: arrays of shape {value[0].shape}", item)
    return value


def axis(owner, dimension, array, nInputDims=None, name="input"):
    """Return the axis, counted from 0, that `dimension` means for `array`.

    Dimensions count from 1, negative ones from the end. Where `array` has one dimension more than `nInputDims`, the
    first is that of the batch and positive ones are counted after it.
    """
    if dimension < 0:
        index = array.ndim + dimension
    else:
        index = dimension if nInputDims is not None and array.ndim == nInputDims + 1 else dimension - 1
    if not 0 <= index < array.ndim:
        raise error(owner, f"{name} that has dimension {dimension}", array)
    return index


def joined(owner, arrays, axis, name="input"):
    """Return the shape of `arrays` put together along `axis`; elsewhere their sizes have to agree."""
    first = arrays[0].shape
    rest = first[:axis] + first[axis + 1 :]
    length = 0
    for i, item in enumerate(arrays, 1):
        shape = item.shape
        if len(shape) != len(first) or shape[:axis] + shape[axis + 1 :] != rest:
            pattern = _pattern((*first[:axis], None, *first[axis + 1 :]))
            raise error(owner, f"{name}[{i}] of shape {pattern}", item)
        length += shape[axis]
    return (*first[:axis], length, *first[axis + 1 :])


def labels(owner, value, shape, classes, ignored=None):
    """Return `value` as class labels counted from 0: an int64 array of `shape`, or raise an error.

    `value` counts from 1: a number, or an array of any dtype with as many elements. Labels lie in 1 to `classes` or
    equal `ignored`.
    """
    size = math.prod(shape)
    if type(value) is int and size == 1 and 0 < value <= classes:
        return np.array([value - 1]).reshape(shape)
    if isinstance(value, str | dict) or value is None:
        raise error(owner, "target: class labels", value, TypeError)
    found = np.asarray(value)
    if found.size != size or found.dtype.kind not in "iufb":
        if found.size == size * classes:
            came = f"shape {found.shape}: for one-hot rows pass target.argmax(-1) + 1"
            raise refusal(owner, f"a target of {size} class labels", came)
        raise error(owner, f"a target of {size} class labels", found)
    found = _whole(owner, found.reshape(shape), "whole numbers as class labels", "label")
    wrong = (found < 1) | (found > classes)
    if ignored is not None:
        wrong &= found != ignored
    if wrong.any():
        first = found[wrong].flat[0]
        hint = ": labels start at 1 (add 1 to labels that start at 0)" if first == 0 else ""
        raise refusal(owner, f"class labels from 1 to {classes}", f"{first}{hint}")
    found -= 1
    return found


def indices(owner, value, ndim, size, name="input"):
    """Return `value`, an array of any dtype with indices in 1..`size`, as int64 indices that start at 0."""
    try:
        found = np.asarray(value)
    except ValueError:
        raise error(owner, f"{name}: an array of indices", value, TypeError) from None
    if found.dtype.kind not in "iuf":
        raise error(owner, f"{name}: an array of indices", value, TypeError)
    if found.ndim not in ndim:
        raise error(owner, f"{name} with {_ranks(ndim)}", found)
    if found.size == 0:
        raise error(owner, f"{name} with at least one element", found)
    rows = _whole(owner, found, f"{name}: whole numbers", "index")
    rows -= 1
    if rows.view(np.uint64).max() >= size:  # one pass: what is below 0 is huge without its sign
        wrong = rows[(rows < 0) | (rows >= size)][0] + 1
        hint = ": indices start at 1" if wrong == 0 else ""
        raise refusal(owner, f"{name}: indices from 1 to {size}", f"{wrong}{hint}")
    return rows


def flag(owner, value, name) -> bool:
    """Return `value`, an optional boolean argument of a constructor, with ``None`` as False."""
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"{owner.torch_typename}: {name} must be boolean, got {_named(value)}")
    return bool(value)


def number(owner, value, name):
    """Return `value`, an argument that has to be a number, as a Python one (NumPy's would decide dtypes)."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{owner.torch_typename}: {name} must be a number, got {_named(value)}")
    return value.item() if isinstance(value, np.generic) else value


def _whole(owner, found, need, noun):
    """Return numbers as a new int64 array, or raise an error that shows the first that is not whole."""
    if found.dtype.kind == "f":
        whole = np.isfinite(found) & (found == np.trunc(found))
        if not whole.all():
            raise refusal(owner, need, f"{noun} {found[~whole].flat[0]}")
    return found.astype(np.int64)


def _all_arrays(owner, value, name):
    """Return the items of a table as float arrays of the dtype of the first that is one."""
    for i, item in enumerate(value, 1):
        if not isinstance(item, np.ndarray):
            raise error(owner, f"{name}[{i}]: an array", item, TypeError)
    floats = [item.dtype for item in value if item.dtype.kind == "f"]
    dtype = floats[0] if floats else dtype_of(owner._type)
    return [array(owner, item, name=f"{name}[{i}]", dtype=dtype) for i, item in enumerate(value, 1)]


def _converted(owner, value, wanted, name):
    if isinstance(value, dict) or value is None or isinstance(value, str):
        raise error(owner, f"{name}: an array", value, TypeError)
    try:
        value = np.asarray(value)
    except ValueError:
        raise error(owner, f"{name}: an array", value, TypeError) from None
    if value.dtype.kind in "iub":
        return value.astype(dtype_of(owner._type) if wanted is None else wanted)
    if value.dtype.kind != "f":
        raise error(owner, f"{name}: an array of numbers", value, TypeError)
    if wanted is None or value.dtype == wanted:
        return value
    method = {"float64": "double", "float32": "float"}.get(str(value.dtype))
    helps = method is not None and owner._dtype() is not None  # a module without arrays takes any one dtype
    convert = f", or convert the model with .{method}()" if helps else ""
    raise TypeError(
        f"{describe(owner)}: {wanted} {name} expected, got {value.dtype} {value.shape}: "
        f"convert it with .astype('{wanted}'){convert}"
    )


def _named(got) -> str:
    if isinstance(got, np.ndarray):
        return f"shape {got.shape}"
    if isinstance(got, list | tuple):
        return f"a table of {len(got)}"
    return f"{type(got).__name__} {got!r}"[:200]


def _ranks(ndim) -> str:
    ranks = (ndim,) if isinstance(ndim, int) else tuple(ndim)
    return " or ".join(f"{rank}" for rank in ranks) + (" dimension" if ranks == (1,) else " dimensions")


def _fits(shape, pattern) -> bool:
    if len(shape) != len(pattern):
        return False
    return all(want is None or have == want for have, want in zip(shape, pattern, strict=True))


def _pattern(shape) -> str:
    return "(" + ", ".join("any" if n is None else str(n) for n in shape) + ("," if len(shape) == 1 else "") + ")"
