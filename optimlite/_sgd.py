"""Stochastic gradient descent: sgd."""

import numpy as np

from ._blocks import SMALL, add_decay, update
from ._tables import check_start, constants, counter, evaluate, memory, number, rate, tables, truth, vector

__all__ = ["sgd"]


def sgd(opfunc, x, config=None, state=None):
    """Stochastic gradient descent: ``x -= learningRate / (1 + evalCounter learningRateDecay) df/dx``.

    Parameters
    ----------
    opfunc : callable
        ``f, df/dx = opfunc(x)``.
    x : ndarray
        The parameters, updated in place.
    config : mapping, optional
        ``learningRate`` (1e-3), ``learningRateDecay`` (0), ``weightDecay`` (0), ``momentum`` (0), ``dampening``
        (= momentum), ``nesterov`` (False), ``learningRates`` and ``weightDecays`` (one per parameter).
    state : mapping, optional
        Where ``evalCounter`` and the velocity ``dfdx`` live; the config by default.

    Returns
    -------
    x, [f]
        `x` itself and the value before the update.

    Raises
    ------
    ValueError
        If ``nesterov`` comes without momentum or with dampening.

    Notes
    -----
    Lua: optim/sgd.lua. Weight decay and Nesterov momentum write into the gradient. The first velocity is the gradient,
    undamped. ``weightDecays`` counts only where ``weightDecay`` is 0.

    Examples
    --------
    >>> x = np.array([1.0, -2.0])
    >>> x, fs = sgd(lambda x: (x @ x / 2, x.copy()), x, {"learningRate": 0.5})
    >>> x
    array([ 0.5, -1. ])
    """
    # (0) get/update state
    config, state = tables(config, state)
    evals = counter(state, "evalCounter")
    if evals == 0:
        check_start(x, config)
    lr = rate(config, 1e-3, evals)
    options = _PLAIN if _OPTIONS.isdisjoint(config) else _read(config, x)
    lr_decay, decay, momentum, dampening, nesterov, lrs, decays = options

    # (1) evaluate f(x) and df/dx
    f, g = evaluate(opfunc, x)

    # (4) learning rate decay (annealing)
    clr = lr / (1 + evals * lr_decay)

    # (2), (3), (5) weight decay, momentum, update
    if decay == 0 and momentum == 0 and lrs is None and decays is None:
        if x.size <= SMALL:
            np.subtract(x, np.multiply(g, clr), x)  # the shortest step there is, for models of a few numbers
        else:
            update(_sgd_plain, (x, g), 1, clr)
    else:
        v, first = None, False
        if momentum != 0:
            first = state.get("dfdx") is None
            v = memory(state, "dfdx", x)
        numbers = constants(x.dtype, momentum, 1 - dampening)
        update(_sgd_step, (x, g, v, lrs, decays), 1, clr, decay, *numbers, nesterov, first)

    # (6) update evaluation counter
    state["evalCounter"] = evals + 1
    return x, [f]


# What the config says where it has none of these keys; to look for each costs half of a step of few numbers.
_OPTIONS = frozenset(
    ("learningRateDecay", "weightDecay", "momentum", "dampening", "nesterov", "learningRates", "weightDecays")
)
_PLAIN = (0.0, 0.0, 0.0, 0.0, False, None, None)


def _read(config, x):
    """Return the options of the config, in the order of `_PLAIN`."""
    decay = number(config, "weightDecay", 0.0)
    momentum = number(config, "momentum", 0.0)
    dampening = number(config, "dampening", momentum)
    nesterov = truth(config.get("nesterov"))
    if nesterov and (momentum <= 0 or dampening != 0):
        raise ValueError("Nesterov momentum requires a momentum and zero dampening")
    lr_decay = number(config, "learningRateDecay", 0.0)
    lrs = vector(config, "learningRates", x)
    decays = vector(config, "weightDecays", x) if decay == 0 else None
    return lr_decay, decay, momentum, dampening, nesterov, lrs, decays


def _sgd_plain(x, g, s, clr):
    np.multiply(g, clr, s)
    np.subtract(x, s, x)


def _sgd_step(x, g, v, lrs, decays, s, clr, decay, momentum, undamped, nesterov, first):
    # (2) weight decay with single or individual parameters
    add_decay(x, g, s, decay)
    if decays is not None:
        np.copyto(s, decays)
        np.multiply(s, x, s)
        np.add(g, s, g)
    # (3) momentum
    if v is not None:
        if first:  # the first velocity is not dampened
            np.copyto(v, g)
        else:
            np.multiply(v, momentum, v)
            np.multiply(g, undamped, s)
            np.add(v, s, v)
        if nesterov:
            np.multiply(v, momentum, s)
            np.add(g, s, g)
        else:
            g = v
    # (5) update with single or individual learning rates
    if lrs is None:
        np.multiply(g, clr, s)
    else:
        np.copyto(s, lrs)
        np.multiply(s, g, s)
        np.multiply(s, clr, s)
    np.subtract(x, s, x)
