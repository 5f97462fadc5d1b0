"""Adaptive moments: adam."""

import math

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables

__all__ = ["adam"]


def adam(opfunc, x, config=None, state=None):
    """Adam: ``x -= clr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)``.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``learningRate`` (1e-3), ``learningRateDecay`` (0), ``beta1`` (0.9), ``beta2`` (0.999), ``epsilon`` (1e-8),
        ``weightDecay`` (0).
    state : mapping, optional
        Where the step number ``t`` and the moments ``m`` and ``v`` live; the config by default.

    Returns
    -------
    x, [f]
        `x` itself and the value before the update.

    Notes
    -----
    Lua: optim/adam.lua. ``epsilon`` is added to the root of the uncorrected second moment.
    """
    # (0) get/update state
    config, state = tables(config, state)
    t = counter(state, "t")
    if t == 0:
        check_start(x, config)
    lr = rate(config, 1e-3, t)
    lr_decay = number(config, "learningRateDecay", 0.0)
    beta1 = number(config, "beta1", 0.9)
    beta2 = number(config, "beta2", 0.999)
    epsilon = number(config, "epsilon", 1e-8)
    decay = number(config, "weightDecay", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # initialization
    m, v = memory(state, "m", x), memory(state, "v", x)

    # (3) learning rate decay (annealing)
    clr = lr / (1 + t * lr_decay)
    state["t"] = t = t + 1

    # (2), (4) weight decay, update
    step = clr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    numbers = constants(x.dtype, beta1, 1 - beta1, beta2, 1 - beta2, epsilon)
    update(_adam_step, (x, g, m, v), 2, decay, step, *numbers)
    return x, [f]


def _adam_step(x, g, m, v, s, r, decay, step, beta1, rest1, beta2, rest2, epsilon):
    add_decay(x, g, s, decay)
    np.multiply(m, beta1, m)
    np.multiply(g, rest1, s)
    np.add(m, s, m)
    np.multiply(v, beta2, v)
    np.multiply(g, rest2, s)
    np.multiply(s, g, s)
    np.add(v, s, v)
    np.sqrt(v, s)
    np.add(s, epsilon, s)
    np.multiply(m, step, r)
    np.divide(r, s, r)
    np.subtract(x, r, x)
