"""What every optimizer does with its arguments.

given, tables, number, rate, truth, vector, counter, memory, constants, evaluate, value_of, check_start.
"""

import difflib
import functools
import warnings

import numpy as np
from numpy import ndarray

__all__ = [
    "check_start",
    "constants",
    "counter",
    "evaluate",
    "given",
    "memory",
    "number",
    "rate",
    "tables",
    "truth",
    "value_of",
    "vector",
]

# Every key that some optimizer reads from its config.
_CONFIG_KEYS = """
    L Lstep alpha beta1 beta2 c1 c2 crossoverRate dampening doFistaUpdate eps epsilon errthres eta0 etaminus etaplus
    ext ftarget initialMean int lambda learningRate learningRateDecay learningRates lineSearch lineSearchOptions
    maxEval maxFEs maxIter maxRegion maxiter maxline minRegion min_iterations momentum nCorrection nesterov niter
    popsize ratio rho scaleFactor sig sigma stepsize stepsizemax stepsizemin t0 tolFun tolX verb_disp verbose
    weightDecay weightDecays
"""
# What stands beside them where no state is given, and might be taken for a slip.
_STATE_KEYS = """
    Hdiag accDelta decayParameters delta deltaParameters denom dir_bufs dminmax eta_t evalCounter f_old funcEval
    g_old old_dirs old_stps paramStd paramVariance params gradParams sign stp_bufs
"""
_known = frozenset((_CONFIG_KEYS + _STATE_KEYS).split())
_by_plain_name = {key.lower().replace("_", ""): key for key in _CONFIG_KEYS.split()}
_warned: set = set()


def given(value, default):
    """Return `value`, or `default` where it is ``None`` (nil): 0 and ``False`` are values, as in Lua."""
    return default if value is None else value


def tables(config, state):
    """Return config and state: an empty table for no config, the config itself for no state."""
    if config is None:
        config = {}
    return config, config if state is None else state


def number(table, key, default):
    """Return ``table[key]`` as a Python float, or `default`.

    A NumPy scalar would make float32 arrays compute in float64.
    """
    value = table.get(key)
    return default if value is None else float(value)


def counter(table, key):
    """Return how often the optimizer was called; 0 before the first call."""
    value = table.get(key)
    return 0 if value is None else int(value)


def rate(config, default, count, key="learningRate"):
    """Return the learning rate, a number or a schedule: a function of how many steps were made."""
    value = config.get(key)
    if value is None:
        return default
    return float(value(count)) if callable(value) else float(value)


def truth(value):
    """Return whether Lua takes `value` for true: all but ``None`` and ``False`` is, 0 too."""
    return value is not None and value is not False and (not isinstance(value, np.bool) or bool(value))


def vector(config, key, x):
    """Return ``config[key]``, one number per parameter, in the shape of `x`, or ``None``."""
    value = config.get(key)
    if value is None:
        return None
    value = np.asarray(value)
    if value.size != x.size or value.dtype.kind not in "fiu":
        raise ValueError(f"{key} must be an array of {x.size} numbers, one per parameter, got {_describe(value)}")
    return value.reshape(x.shape)


def memory(state, key, x, fill=0, scratch=(), masks=()):
    """Return ``state[key]``, an array like `x` that an optimizer keeps; a new one, filled with `fill`, at first.

    With a new one come empty arrays named `scratch` and `masks` (of bytes): Lua, when it goes on from the saved state,
    takes its own temporary tensors for granted.
    """
    array = state.get(key)
    if array is None:
        array = state[key] = np.full(x.shape, fill, x.dtype)
        state.update((name, np.empty(0, x.dtype)) for name in scratch)
        state.update((name, np.empty(0, np.uint8)) for name in masks)
    elif array.shape != x.shape or array.dtype != x.dtype:
        if array.size != x.size or array.dtype != x.dtype:
            raise ValueError(f"the state is not that of x: {key} like x expected ({_like(x)}), got {_describe(array)}")
        array = state[key] = array.reshape(x.shape)  # Torch's adamax keeps a row
    return array


@functools.lru_cache(maxsize=256)
def constants(dtype, *numbers):
    """Return `numbers` as arrays without dimensions, which ufuncs take faster than Python floats."""
    arrays = tuple(np.array(value, dtype) for value in numbers)
    for array in arrays:
        array.flags.writeable = False
    return arrays


def evaluate(opfunc, x):
    """Return ``f, df/dx`` of `opfunc` at `x`; the gradient must be an array like `x`."""
    result = opfunc(x)
    try:
        f, g = result
    except (TypeError, ValueError):
        raise TypeError(f"feval must return f(x) and df/dx, got {_describe(result)}") from None
    if type(g) is ndarray and g.shape == x.shape and g.dtype == x.dtype:
        return f, g
    return f, _gradient(g, x)


def value_of(result):
    """Return the first value of an `opfunc` that may return its gradient too, as a float."""
    return float(result[0] if isinstance(result, tuple) else result)


def check_start(x, config, depth=1):
    """Check what cannot change between calls: that `x` can be updated in place, and how the config is spelt.

    A warning names the line `depth` calls above the caller of this function.
    """
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        raise TypeError(f"x must be an array of floats, which is updated in place, got {_describe(x)}")
    if not x.flags.writeable:
        raise ValueError(
            f"x must be writeable, got a read-only array of shape {x.shape}: was it replaced by getParameters()?"
        )
    for key in config:
        if isinstance(key, str) and key not in _known and key not in _warned:
            meant = _meant(key)
            if meant is not None:
                _warned.add(key)
                warnings.warn(
                    f"no optimizer knows the config key {key!r}: did you mean {meant!r}?", stacklevel=2 + depth
                )


def _meant(key):
    """Return the config key that `key` nearly spells, or ``None``."""
    if key == "lr":
        return "learningRate"
    close = difflib.get_close_matches(key.lower().replace("_", ""), _by_plain_name, n=1, cutoff=0.8)
    if not close or len(key) < 4:
        return None
    known = _by_plain_name[close[0]]
    compound = key.startswith(known) and key[len(known)].isupper()  # learningRateMax is a name of its own
    return None if compound else known


def _gradient(g, x):
    """Return `g` in the shape of `x` if it has its size and dtype, as in Torch; raise an error otherwise."""
    if not isinstance(g, np.ndarray) or (g.ndim == 0 and x.ndim > 0):
        kind = TypeError
    elif g.size != x.size:
        kind = ValueError
    elif g.dtype != x.dtype:
        kind = TypeError
    else:
        return g.reshape(x.shape)
    raise kind(f"feval must return df/dx as an array of {_like(x)} like x, got {_describe(g)}")


def _like(x):
    return f"{x.size} {x.dtype} numbers"


def _describe(value):
    """Return what came, in a few words."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, tuple):
        return f"{len(value)} values"
    return f"{type(value).__name__} {value!r}"[:80]
