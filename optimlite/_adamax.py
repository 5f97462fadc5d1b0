"""Adaptive moments with the largest gradient: adamax."""

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables

__all__ = ["adamax"]


def adamax(opfunc, x, config=None, state=None):
    """AdaMax: ``x -= learningRate / (1 - beta1^t) m / u`` with ``u = max(beta2 u, |df/dx| + epsilon)``.

    Arguments and results as in `adam`; ``learningRate`` is 2e-3 and ``epsilon`` 1e-38 by default, there is no
    ``learningRateDecay``, and the state has ``u`` in place of ``v``. Lua: optim/adamax.lua.
    """
    # (0) get/update state
    config, state = tables(config, state)
    t = counter(state, "t")
    if t == 0:
        check_start(x, config)
    lr = rate(config, 0.002, t)
    beta1 = number(config, "beta1", 0.9)
    beta2 = number(config, "beta2", 0.999)
    epsilon = number(config, "epsilon", 1e-38)
    decay = number(config, "weightDecay", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # initialization
    m, u = memory(state, "m", x), memory(state, "u", x)
    u = u.reshape(x.shape)  # Torch's own is a matrix of one row
    state["t"] = t = t + 1

    # (2) weight decay, update
    step = lr / (1 - beta1**t)
    numbers = constants(x.dtype, beta1, 1 - beta1, beta2, epsilon)
    update(_adamax_step, (x, g, m, u), 1, decay, step, *numbers)
    return x, [f]


def _adamax_step(x, g, m, u, s, decay, step, beta1, rest1, beta2, epsilon):
    add_decay(x, g, s, decay)
    # biased first moment
    np.multiply(m, beta1, m)
    np.multiply(g, rest1, s)
    np.add(m, s, m)
    # exponentially weighted infinity norm
    np.multiply(u, beta2, u)
    np.abs(g, s)
    np.add(s, epsilon, s)
    np.maximum(u, s, out=u)
    np.multiply(m, step, s)
    np.divide(s, u, s)
    np.subtract(x, s, x)
