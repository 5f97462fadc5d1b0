"""What the tests share: comparing nested tables, gradients by finite differences, disturbing the layout of arrays."""

import numpy as np

from nnlite import torch
from nnlite.core.tables import arrays_in, map_arrays

SEED = 5


def close(got, want, tolerance=1e-12, what="value"):
    """Fail unless two nested tables of arrays agree to `tolerance`, absolute and relative."""
    if isinstance(want, list | tuple):
        assert isinstance(got, list | tuple), f"{what}: {type(got).__name__} in place of a table"
        assert len(got) == len(want), f"{what}: {len(got)} items in place of {len(want)}"
        for i, (a, b) in enumerate(zip(got, want, strict=True), 1):
            close(a, b, tolerance, f"{what}[{i}]")
        return
    if isinstance(want, dict):
        assert set(got) == set(want), what
        for key in want:
            close(got[key], want[key], tolerance, f"{what}.{key}")
        return
    if want is None:
        assert got is None, what
        return
    assert np.shape(got) == np.shape(want), f"{what}: shape {np.shape(got)} in place of {np.shape(want)}"
    np.testing.assert_allclose(got, want, tolerance, tolerance, err_msg=what)


def copied(value):
    """Return a deep copy of a nested table, in C order."""
    return map_arrays(lambda a: a.copy() if isinstance(a, np.ndarray) else a, value)


def single(value):
    """Return a nested table with its doubles as float32."""
    return map_arrays(lambda a: a.astype(np.float32) if getattr(a, "dtype", None) == np.float64 else a, value)


def spread(value):
    """Return equal arrays with other strides: reversed axes in every second element of a larger array."""

    def disturbed(a):
        if not isinstance(a, np.ndarray) or a.ndim == 0:
            return a
        room = np.zeros((2 * a.shape[-1], *a.shape[-2::-1])).astype(a.dtype)[::2]
        room[...] = a.T
        return room.T

    return map_arrays(disturbed, value)


def weights_like(output, seed=7):
    """Return fixed gradients for an output."""
    rng = np.random.default_rng(seed)
    return map_arrays(lambda a: np.asarray(rng.uniform(-1, 1, np.shape(a)), getattr(a, "dtype", float)), output)


def run(module, x):
    """Return a copy of the output for a fixed seed."""
    torch.manualSeed(SEED)
    return copied(module.forward(x))


def run_both(module, x, gradient=None):
    """Return copies of the output, the gradient of the input and those of the parameters, for a fixed seed."""
    output = run(module, x)
    gradient = weights_like(output) if gradient is None else gradient
    module.zeroGradParameters()
    grad_input = copied(module.backward(x, gradient))
    both = module.parameters()
    return output, grad_input, copied([] if both is None else both[1])


def dot(a, b):
    """Return the sum of the products of two nested tables."""
    pairs = zip(arrays_in(map_arrays(np.asarray, a)), arrays_in(map_arrays(np.asarray, b)), strict=True)
    return sum(float(np.sum(x * y)) for x, y in pairs)


def slopes(function, array, step=1e-6):
    """Return the central differences of ``function()`` with respect to the elements of `array`."""
    result = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = function()
        array[index] = kept - step
        below = function()
        array[index] = kept
        result[index] = (above - below) / (2 * step)
    return result
