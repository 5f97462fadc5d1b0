"""Learning rates from the sum of squared gradients: adagrad."""

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables

__all__ = ["adagrad"]


def adagrad(opfunc, x, config=None, state=None):
    """AdaGrad: ``x -= clr df/dx / (sqrt(V) + 1e-10)``, where ``V`` is the sum of all squared gradients.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``learningRate`` (1e-3), ``learningRateDecay`` (0), ``weightDecay`` (0).
    state : mapping, optional
        Where ``evalCounter`` and ``paramVariance`` (``V``) live; the config by default.

    Returns
    -------
    x, [f]
        `x` itself and the value before the update.

    Notes
    -----
    Lua: optim/adagrad.lua.
    """
    # (0) get/update state
    if config is None and state is None:
        print("no state table, ADAGRAD initializing")
    config, state = tables(config, state)
    evals = counter(state, "evalCounter")
    if evals == 0:
        check_start(x, config)
    lr = rate(config, 1e-3, evals)
    lr_decay = number(config, "learningRateDecay", 0.0)
    decay = number(config, "weightDecay", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (3) learning rate decay (annealing)
    clr = lr / (1 + evals * lr_decay)

    # (2), (4) weight decay, update with individual learning rates
    variance = memory(state, "paramVariance", x, scratch=("paramStd",))
    update(_adagrad_step, (x, g, variance), 2, decay, clr, *constants(x.dtype, 1e-10))

    # (5) update evaluation counter
    state["evalCounter"] = evals + 1
    return x, [f]


def _adagrad_step(x, g, variance, s, r, decay, clr, epsilon):
    add_decay(x, g, s, decay)
    np.multiply(g, g, s)
    np.add(variance, s, variance)
    np.sqrt(variance, s)
    np.add(s, epsilon, s)
    np.multiply(g, clr, r)
    np.divide(r, s, r)
    np.subtract(x, r, x)
