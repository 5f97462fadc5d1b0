"""Learning rates from a running mean of squared gradients: rmsprop."""

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables

__all__ = ["rmsprop"]


def rmsprop(opfunc, x, config=None, state=None):
    """RMSprop: ``x -= learningRate df/dx / (sqrt(m) + epsilon)``, where ``m`` is a running mean of squared gradients.

    Arguments and results as in `adagrad`; the config has ``learningRate`` (1e-2), ``alpha`` (0.99, how much the mean
    keeps), ``epsilon`` (1e-8), ``weightDecay`` (0) and ``initialMean`` (0); the state is ``m``. Lua: optim/rmsprop.lua.
    """
    # (0) get/update state
    config, state = tables(config, state)
    if state.get("m") is None:
        check_start(x, config)
    evals = counter(state, "evalCounter") if callable(config.get("learningRate")) else None
    lr = rate(config, 1e-2, evals)
    alpha = number(config, "alpha", 0.99)
    epsilon = number(config, "epsilon", 1e-8)
    decay = number(config, "weightDecay", 0.0)
    mean = number(config, "initialMean", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (3) initialize mean square values
    m = memory(state, "m", x, mean, scratch=("tmp",))

    # (2), (4), (5) weight decay, (leaky) mean squared values, update
    update(_rmsprop_step, (x, g, m), 2, decay, lr, *constants(x.dtype, alpha, 1 - alpha, epsilon))
    if evals is not None:  # Torch counts no steps here; a schedule needs the number
        state["evalCounter"] = evals + 1
    return x, [f]


def _rmsprop_step(x, g, m, s, r, decay, lr, alpha, rest, epsilon):
    add_decay(x, g, s, decay)
    np.multiply(m, alpha, m)
    np.multiply(g, rest, s)
    np.multiply(s, g, s)
    np.add(m, s, m)
    np.sqrt(m, s)
    np.add(s, epsilon, s)
    np.multiply(g, lr, r)
    np.divide(r, s, r)
    np.subtract(x, r, x)
