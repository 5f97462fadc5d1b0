"""Updates in cache-sized blocks over threads: update, dot, norm1."""

import numpy as np

from nnlite.kernels import parallel

__all__ = ["SMALL", "dot", "norm1", "update"]

# Up to this many elements an update is a handful of calls on whole arrays.
SMALL = 1 << 15
# Nanoseconds one core needs for an element, per array that an update reads; see kernels.parallel.split.
_COST = 0.4


def update(kernel, arrays, scratches, *numbers):
    """Run ``kernel(*arrays, *scratch arrays, *numbers)``, an elementwise update, without temporaries of their size.

    Parameters
    ----------
    kernel : callable
        Writes into some of its arrays; the result for an element depends on that element alone.
    arrays : tuple of ndarray or None
        Arrays of one size, the first and those that are written of one shape; ``None`` is handed through.
    scratches : int
        How many uninitialised arrays of the first one's dtype the kernel wants.
    *numbers
        What else the kernel takes.
    """
    x = arrays[0]
    if x.size <= SMALL:
        if scratches == 1:
            kernel(*arrays, np.empty(x.shape, x.dtype), *numbers)
        else:
            kernel(*arrays, *np.empty((scratches, *x.shape), x.dtype), *numbers)
    else:
        _in_slices(kernel, arrays, scratches, numbers)


def _in_slices(kernel, arrays, scratches, numbers):
    x = arrays[0]
    if not all(a is None or a.flags.c_contiguous for a in arrays):
        kernel(*arrays, *np.empty((scratches, *x.shape), x.dtype), *numbers)
        return
    flat = [None if a is None else a.reshape(-1) for a in arrays]

    def run(part):
        memory = parallel.scratch((scratches, part.stop - part.start), x.dtype, "optim")
        kernel(*[None if a is None else a[part] for a in flat], *memory, *numbers)

    parallel.each(run, parallel.split(x.size, _COST * (len(arrays) + scratches)))
