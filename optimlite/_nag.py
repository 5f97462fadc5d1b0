"""Nesterov's accelerated gradient: nag, and its two halves look_ahead and correct."""

import numpy as np

from ._blocks import add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables, vector

__all__ = ["correct", "look_ahead", "nag"]


def nag(opfunc, x, config=None, state=None):
    """Nesterov's accelerated gradient: ``x += momentum v``, then ``v = momentum v - clr df/dx``, ``x -= clr df/dx``.

    The gradient is that of the point one momentum step ahead.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``learningRate`` (1e-3), ``learningRateDecay`` (0), ``weightDecay`` (0), ``momentum`` (0.9), ``learningRates``
        (one per parameter).
    state : mapping, optional
        Where ``evalCounter`` and the velocity ``dfdx`` live; the config by default.

    Returns
    -------
    x, [f]
        `x` itself and the value at the point ahead.

    Raises
    ------
    ValueError
        If the momentum is not positive.

    Notes
    -----
    Lua: optim/nag.lua. `x` comes back as it was, to rounding, where `opfunc` raises or returns no gradient.
    """
    config, state = tables(config, state)
    # (1) first step in the direction of the momentum vector, then compute the gradient at that point
    ahead = look_ahead(x, config, state)
    try:
        f, g = evaluate(opfunc, x)
    except BaseException:
        if ahead:
            update(_nag_ahead, (x, state["dfdx"]), 1, -_momentum(config))
        raise
    correct(x, g, config, state)
    return x, [f]


def look_ahead(x, config, state):
    """Move `x` by the momentum, and return whether there was one."""
    # (0) get/update state
    if counter(state, "evalCounter") == 0:
        check_start(x, config, depth=2)
    momentum = _momentum(config)
    if state.get("dfdx") is None:
        return False
    update(_nag_ahead, (x, memory(state, "dfdx", x)), 1, momentum)
    return True


def correct(x, g, config, state):
    """Update `x` and the velocity by the gradient `g` at `x`."""
    evals = counter(state, "evalCounter")
    lr = rate(config, 1e-3, evals)
    lr_decay = number(config, "learningRateDecay", 0.0)
    decay = number(config, "weightDecay", 0.0)
    lrs = vector(config, "learningRates", x)

    # (3) learning rate decay (annealing)
    clr = lr / (1 + evals * lr_decay)

    # (2), (4), (5) weight decay, momentum, update
    v = memory(state, "dfdx", x)
    update(_nag_step, (x, g, v, lrs), 1, decay, clr, *constants(x.dtype, _momentum(config)))

    # (6) update evaluation counter
    state["evalCounter"] = evals + 1


def _momentum(config):
    momentum = number(config, "momentum", 0.9)
    if momentum <= 0:
        raise ValueError(f"Momentum must be positive for Nesterov Accelerated Gradient, got {momentum:g}")
    return momentum


def _nag_ahead(x, v, s, momentum):
    np.multiply(v, momentum, s)
    np.add(x, s, x)


def _nag_step(x, g, v, lrs, s, decay, clr, momentum):
    add_decay(x, g, s, decay)
    np.multiply(v, momentum, v)
    if lrs is None:
        np.multiply(g, clr, s)
    else:
        np.copyto(s, lrs)
        np.multiply(s, g, s)
        np.multiply(s, clr, s)
    np.subtract(x, s, x)
    np.subtract(v, s, v)
