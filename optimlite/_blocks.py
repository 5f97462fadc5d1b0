"""Updates and sums in cache-sized blocks over threads: update, add_decay, add_scaled, dot, norm1."""

import functools

import numpy as np

from nnlite.kernels import parallel

from . import _compiled

__all__ = ["SMALL", "add_decay", "add_scaled", "dot", "norm1", "update"]

# Up to this many elements an update is a handful of calls on whole arrays.
SMALL = 1 << 15
# Bytes that one slice touches: more than the L2 cache, because threads that meet at the GIL after every few
# microseconds wait for each other longer than for the L3 cache.
_GRAIN = 1 << 21


def update(kernel, arrays, scratches, *numbers):
    """Run ``kernel(*arrays, *scratch arrays, *numbers)``, an elementwise update, without temporaries of their size.

    Parameters
    ----------
    kernel : callable
        Writes into some of its arrays; the result for an element depends on that element alone.
    arrays : tuple of ndarray or None
        Arrays of one size, the first and those that are written of one shape; ``None`` is handed through.
    scratches : int
        How many uninitialised arrays of the first one's dtype the kernel wants: 0, 1 or 2.
    *numbers
        What else the kernel takes.
    """
    x = arrays[0]
    if x.size <= SMALL:
        if scratches == 1:
            kernel(*arrays, np.empty(x.shape, x.dtype), *numbers)
        elif scratches == 2:  # one array in two rows would take longer
            kernel(*arrays, np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype), *numbers)
        else:
            kernel(*arrays, *numbers)
    else:
        _in_slices(kernel, arrays, scratches, numbers)


def _in_slices(kernel, arrays, scratches, numbers):
    x = arrays[0]
    if not all(a is None or a.flags.c_contiguous for a in arrays):
        kernel(*arrays, *np.empty((scratches, *x.shape), x.dtype), *numbers)
        return
    flat = [None if a is None else a.reshape(-1) for a in arrays]
    slices = parallel.split(x.size, x.itemsize * (len(arrays) + scratches), _GRAIN)
    loop = _compiled.twin(kernel, arrays, numbers)
    if loop is not None:
        parallel.each(lambda part: loop(*[a[part] for a in flat if a is not None]), slices)
        return

    def run(part):
        memory = parallel.scratch((scratches, part.stop - part.start), x.dtype, "optim")
        kernel(*[None if a is None else a[part] for a in flat], *memory, *numbers)

    parallel.each(run, slices)


def add_decay(x, g, s, decay):
    """Add weight decay, ``decay x``, to the gradient `g` in place, by way of `s`: the first line of most updates."""
    if decay != 0:
        np.multiply(x, decay, s)
        np.add(g, s, g)


def add_scaled(y, a, x):
    """Add ``a x`` to `y` in place.

    Few numbers are left to the BLAS, as in Torch. Where it rounds once for product and sum, so must this: a line search
    on a nearly quadratic function divides the rounding errors by each other.
    """
    if y.size <= SMALL:
        axpy = _axpy(y.dtype, x.dtype) if y.flags.c_contiguous and x.flags.c_contiguous else None
        if axpy is None:
            np.add(y, np.multiply(x, a), y)
        else:
            axpy(x.reshape(-1), y.reshape(-1), y.size, a)
    else:
        update(_scaled_sum, (y, x), 1, a)


def dot(x, y):
    """Return the inner product as a float, the same for any number of threads."""
    parallel.hold_blas()  # BLAS threads would make the order of the sum depend on their number
    if x.size <= SMALL or not (x.flags.c_contiguous and y.flags.c_contiguous):
        return float(np.vdot(x, y))
    x, y = x.reshape(-1), y.reshape(-1)
    slices = parallel.split(x.size, 2 * x.itemsize, _GRAIN)
    return sum(parallel.each(lambda part: float(np.dot(x[part], y[part])), slices))


def norm1(x):
    """Return the sum of absolute values as a float, added in double."""
    if x.size <= SMALL or not x.flags.c_contiguous:
        return float(np.abs(x).sum(dtype=np.float64))
    x = x.reshape(-1)

    def run(part):
        memory = parallel.scratch((part.stop - part.start,), x.dtype, "optim")
        return float(np.abs(x[part], out=memory).sum(dtype=np.float64))

    return sum(parallel.each(run, parallel.split(x.size, 2 * x.itemsize, _GRAIN)))


@functools.cache
def _axpy(*dtypes):
    """Return the BLAS's ``y += a x`` for arrays of these dtypes, or ``None``."""
    from scipy.linalg import blas  # loaded at the first use only: it takes a while

    return {"ff": blas.saxpy, "dd": blas.daxpy}.get("".join(dtype.char for dtype in dtypes))


def _scaled_sum(y, x, s, a):
    np.multiply(x, a, s)
    np.add(y, s, y)
