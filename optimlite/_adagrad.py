"""Learning rates per parameter from past gradients: adagrad, adadelta, rmsprop."""

import numpy as np

from ._blocks import update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables

__all__ = ["adadelta", "adagrad", "rmsprop"]


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
    variance = memory(state, "paramVariance", x)
    update(_adagrad_step, (x, g, variance), 2, decay, clr, *constants(x.dtype, 1e-10))

    # (5) update evaluation counter
    state["evalCounter"] = evals + 1
    return x, [f]


def _adagrad_step(x, g, variance, s, r, decay, clr, epsilon):
    if decay != 0:
        np.multiply(x, decay, s)
        np.add(g, s, g)
    np.multiply(g, g, s)
    np.add(variance, s, variance)
    np.sqrt(variance, s)
    np.add(s, epsilon, s)
    np.multiply(g, clr, r)
    np.divide(r, s, r)
    np.subtract(x, r, x)


def adadelta(opfunc, x, config=None, state=None):
    """AdaDelta: ``x -= d`` with ``d = sqrt(A + eps) / sqrt(V + eps) df/dx``.

    ``V`` and ``A`` are running means of the squares of ``df/dx`` and ``d``.

    Arguments and results as in `adagrad`; the config has ``rho`` (0.9, how much the means keep), ``eps`` (1e-6) and
    ``weightDecay`` (0), but no learning rate; the state has ``accDelta`` (``A``) beside ``paramVariance``. Lua:
    optim/adadelta.lua.
    """
    # (0) get/update state
    if config is None and state is None:
        print("no state table, ADADELTA initializing")
    config, state = tables(config, state)
    evals = counter(state, "evalCounter")
    if evals == 0:
        check_start(x, config)
    rho = number(config, "rho", 0.9)
    eps = number(config, "eps", 1e-6)
    decay = number(config, "weightDecay", 0.0)

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (2), (3) weight decay, update
    variance, deltas = memory(state, "paramVariance", x), memory(state, "accDelta", x)
    numbers = constants(x.dtype, rho, 1 - rho, eps)
    update(_adadelta_step, (x, g, variance, deltas), 2, decay, *numbers)

    # (4) update evaluation counter
    state["evalCounter"] = evals + 1
    return x, [f]


def _adadelta_step(x, g, variance, deltas, s, r, decay, rho, rest, eps):
    if decay != 0:
        np.multiply(x, decay, s)
        np.add(g, s, g)
    np.multiply(variance, rho, variance)
    np.multiply(g, rest, s)
    np.multiply(s, g, s)
    np.add(variance, s, variance)
    np.add(variance, eps, s)
    np.sqrt(s, s)
    np.add(deltas, eps, r)
    np.sqrt(r, r)
    np.divide(r, s, r)
    np.multiply(r, g, r)
    np.subtract(x, r, x)
    np.multiply(deltas, rho, deltas)
    np.multiply(r, rest, s)
    np.multiply(s, r, s)
    np.add(deltas, s, deltas)


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
    m = memory(state, "m", x, mean)

    # (2), (4), (5) weight decay, (leaky) mean squared values, update
    update(_rmsprop_step, (x, g, m), 2, decay, lr, *constants(x.dtype, alpha, 1 - alpha, epsilon))
    if evals is not None:  # Torch counts no steps here; a schedule needs the number
        state["evalCounter"] = evals + 1
    return x, [f]


def _rmsprop_step(x, g, m, s, r, decay, lr, alpha, rest, epsilon):
    if decay != 0:
        np.multiply(x, decay, s)
        np.add(g, s, g)
    np.multiply(m, alpha, m)
    np.multiply(g, rest, s)
    np.multiply(s, g, s)
    np.add(m, s, m)
    np.sqrt(m, s)
    np.add(s, epsilon, s)
    np.multiply(g, lr, r)
    np.divide(r, s, r)
    np.subtract(x, r, x)
