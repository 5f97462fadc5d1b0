"""What a module demands of its input: array, gradient, table, labels; error (the one sentence all refusals share)."""

import numpy as np

from .tensor_types import dtype_of

__all__ = ["array", "describe", "error", "gradient", "table"]


def describe(owner) -> str:
    """Return the print of a module or criterion, for an error; of a container only the type name."""
    text = repr(owner)
    return owner.torch_typename if "\n" in text else text


def error(owner, need: str, got, kind=ValueError):
    """Return the error ``<module>: <need> expected, got <what came>``; raise it yourself."""
    return kind(f"{describe(owner)}: {need} expected, got {_named(got)}")


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
    if type(value) is not np.ndarray or value.dtype != wanted:
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
    if not isinstance(value, list | tuple):
        raise error(owner, f"{name}: a table" + ("" if size is None else f" of {size}"), value, TypeError)
    if size is not None and len(value) != size:
        raise error(owner, f"{name}: a table of {size}", value)
    return value


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
    convert = "" if method is None else f", or convert the model with .{method}()"
    raise TypeError(
        f"{describe(owner)}: {wanted} {name} expected, got {value.dtype} {value.shape}: "
        f"convert it with .astype('{wanted}'){convert}"
    )


def _named(got) -> str:
    if isinstance(got, np.ndarray):
        return f"shape {got.shape}"
    if isinstance(got, list | tuple):
        return f"a table of {len(got)}"
    return got if isinstance(got, str) and got.startswith("shape") else f"{type(got).__name__} {got!r}"[:200]


def _ranks(ndim) -> str:
    ranks = (ndim,) if isinstance(ndim, int) else tuple(ndim)
    return " or ".join(f"{rank}" for rank in ranks) + (" dimension" if ranks == (1,) else " dimensions")


def _fits(shape, pattern) -> bool:
    if len(shape) != len(pattern):
        return False
    return all(want is None or have == want for have, want in zip(shape, pattern, strict=True))


def _pattern(shape) -> str:
    return "(" + ", ".join("any" if n is None else str(n) for n in shape) + ("," if len(shape) == 1 else "") + ")"
