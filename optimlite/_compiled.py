"""Updates of large arrays as single loops, compiled by numba where it is installed (extra ``fast``): twin.

A loop is the twin of the update of the same name on whole arrays and gives the same bits: one rounding for each
operation, in the same order.
"""

import functools

import numpy as np

__all__ = ["twin"]


def twin(kernel, arrays, numbers):
    """Return the loop of the update `kernel` as a function of its arrays, or ``None`` if there is none.

    Loops take the first arrays of their update; where one of these is ``None`` or another is not, there is no loop.
    """
    loop = _loops().get(kernel.__name__)
    if loop is None:
        return None
    count = _ARRAYS[kernel.__name__]
    if any((array is None) == (i < count) for i, array in enumerate(arrays)):
        return None
    kind = arrays[0].dtype.type
    scalars = [value if isinstance(value, bool) else kind(value) for value in numbers]
    return lambda *slices: loop(*slices, *scalars)


@functools.cache
def _loops():
    """Return the compiled loops by name: none without numba."""
    try:
        from numba import njit
    except ImportError:
        return {}
    compiled = njit(nogil=True, error_model="numpy", cache=True)
    return {name: compiled(globals()[name]) for name in _ARRAYS}


# How many arrays each loop takes.
_ARRAYS = {
    "_sgd_plain": 2,
    "_sgd_step": 3,
    "_nag_ahead": 2,
    "_nag_step": 3,
    "_adam_step": 4,
    "_adamax_step": 4,
    "_adagrad_step": 3,
    "_adadelta_step": 4,
    "_rmsprop_step": 3,
    "_asgd_step": 3,
    "_scaled_sum": 2,
}


def _sgd_plain(x, g, clr):
    for i in range(x.size):
        x[i] = x[i] - g[i] * clr


def _sgd_step(x, g, v, clr, decay, momentum, undamped, nesterov, first):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        v[i] = g[i] if first else v[i] * momentum + g[i] * undamped
        if nesterov:
            g[i] = g[i] + v[i] * momentum
            x[i] = x[i] - g[i] * clr
        else:
            x[i] = x[i] - v[i] * clr


def _nag_ahead(x, v, momentum):
    for i in range(x.size):
        x[i] = x[i] + v[i] * momentum


def _nag_step(x, g, v, decay, clr, momentum):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        step = g[i] * clr
        x[i] = x[i] - step
        v[i] = v[i] * momentum - step


def _adam_step(x, g, m, v, decay, step, beta1, rest1, beta2, rest2, epsilon):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        m[i] = m[i] * beta1 + g[i] * rest1
        v[i] = v[i] * beta2 + g[i] * rest2 * g[i]
        x[i] = x[i] - m[i] * step / (np.sqrt(v[i]) + epsilon)


def _adamax_step(x, g, m, u, decay, step, beta1, rest1, beta2, epsilon):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        m[i] = m[i] * beta1 + g[i] * rest1
        u[i] = np.maximum(u[i] * beta2, np.abs(g[i]) + epsilon)
        x[i] = x[i] - m[i] * step / u[i]


def _adagrad_step(x, g, variance, decay, clr, epsilon):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        variance[i] = variance[i] + g[i] * g[i]
        x[i] = x[i] - g[i] * clr / (np.sqrt(variance[i]) + epsilon)


def _adadelta_step(x, g, variance, deltas, decay, rho, rest, eps):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        variance[i] = variance[i] * rho + g[i] * rest * g[i]
        delta = np.sqrt(deltas[i] + eps) / np.sqrt(variance[i] + eps) * g[i]
        x[i] = x[i] - delta
        deltas[i] = deltas[i] * rho + delta * rest * delta


def _rmsprop_step(x, g, m, decay, lr, alpha, rest, epsilon):
    for i in range(x.size):
        if decay != 0:
            g[i] = g[i] + x[i] * decay
        m[i] = m[i] * alpha + g[i] * rest * g[i]
        x[i] = x[i] - g[i] * lr / (np.sqrt(m[i]) + epsilon)


def _asgd_step(x, g, ax, shrinkage, eta, mu):
    for i in range(x.size):
        x[i] = x[i] * shrinkage - g[i] * eta
        ax[i] = x[i] if mu == 1 else ax[i] + (x[i] - ax[i]) * mu


def _scaled_sum(y, x, a):
    for i in range(y.size):
        y[i] = y[i] + x[i] * a
