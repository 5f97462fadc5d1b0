"""Averaged stochastic gradient descent: asgd."""

import math

import numpy as np

from ._blocks import update
from ._tables import check_start, counter, evaluate, memory, number, tables

__all__ = ["asgd"]


def asgd(opfunc, x, config=None, state=None):
    """Averaged SGD: ``x = (1 - lambda eta_t) x - eta_t df/dx`` and ``ax += mu_t (x - ax)``.

    ``eta_t = eta0 / (1 + lambda eta0 t)^alpha`` and ``mu_t = 1 / max(1, t - t0)``.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``eta0`` (1e-4), ``lambda`` (1e-4), ``alpha`` (0.75), ``t0`` (1e6). Defaults are written into it.
    state : mapping, optional
        Where ``eta_t``, ``mu_t``, ``t`` and the mean ``ax`` live; the config by default.

    Returns
    -------
    x, [f], ax
        `x` itself, the value before the update, and the mean of the `x` since step ``t0``.

    Notes
    -----
    Lua: optim/asgd.lua.
    """
    # (0) get/update state
    config, state = tables(config, state)
    t = counter(state, "t")
    if t == 0:
        check_start(x, config)
    for key, default in (("eta0", 1e-4), ("lambda", 1e-4), ("alpha", 0.75), ("t0", 1e6)):
        if config.get(key) is None:
            config[key] = default
    eta0, lambda_ = float(config["eta0"]), float(config["lambda"])

    # (hidden state)
    eta_t = number(state, "eta_t", eta0)
    mu_t = number(state, "mu_t", 1.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (2), (3), (4) decay term, update x, averaging
    ax = memory(state, "ax", x)
    update(_asgd_step, (x, g, ax), 1, 1 - lambda_ * eta_t, eta_t, mu_t)

    # (5) update eta_t and mu_t
    state["t"] = t = t + 1
    state["eta_t"] = eta0 / math.pow(1 + lambda_ * eta0 * t, float(config["alpha"]))
    state["mu_t"] = 1 / max(1.0, t - float(config["t0"]))
    return x, [f], ax


def _asgd_step(x, g, ax, s, shrinkage, eta, mu):
    np.multiply(x, shrinkage, x)
    np.multiply(g, eta, s)
    np.subtract(x, s, x)
    if mu == 1:
        np.copyto(ax, x)
    else:
        np.subtract(x, ax, s)
        np.multiply(s, mu, s)
        np.add(ax, s, ax)
