"""Is the gradient right: checkgrad."""

import math

import numpy as np

from ._tables import check_start, evaluate, given

__all__ = ["checkgrad"]


def checkgrad(opfunc, x, eps=None):
    """Compare the gradient with central differences: ``|dC - dC_est| / |dC + dC_est|``.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        Where to compare; it comes back as it was.
    eps : float, default 1e-7
        The step of the differences.

    Returns
    -------
    diff, dC, dC_est
        The error, the gradient and its estimate.

    Notes
    -----
    Lua: optim/checkgrad.lua. ``dC`` is a copy, because `opfunc` may use the memory of its gradient again.

    Examples
    --------
    >>> diff, _, _ = checkgrad(lambda x: (x @ x, 2 * x), np.ones(3), 1e-4)
    >>> diff < 1e-9
    True
    """
    check_start(x, {})
    eps = float(given(eps, 1e-7))
    # true gradient
    _, gradient = evaluate(opfunc, x)
    gradient = gradient.copy()
    # numeric approximation
    estimate = np.empty_like(gradient)
    for at in np.ndindex(x.shape):
        before = x[at]
        x[at] = float(before) + eps
        above = float(evaluate(opfunc, x)[0])
        x[at] = float(x[at]) - 2 * eps
        below = float(evaluate(opfunc, x)[0])
        x[at] = before
        estimate[at] = (above - below) / (2 * eps)
    # estimate error of gradient
    difference, total = _norm(gradient - estimate), _norm(gradient + estimate)
    if total == 0:
        return math.nan if difference == 0 else math.inf, gradient, estimate
    return difference / total, gradient, estimate


def _norm(array):
    return math.sqrt(np.square(array, dtype=np.float64).sum())
